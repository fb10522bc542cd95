"""What stands around each page here: estate, tabs of residents, sections of staff, officer.

Nothing of it asks the database: who is asking stands in the request, the estates in memory, and
which of several estates one was last at in a cookie.
"""

from urllib.parse import urlencode
from uuid import UUID

from litestar import Request
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, Receive, Scope, Send

from coordination.home.menu import sections_of
from coordination.home.neighbourhood import Neighbour, estate_known, estates_known
from coordination.people.access import asker_of
from coordination.people.askers import Asker
from coordination.people.sessions import COOKIE
from coordination.web.chrome import Chrome, Tab
from coordination.web.security import ONE_YEAR, our_cookie

ESTATE_COOKIE = "estate"
OF_ONE_ESTATE = frozenset({
    "/disclosures", "/responsible", "/registers", "/rooms", "/consultations", "/petitions",
    "/duty-reports",
})  # fmt: skip
FOOTER = (
    ("谁负责", "/responsible"), ("帮助", "/help"), ("个人信息", "/privacy"),
    ("无障碍", "/accessibility"), ("核对编码", "/v"),
)  # fmt: skip


def chrome(request: Request) -> Chrome:
    """For `register_chrome`."""
    asker = asker_of(request)
    estate = estate_here(request, asker)
    return Chrome(
        person=asker.name if asker else None,
        estate=estate.name if estate else "社区协同",
        home=home_of(estate),
        tabs=_tabs(estate),
        sections=sections_of(asker),
        footer=FOOTER,
        sign_in="/sign-in" if _may_sign_in(request) else None,
        officer=estate.officer if estate else None,
    )


def _may_sign_in(request: Request) -> bool:
    """An address that does not exist is refused before the session is looked up: who holds one is
    not asked to sign in again."""
    return "auth" in request.scope or COOKIE not in request.cookies


class OwnEstate(ASGIMiddleware):
    """A page of one estate that was asked for without saying which leads to the one at hand;
    where it cannot be known, or with `?choose=yes`, the page lets one choose. Stands behind the
    session's look-up."""

    scopes = (ScopeType.HTTP,)
    should_bypass_for_scope = staticmethod(
        lambda scope: scope["path"] not in OF_ONE_ESTATE or scope["method"] != "GET"
    )

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        request = Request(scope)
        said = request.query_params
        is_said = "estate" in said or "choose" in said
        estate = None if is_said else estate_here(request, asker_of(request))
        if estate is None:
            await next_app(scope, receive, send)
            return
        query = urlencode([("estate", str(estate.id)), *said.multi_items()])
        where = {"location": f"{request.url.path}?{query}"}
        await ASGIResponse(status_code=303, headers=where)(scope, receive, send)


def home_of(estate: Neighbour | None) -> str:
    return f"/estates/{estate.id}" if estate else "/"


def estate_here(request: Request, asker: Asker | None) -> Neighbour | None:
    """The estate that a page speaks of: the one in its address, else that the page itself names,
    else the one last looked at, else the only one there is, or that the offices of the asker
    cover."""
    found = (
        estate_known(_named_in(request.url.path))
        or estate_known(_uuid(request.query_params.get("estate")))
        or estate_known(request.state.get("estate"))
        or estate_known(_uuid(request.cookies.get(ESTATE_COOKIE)))
    )
    if found:
        return found
    estates = estates_known()
    reach = [role for role in asker.roles if role.place_path is not None] if asker else []
    if len(estates) > 1:
        estates = [e for e in estates if any(role.covers_path(e.path) for role in reach)]
    return estates[0] if len(estates) == 1 else None


def remembered(estate: UUID) -> Cookie:
    """So that other pages know which estate one was at."""
    return our_cookie(ESTATE_COOKIE, str(estate), max_age=ONE_YEAR)


def _tabs(estate: Neighbour | None) -> tuple[Tab, ...]:
    of = f"?estate={estate.id}" if estate else ""
    return (
        Tab("首页", home_of(estate), "home", ("/", "/estates", "/help")),
        Tab("议事", f"/matters{of}", "vote", ("/matters", "/ballots", "/meetings", "/petitions")),
        Tab("吹哨", f"/tickets/new{of}", "whistle", ("/tickets", "/r"), prominent=True),
        Tab(
            "公开",
            f"/disclosures{of}",
            "open",
            (
                "/disclosures",
                "/notices",
                "/v",
                "/reports",
                "/campaigns",
                "/rooms",
                "/consultations",
                "/duty-reports",
                "/registers",
                "/responsible",
            ),  # fmt: skip
        ),
        Tab("我的", "/me", "person", ("/messages", "/bind", "/consent", "/sign-in", "/join")),
    )


def _named_in(path: str) -> UUID | None:
    root, _, rest = path.removeprefix("/").partition("/")
    return _uuid(rest.partition("/")[0]) if root in ("estates", "registry") else None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
