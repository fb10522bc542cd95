"""The command line, as a person runs it: a process of its own with an environment of its own."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


def environment(data: Path, **named: str) -> dict[str, str]:
    """Nothing of the caller's but where Python finds the project."""
    return {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "COORDINATION_DATA": str(data)} | named


async def coordination(*words: str | Path, data: Path, **named: str) -> Said:
    """`coordination WORDS` with that data folder, to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "coordination", *map(str, words)),
        env=environment(data, **named),
        cwd=data,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 100)
    return Said(process.returncode or 0, out.decode(), err.decode())
