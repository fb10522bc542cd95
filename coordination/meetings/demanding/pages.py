"""/meetings/demands: sessions of owners' committees that members demand, and their call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotFound
from coordination.law.committee import PROPOSING, SOURCE
from coordination.meetings.calling.actions import MeetingFacts
from coordination.meetings.demand_tables import SessionDemand
from coordination.meetings.demanding import actions
from coordination.meetings.demanding.actions import MISSING, demanders_of
from coordination.meetings.room.quorum import members_of
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.people.queries import body_of
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of, places_within
from coordination.places.tables import PlaceKind
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again

LASTS, LISTED = 90, 50


@dataclass
class DemandFields:
    place: str = ""
    title: str = ""
    text: str = ""


@dataclass
class CallFields:
    starts_at: str = ""
    venue: str = ""
    contact: str = ""


class DemandPages(Controller):
    path = "/meetings/demands"
    guards = [anyone]

    @get()
    async def demands(
        self, visitor: NamedDependency[Asker | None], estate: FromQuery[UUID | None] = None
    ) -> Template:
        """What members ask for, the newest first; who asks stands nowhere in public."""
        place = await place_of(estate) if estate else None
        asked = SessionDemand.objects().order_by(SessionDemand.begun_at, ascending=False)
        found = await (asked.where(SessionDemand.place == estate) if estate else asked).limit(
            LISTED
        )
        names = {one.id: (await place_of(one.place)).name for one in found}
        context = {
            "demands": found, "names": names, "place": place, "at": clock.now(),
            "may_begin": bool(visitor and await _estates(visitor)),
        }  # fmt: skip
        return Template("meetings/demands.html", context=context)

    @get("/{demand_id:uuid}")
    async def demand(
        self, visitor: NamedDependency[Asker | None], demand_id: FromPath[UUID]
    ) -> Template:
        context = await _shown(visitor, demand_id, clock.now())
        return Template("meetings/demand.html", context=context | {"form": Form()})


class DemandingPages(Controller):
    """For the members of the committee."""

    path = "/meetings/demands"
    guards = [signed_in]

    @get("/new")
    async def new_demand(self, asker: NamedDependency[Asker]) -> Template:
        context = {"places": await _estates(asker), "form": Form()}
        return Template("meetings/new_demand.html", context=context)

    @post("/new")
    async def begin(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[DemandFields]
    ) -> Response:
        places = await _estates(asker)
        try:
            read = Reader(data)
            chosen = read.one_of("place", "小区", [value for value, _ in places])
            title = read.text("title", "议题", longest=100)
            text = read.text("text", "说明", longest=2000)
            read.settle()
            place = await place_of(UUID(chosen))
            demand = await actions.begin_demand(asker, place, title, text, clock.now())
        except Invalid as refusal:
            return form_again("meetings/new_demand.html", refusal, data, places=places)
        return _back(demand.id)

    @post("/{demand_id:uuid}/members")
    async def join(self, asker: NamedDependency[Asker], demand_id: FromPath[UUID]) -> Redirect:
        await actions.join_demand(asker, demand_id, clock.now())
        return _back(demand_id)

    @post("/{demand_id:uuid}/session")
    async def call(
        self,
        asker: NamedDependency[Asker],
        demand_id: FromPath[UUID],
        data: URLEncodedBody[CallFields],
    ) -> Response:
        at = clock.now()
        context = await _shown(asker, demand_id, at)
        try:
            read = Reader(data)
            facts = MeetingFacts(
                f"{context['place'].name}业主委员会会议（委员提议）"[:100],
                read.moment("starts_at", "开会时间"), LASTS,
                read.text("venue", "地点", longest=100), read.text("contact", "联系人和电话"),
            )  # fmt: skip
            read.settle()
            meeting = await actions.call_session(asker, demand_id, facts, at)
        except Invalid as refusal:
            return form_again("meetings/demand.html", refusal, data, **context)
        return Redirect(f"/meetings/{meeting.id}/desk", status_code=303)


async def _shown(visitor: Asker | None, demand_id: UUID, at: datetime) -> dict[str, Any]:
    demand: Any = await SessionDemand.objects().get(SessionDemand.id == demand_id)
    if demand is None:
        raise NotFound(MISSING)
    members, asked = await members_of(demand.committee, at), await demanders_of(demand_id)
    me = visitor.id if visitor else None
    is_member = me in members
    return {
        "demand": demand,
        "place": await place_of(demand.place),
        "committee": await body_of(demand.committee),
        "asked": len(members & set(asked)),
        "members": len(members),
        "bar": PROPOSING,
        "source": SOURCE,
        "may_join": is_member and me not in asked and demand.called_at is None,
        "may_call": is_member and demand.reached_at is not None and demand.meeting is None,
        "at": at,
    }


async def _estates(asker: Asker) -> list[tuple[str, str]]:
    """Where the asker sits in the owners' committee."""
    paths = [role.place_path for role in asker.roles
             if role.kind is RoleKind.COMMITTEE_MEMBER and role.place_path]  # fmt: skip
    found = await places_within(paths, PlaceKind.ESTATE) if paths else []
    return [(str(one.id), one.name) for one in found]


def _back(demand_id: UUID) -> Redirect:
    return Redirect(f"/meetings/demands/{demand_id}", status_code=303)
