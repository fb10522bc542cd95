"""The service on an empty database, with its worker, and a clock that can be put forward."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

STEPS = (
    "founding", "registering", "convening", "voting", "counting", "neighbours", "gathering",
    "conferring", "concluding",
)  # fmt: skip
pytest.register_assert_rewrite(*(f"tests.journeys.{step}" for step in STEPS))

from playwright.async_api import Browser

from coordination import clock
from coordination.db import DB, close_pool, open_pool
from tests.browser.chromium import chromium, pytest_runtest_setup
from tests.browser.screens import Windows
from tests.browser.services import a_service
from tests.journeys.town import Town

__all__ = ["chromium", "pytest_runtest_setup"]


@pytest.fixture
async def town(chromium: Browser, server, template, tmp_path) -> AsyncIterator[Town]:
    """An empty deployment; in the end nothing may have gone wrong in any window."""
    async with a_service(server, template, tmp_path, "serve", COORDINATION_DEMO="1") as service:
        DB.config = service.config
        await open_pool(2)
        windows = Windows(chromium, service.address)
        try:
            yield Town(service, windows, tmp_path)
        finally:
            await windows.close()
            await close_pool()
            clock.move_by(timedelta(0))
        assert windows.faults.found == []
