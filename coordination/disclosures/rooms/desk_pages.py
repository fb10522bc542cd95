"""/rooms/desk: for who keeps rooms: what waits, what is coming up, the rooms and their hours."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.disclosures.rooms import actions
from coordination.disclosures.rooms.actions import RoomFacts
from coordination.disclosures.rooms.hours import WEEKDAYS, Open, read_span, span_words
from coordination.disclosures.rooms.permits import KEEPERS, bodies_of, may_keep, may_open_room
from coordination.disclosures.rooms.queries import (
    granted_by,
    hours_of,
    room_of,
    rooms_kept,
    waiting_for,
)
from coordination.errors import Invalid, NotAllowed
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.places.queries import places_within
from coordination.places.tables import Place, PlaceKind
from coordination.web.forms import Form, Reader, form_again

DAYS = [(f"day_{number}", day) for number, day in enumerate(WEEKDAYS)]


@dataclass
class RoomFields:
    place: str = ""
    name: str = ""
    where: str = ""
    seats: str = ""
    says: str = ""
    day_0: str = ""
    day_1: str = ""
    day_2: str = ""
    day_3: str = ""
    day_4: str = ""
    day_5: str = ""
    day_6: str = ""
    closed: str = ""


class RoomDeskPages(Controller):
    path = "/rooms"
    guards = [staff(*KEEPERS)]

    @get("/desk")
    async def desk(self, asker: NamedDependency[Asker]) -> Template:
        at, bodies = clock.now(), bodies_of(asker)
        context = {
            "waiting": await waiting_for(bodies, at),
            "coming": await granted_by(bodies, at),
            "rooms": await rooms_kept(bodies),
            "at": at,
        }
        return Template("disclosures/rooms/desk.html", context=context)

    @get("/new")
    async def new_room(self, asker: NamedDependency[Asker]) -> Template:
        values = {name: "9:00-21:00" for name, _ in DAYS}
        context = await _places(asker) | {"room": None, "form": Form(values), "days": DAYS}
        return Template("disclosures/rooms/facts.html", context=context)

    @post("/new")
    async def open_room(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[RoomFields]
    ) -> Response:
        context = await _places(asker) | {"room": None, "days": DAYS}
        try:
            read = Reader(data)
            chosen = read.one_of("place", "所在地", [value for value, _ in context["places"]])
            facts = _facts(read)
            place = next(one for one in context["found"] if str(one.id) == chosen)
            room = await actions.open_room(asker, place, facts, clock.now())
        except Invalid as refusal:
            return form_again("disclosures/rooms/facts.html", refusal, data, **context)
        return Redirect(f"/rooms/{room.id}", status_code=303)

    @get("/{room_id:uuid}/facts")
    async def facts(self, asker: NamedDependency[Asker], room_id: FromPath[UUID]) -> Template:
        found = await room_of(room_id)
        if not may_keep(asker, found.body):
            raise NotAllowed(actions.WHO_KEEPS)
        values: dict[str, Any] = {
            "name": found.name, "where": found.where, "seats": found.seats, "says": found.says,
            "closed": "yes" if found.closed_at else "",
        }  # fmt: skip
        spans = hours_of(found)
        values |= {name: _typed(spans[number]) for number, (name, _) in enumerate(DAYS)}
        context = {"room": found, "places": [], "form": Form(values), "days": DAYS}
        return Template("disclosures/rooms/facts.html", context=context)

    @post("/{room_id:uuid}/facts")
    async def change_room(
        self,
        asker: NamedDependency[Asker],
        room_id: FromPath[UUID],
        data: URLEncodedBody[RoomFields],
    ) -> Response:
        found = await room_of(room_id)
        try:
            facts = _facts(Reader(data))
            await actions.change_room(asker, room_id, facts, data.closed == "yes", clock.now())
        except Invalid as refusal:
            return form_again(
                "disclosures/rooms/facts.html", refusal, data, room=found, places=[], days=DAYS
            )
        return Redirect(f"/rooms/{room_id}", status_code=303)


async def _places(asker: Asker) -> dict[str, Any]:
    paths = {role.place_path for role in asker.roles if role.kind in KEEPERS}
    found: list[Place] = [
        *await places_within(paths, PlaceKind.COMMUNITY),
        *await places_within(paths, PlaceKind.ESTATE),
    ]
    found = [place for place in found if may_open_room(asker, place)]
    return {"found": found, "places": [(str(one.id), one.name) for one in found]}


def _facts(read: Reader) -> RoomFacts:
    """Invalid: all that is wrong."""
    facts = RoomFacts(
        read.text("name", "名称", longest=60), read.text("where", "在哪里", longest=100),
        read.whole("seats", "最多人数", least=1, most=10_000),
        read.text("says", "说明", longest=600, optional=True),
        [_span(read, name) for name, _ in DAYS],
    )  # fmt: skip
    read.settle()
    return facts


def _span(read: Reader, name: str) -> Open:
    try:
        return read_span(str(read.values.get(name) or ""))
    except ValueError as fault:
        read.wrong(name, f"{fault}。")
        return None


def _typed(span: Open) -> str:
    return span_words(span).replace("–", "-") if span else ""
