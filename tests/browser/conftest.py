"""One demo for all tests of this folder, windows on it, and rows of one's own beside its data."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from coordination import clock
from coordination.db import DB, close_pool, open_pool
from coordination.people.sessions import open_session
from coordination.people.tables import Person
from tests.browser.chromium import chromium, pytest_runtest_setup
from tests.browser.screens import Screen, Windows
from tests.browser.services import Service, a_service

__all__ = ["chromium", "pytest_runtest_setup"]


@pytest.fixture(scope="session")
async def demo(server, template, tmp_path_factory) -> AsyncIterator[Service]:
    """`coordination demo`, without the worker, whose history would only cost time here."""
    folder = tmp_path_factory.mktemp("demo")
    async with a_service(server, template, folder, "demo", "--json", "--no-worker") as service:
        yield service


@pytest.fixture
async def windows(chromium: Browser, demo: Service) -> AsyncIterator[Windows]:
    """Windows on the demo; in the end nothing may have gone wrong in any of them."""
    opened = Windows(chromium, demo.address)
    yield opened
    await opened.close()
    assert opened.faults.found == []


@pytest.fixture
async def rows(demo: Service) -> AsyncIterator[None]:
    """The demo's database, for builders."""
    DB.config = demo.config
    await open_pool(2)
    yield
    await close_pool()


async def be(screen: Screen, person: Person, *, stepped_up: bool = True) -> None:
    """Sign this person in, as after a sign-in that just happened."""
    token = await open_session(
        person.id, clock.now(), stepped_up=stepped_up, second_factor=True, device="测试"
    )
    await screen.take_session(token)


async def until_it_waits(screen: Screen, words: str) -> None:
    """The phone has put the words away; what nobody waits for takes its time."""
    await screen.page.wait_for_function(
        """words => new Promise(done => {
          const open = indexedDB.open("whistle", 1);
          open.onsuccess = () => {
            const all = open.result.transaction("draft");
            const asked = all.objectStore("draft").get("now");
            all.oncomplete = () => { open.result.close(); done(asked.result?.text === words); };
          };
        })""",
        arg=words,
    )
