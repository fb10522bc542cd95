"""A small site over `coordination.web` alone: no slice, no database."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from bs4 import BeautifulSoup
from litestar import Litestar

from coordination.web import assets, chrome, csrf, elder, problems, security, templates
from coordination.web.access import require_declarations
from tests.conftest import running, well_made


def a_site(*handlers) -> Litestar:
    """Wired as web/README.md says."""
    site = Litestar(
        [assets.static, elder.elder, *handlers],
        before_request=csrf.check_form,
        before_send=[security.dress],
        exception_handlers=problems.HANDLERS,
        template_config=templates.template_config(),
        compression_config=assets.COMPRESSION,
        openapi_config=None,
    )
    require_declarations(site)
    csrf.require_form_checks(site)
    return site


class Visitor:
    """A browser that keeps its cookies."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=_headers(headers))

    async def post(self, path: str, data: dict | None = None, **headers: str) -> httpx.Response:
        return await self.client.post(path, data=data or {}, headers=_headers(headers))

    async def page(self, path: str) -> BeautifulSoup:
        response = await self.get(path)
        return well_made(BeautifulSoup(response.text, "html.parser"))

    async def token(self, path: str) -> str:
        """The form token of a page."""
        field = BeautifulSoup((await self.get(path)).text, "html.parser").select_one(
            "input[name=_csrf_token]"
        )
        assert field
        return str(field["value"])


def _headers(given: dict[str, str]) -> dict[str, str]:
    return {"Accept": "text/html"} | {k.replace("_", "-"): v for k, v in given.items()}


@asynccontextmanager
async def visiting(site: Litestar) -> AsyncIterator[Visitor]:
    transport = httpx.ASGITransport(app=site, raise_app_exceptions=False)  # pyright: ignore
    async with (
        running(site),
        httpx.AsyncClient(transport=transport, base_url="http://estate.test") as client,
    ):
        yield Visitor(client)


@pytest.fixture
def around(monkeypatch: pytest.MonkeyPatch) -> Callable[[chrome.Chrome], None]:
    """`around(Chrome(…))`: what the pages of this test are framed with."""

    def frame(made: chrome.Chrome) -> None:
        monkeypatch.setattr(chrome, "_provider", lambda _: made)

    return frame
