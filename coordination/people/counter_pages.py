"""/counter: what staff do for a person who stands before them 窗口办理."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people import access, counter_actions
from coordination.people.askers import Asker
from coordination.people.people_pages import person_page
from coordination.people.tables import RoleKind
from coordination.web.forms import Form, form_again

COUNTER = [access.staff(RoleKind.OPERATOR, RoleKind.COMMUNITY_WORKER)]


@dataclass
class FindFields:
    name: str = ""
    reason: str = ""


@dataclass
class HelpFields:
    reason: str = ""
    phone: str = ""


class CounterPages(Controller):
    guards = COUNTER
    path = "/counter"

    @get()
    async def counter(self) -> Template:
        return Template("people/counter.html", context={"form": Form()})

    @post()
    async def find(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[FindFields]
    ) -> Response:
        try:
            found = await counter_actions.find_person(asker, data.name, data.reason, clock.now())
        except Invalid as refusal:
            return form_again("people/counter.html", refusal, data)
        return Redirect(f"/people/{found.id}", status_code=303)


class HelpPages(Controller):
    """Each asks for a fresh proof first, so that an unlocked counter is not enough."""

    guards = [*COUNTER, access.stepped_up]
    path = "/people/{person:uuid}"

    @post("/recovery-codes")
    async def issue_recovery_code(
        self,
        asker: NamedDependency[Asker],
        person: FromPath[UUID],
        data: URLEncodedBody[HelpFields],
    ) -> Template:
        at = clock.now()
        try:
            code = await counter_actions.issue_recovery_code(asker, person, data.reason, at)
        except Invalid as refusal:
            return await person_page(asker, person, refusal=refusal, data=data, wrong="recovery")
        page = await person_page(asker, person, code=code)
        page.headers["Cache-Control"] = "no-store"
        return page

    @post("/phone-changes")
    async def request_phone_change(
        self,
        asker: NamedDependency[Asker],
        person: FromPath[UUID],
        data: URLEncodedBody[HelpFields],
    ) -> Response:
        at = clock.now()
        try:
            await counter_actions.request_phone_change(asker, person, data.phone, data.reason, at)
        except Invalid as refusal:
            return await person_page(asker, person, refusal=refusal, data=data, wrong="phone")
        return Redirect(f"/people/{person}", status_code=303)

    @post("/phone-changes/{change:uuid}/cancellation")
    async def cancel_phone_change(
        self, asker: NamedDependency[Asker], person: FromPath[UUID], change: FromPath[UUID]
    ) -> Redirect:
        await counter_actions.cancel_phone_change(asker, change, clock.now())
        return Redirect(f"/people/{person}", status_code=303)

    @post("/second-factor/removal")
    async def remove_second_factor(
        self,
        asker: NamedDependency[Asker],
        person: FromPath[UUID],
        data: URLEncodedBody[HelpFields],
    ) -> Response:
        at = clock.now()
        try:
            await counter_actions.remove_second_factor(asker, person, data.reason, at)
        except Invalid as refusal:
            return await person_page(asker, person, refusal=refusal, data=data, wrong="factor")
        return Redirect(f"/people/{person}", status_code=303)
