"""`coordination backup OUT.tar`: the database and the files, in one tar with a manifest.

The key is not in it: who finds a backup cannot read choices, phones or second factors, and who
restores one must bring the key along. The dump is one snapshot, taken before the files are read;
a file is written before the row that names it, so no row lacks its file.
"""

import argparse
import hashlib
import hmac
import io
import json
import os
import sys
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

from coordination import clock, files
from coordination.database import database
from coordination.pending import known
from coordination.postgres import NoServerError
from coordination.postgres_tools import ToolError, run_tool
from coordination.settings import sealing_key

FORMAT = "coordination-backup/1"
DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files"


class BackupError(RuntimeError):
    """It could not be made, or is not whole; the message says why."""


def main(argv: list[str]) -> int:
    """Write the backup. Exit 1: it could not be made, with the reason on stderr."""
    parser = argparse.ArgumentParser(
        prog="coordination backup", description="把数据库和文件备份成一个 tar（不含密钥）。"
    )
    parser.add_argument("out", type=Path, help="写到哪里，如 backup.tar；已存在则拒绝")
    asked = parser.parse_args(argv)
    if asked.out.exists():
        print(f"{asked.out} 已存在，换一个文件名。/ {asked.out} exists.", file=sys.stderr)
        return 1
    try:
        with database() as addresses:
            manifest = write(asked.out, addresses.owner, clock.now())
    except (BackupError, ToolError, NoServerError) as error:
        print(error, file=sys.stderr)
        return 1
    size, count = manifest["database"]["size"], len(manifest["files"])
    print(
        f"{asked.out}：数据库 {size} 字节，文件 {count} 个。"
        "备份里没有密钥：COORDINATION_KEY（或数据目录里的 key 文件）请另行保管，没有它无法恢复。"
    )
    return 0


def write(out: Path, owner: str, at: datetime) -> dict:
    """Make the tar, readable by its owner alone, there as a whole or not at all; its manifest."""
    with tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=".backup-") as folder:
        dump = Path(folder) / DUMP
        dump_to(dump, owner)
        stored = sorted(path for path in files.folder().glob("*/*") if path.name[0] != ".")
        manifest = {
            "format": FORMAT,
            "made_at": at.isoformat(),
            "migrations": sorted(known()),
            "key": key_mark(),
            "database": {"sha256": digest(dump), "size": dump.stat().st_size},
            "files": [path.name for path in stored],
        }
        made = Path(folder) / "backup.tar"
        made.touch(mode=0o600)
        with tarfile.open(made, "w") as tar:
            _add(tar, MANIFEST, json.dumps(manifest, indent=1).encode())
            tar.add(dump, DUMP, filter=_nobody_s)
            for path in stored:
                if digest(path) != path.name:
                    raise BackupError(f"{path} 与其名字不符，可能已损坏。/ {path} was changed.")
                tar.add(path, f"{FILES}/{path.name}", filter=_nobody_s)
        with made.open("rb") as whole:
            os.fsync(whole.fileno())
        made.rename(out)
    return manifest


def dump_to(dump: Path, owner: str) -> None:
    """One snapshot of the database, in the form that pg_restore reads."""
    run_tool("pg_dump", owner, "--format=custom", "--no-unlogged-table-data", f"--file={dump}")


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))


def _nobody_s(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.mode = 0o600
    entry.uname = entry.gname = ""
    return entry


def digest(path: Path) -> str:
    """The SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def key_mark() -> str:
    """Tells whether two keys are the same, and nothing else about them."""
    return hmac.digest(sealing_key().encode(), FORMAT.encode(), "sha256").hex()[:8]
