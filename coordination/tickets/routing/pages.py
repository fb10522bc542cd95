"""/responsible: 谁负责, for everybody; /desk/routes: keeping the table behind it; hints."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotAllowed
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import BodyKind, RoleKind
from coordination.people.words import BODY_WORDS
from coordination.places.naming import building_name
from coordination.places.queries import estates, lineage, place_of, ways_down
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.routing import actions
from coordination.tickets.routing.category_pages import CategoryKeeping
from coordination.tickets.routing.permits import (
    SERVING,
    may_give_hints,
    may_keep_duties,
    may_keep_routes,
)
from coordination.tickets.routing.queries import bodies_at
from coordination.tickets.routing.reading import (
    DUTY_WORDS,
    PART_WORDS,
    Subject,
    answers_at,
    hints_of,
    offices_at,
    table_at,
)
from coordination.tickets.routing.tables import DutyKind, RouteKind
from coordination.web.access import anyone
from coordination.web.forms import Form, form_again

ROUTES = "tickets/routing/routes.html"
HINTS = "tickets/routing/hints.html"
OF_A_KIND = "kind:"  # before the kind, where a line names no body
KINDS = (
    BodyKind.PROPERTY_COMPANY,
    BodyKind.RESIDENTS_COMMITTEE,
    BodyKind.OWNERS_COMMITTEE,
    BodyKind.SUBDISTRICT_OFFICE,
)


@get("/responsible", guards=[anyone])
async def responsible(estate: FromQuery[UUID | None] = None) -> Template:
    """谁负责 in an estate: for each category who leads and who assists, and whom to call."""
    chosen = await place_of(estate, PlaceKind.ESTATE) if estate else None
    offices = await offices_at(chosen, clock.now()) if chosen else []
    context = {
        "estates": [] if chosen else await estates(),
        "estate": chosen,
        "groups": await answers_at(chosen, offices) if chosen else [],
        "offices": offices,
    }
    return Template("tickets/routing/responsible.html", context=context)


@dataclass
class RouteFields:
    category: str = ""
    kind: str = ""
    body: str = ""


@dataclass
class DutyFields:
    duty_category: str = ""
    duty: str = ""
    basis: str = ""


class RoutePages(Controller):
    path = "/desk/routes"
    guards = [staff(RoleKind.OPERATOR, RoleKind.SUBDISTRICT_OFFICER)]

    @get()
    async def routes(
        self, asker: NamedDependency[Asker], at_place: FromQuery[UUID | None] = None
    ) -> Template:
        return Template(ROUTES, context=await _table(asker, at_place) | {"form": Form()})

    @post()
    async def add_route(
        self,
        asker: NamedDependency[Asker],
        data: URLEncodedBody[RouteFields],
        at_place: FromQuery[UUID | None] = None,
    ) -> Response:
        context = await _table(asker, at_place)
        try:
            await actions.add_route(asker, context["place"], _line(data), clock.now())
        except Invalid as refusal:
            return form_again(ROUTES, refusal, data, **context)
        return _back(context["place"])

    @post("/{route_id:uuid}/end")
    async def end_route(
        self,
        asker: NamedDependency[Asker],
        route_id: FromPath[UUID],
        at_place: FromQuery[UUID | None] = None,
    ) -> Response:
        await actions.end_route(asker, route_id, clock.now())
        return _back(await place_of(at_place) if at_place else None)

    @post("/departments")
    async def add_departments(
        self, asker: NamedDependency[Asker], at_place: FromQuery[UUID]
    ) -> Response:
        """Enter the departments of the start, with what each leads."""
        place = await place_of(at_place)
        await actions.add_departments(asker, place, clock.now())
        return _back(place)

    @post("/duties")
    async def set_duty(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[DutyFields]
    ) -> Response:
        duty = DutyKind(data.duty) if data.duty in set(DutyKind) else None
        try:
            category = _id(data.duty_category)
            if category is None:
                raise Invalid("请选择类别。", duty_category="请选择类别。")
            await actions.set_duty(asker, category, duty, data.basis, clock.now())
        except Invalid as refusal:
            return form_again(ROUTES, refusal, data, **await _table(asker, None))
        return _back(None)


def _line(data: RouteFields) -> actions.Line:
    category = _id(data.category)
    if category is None:
        raise Invalid("请选择类别。", category="请选择类别。")
    if data.kind not in set(RouteKind):
        raise Invalid("请选择主管还是协助。", kind="请选择主管或协助。")
    kind = data.body.removeprefix(OF_A_KIND)
    of_a_kind = BodyKind(kind) if data.body.startswith(OF_A_KIND) and kind in set(KINDS) else None
    return actions.Line(category, RouteKind(data.kind), _id(data.body), of_a_kind)


async def _table(asker: Asker, at_place: UUID | None) -> dict[str, Any]:
    place = await place_of(at_place) if at_place else None
    above = await lineage(place) if place else []
    bodies = await bodies_at(place.path, clock.now()) if place else []
    subjects = await table_at(place)
    return {
        "place": place,
        "above": above,
        "ways": await ways_down(place),
        "subjects": subjects,
        "categories": [(str(one.id), _named(one)) for one in subjects],
        "kinds": list(PART_WORDS.items()),
        "duties": list(DUTY_WORDS.items()),
        "bodies": [
            *((f"{OF_A_KIND}{kind.value}", f"本地的{BODY_WORDS[kind]}") for kind in KINDS),
            *((str(body.id), body.name) for body in bodies),
        ],
        "may_keep": may_keep_routes(asker, place),
        "may_keep_duties": may_keep_duties(asker),
        "takes_departments": place is not None
        and place.kind in (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT),
    }


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _named(subject: Subject) -> str:
    return f"　{subject.name}" if subject.parent else subject.name


def _back(place: Place | None) -> Redirect:
    there = f"?at_place={place.id}" if place else ""
    return Redirect(f"/desk/routes{there}", status_code=303)


@dataclass
class HintFields:
    hint: str = ""


class HintPages(Controller):
    """What handlers should know of a building."""

    path = "/desk/buildings/{building_id:uuid}/hints"
    guards = [staff(*SERVING)]

    @get()
    async def hints(self, asker: NamedDependency[Asker], building_id: FromPath[UUID]) -> Template:
        return Template(HINTS, context=await _hints(asker, building_id) | {"form": Form()})

    @post()
    async def give_hint(
        self,
        asker: NamedDependency[Asker],
        building_id: FromPath[UUID],
        data: URLEncodedBody[HintFields],
    ) -> Response:
        context = await _hints(asker, building_id)
        try:
            await actions.give_hint(asker, building_id, data.hint, clock.now())
        except Invalid as refusal:
            return form_again(HINTS, refusal, data, **context)
        return Redirect(context["here"], status_code=303)

    @post("/{hint_id:uuid}/end")
    async def end_hint(
        self,
        asker: NamedDependency[Asker],
        building_id: FromPath[UUID],
        hint_id: FromPath[UUID],
    ) -> Response:
        await actions.end_hint(asker, hint_id, clock.now())
        return Redirect(f"/desk/buildings/{building_id}/hints", status_code=303)


async def _hints(asker: Asker, building_id: UUID) -> dict[str, Any]:
    building = await place_of(building_id, PlaceKind.BUILDING)
    if not may_give_hints(asker, building):
        raise NotAllowed("楼栋提示由本小区物业、社区或街道填写。")
    return {
        "building": building_name(building.name),
        "estate": await place_of(building.parent),
        "hints": await hints_of(building.id),
        "here": f"/desk/buildings/{building.id}/hints",
    }


PAGES = [responsible, RoutePages, HintPages, CategoryKeeping]
