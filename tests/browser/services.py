"""The service as people start it: `coordination demo` or `serve` in a process of its own, with a
database of its own on the tests' server."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import asyncpg

from coordination.embedded import SERVES, Embedded
from tests.commands import ROOT, environment
from tests.ports import free_port

START_WITHIN = 90


@dataclass(frozen=True)
class Service:
    """Where it answers, what it said when it did, and its database."""

    address: str
    said: str
    config: dict

    @property
    def people(self) -> dict[str, dict]:
        """Of the demo: who can sign in, by name."""
        return {person["name"]: person for person in json.loads(self.said)["people"]}


@asynccontextmanager
async def a_service(
    server: Embedded, template: str, folder: Path, command: str, *words: str, **named: str
) -> AsyncIterator[Service]:
    """Start it, and stop it as Ctrl-C does."""
    config = await _database(server, template, f"{command}_service")
    port = free_port()
    named = {
        "COORDINATION_DATABASE_URL": _address(config, SERVES),
        "COORDINATION_OWNER_URL": _address(config, config["user"]),
        "COORDINATION_KEY": os.environ["COORDINATION_KEY"],
        "COORDINATION_POOL": "4",
        **named,
    }
    log = (folder / f"{command}.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "coordination", command, "--port", str(port), *words,
        env=environment(folder / command, **named), cwd=ROOT, start_new_session=True,
        stdout=asyncio.subprocess.PIPE, stderr=log, limit=1 << 20,
    )  # fmt: skip
    assert process.stdout
    try:
        said = await asyncio.wait_for(process.stdout.readline(), START_WITHIN)
        assert said, f"it did not start: see {log.name}"
        yield Service(f"http://127.0.0.1:{port}", said.decode(), {**config, "user": SERVES})
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 40)
        log.close()


async def _database(server: Embedded, template: str, name: str) -> dict:
    admin = await asyncpg.connect(**server.config)
    await admin.execute(f"drop database if exists {name} with (force)")
    await admin.execute(f"create database {name} template {template} strategy file_copy")
    await admin.close()
    return {**server.config, "database": name}


def _address(config: dict, role: str) -> str:
    folder = quote(config["host"], safe="")
    return f"postgresql://{role}@/{config['database']}?host={folder}&port={config['port']}"
