"""`coordination migrate`: bring the database to the tables of this version."""

import argparse
import asyncio
import contextlib
import io
import sys

from coordination.database import database, missing
from coordination.schema import migrate


async def bring_up_to_date(owner: str) -> None:
    """Run the migrations that are pending there, if any."""
    steps = await missing(owner)
    if not steps:
        return
    print(f"正在升级数据库结构（{len(steps)} 步）…", file=sys.stderr, flush=True)
    told = io.StringIO()
    try:
        with contextlib.redirect_stdout(told):
            await migrate({"dsn": owner})
    except BaseException:
        print(told.getvalue(), file=sys.stderr)
        raise


def main(argv: list[str]) -> int:
    """`coordination migrate`."""
    argparse.ArgumentParser(prog="coordination migrate").parse_args(argv)
    with database() as addresses:
        asyncio.run(bring_up_to_date(addresses.owner))
    return 0
