"""What stands around a page: estate, tabs, staff sections, officer, banner 演示时间, 长辈版.

The slices above fill it in through `register_chrome`; `web` itself only knows the cookie of the
elder mode and the clock. `templates/layout.html` asks once per page: `chrome_of(request)`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote
from uuid import UUID

from litestar import Request

from coordination import clock
from coordination.settings import settings
from coordination.web.formats import local_time

ELDER_COOKIE = "elder"


@dataclass(frozen=True, slots=True)
class Tab:
    """A place to go. `icon` is a name in templates/icons.html; `covers`: other paths that belong
    to it; `count`: what waits there."""

    label: str
    href: str
    icon: str = ""
    covers: tuple[str, ...] = ()
    count: int = 0
    prominent: bool = False  # 吹哨, the one in the middle

    def is_current(self, path: str) -> bool:
        return any(lies_under(path, base) for base in (self.href, *self.covers))


@dataclass(frozen=True, slots=True)
class Section:
    """Staff pages that belong together, under one heading."""

    label: str
    tabs: tuple[Tab, ...]


@dataclass(frozen=True, slots=True)
class Officer:
    """Whom to call 社区专员: shown on every page of the elder mode, and where things went wrong."""

    name: str
    phone: str
    duty: str = ""


@dataclass(frozen=True, slots=True)
class Chrome:
    """All that the layout shows around a page. Every default means: leave it out."""

    person: str | None = None  # the name of who is signed in
    estate: str = "社区协同"
    home: str = "/"
    tabs: tuple[Tab, ...] = ()
    sections: tuple[Section, ...] = ()
    footer: tuple[tuple[str, str], ...] = ()  # (label, href): help, privacy, accessibility
    sign_in: str | None = None
    officer: Officer | None = None
    banner: str | None = None
    elder: bool = False
    elder_switch: str | None = None  # where the switch leads; None: no switch on this page


_Provider = Callable[[Request], Chrome]
_provider: _Provider = lambda _: Chrome()  # noqa: E731 - a default, replaced at start-up


def register_chrome(provider: _Provider) -> None:
    """Let `provider` fill in the chrome. It runs for every page, error pages too, and while the
    page is drawn: it must not wait. What it needs, the session's look-up has already put in
    `request.scope`, or it keeps in memory."""
    global _provider
    _provider = provider


def chrome_of(request: Request, estate: UUID | None = None) -> Chrome:
    """The chrome of this page; `estate`: where its subject lies, which a template sets as
    `of_estate`, so that who owns in two estates sees which one this is."""
    if estate:
        request.state.estate = estate
    elder = request.cookies.get(ELDER_COOKIE) == "1"
    return replace(
        _provider(request),
        banner=_banner(),
        elder=elder,
        elder_switch=_switch(request, elder),
    )


def current_tab(tabs: Iterable[Tab], path: str) -> Tab | None:
    """The tab that `path` belongs to: of several, the one that lies nearest."""
    fitting = [tab for tab in tabs if tab.is_current(path)]
    return max(fitting, key=lambda tab: len(tab.href), default=None)


def lies_under(path: str, base: str) -> bool:
    """Whether `path` is `base` or lies below it; "/" is only itself."""
    return path == base or (base != "/" and path.startswith(base.rstrip("/") + "/"))


def _banner() -> str | None:
    return f"演示时间 {local_time(clock.now())}" if settings().demo else None


def _switch(request: Request, elder: bool) -> str | None:
    if request.method != "GET":  # a form that was just refused: leaving would lose the words
        return None
    query = request.scope.get("query_string", b"").decode("latin-1")
    here = request.url.path + (f"?{query}" if query else "")
    return f"/elder?on={'0' if elder else '1'}&next={quote(here, safe='')}"
