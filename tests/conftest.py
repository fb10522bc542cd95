"""Fixtures everyone shares: a real server, a database per test, a stopped clock, a browser."""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

gc.disable()  # until all is loaded and found: it would be walked again and again
os.environ.setdefault("COORDINATION_DATA", tempfile.mkdtemp(prefix="coordination-tests-"))
os.environ.setdefault("COORDINATION_KEY", "a-key-for-tests-and-nothing-else")

import asyncpg
import httpx
import pytest
from bs4 import BeautifulSoup
from litestar import Litestar
from xdist.scheduler import LoadFileScheduling

from coordination import clock
from coordination.app import create_app
from coordination.db import DB, close_pool, open_pool
from coordination.embedded import Embedded
from coordination.people.sessions import COOKIE, open_session
from coordination.people.tables import Person
from coordination.schema import migrate
from tests.builders import DURING
from tests.program import Program


def pytest_collection_finish() -> None:
    """As in the server: what is there now stays, and is not looked through with each test."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> LoadFileScheduling:
    return OneDemo(config, log)


class OneDemo(LoadFileScheduling):
    """The tests of a file run in one process; so do all of a folder that start the same demo."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((start for start in TOGETHER if file.startswith(start)), file)


TOGETHER = ("tests/browser/", "tests/home/test_demo")

# Durability is off: what must survive a crash is tested with a server of its own.
FAST = (
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("max_connections", "60"),
    ("shared_buffers", "32MB"),
    ("autovacuum_naptime", "60s"),  # it would wait before databases that are copied and dropped
)


# Each test gets a copy of the migrated database: in memory it takes 0.03 s, on a disk 0.4 s.
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3


def fast_folder() -> Path | None:
    """Memory that is a folder, where there is enough of it; None: where temporary files go."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy and os.access(MEMORY, os.W_OK | os.X_OK) else None


@pytest.fixture(scope="session")
def server() -> Iterator[Embedded]:
    base = Path(tempfile.mkdtemp(prefix="coord-test-", dir=fast_folder()))
    base.chmod(0o755)
    running_server = Embedded(base / "pg", database="postgres", settings=FAST).start()
    yield running_server
    running_server.stop()
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture(scope="session")
async def template(server: Embedded) -> str:
    """A migrated, empty database that each test gets a copy of."""
    admin = await asyncpg.connect(**server.config)
    await admin.execute("create database template_app")
    await migrate({**server.config, "database": "template_app"})
    await admin.close()
    return "template_app"


@pytest.fixture
async def database(server: Embedded, template: str) -> AsyncIterator[dict]:
    """A fresh clone of the migrated database, served as the application's role: real commits,
    real locks, real NOTIFY."""
    admin = await asyncpg.connect(**server.config)
    await admin.execute("drop database if exists t with (force)")
    await admin.execute(f"create database t template {template} strategy file_copy")
    DB.config = {**server.config, "database": "t", "user": "coordination_app"}
    await open_pool(8)
    yield DB.config
    await close_pool()
    await admin.close()


@pytest.fixture
async def as_owner(server: Embedded, database: dict) -> AsyncIterator[asyncpg.Connection]:
    """The owner role's connection to the test's database, past the application's grants."""
    connection = await asyncpg.connect(**{**server.config, "database": "t"})
    yield connection
    await connection.close()


@pytest.fixture
def time_is(monkeypatch: pytest.MonkeyPatch):
    """Stop the clock: `time_is(CLOSING)`. Pages ask the clock; everything else is told."""

    def stop(at: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: at)

    stop(DURING)
    return stop


def litestar_of(made: Any) -> Litestar:
    """The application inside whatever stands in front of it."""
    while not isinstance(made, Litestar):
        made = made.inside
    return made


@asynccontextmanager
async def running(app) -> AsyncIterator[None]:
    """The lifespan in a task of its own: a fixture is torn down in another task than it was set
    up in, and Litestar's lifespan holds a task group, which must not change task."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    task = asyncio.create_task(run())
    waiting = asyncio.create_task(started.wait())
    done, _ = await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if task in done:
        waiting.cancel()
        task.result()
    try:
        yield
    finally:
        stop.set()
        with suppress(asyncio.CancelledError):
            await task


def well_made(page: BeautifulSoup) -> BeautifulSoup:
    """What holds for every page, checked on every page that any test opens."""
    [heading] = page.select("h1")
    assert heading.text.strip() and page.title.text.strip()
    assert page.html["lang"] == "zh-CN"
    for form in page.select("form"):
        assert form.get("action"), "works without JavaScript"
        assert form["method"] == "get" or form.select("input[name=_csrf_token]"), form
    for control in page.select("input:not([type=hidden]), select, textarea"):
        labelled = control.find_parent("label") or page.select(f"label[for='{control.get('id')}']")
        assert labelled, control
    assert not page.select("script:not([src]), [onclick], [onload], [onchange], [style], style")
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids)), "an id names one thing"
    return page


class Browser:
    """What a person does: sign in, open a page, send its form. Speaks paths and soup."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page: BeautifulSoup | None = None
        self.response: httpx.Response | None = None

    async def sign_in(
        self, person: Person, *, stepped_up: bool = True, second_factor: bool = True
    ) -> None:
        """Take the session of `person`, as after a sign-in that just happened."""
        token = await open_session(
            person.id, clock.now(), stepped_up=stepped_up, second_factor=second_factor,
            device="测试",
        )  # fmt: skip
        self.client.cookies.clear()
        self.client.cookies.set(COOKIE, token)

    def sign_out(self) -> None:
        self.client.cookies.clear()

    async def open(self, path: str, *, expect: int = 200, follow: bool = True) -> BeautifulSoup:
        self.response = await self.client.get(
            path, headers={"Accept": "text/html"}, follow_redirects=follow
        )
        assert self.response.status_code == expect, self.response.text
        return self._read()

    async def send(
        self,
        path: str,
        *,
        expect: int = 200,
        htmx: bool = False,
        follow: bool = True,
        files: dict | None = None,
        **fields: str | list[str],
    ) -> BeautifulSoup:
        """Post the form of the page last opened: its hidden fields go along."""
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
        if htmx:
            headers["HX-Request"] = "true"
        data = {**self._hidden(path), **fields}
        self.response = await self.client.post(
            path, data=data, files=files, headers=headers, follow_redirects=follow
        )
        assert self.response.status_code == expect, self.response.text
        return self._read()

    def _hidden(self, path: str) -> dict[str, str]:
        if self.page is None:
            return {}
        forms = self.page.select(f"form[action='{path}']") or self.page.select("form[method=post]")
        return {i["name"]: i.get("value", "") for f in forms[:1] for i in f.select("[type=hidden]")}

    def _read(self) -> BeautifulSoup:
        assert self.response is not None
        soup = BeautifulSoup(self.response.text, "html.parser")
        if soup.html:
            self.page = well_made(soup)
        return soup


@asynccontextmanager
async def a_client(app) -> AsyncIterator[httpx.AsyncClient]:
    # Litestar's AsyncTestClient runs the app in another thread's loop, where asyncpg's pool
    # cannot be shared with the test.
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture(scope="session")
def made_app():
    """Put together once, which takes a second; what it keeps in memory begins with its lifespan."""
    return create_app()


@pytest.fixture
async def app(database, time_is, made_app):
    async with running(litestar_of(made_app)):
        yield made_app


@pytest.fixture
async def browser(app) -> AsyncIterator[Browser]:
    async with a_client(app) as client:
        yield Browser(client)


@pytest.fixture
async def program(browser: Browser) -> Program:
    """A client of the API that holds each answer against its document."""
    return Program(browser, (await browser.client.get("/api/openapi.json")).json())
