"""Chromium as people hold it, and what holds for every page that any of these tests opens.

A `Screen` does what a person does: opens an address, presses what has these words, fills in the
field with that label. After each page it looks for what nobody may meet: an error in the console
(the content policy speaks there too), an address outside the service, a page wider than the
phone, a page that is not `well_made`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
)

from coordination.web.chrome import ELDER_COOKIE
from coordination.web.security import SESSION_COOKIE
from tests.conftest import well_made

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
WIDER = "document.documentElement.scrollWidth - window.innerWidth"


@dataclass
class Faults:
    """What was met on the way and should not have been."""

    host: str
    found: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.found.append(f"script: {error.error}"))
        context.on("request", self._asked)
        context.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium also logs a page that was refused; the tests say which refusals they expect.
        if message.type in ("error", "warning") and not REFUSAL.match(message.text):
            self.found.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.host:
            self.found.append(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.found.append(f"{response.status} {response.url}")


class Screen:
    """One window of one person."""

    def __init__(self, page: Page, address: str, faults: Faults) -> None:
        self.page, self.address, self.faults = page, address, faults
        self.status = 0  # of the page last answered
        page.on("response", self._answered)

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def path(self) -> str:
        """Where this window is, with what follows the question mark."""
        return self.page.url.removeprefix(self.address)

    async def take_session(self, token: str) -> None:
        """Be signed in, as after a sign-in that just happened."""
        await self.context.add_cookies(
            [{"name": SESSION_COOKIE, "value": token, "url": self.address, "httpOnly": True}]
        )

    async def leave(self) -> None:
        """Lose the session, as when it runs out."""
        await self.context.clear_cookies(name=SESSION_COOKIE)

    async def open(self, path: str, expect: int = 200) -> BeautifulSoup:
        await self.page.goto(self.address + path)
        return await self.look(expect)

    async def press(self, words: str | re.Pattern[str], expect: int = 200) -> BeautifulSoup:
        """Tap or click the link or button that says this, and read the page it leads to."""
        return await self.going(lambda: self._touch(self.named(words)), expect)

    async def going(self, do: Callable, expect: int = 200) -> BeautifulSoup:
        """Do something that leads to another page; that page."""
        async with self.page.expect_event("load"):
            await do()
        return await self.look(expect)

    def named(self, words: str | re.Pattern[str]) -> Locator:
        """The link or button of the page that says just this, or something like it."""
        place, exact = self.page.locator("main"), isinstance(words, str)
        button = place.get_by_role("button", name=words, exact=exact)
        return button.or_(place.get_by_role("link", name=words, exact=exact)).first

    async def choose(self, words: str) -> None:
        """Touch the line with these words: of a radio, of a box to tick."""
        await self._touch(self.page.locator("label.choice").filter(has_text=words).first)

    async def fill(self, **fields: str) -> None:
        """Type into the fields with these names."""
        for name, words in fields.items():
            box = self.page.locator(f"main [name={name}]:visible")
            if await box.evaluate("box => box.tagName") == "SELECT":
                await box.select_option(label=words)
            else:
                await box.fill(words)

    async def look(self, expect: int = 200) -> BeautifulSoup:
        """The page as it stands, after the checks that hold everywhere."""
        assert self.status == expect, f"{self.path}: {await self.text()}"
        soup = well_made(BeautifulSoup(await self.page.content(), "html.parser"))
        assert await self.page.evaluate(WIDER) <= 0, f"{self.path} is wider than the screen"
        return soup

    async def widen(self) -> None:
        """Look at the same page on a wide screen as well, and turn back to this one."""
        here = self.page.viewport_size
        assert here
        await self.page.set_viewport_size(DESK["viewport"])
        assert await self.page.evaluate(WIDER) <= 0, f"{self.path} is wider than the desk's screen"
        await self.page.set_viewport_size(here)

    async def text(self) -> str:
        return await self.page.locator("main").inner_text()

    async def heading(self) -> str:
        return await self.page.locator("h1").inner_text()

    def _answered(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self.status = response.status

    async def _touch(self, what: Locator) -> None:
        if await self.page.evaluate("navigator.maxTouchPoints") > 0:
            await what.tap()
        else:
            await what.click()


class Windows:
    """Opens windows of one service, each with cookies of its own, and knows what went wrong."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.faults = Faults(urlsplit(address).netloc)
        self._contexts: list[BrowserContext] = []

    async def phone(self, *, elder: bool = False, scripts: bool = True) -> Screen:
        return await self._window(PHONE, elder, scripts)

    async def desk(self, *, elder: bool = False, scripts: bool = True) -> Screen:
        return await self._window(DESK, elder, scripts)

    async def _window(self, kind: dict, elder: bool, scripts: bool) -> Screen:
        context = await self.browser.new_context(
            **kind, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=scripts
        )
        context.set_default_timeout(15_000)
        self.faults.watch(context)
        self._contexts.append(context)
        if elder:
            cookie = {"name": ELDER_COOKIE, "value": "1", "url": self.address}
            await context.add_cookies([cookie])  # pyright: ignore[reportArgumentType]
        return Screen(await context.new_page(), self.address, self.faults)

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()
