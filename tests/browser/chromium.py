"""Fixtures of a real browser, for tests here and in journeys/.

Where Chromium is missing each test says so by name in pytest's summary, and is skipped; with
COORDINATION_REQUIRE_BROWSER=1 it fails.
"""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIETLY = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def found() -> str | None:
    """Where Chromium is on this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture is made: no service starts for a test that cannot run."""
    if "chromium" in getattr(item, "fixturenames", ()) and not found():
        words = f"{item.name}: no Chromium (apt-get install chromium fonts-noto-cjk)"
        if os.environ.get("COORDINATION_REQUIRE_BROWSER") == "1":
            pytest.fail(words, pytrace=False)
        pytest.skip(words)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found(), args=list(QUIETLY))
        yield browser
        await browser.close()
