"""/tickets/patrols: walk together, look at the list, write down what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.errors import Invalid, NotFound
from coordination.files import Photo
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.doors.imports.queries import categories
from coordination.tickets.doors.patrols.actions import (
    Found,
    Walk,
    add_item,
    record_patrol,
    retire_item,
)
from coordination.tickets.doors.patrols.printing import print_patrol
from coordination.tickets.doors.patrols.queries import (
    checklist,
    findings_of,
    parties_of,
    patrol_of,
    patrols_in,
    people_of,
)
from coordination.tickets.doors.permits import (
    PATROLLING,
    may_keep_checklist,
    may_patrol,
    may_read_patrols,
)
from coordination.web.formats import form_time
from coordination.web.forms import Form, Reader, form_again
from coordination.web.pdf import PDF
from coordination.web.typed import chosen_file

READING = (*PATROLLING, RoleKind.SUPERVISOR, RoleKind.SUBDISTRICT_OFFICER, RoleKind.OPERATOR)
LARGEST_BODY = 60 * 1024 * 1024  # a photo for each of a dozen items, shrunk by no phone
MOST_PHOTOS = 12


@dataclass
class ItemFields:
    place: str = ""
    text: str = ""
    hint: str = ""
    category: str = ""


class PatrolPages(Controller):
    path = "/tickets/patrols"
    guards = [staff(*READING)]

    @get()
    async def patrols(self, asker: NamedDependency[Asker]) -> Template:
        paths = [role.place_path for role in asker.roles if role.kind in READING]
        walking = [role.place_path for role in asker.roles if role.kind in PATROLLING]
        context = {
            "patrols": await patrols_in(paths),
            "estates": await places_within(walking, PlaceKind.ESTATE) if walking else [],
            "may_keep": asker.is_any(RoleKind.COMMUNITY_WORKER, RoleKind.OPERATOR),
        }
        return Template("tickets/doors/patrols.html", context=context)

    @get("/new")
    async def new_patrol(
        self, asker: NamedDependency[Asker], estate: FromQuery[UUID | None] = None
    ) -> Template:
        place = await _walked(asker, estate)
        at = clock.now()
        values = {"walked_at": form_time(at), "patrol": str(uuid4())}
        context = await _form(place, at) | {"form": Form(values)}
        return Template("tickets/doors/new_patrol.html", context=context)

    @post(request_max_body_size=LARGEST_BODY)
    async def record(self, request: Request, asker: NamedDependency[Asker]) -> Response:
        sent = dict(await request.form())
        place = await _walked(asker, _uuid(str(sent.get("estate", ""))))
        at = clock.now()
        try:
            patrol = await record_patrol(asker, await _walk(sent, place, asker, at), at)
        except Invalid as refusal:
            words = {name: said for name, said in sent.items() if isinstance(said, str)}
            context = await _form(place, at)
            return form_again("tickets/doors/new_patrol.html", refusal, words, **context)
        return Redirect(f"/tickets/patrols/{patrol}", status_code=303)

    @get("/{patrol_id:uuid}")
    async def patrol(self, asker: NamedDependency[Asker], patrol_id: FromPath[UUID]) -> Template:
        found = await _mine(asker, patrol_id)
        context = {
            "patrol": found,
            "people": await people_of(patrol_id),
            "findings": await findings_of(patrol_id),
        }
        return Template("tickets/doors/patrol.html", context=context)

    @get("/{patrol_id:uuid}/record.pdf")
    async def print_record(
        self, asker: NamedDependency[Asker], patrol_id: FromPath[UUID]
    ) -> Response[bytes]:
        found = await _mine(asker, patrol_id)
        content = await print_patrol(
            found, await people_of(patrol_id), await findings_of(patrol_id), clock.now()
        )
        return Response(content, media_type=PDF, headers={"Cache-Control": "no-store"})

    @get("/checklist")
    async def checklist(self, asker: NamedDependency[Asker]) -> Template:
        return Template("tickets/doors/checklist.html", context=await _listing(asker))

    @post("/checklist")
    async def add(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[ItemFields]
    ) -> Response:
        try:
            read = Reader(data)
            text = read.text("text", "查看什么", longest=100)
            hint = read.text("hint", "提示", longest=200, optional=True)
            category = _uuid(read.text("category", "类别"))
            read.settle()
            place = await place_of(_uuid(data.place) or UUID(int=0)) if data.place else None
            await add_item(asker, place, text, hint, category or UUID(int=0), clock.now())
        except Invalid as refusal:
            context = await _listing(asker)
            del context["form"]
            return form_again("tickets/doors/checklist.html", refusal, data, **context)
        return Redirect("/tickets/patrols/checklist", status_code=303)

    @post("/checklist/{item_id:uuid}/retirement")
    async def retire(self, asker: NamedDependency[Asker], item_id: FromPath[UUID]) -> Redirect:
        await retire_item(asker, item_id, clock.now())
        return Redirect("/tickets/patrols/checklist", status_code=303)


async def _walked(asker: Asker, estate: UUID | None) -> Place:
    """An estate whose patrols the asker records. NotFound."""
    if estate is None:
        raise NotFound("请从巡察页面选择小区。")
    place = await place_of(estate, PlaceKind.ESTATE)
    if not may_patrol(asker, place):
        raise NotFound("没有这个小区，或者不由您巡察。")
    return place


async def _mine(asker: Asker, patrol_id: UUID) -> Any:
    found = await patrol_of(patrol_id)
    if not may_read_patrols(asker, await place_of(found["estate"])):
        raise NotFound("没有这次巡察。")
    return found


async def _form(place: Place, at: datetime) -> dict[str, Any]:
    parties = await parties_of(place, at)
    return {"estate": place, "items": await checklist(place), "parties": parties}


async def _walk(sent: Mapping[str, Any], place: Place, asker: Asker, at: datetime) -> Walk:
    """The patrol as the form has it. Invalid: a time or a photo that is none."""
    read = Reader({name: said for name, said in sent.items() if isinstance(said, str)})
    walked_at = read.moment("walked_at", "巡察时间")
    route = read.text("route", "路线", longest=200, optional=True)
    words = read.text("words", "其他情况", longest=2_000, optional=True)
    parties = {
        one["id"]: names
        for one in await parties_of(place, at)
        if (names := read.text(f"party-{one['id']}", "参加人员", optional=True))
    }
    findings = []
    for item in await checklist(place):
        found = sent.get(f"item-{item['id']}")
        if found in ("fine", "found"):
            said = read.text(f"words-{item['id']}", "情况", longest=500, optional=True)
            photos = await _photos(sent.get(f"photo-{item['id']}"), asker, at)
            findings.append(Found(item["id"], found == "fine", said, photos))
    patrol = _uuid(str(sent.get("patrol", "")))
    read.settle()
    return Walk(patrol or uuid4(), place, walked_at, parties, findings, route, words)


async def _photos(sent: Any, asker: Asker, at: datetime) -> tuple[Photo, ...]:
    """One photo of one item, if there is one. Invalid: no photo."""
    content = await chosen_file(sent)
    return () if content is None else (await files.store_photo(content, at=at, by=asker.id),)


async def _listing(asker: Asker) -> dict[str, Any]:
    kinds = (RoleKind.COMMUNITY_WORKER, RoleKind.OPERATOR)
    paths = [role.place_path for role in asker.roles if role.kind in kinds]
    places = await places_within(paths, PlaceKind.COMMUNITY) if paths else []
    everywhere = [("", "各处通用")] if may_keep_checklist(asker, None) else []
    reach = None if asker.is_operator() else next(iter(places), None)
    return {
        "items": await checklist(reach),
        "places": [*everywhere, *((str(one.id), one.name) for one in places)],
        "kept": {str(one.id) for one in places} | ({""} if everywhere else set()),
        "categories": [(str(one.id), one.name) for one in await categories()],
        "form": Form(),
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
