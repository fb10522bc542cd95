"""`coordination key rotate`: everything sealed with the key is sealed anew with another one.

`coordination key make FILE --body ID` makes a witness's key, and has nothing to do with the
service's.

Rotating is one transaction, while nothing serves. The new key is written down before anything is
changed, the old one is kept: backups made until now need it. Hashes stay as they are, since ID
numbers are nowhere to be hashed again; what makes them travels in the new key.
"""

import argparse
import asyncio
import json
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from nacl.exceptions import CryptoError

from coordination.ballots.seal import BrokenSeal, WrongKey, rewrap
from coordination.ballots.witnessing.key_files import key_text, prove, witness_vkey
from coordination.database import database
from coordination.people.secrecy import reseal, successor
from coordination.postgres import NoServerError
from coordination.settings import sealing_key, settings

# What lies sealed, and for which purpose; a test finds a column that is missing here.
SEALED = {
    ("person", "phone_sealed"): "phone",
    ("person", "email_sealed"): "email",
    ("person", "wechat_sealed"): "wechat",
    ("person", "totp_sealed"): "totp",
    ("one_time_code", "address_sealed"): "address",
    ("phone_change", "phone_sealed"): "phone",
    ("message", "address_sealed"): "address",
    ("message", "text_sealed"): "message",
    ("owner", "phone_sealed"): "phone",
    ("roll_import", "file_sealed"): "uploaded roll",
    ("letter_code", "code_sealed"): "letter code",
    ("ticket", "caller_phone_sealed"): "phone",
    ("ticket_import", "file_sealed"): "uploaded tickets",
    ("webhook", "secret_sealed"): "webhook",
}
# Phones of owners inside JSON, in hex, under these names.
SEALED_INSIDE = (("import_line", "cells"), ("import_line", "before"))
INSIDE = {"phone_sealed", "sealed"}
AT_ONCE = 2000  # rows
OTHERS = """
select count(*) from pg_stat_activity where datname = current_database()
   and pid <> pg_backend_pid() and coalesce(backend_type, 'client backend') = 'client backend'
"""


class NotRotated(RuntimeError):  # noqa: N818 - named by what is so
    """It was not rotated; the message says why, and nothing was changed."""


class NotMade(RuntimeError):  # noqa: N818 - named by what is so
    """No witness's key was made; the message says why."""


def main(argv: list[str]) -> int:
    """Rotate or make a key. Exit 1: nothing was changed, with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="coordination key", description="密钥")
    verbs = parser.add_subparsers(required=True)
    rotate = verbs.add_parser("rotate", help="换一把密钥，先停止服务")
    rotate.add_argument(
        "--out", type=Path, help="用 COORDINATION_KEY 时：新密钥写到这个文件（须不存在）"
    )
    rotate.set_defaults(run=lambda asked: _rotate(asked.out))
    make = verbs.add_parser("make", help="为本单位生成一把见证钥匙，私钥只写到这个文件")
    make.add_argument("file", type=Path, metavar="FILE", help="私钥写到这个文件（须不存在）")
    make.add_argument("--body", type=_body, required=True, help="单位的编号，见登记见证钥匙的页面")
    make.set_defaults(run=lambda asked: _make(asked.file, asked.body))
    asked = parser.parse_args(argv)
    try:
        said = asked.run(asked)
    except (NotRotated, NotMade, NoServerError) as error:
        print(error, file=sys.stderr)
        return 1
    print(said)
    return 0


def _body(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        words = f"“{said}”不是单位的编号。登记见证钥匙的页面上有整条命令，可以照抄。"
        raise argparse.ArgumentTypeError(words) from None


def _make(file: Path, body: UUID) -> str:
    """A witness's key; what its holder pastes into the page. NotMade."""
    seed = secrets.token_bytes(32)
    try:
        with open(file, "x", opener=_for_me_alone) as written:
            written.write(key_text(seed))
    except FileExistsError:
        raise NotMade(f"{file} 已存在，换一个文件名。/ {file} exists.") from None
    except OSError as broken:
        raise NotMade(f"写不了 {file}（{broken.strerror}）") from broken
    return (
        f"私钥在 {file}，请妥善保管，不要发给任何人。把下面两行填到登记见证钥匙的页面：\n"
        f"公钥  {witness_vkey(seed)}\n证明  {prove(seed, body)}"
    )


def _for_me_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _rotate(out: Path | None) -> str:
    """Do it; what the operator has to know now. NotRotated."""
    given, place = settings().given_key, settings().data / "key"
    if given and out is None:
        raise NotRotated(
            "密钥来自 COORDINATION_KEY：请用 --out 指定新密钥写到哪个文件。"
            " / Name a file for the new key with --out."
        )
    fresh = out if given and out else settings().data / "key.new"
    if given and fresh.exists():
        raise NotRotated(f"{fresh} 已存在，换一个文件名。/ {fresh} exists.")
    with database() as addresses:
        if addresses.server and addresses.server.is_shared:
            raise NotRotated(IN_USE)
        made = not fresh.exists()
        new = _written(fresh)
        try:
            sealed = asyncio.run(_seal_anew(addresses.owner, sealing_key(), new))
        except AlreadyDone:
            sealed = 0  # a rotation that was cut short had only to put its key in place
        except NotRotated:
            if made:  # of any other failure nobody knows whether it was before the commit
                fresh.unlink()
            raise
    if given:
        return f"已换密钥，{sealed} 处重新封存。请把 COORDINATION_KEY 换成 {fresh} 里的内容再启动。"
    kept = _kept(place)
    place.rename(kept)
    fresh.rename(place)
    return f"已换密钥，{sealed} 处重新封存。新密钥在 {place}，原来的在 {kept}（旧备份要用它）。"


IN_USE = (
    "数据库正在使用：请先停止 serve、work 和其他连接，再换密钥。"
    " / The database is in use; stop the service first."
)


class AlreadyDone(Exception):  # noqa: N818 - named by what is so
    """The database is sealed with the new key already."""


def _written(fresh: Path) -> str:
    """The new key: the one that lies there since a rotation was cut short, or one made now."""
    if not fresh.exists():
        part = fresh.with_name(f"{fresh.name}.{os.getpid()}")
        part.touch(mode=0o600)
        with part.open("w") as file:
            file.write(successor(sealing_key()))
            file.flush()
            os.fsync(file.fileno())
        part.rename(fresh)
    return fresh.read_text().strip()


def _kept(place: Path) -> Path:
    number = 1
    while (kept := place.with_name(f"key.old-{number}")).exists():
        number += 1
    return kept


async def _seal_anew(owner: str, old: str, new: str) -> int:
    """How many places. NotRotated, AlreadyDone."""
    connection = await asyncpg.connect(owner)
    try:
        async with connection.transaction():
            # Whoever starts now waits here, and finds the new key.
            await connection.execute("lock table migration in access exclusive mode")
            await _refuse_in_use(connection)
            try:
                count = await _all_of_it(connection, old, new)
            except (CryptoError, BrokenSeal, WrongKey) as broken:
                if await _opens(connection, new):
                    raise AlreadyDone from broken
                raise NotRotated(
                    "有封存的内容不能用现在的密钥打开，没有更换。"
                    f" / Something does not open with the present key: {broken}"
                ) from broken
            await _refuse_in_use(connection)
            return count
    finally:
        await connection.close()


async def _refuse_in_use(connection: asyncpg.Connection) -> None:
    if await connection.fetchval(OTHERS):
        raise NotRotated(IN_USE)


async def _opens(connection: asyncpg.Connection, key: str) -> bool:
    """Whether all of it opens with `key`: tried, and taken back."""
    attempt = connection.transaction()
    await attempt.start()
    try:
        await _all_of_it(connection, key, key)
    except (CryptoError, BrokenSeal, WrongKey):
        return False
    finally:
        await attempt.rollback()
    return True


async def _all_of_it(connection: asyncpg.Connection, old: str, new: str) -> int:
    count = 0
    for (table, column), purpose in SEALED.items():
        count += await _change(
            connection, table, column, "bytea",
            lambda _, sealed, purpose=purpose: sealed and reseal(sealed, purpose, old, new),
        )  # fmt: skip
    for table, column in SEALED_INSIDE:
        count += await _change(
            connection, table, column, "jsonb", lambda _, text: _resealed_inside(text, old, new)
        )
    return count + await _change(
        connection, "poll", "sealed_key", "bytea",
        lambda id, sealed: rewrap(str(id), sealed, old, new),
    )  # fmt: skip


async def _change(
    connection: asyncpg.Connection, table: str, column: str, kind: str,
    anew: Callable[[Any, Any], object],
) -> int:  # fmt: skip
    count = 0
    cursor = await connection.cursor(
        f'select id, "{column}" from "{table}" where "{column}" is not null'
    )
    while found := await cursor.fetch(AT_ONCE):
        await connection.execute(
            f"""update "{table}" as t set "{column}" = n.anew::{kind}
                from unnest($1::uuid[], $2::{"bytea" if kind == "bytea" else "text"}[])
                  as n (id, anew) where t.id = n.id""",
            [row[0] for row in found], [anew(row[0], row[1]) for row in found],
        )  # fmt: skip
        count += len(found)
    return count


def _resealed_inside(text: str, old: str, new: str) -> str:
    def walk(part: Any) -> Any:
        if isinstance(part, list):
            return [walk(each) for each in part]
        if not isinstance(part, dict):
            return part
        return {
            name: reseal(bytes.fromhex(held), "phone", old, new).hex()
            if name in INSIDE and held
            else walk(held)
            for name, held in part.items()
        }

    return json.dumps(walk(json.loads(text)), ensure_ascii=False)
