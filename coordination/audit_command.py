"""`coordination audit`: recompute the whole chain of the audit log and name the first break.

Exit 0: every row is as it was sealed. 1: one is not, or the chain lacks a head that was written
down earlier. 2: there is no log to check.
"""

import argparse
import asyncio
import json
import sys

from coordination import audit, clock
from coordination.database import OutOfDateError, database, served
from coordination.postgres import NoServerError


def main(argv: list[str]) -> int:
    """Check, print, and say by the exit code."""
    parser = argparse.ArgumentParser(
        prog="coordination audit", description="核对审计日志：重算每一环，指出第一处断裂。"
    )
    parser.add_argument("--head", help="以前抄下的链尾：它必须仍在链中，否则链尾被截去")
    parser.add_argument("--json", action="store_true", help="只输出一行 JSON")
    asked = parser.parse_args(argv)
    try:
        with database() as addresses:
            verdict = asyncio.run(_check(addresses.app, asked.head))
    except (OutOfDateError, NoServerError) as error:
        print(error, file=sys.stderr)
        return 2
    if asked.json:
        print(json.dumps(verdict, ensure_ascii=False))
    else:
        print(_in_words(verdict))
    return 1 if verdict["first_break"] else 0


async def _check(address: str, head: str | None) -> dict[str, object]:
    async with served(address):
        await audit.seal(clock.now())
        found = await audit.verify()
        broken = found.first_break
        if broken is None and head and not await audit.is_in_chain(head):
            broken = f"no link has the hash {head}: the end of the chain was cut off"
    return {
        "rows": found.entries,
        "links": found.seals,
        "head": found.head.hex(),
        "first_break": broken,
    }


def _in_words(verdict: dict[str, object]) -> str:
    size = f"{verdict['rows']} 行，{verdict['links']} 环，链尾 {verdict['head'] or '（空）'}"
    if verdict["first_break"]:
        return f"审计日志：{size}\n断裂：{verdict['first_break']}"
    return f"审计日志：{size}\n完整。请把链尾抄在别处，下次用 --head 核对。"
