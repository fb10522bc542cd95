"""What is measured: a durable database of its own, and granian serving the app or the floor."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from coordination.db import DB
from coordination.embedded import Embedded
from coordination.postgres_tools import run_tool
from coordination.schema import migrate
from tests.benchmarks import KEY
from tests.ports import free_port


@dataclass(frozen=True, slots=True)
class Database:
    """A migrated database with the durability of production."""

    folder: Path
    owner: str  # its address, as the owner
    app: str  # as the serving role

    def pgbench(self, *words: str) -> str:
        return run_tool("pgbench", self.owner, *words)


@contextmanager
def database() -> Iterator[Database]:
    """fsync and synchronous_commit on, as they are by default."""
    folder = Path(tempfile.mkdtemp(prefix="coordination-bench-"))
    folder.chmod(0o755)
    with Embedded(folder / "pg", settings={"max_connections": "300"}) as server:
        asyncio.run(migrate(server.config))
        DB.config = server.config
        yield Database(folder, server.dsn, server.app_dsn)


@contextmanager
def serving(target: str, address: str, workers: int = 1) -> Iterator[int]:
    """Granian with `target` ("app" or "floor") on a free port of loopback: the port."""
    port = free_port()
    command = {
        "app": ["-m", "coordination.child", "coordination.server:main", "--host", "127.0.0.1",
                "--port", str(port), "--workers", str(workers)],
        "floor": ["-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port",
                  str(port), "--workers", str(workers), "--loop", "uvloop", "--log-level",
                  "warning", "tests.benchmarks.floor:app"],
    }[target]  # fmt: skip
    environment = os.environ | {"COORDINATION_DATABASE_URL": address, "COORDINATION_KEY": KEY}
    process = subprocess.Popen([sys.executable, *command], env=environment, stdin=subprocess.PIPE)
    try:
        _await(port, "/health" if target == "app" else "/")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def say(name: str, **figures: object) -> None:
    """One JSON line."""
    print(json.dumps({"benchmark": name, **figures}, ensure_ascii=False), flush=True)


def _await(port: int, path: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1).close()
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers on {port}")
