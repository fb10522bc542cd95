"""/people: accounts of those who hold an office, their roles, and help at the counter."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.clock import SHANGHAI
from coordination.errors import Invalid
from coordination.people import access, counter_actions, role_actions
from coordination.people.askers import Asker
from coordination.people.permits import may_grant, may_keep_people
from coordination.people.queries import (
    PAGE,
    bodies_around,
    officers,
    roles_of,
    waiting_phone_change,
)
from coordination.people.tables import RoleKind
from coordination.people.words import ROLE_WORDS
from coordination.places.queries import lineage, place_of, ways_down
from coordination.places.tables import Place
from coordination.web.forms import Form, Reader, form_again, form_from


@dataclass
class PersonFields:
    name: str = ""
    login: str = ""
    phone: str = ""


@dataclass
class RoleFields:
    kind: str = ""
    body: str = ""
    since: str = ""
    last_day: str = ""


@dataclass
class EndFields:
    reason: str = ""


class PeoplePages(Controller):
    """The operator's list, and new accounts."""

    guards = [access.staff(RoleKind.OPERATOR)]
    path = "/people"

    @get()
    async def people(self, after: FromQuery[str] = "") -> Template:
        found = await officers(clock.now(), after)
        context: dict[str, Any] = {
            "people": found[:PAGE],
            "words": ROLE_WORDS,
            "after": found[PAGE - 1]["key"] if len(found) > PAGE else None,
            "is_first": not after,
        }
        return Template("people/people.html", context=context)

    @get("/new")
    async def new_person(self) -> Template:
        return Template("people/new_person.html", context={"form": Form()})

    @post("/new")
    async def add_person(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[PersonFields]
    ) -> Response:
        try:
            person = await role_actions.add_person(
                asker, data.name, data.login, data.phone, clock.now()
            )
        except Invalid as refusal:
            return form_again("people/new_person.html", refusal, data)
        return Redirect(f"/people/{person.id}/roles", status_code=303)


class PersonPages(Controller):
    """One account: its roles, and what the counter can do for it."""

    guards = [access.staff(RoleKind.OPERATOR, RoleKind.COMMUNITY_WORKER)]
    path = "/people/{person:uuid}"

    @get()
    async def person(self, asker: NamedDependency[Asker], person: FromPath[UUID]) -> Template:
        await counter_actions.look_at(asker, person, clock.now())
        return await person_page(asker, person)

    @get("/roles", guards=[access.stepped_up])
    async def role(
        self,
        asker: NamedDependency[Asker],
        person: FromPath[UUID],
        at_place: FromQuery[UUID | None] = None,
    ) -> Template:
        context = await _role_context(asker, person, at_place)
        today = clock.now().astimezone(SHANGHAI).date()
        form = Form({"since": today.isoformat()})
        return Template("people/role.html", context=context | {"form": form})

    @post("/roles", guards=[access.stepped_up])
    async def grant(
        self,
        asker: NamedDependency[Asker],
        person: FromPath[UUID],
        data: URLEncodedBody[RoleFields],
        at_place: FromQuery[UUID | None] = None,
    ) -> Response:
        context = await _role_context(asker, person, at_place)
        try:
            kind, body, since, until = _read_role(data, context)
            await role_actions.grant_role(
                asker, person, body, context["place"], kind, since, until, clock.now()
            )
        except Invalid as refusal:
            return form_again("people/role.html", refusal, data, **context)
        return Redirect(f"/people/{person}", status_code=303)

    @post("/roles/{role:uuid}/ending")
    async def end_role(
        self,
        asker: NamedDependency[Asker],
        person: FromPath[UUID],
        role: FromPath[UUID],
        data: URLEncodedBody[EndFields],
    ) -> Response:
        try:
            await role_actions.end_role(asker, role, data.reason, clock.now())
        except Invalid as refusal:
            return await person_page(asker, person, refusal=refusal, data=data, wrong=f"end-{role}")
        return Redirect(f"/people/{person}", status_code=303)


async def person_page(
    asker: Asker,
    person: UUID,
    *,
    refusal: Invalid | None = None,
    data: object = None,
    wrong: str = "",
    code: str | None = None,
) -> Template:
    """The account's page; `wrong` names the form that comes back with its message."""
    found, helps = await counter_actions.person_seen(asker, person, clock.now())
    roles = await roles_of(person)
    names = ["phone", "recovery", "factor", *(f"end-{role['id']}" for role in roles)]
    forms = {name: Form(prefix=name) for name in names}
    if refusal and wrong in forms:
        forms[wrong] = form_from(refusal, data, prefix=wrong)
    context: dict[str, Any] = {
        "person": found,
        "roles": roles,
        "words": ROLE_WORDS,
        "at": clock.now(),
        "helps": helps,
        "keeps": may_keep_people(asker),
        "change": await waiting_phone_change(person),
        "forms": forms,
        "form": forms.get(wrong, Form()),
        "code": code,
        "proven": asker.has_stepped_up(clock.now()),
    }
    status = 422 if refusal else 200
    return Template("people/person.html", context=context, status_code=status)


async def _role_context(asker: Asker, person: UUID, at_place: UUID | None) -> dict[str, Any]:
    """Where one stands among the places, and what may be granted there."""
    found, _ = await counter_actions.person_seen(asker, person, clock.now())
    place: Place | None = await place_of(at_place) if at_place else None
    above = await lineage(place) if place else []
    kinds = [kind for kind in RoleKind if may_grant(asker, person, kind, place)]
    return {
        "person": found,
        "place": place,
        "above": above,
        "ways": await ways_down(place),
        "kinds": [(kind.value, ROLE_WORDS[kind]) for kind in kinds],
        "bodies": [
            (str(row["id"]), row["name"]) for row in await bodies_around([p.id for p in above])
        ],
    }


def _read_role(
    data: RoleFields, context: dict[str, Any]
) -> tuple[RoleKind, UUID, datetime, datetime | None]:
    read = Reader(data)
    kind = read.one_of("kind", "身份", [value for value, _ in context["kinds"]])
    body = read.one_of("body", "所属单位", [value for value, _ in context["bodies"]])
    since = read.day("since", "开始日期")
    last = read.day("last_day", "届满日期") if data.last_day else None
    read.settle()
    return RoleKind(kind), UUID(body), _midnight(since), last and _midnight(last, 1)


def _midnight(day: Any, later: int = 0) -> datetime:
    return datetime.combine(day, time(), SHANGHAI) + timedelta(days=later)
