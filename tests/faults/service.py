"""The service's processes, one by one, so that a test can kill the one it means."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx

from coordination.db import DB
from tests.commands import ROOT, environment
from tests.ports import free_port
from tests.waiting import until

WEB, WORKER = "coordination.server:main", "coordination.worker:main"
START_WITHIN, STOP_WITHIN = 60.0, 20.0


@dataclass(frozen=True, slots=True)
class Running:
    """A child of the launcher, and what it said so far."""

    process: subprocess.Popen[bytes]
    log: Path
    address: str = ""

    def kill(self) -> None:
        """As the kernel does when memory runs out."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def children(self) -> list[int]:
        """Process ids of those it started: granian's workers, each alive."""
        return children_of(self.process.pid)


def children_of(pid: int) -> list[int]:
    """Process ids of those it started that are alive."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = stat.read_text().rpartition(")")
        except OSError:
            continue
        state, parent, *_ = rest.split()
        if int(parent) == pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


@asynccontextmanager
async def a_web_server(folder: Path, *, workers: int = 1) -> AsyncIterator[Running]:
    """The web server as the launcher starts it, on the database of this test."""
    port = free_port()
    words = ("--port", str(port), "--workers", str(workers))
    with_port = f"http://127.0.0.1:{port}"
    async with _running(WEB, folder, words, with_port) as web:
        # Certificates, which nobody reads here, would take longer to load than the question.
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            await until(lambda: _answers(web, client), pause=0.05)
        yield web


@asynccontextmanager
async def a_worker(folder: Path) -> AsyncIterator[Running]:
    """A job worker on the database of this test."""
    async with _running(WORKER, folder, (), "") as worker:
        yield worker


@asynccontextmanager
async def _running(
    target: str, folder: Path, words: tuple[str, ...], address: str
) -> AsyncIterator[Running]:
    log = folder / f"{target.partition(':')[0]}.log"
    process = _child(target, words, folder, log)
    try:
        yield Running(process, log, address)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                await asyncio.to_thread(process.wait, STOP_WITHIN)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise


def _child(target: str, words: tuple[str, ...], folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """In a session of its own, as the launcher starts it."""
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "coordination.child", target, *words],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True,
            env=environment(
                folder,
                COORDINATION_DATABASE_URL=address_of(DB.config),
                COORDINATION_KEY=os.environ["COORDINATION_KEY"],
                COORDINATION_POOL="4",
            ),
        )  # fmt: skip


def address_of(config: dict) -> str:
    """The same database, for another process."""
    folder = quote(config["host"], safe="")
    return (
        f"postgresql://{config['user']}@/{config['database']}?host={folder}&port={config['port']}"
    )


async def _answers(web: Running, client: httpx.AsyncClient) -> bool:
    assert web.process.poll() is None, web.log.read_text(errors="replace")[-3000:]
    try:
        return (await client.get(f"{web.address}/health")).status_code == 200
    except httpx.HTTPError:
        return False
