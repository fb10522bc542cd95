"""/places: what lies where, for who tends it: the operator all, a community its own."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places import actions
from coordination.places.actions import WITHIN, PlaceFacts
from coordination.places.permits import may_add, may_tend
from coordination.places.queries import lineage, parts_of, place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.web.forms import Form, form_from

TENDING = [staff(RoleKind.OPERATOR, RoleKind.COMMUNITY_WORKER)]
KIND_WORDS = {
    PlaceKind.DISTRICT: "区",
    PlaceKind.SUBDISTRICT: "街道（乡镇）",
    PlaceKind.COMMUNITY: "社区",
    PlaceKind.ESTATE: "小区",
    PlaceKind.BUILDING: "楼栋",
}


@dataclass
class PlaceFields:
    kind: str = ""
    name: str = ""
    code: str = ""
    grid: str = ""
    address: str = ""
    estate_type: str = ""


class PlacePages(Controller):
    path = "/places"
    guards = TENDING

    @get()
    async def places(self, asker: NamedDependency[Asker]) -> Template:
        """The whole deployment, or where a community's own begins."""
        return await _top(asker)

    @post()
    async def add_top(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[PlaceFields]
    ) -> Response:
        try:
            place = await _add(asker, None, data)
        except (Invalid, actions.NameTaken) as refusal:
            return await _top(asker, _as_form(refusal), data)
        return Redirect(f"/places/{place.id}", status_code=303)

    @get("/{place_id:uuid}")
    async def place(self, asker: NamedDependency[Asker], place_id: FromPath[UUID]) -> Template:
        return await _page(asker, await place_tended(asker, place_id))

    @post("/{place_id:uuid}/parts")
    async def add(
        self,
        asker: NamedDependency[Asker],
        place_id: FromPath[UUID],
        data: URLEncodedBody[PlaceFields],
    ) -> Response:
        parent = await place_tended(asker, place_id)
        try:
            await _add(asker, parent, data)
        except (Invalid, actions.NameTaken) as refusal:
            return await _page(asker, parent, _as_form(refusal), data, "part")
        return Redirect(f"/places/{parent.id}", status_code=303)

    @post("/{place_id:uuid}")
    async def change(
        self,
        asker: NamedDependency[Asker],
        place_id: FromPath[UUID],
        data: URLEncodedBody[PlaceFields],
    ) -> Response:
        place = await place_tended(asker, place_id)
        try:
            await actions.change_place(asker, place, _facts(data), clock.now())
        except (Invalid, actions.NameTaken) as refusal:
            place = await place_tended(asker, place_id)  # as it is, not as it was to become
            return await _page(asker, place, _as_form(refusal), data, "facts")
        return Redirect(f"/places/{place.id}", status_code=303)


async def place_tended(asker: Asker, place_id: UUID) -> Place:
    """A place that the asker tends. NotFound."""
    place = await place_of(place_id)
    if not may_tend(asker, place):
        raise NotFound("没有这个地点，或者不由您管理。")
    return place


def _facts(data: PlaceFields) -> PlaceFacts:
    return PlaceFacts(data.name, data.code, data.grid, data.address, data.estate_type)


async def _add(asker: Asker, parent: Place | None, data: PlaceFields) -> Place:
    if data.kind not in set(PlaceKind):
        raise Invalid("请选择类别。", kind="请选择要新增的类别。")
    kind = PlaceKind(data.kind)
    return await actions.add_place(asker, kind, parent, _facts(data), clock.now())


def _as_form(refusal: Invalid | Conflict) -> Invalid:
    return refusal if isinstance(refusal, Invalid) else Invalid(str(refusal), name=str(refusal))


def _kinds(asker: Asker, parent: Place | None) -> list[tuple[str, str]]:
    """What the asker may add in `parent`."""
    here = PlaceKind(parent.kind) if parent else None
    return [
        (kind.value, KIND_WORDS[kind])
        for kind, parents in WITHIN.items()
        if here in parents and may_add(asker, kind, parent)
    ]


async def _top(
    asker: Asker, refusal: Invalid | None = None, data: PlaceFields | None = None
) -> Template:
    if asker.is_operator():
        found = await parts_of(None)
    else:
        paths = [role.place_path for role in asker.roles]
        found = [
            place
            for place in await places_within(paths, PlaceKind.COMMUNITY)
            if may_tend(asker, place)
        ]
    context = {
        "parts": found,
        "words": KIND_WORDS,
        "kinds": _kinds(asker, None),
        "is_operator": asker.is_operator(),
        "form": form_from(refusal, data) if refusal else Form(),
    }
    return Template("places/places.html", context=context, status_code=422 if refusal else 200)


async def _page(
    asker: Asker,
    place: Place,
    refusal: Invalid | None = None,
    data: PlaceFields | None = None,
    wrong: str = "",
) -> Template:
    form = form_from(refusal, data, prefix=wrong) if refusal else Form()
    known = {name: getattr(place, name) for name in PlaceFields.__dataclass_fields__}
    kinds = _kinds(asker, place)
    first = {"kind": kinds[0][0]} if len(kinds) == 1 else {}
    above = [each for each in await lineage(place) if each.id != place.id]
    context = {
        "place": place,
        "above": [each for each in above if may_tend(asker, each)],
        "lies_in": " ".join(each.name for each in above),
        "parts": await parts_of(place),
        "words": KIND_WORDS,
        "kinds": kinds,
        "keeps_registry": asker.holds(place, RoleKind.COMMUNITY_WORKER),
        "wrong": wrong,
        "form": form,
        "facts": form if wrong == "facts" else Form(known, prefix="facts"),
        "part": form if wrong == "part" else Form(first, prefix="part"),
    }
    return Template("places/place.html", context=context, status_code=422 if refusal else 200)
