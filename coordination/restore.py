"""`coordination restore IN.tar`: a backup into an empty database and an empty store of files.

Nothing is written before the backup has proved whole, the key that it was made with is here, and
the database is empty.
"""

import argparse
import asyncio
import json
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import asyncpg

from coordination import audit, files
from coordination.backup import DUMP, FILES, FORMAT, MANIFEST, BackupError, digest, key_mark
from coordination.database import Addresses, database, served
from coordination.migrate_command import bring_up_to_date
from coordination.pending import known
from coordination.postgres import NoServerError
from coordination.postgres_tools import ToolError, run_tool
from coordination.settings import settings

# What belongs to the whole server and so is in no dump; as the first migration has it.
ROLE = """
do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'coordination_app') then
    create role coordination_app login;
  end if;
end $$;
grant coordination_app to current_user
"""
# A dump says these for the role that owned the old database.
DEFAULTS = """
alter default privileges in schema public
  grant select, insert, update, delete on tables to coordination_app;
alter default privileges in schema public
  grant usage, select on sequences to coordination_app
"""


def main(argv: list[str]) -> int:
    """Restore. Exit 1: refused or failed, with the reason on stderr and nothing half done."""
    parser = argparse.ArgumentParser(
        prog="coordination restore", description="把备份恢复到空的数据库和数据目录。"
    )
    parser.add_argument("backup", type=Path, help="coordination backup 写出的 tar")
    parser.add_argument(
        "--without-key",
        action="store_true",
        help="密钥已丢失，仍要恢复：已密封的选择、手机号、二次验证将永远无法读取",
    )
    asked = parser.parse_args(argv)
    try:
        verdict = restore(asked.backup, without_key=asked.without_key)
    except (BackupError, ToolError, NoServerError) as error:
        print(error, file=sys.stderr)
        return 1
    said = verdict.first_break or "完整"
    print(f"已恢复。审计日志 {verdict.entries} 行，{verdict.seals} 环：{said}。")
    return 1 if verdict.first_break else 0


def restore(backup: Path, *, without_key: bool = False) -> audit.Verdict:
    """Bring it all back; what a check of the restored audit log found."""
    data = settings().data
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as name:
        folder = Path(name)
        manifest = unpacked(backup, folder)
        _check_key(manifest, without_key)
        with database() as addresses:
            load(folder / DUMP, addresses.owner)
            _take_files(folder / FILES)
            return asyncio.run(_finish(addresses))


def unpacked(backup: Path, folder: Path) -> dict[str, Any]:
    """Unpack it there and check every byte; its manifest. BackupError: not whole, or not ours."""
    try:
        with tarfile.open(backup) as tar:
            _extract(tar, folder)
        manifest = json.loads((folder / MANIFEST).read_text())
    except (OSError, tarfile.TarError, ValueError) as error:
        raise BackupError(f"{backup} 不是完整的备份。/ not a whole backup: {error}") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{backup}：不认识的备份格式。/ unknown format.")
    if newer := set(manifest["migrations"]) - known():
        raise BackupError(f"备份来自更新的版本，请先升级本程序。/ made by a newer version: {newer}")
    if digest(folder / DUMP) != manifest["database"]["sha256"]:
        raise BackupError("备份中的数据库与清单不符，可能已损坏。/ the database was changed.")
    for name in manifest["files"]:
        path = folder / FILES / name
        if not path.is_file() or digest(path) != name:
            raise BackupError(f"备份中的文件 {name} 缺失或已损坏。/ a file is missing or changed.")
    return manifest


def _extract(tar: tarfile.TarFile, folder: Path) -> None:
    """What a backup holds and nothing else, each inside `folder`. By hand: `filter="data"` came
    with Python 3.11.4, and Debian 12 has 3.11.2."""
    (folder / FILES).mkdir(exist_ok=True)
    for member in tar:
        if member.isdir():
            continue
        name = Path(member.name)
        if not member.isfile() or name.is_absolute() or ".." in name.parts:
            raise tarfile.TarError(f"not a plain file: {member.name}")
        content = tar.extractfile(member)
        assert content is not None
        with content, (folder / name).open("xb") as out:
            shutil.copyfileobj(content, out)


def _check_key(manifest: dict[str, Any], without_key: bool) -> None:
    """Before the first start makes a new key, the old one must be in its place."""
    here = settings().given_key or (settings().data / "key").exists()
    if without_key or (here and key_mark() == manifest["key"]):
        return
    raise BackupError(
        "这里没有制作备份时的密钥。请先设置 COORDINATION_KEY，或把原来的 key 文件放到 "
        f"{settings().data / 'key'}；密钥已丢失时用 --without-key。"
        " / The key that this backup was made with is not here."
    )


def load(dump: Path, owner: str) -> None:
    """A dump into an empty database, whole or not at all. BackupError: it is not empty."""
    asyncio.run(_prepare(owner))
    contents = run_tool("pg_restore", owner, "--list", str(dump)).splitlines()
    wanted = dump.with_name("contents")
    wanted.write_text("\n".join(line for line in contents if " DEFAULT ACL " not in line))
    whole = ("--single-transaction", "--exit-on-error", "--no-owner", f"--use-list={wanted}")
    run_tool("pg_restore", owner, *whole, str(dump))
    asyncio.run(_execute(owner, DEFAULTS))


async def _prepare(owner: str) -> None:
    connection = await asyncpg.connect(owner)
    try:
        if await connection.fetchval("select count(*) from pg_tables where schemaname = 'public'"):
            raise BackupError(
                "数据库不是空的，没有恢复。请换 COORDINATION_DATA 或 COORDINATION_DATABASE_URL。"
                " / The database is not empty; nothing was restored."
            )
    finally:
        await connection.close()
    await _execute(owner, ROLE)


async def _execute(owner: str, statements: str) -> None:
    connection = await asyncpg.connect(owner)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()


def _take_files(unpacked_files: Path) -> None:
    for path in unpacked_files.glob("*"):
        place = files.path_of(path.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, place)


async def _finish(addresses: Addresses) -> audit.Verdict:
    await bring_up_to_date(addresses.owner)
    async with served(addresses.app):
        return await audit.verify()
