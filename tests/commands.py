"""The command line, as a person runs it: a process of its own with an environment of its own."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

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


class Running:
    """`coordination serve` or `demo` as a person starts it."""

    def __init__(
        self, folder: Path, port: int, *words: str, command: str = "serve", **named: str
    ) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "coordination", command, "--port", str(port), *words],
            env=environment(folder / "data", **named),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=(folder / "log").open("ab"),
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        self.said = self.process.stdout.readline().strip()

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.address + path, timeout=10, trust_env=False, verify=False)

    def children(self) -> dict[str, int]:
        """The pid of each of our processes, by the function it runs; and of the database."""
        found = {}
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):
                words = (entry / "cmdline").read_text().split("\0")
                if (
                    int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    == self.process.pid
                ):
                    name = words[3] if words[2] == "coordination.child" else Path(words[0]).name
                    found[name] = int(entry.name)
        return found

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(sign)
        return self.process.wait(60)

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        self.process.wait(60)


def answers(running: Running, path: str = "/ready") -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return running.get(path).status_code == 200
    return False
