"""/bodies: the bodies 单位 of each place."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people import access, role_actions
from coordination.people.askers import Asker
from coordination.people.queries import bodies_at, body_of
from coordination.people.tables import Body, BodyKind, RoleKind
from coordination.people.words import BODY_WORDS
from coordination.places.queries import lineage, place_of, ways_down
from coordination.places.tables import Place
from coordination.web.forms import Form, Reader, form_again

KINDS = [(kind.value, words) for kind, words in BODY_WORDS.items()]


@dataclass
class BodyFields:
    kind: str = ""
    name: str = ""
    phone: str = ""
    officer: str = ""
    filing_number: str = ""
    since: str = ""
    until: str = ""


class BodyPages(Controller):
    guards = [access.staff(RoleKind.OPERATOR)]
    path = "/bodies"

    @get()
    async def bodies(self, at_place: FromQuery[UUID | None] = None) -> Template:
        return Template("people/bodies.html", context=await _here(at_place) | {"form": Form()})

    @post()
    async def add_body(
        self,
        asker: NamedDependency[Asker],
        data: URLEncodedBody[BodyFields],
        at_place: FromQuery[UUID | None] = None,
    ) -> Response:
        context = await _here(at_place)
        try:
            await _save(asker, None, context["place"], data)
        except Invalid as refusal:
            return form_again("people/bodies.html", refusal, data, **context)
        return Redirect(_back(context["place"]), status_code=303)

    @get("/{body_id:uuid}")
    async def body(self, body_id: FromPath[UUID]) -> Template:
        found = await body_of(body_id)
        values = {name: getattr(found, name) or "" for name in BodyFields.__annotations__}
        return Template("people/body.html", context=await _one(found) | {"form": Form(values)})

    @post("/{body_id:uuid}")
    async def change_body(
        self,
        asker: NamedDependency[Asker],
        body_id: FromPath[UUID],
        data: URLEncodedBody[BodyFields],
    ) -> Response:
        context = await _one(await body_of(body_id))
        try:
            await _save(asker, body_id, context["place"], data)
        except Invalid as refusal:
            return form_again("people/body.html", refusal, data, **context)
        return Redirect(_back(context["place"]), status_code=303)


async def _save(asker: Asker, body: UUID | None, place: Place | None, data: BodyFields) -> None:
    read = Reader(data)
    kind = read.one_of("kind", "类别", [value for value, _ in KINDS])
    name = read.text("name", "名称", longest=100)
    since = read.day("since", "本届开始日期") if data.since else None
    until = read.day("until", "本届届满日期") if data.until else None
    read.settle()
    await role_actions.save_body(
        asker, body, BodyKind(kind), name, place, clock.now(), phone=data.phone,
        officer=data.officer, filing_number=data.filing_number, since=since, until=until,
    )  # fmt: skip


async def _here(at_place: UUID | None) -> dict[str, Any]:
    place = await place_of(at_place) if at_place else None
    return {
        "place": place,
        "above": await lineage(place) if place else [],
        "ways": await ways_down(place),
        "bodies": await bodies_at(place.id if place else None),
        "kinds": KINDS if place else [kind for kind in KINDS if kind[0] == BodyKind.OPERATOR],
        "words": BODY_WORDS,
    }


async def _one(found: Body) -> dict[str, Any]:
    place_id: Any = found.place
    place = await place_of(place_id) if place_id else None
    return {"body": found, "place": place, "kinds": KINDS, "back_to": _back(place)}


def _back(place: Place | None) -> str:
    return f"/bodies?at_place={place.id}" if place else "/bodies"
