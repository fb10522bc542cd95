"""`coordination upgrade-data`: the embedded database's folder from an older major version of
PostgreSQL to the one installed now, by dump and restore. The old folder is kept beside it.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from coordination.backup import BackupError, dump_to
from coordination.embedded import Embedded
from coordination.postgres import NoServerError, programs
from coordination.postgres_tools import ToolError
from coordination.restore import load
from coordination.settings import settings


def main(argv: list[str]) -> int:
    """Exit 0: it is of the installed version now. 1: it was left as it is, with the reason."""
    parser = argparse.ArgumentParser(
        prog="coordination upgrade-data",
        description="把内置数据库的数据目录升级到现在安装的 PostgreSQL 主版本。先停止服务。",
    )
    parser.parse_args(argv)
    try:
        print(upgrade(settings().data / "postgres"))
    except (BackupError, NoServerError, ToolError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def upgrade(folder: Path) -> str:
    """Do it; what was done. BackupError: someone uses the database."""
    if not (version := folder / "PG_VERSION").exists():
        return f"{folder} 里还没有数据库。"
    old, new = int(version.read_text()), programs().major
    if old >= new:
        return f"已是 PostgreSQL {old}，不需要升级。"
    kept, made = folder.with_name(f"postgres-{old}"), folder.with_name(f"postgres-{new}")
    if kept.exists():
        raise BackupError(f"{kept} 已存在，请先移走。/ {kept} is in the way.")
    _copy(folder, made)
    before = Embedded(folder)
    with before.alone():
        before.data = folder.resolve()
        if before.is_running:
            _refuse()
        folder.rename(kept)
        made.rename(folder)
    return f"PostgreSQL {old} → {new}。旧数据在 {kept}，确认无误后可以删除。"


def _copy(folder: Path, made: Path) -> None:
    if made.is_symlink() or made.exists():  # begun before, and cut off
        shutil.rmtree(made.resolve(), ignore_errors=True)
        made.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".upgrade-") as name:
        dump = Path(name) / "database.dump"
        with Embedded(folder) as before:
            if before.is_shared:
                _refuse()
            dump_to(dump, before.dsn)
        with Embedded(made) as after:
            load(dump, after.dsn)
    for left in made.parent.glob(f"{made.name}.*"):
        left.unlink()


def _refuse() -> None:
    raise BackupError("数据库正在使用，请先停止服务。/ The database is in use; stop the service.")
