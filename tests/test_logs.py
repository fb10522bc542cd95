"""Logs say what broke and where, and nothing about anybody."""

import json
import subprocess
import sys

from tests.commands import ROOT

PHONE = "13800138000"
BROKEN = f"""
import asyncio, logging, structlog
from coordination import logs

logs.configure()

def fail():
    try:
        raise LookupError("{PHONE}")
    except LookupError as error:
        raise ValueError("李秀英 {PHONE}") from error

for log in (structlog.get_logger(), logging.getLogger("library")):
    try:
        fail()
    except ValueError:
        log.error("broken", exc_info=True)
logging.getLogger("library").error("row %s was refused", "{PHONE}")

async def forgotten():
    task = asyncio.get_running_loop().create_task(asyncio.to_thread(fail))
    await asyncio.wait([task])
asyncio.run(forgotten())
"""


def test_an_error_is_told_by_its_type_and_places_without_its_words():
    said = subprocess.run(
        [sys.executable, "-c", BROKEN], capture_output=True, text=True, check=True, cwd=ROOT
    )

    lines = [json.loads(line) for line in said.stderr.splitlines()]
    assert PHONE not in said.stderr and "李秀英" not in said.stderr
    assert [line["event"] for line in lines] == [
        "broken",
        "broken",
        "row %s was refused",
        "Task exception was never retrieved",
    ]
    for line in (lines[0], lines[1], lines[3]):
        assert [one["type"] for one in line["exception"]] == ["ValueError", "LookupError"]
        assert line["exception"][0]["at"][-1].endswith(" fail")
