"""A server as durable as in production, which a test may kill."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from coordination.db import DB, close_pool, open_pool
from coordination.embedded import Embedded
from coordination.schema import migrate
from tests.faults.service import children_of


class Durable:
    """The embedded server with its own settings: what it acknowledges is on disk."""

    def __init__(self, folder: Path) -> None:
        self.server = Embedded(folder / "pg", settings={"shared_buffers": "32MB"}).start()

    def kill(self) -> None:
        """SIGKILL to all of it, as when the power goes: no checkpoint, no farewell.

        A backend whose postmaster is gone may still finish what it was asked."""
        postmaster = int((self.server.data / "postmaster.pid").read_text().split()[0])
        backends = children_of(postmaster)
        for pid in (postmaster, *backends):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def start_again(self) -> None:
        await asyncio.to_thread(self.server.start)


@pytest.fixture(scope="module")
def durable_server() -> Iterator[Durable]:
    base = Path(tempfile.mkdtemp(prefix="faults-"))
    base.chmod(0o755)
    durable = Durable(base)
    asyncio.run(migrate(durable.server.config))
    yield durable
    durable.server.stop()
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
async def durable(durable_server: Durable) -> AsyncIterator[Durable]:
    """The server, with this process's pool open on it as the serving role."""
    DB.config = durable_server.server.app_config
    await open_pool(4)
    yield durable_server
    await durable_server.start_again()  # where a test failed half-way
    await close_pool()
