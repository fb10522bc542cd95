"""The application, put together. The only module that knows every slice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.di import Provide
from litestar.types import ASGIApp

from coordination.ballots.casting.api import CastApi
from coordination.ballots.casting.door import CastDoor
from coordination.ballots.casting.queue import CastQueue
from coordination.ballots.pages import PAGES as BALLOTS
from coordination.ballots.polls.stalls import stalled_count
from coordination.ballots.proxies.api import ProxyApi
from coordination.ballots.results.api import ObjectionApi, PollApi
from coordination.ballots.witnessing.api import BoardApi
from coordination.db import DB, close_pool, open_pool
from coordination.disclosures.routes import PAGES as DISCLOSURES
from coordination.disclosures.ties import DISCLOSURES as DISCLOSURES_TIE
from coordination.home.api import CodeApi
from coordination.home.chrome import OwnEstate
from coordination.home.deployment.pages import PlacePages
from coordination.home.deployment.setting_pages import PlaceSettingPages, SettingPages
from coordination.home.deployment.setup_pages import SetupPages
from coordination.home.deployment.time_pages import CalendarPages, ClockPages, years_missing
from coordination.home.following import following
from coordination.home.my_data import VOTES
from coordination.home.routes import PAGES as HOME
from coordination.matters.api import MatterApi
from coordination.matters.pages import PAGES as MATTERS
from coordination.matters.ties import MATTERS as MATTERS_TIE
from coordination.meetings.api import MeetingApi
from coordination.meetings.routes import PAGES as MEETINGS
from coordination.notices.api import NoticeApi
from coordination.notices.pages import PAGES as NOTICES
from coordination.people import access
from coordination.people.api import MeApi
from coordination.people.pages import PAGES as PEOPLE
from coordination.people.ties import tie
from coordination.petitions.pages import PAGES as PETITIONS
from coordination.petitions.ties import PETITIONS as PETITIONS_TIE
from coordination.places.api import EstateApi
from coordination.registry.pages import PAGES as REGISTRY
from coordination.registry.ties import REGISTRY as OWNERSHIP
from coordination.reports.pages import PAGES as REPORTS
from coordination.tickets.campaigns.pages import PAGES as CAMPAIGNS
from coordination.tickets.desk.routes import PAGES as DESK
from coordination.tickets.doors.pages import API as TICKET_API
from coordination.tickets.doors.pages import PAGES as TICKET_DOORS
from coordination.tickets.incidents.pages import PAGES as INCIDENTS
from coordination.tickets.recomputing import differing_last
from coordination.tickets.routing.pages import PAGES as ROUTING
from coordination.tickets.visiting.pages import PAGES as VISITING
from coordination.tickets.watching.pages import PAGES as WATCHING
from coordination.tickets.whistling.pages import PAGES as WHISTLING
from coordination.tickets.whistling.ties import TICKETS
from coordination.web import live
from coordination.web.access import require_declarations
from coordination.web.api import api, openapi_config
from coordination.web.assets import COMPRESSION, static
from coordination.web.csrf import check_form, require_form_checks
from coordination.web.elder import elder
from coordination.web.health import HEALTH
from coordination.web.methods import answer_heads, name_methods
from coordination.web.metrics import Counted, watch
from coordination.web.once import Once
from coordination.web.problems import HANDLERS
from coordination.web.security import dress, hear_sound_hosts
from coordination.web.templates import template_config
from coordination.web.unbroken import Unbroken

ROUTES = [
    *HEALTH,
    static,
    elder,
    live.live,
    *HOME,
    *PEOPLE,
    *REGISTRY,
    SetupPages,
    PlacePages,
    SettingPages,
    PlaceSettingPages,
    CalendarPages,
    ClockPages,
    *MATTERS,
    *NOTICES,
    *DISCLOSURES,
    *PETITIONS,
    *WHISTLING,
    *ROUTING,
    *VISITING,
    *TICKET_DOORS,
    *DESK,
    *WATCHING,
    *BALLOTS,
    *MEETINGS,
    *CAMPAIGNS,
    *INCIDENTS,
    *REPORTS,
]
API = [
    EstateApi, NoticeApi, MatterApi, MeetingApi, PollApi, ObjectionApi, CastApi, ProxyApi, BoardApi,
    CodeApi, MeApi, *TICKET_API,
]  # fmt: skip
PERMITS: list = []


@asynccontextmanager
async def _pool(_: Litestar) -> AsyncIterator[None]:
    """The process's connections; a test has opened its own."""
    opened_here = DB.pool is None
    if opened_here:
        await open_pool()
    try:
        yield
    finally:
        if opened_here:
            await close_pool()


def _casting(queue: CastQueue) -> Any:
    """The queue's life within the application's."""

    @asynccontextmanager
    async def running(_: Litestar) -> AsyncIterator[None]:
        queue.start()
        yield
        await queue.stop()

    return running


def create_litestar(queue: CastQueue) -> Litestar:
    """Every slice's routes behind one set of rules. RuntimeError: a route declares no access."""
    tie(OWNERSHIP)
    tie(VOTES)
    tie(TICKETS)
    tie(MATTERS_TIE)
    tie(PETITIONS_TIE)
    tie(DISCLOSURES_TIE)
    watch("coordination_polls_stalled", "Polls that the clock cannot move on.", stalled_count)
    watch("coordination_calendar_years_missing", "Years without their holidays.", years_missing)
    watch("coordination_tickets_differing", "Found by the last recomputation.", differing_last)

    app = Litestar(
        route_handlers=[*ROUTES, api(*API)],
        dependencies={
            "asker": Provide(access.asker),
            "visitor": Provide(access.visitor),
            "visit": Provide(access.visit),
            "casting": Provide(lambda: queue, sync_to_thread=False),
        },
        middleware=[access.Sessions(), OwnEstate()],
        before_request=check_form,
        before_send=[dress, name_methods],
        exception_handlers=HANDLERS,  # pyright: ignore[reportArgumentType]
        compression_config=COMPRESSION,
        template_config=template_config(),
        lifespan=[_pool, following, _casting(queue)],
        plugins=[live.channels()],
        logging_config=None,  # ours is set up by `logs`
        openapi_config=openapi_config(),
        include_in_schema=False,  # pages are not; the API says otherwise
    )
    answer_heads(app)
    hear_sound_hosts(app)
    require_declarations(app)
    require_form_checks(app)
    assert app.template_engine
    app.template_engine.engine.globals |= {permit.__name__: permit for permit in PERMITS}  # pyright: ignore
    return app


def create_app() -> ASGIApp:
    """What a server serves: the door for papers in front, Litestar behind; all of it counted, what
    was begun is finished, and what is sent twice is done once."""
    queue = CastQueue()
    # A paper is written by the queue's task, whoever goes away, and needs no other.
    return Counted(CastDoor(Unbroken(Once(create_litestar(queue))), queue))
