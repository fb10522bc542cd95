"""/join and /consent: an account for whoever lives or owns here, and what they agree to."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people import access, account_actions
from coordination.people.askers import Asker
from coordination.people.channels import reaches_phones
from coordination.people.queries import standing_consent
from coordination.people.sign_in_actions import Visit
from coordination.people.sign_in_pages import PhoneFields, welcome
from coordination.web.access import anyone
from coordination.web.forms import Form, form_again
from coordination.web.security import own_path


@dataclass
class JoinFields:
    code: str = ""
    name: str = ""
    password: str = ""
    agreed: str = ""
    next: str = ""


@dataclass
class ConsentFields:
    next: str = ""


class JoinPages(Controller):
    guards = [anyone]
    path = "/join"

    @get()
    async def join(self, next: FromQuery[str] = "/") -> Template:  # noqa: A002
        context = {"form": Form({"next": own_path(next)}), "reaches_phones": reaches_phones()}
        return Template("people/join.html", context=context)

    @post()
    async def send_join_code(
        self, visit: NamedDependency[Visit], data: URLEncodedBody[PhoneFields]
    ) -> Response:
        try:
            code = await account_actions.ask_join_code(data.phone, visit, clock.now())
        except Invalid as refusal:
            return form_again("people/join.html", refusal, data, reaches_phones=reaches_phones())
        query = urlencode({"next": own_path(data.next)})
        return Redirect(f"/join/{code}?{query}", status_code=303)

    @get("/{code:uuid}")
    async def join_details(
        self,
        code: FromPath[UUID],
        next: FromQuery[str] = "/",  # noqa: A002
    ) -> Template:
        form = Form({"next": own_path(next)})
        return Template("people/join_details.html", context={"form": form, "code_id": code})

    @post("/{code:uuid}")
    async def join_by_code(
        self,
        visit: NamedDependency[Visit],
        code: FromPath[UUID],
        data: URLEncodedBody[JoinFields],
    ) -> Response:
        try:
            token = await account_actions.join(
                code, data.code, data.name, data.agreed == "yes", data.password, visit, clock.now()
            )
        except Invalid as refusal:
            return form_again("people/join_details.html", refusal, data, code_id=code)
        return await welcome(token, data.next, visit)


class ConsentPages(Controller):
    guards = [access.signed_in_even_paused]
    path = "/consent"
    dependencies = {"asker": Provide(access.paused_asker)}

    @get()
    async def consent(
        self,
        asker: NamedDependency[Asker],
        next: FromQuery[str] = "/",  # noqa: A002
    ) -> Template:
        return Template(
            "people/consent.html",
            context={
                "form": Form({"next": own_path(next)}),
                "given": await standing_consent(asker.id),
                "asker": asker,
            },
        )

    @post()
    async def give(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[ConsentFields]
    ) -> Redirect:
        await account_actions.give_consent(asker, clock.now())
        return Redirect(own_path(data.next), status_code=303)

    @post("/withdrawal")
    async def withdraw(self, asker: NamedDependency[Asker]) -> Redirect:
        await account_actions.withdraw_consent(asker, clock.now())
        return Redirect("/consent", status_code=303)
