"""/me/…: one's own account: sessions, password, e-mail, a copy of the data, closing it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Controller, MediaType, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people import access, account_actions, counter_actions, sign_in_actions
from coordination.people.askers import Asker
from coordination.people.exports import export_of
from coordination.people.queries import (
    person_of,
    sessions_of,
    standing_consent,
    waiting_phone_change,
)
from coordination.people.secrecy import open_sealed
from coordination.people.sign_in_actions import Visit
from coordination.people.sign_in_pages import FORGET
from coordination.people.wechat_actions import has_official_account
from coordination.web.forms import Form, form_again

SECURITY = "/me/security"


@dataclass
class NewPasswordFields:
    old: str = ""
    password: str = ""


@dataclass
class EmailFields:
    email: str = ""


@dataclass
class EmailCodeFields:
    code: str = ""


class AccountPages(Controller):
    guards = [access.signed_in]
    path = "/me"

    @get("/security")
    async def account(self, asker: NamedDependency[Asker]) -> Template:
        person = await person_of(asker.id)
        return Template(
            "people/account.html",
            context={
                "asker": asker,
                "has_password": person.password_hash is not None,
                "email": person.email_sealed and open_sealed(person.email_sealed, "email"),
                "has_account": has_official_account(),
                "is_bound": person.wechat_sealed is not None,
                "sessions": await sessions_of(asker.id, clock.now()),
                "consent": await standing_consent(asker.id),
                "change": await waiting_phone_change(asker.id),
            },
        )

    @post("/sessions/{session:uuid}/revocation")
    async def revoke(self, asker: NamedDependency[Asker], session: FromPath[UUID]) -> Redirect:
        await sign_in_actions.revoke_session(asker, session, clock.now())
        return Redirect(SECURITY, status_code=303)

    @post("/sessions/revocation")
    async def revoke_others(self, asker: NamedDependency[Asker]) -> Redirect:
        await sign_in_actions.revoke_other_sessions(asker, clock.now())
        return Redirect(SECURITY, status_code=303)

    @get("/password")
    async def password(self, asker: NamedDependency[Asker]) -> Template:
        return Template("people/password.html", context=await _password_context(asker))

    @post("/password")
    async def change_password(
        self,
        asker: NamedDependency[Asker],
        visit: NamedDependency[Visit],
        data: URLEncodedBody[NewPasswordFields],
    ) -> Response:
        try:
            await sign_in_actions.change_password(
                asker, data.old, data.password, visit, clock.now()
            )
        except Invalid as refusal:
            context = await _password_context(asker)
            context.pop("form")
            return form_again("people/password.html", refusal, data, **context)
        return Redirect(SECURITY, status_code=303)

    @get("/email", guards=[access.stepped_up])
    async def email(self, asker: NamedDependency[Asker]) -> Template:
        return Template("people/email.html", context={"form": Form()})

    @post("/email", guards=[access.stepped_up])
    async def send_email_code(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[EmailFields]
    ) -> Response:
        try:
            code = await account_actions.ask_email_code(asker, data.email, clock.now())
        except Invalid as refusal:
            return form_again("people/email.html", refusal, data)
        return Redirect(f"/me/email/{code}", status_code=303)

    @get("/email/{code:uuid}")
    async def email_digits(self, code: FromPath[UUID]) -> Template:
        return Template("people/email_digits.html", context={"form": Form(), "code_id": code})

    @post("/email/{code:uuid}")
    async def confirm_email(
        self,
        asker: NamedDependency[Asker],
        code: FromPath[UUID],
        data: URLEncodedBody[EmailCodeFields],
    ) -> Response:
        try:
            await account_actions.confirm_email(asker, code, data.code, clock.now())
        except Invalid as refusal:
            return form_again("people/email_digits.html", refusal, data, code_id=code)
        return Redirect(SECURITY, status_code=303)

    @post("/email/removal")
    async def remove_email(self, asker: NamedDependency[Asker]) -> Redirect:
        await account_actions.remove_email(asker, clock.now())
        return Redirect(SECURITY, status_code=303)

    @post("/phone-changes/{change:uuid}/cancellation")
    async def cancel_phone_change(
        self, asker: NamedDependency[Asker], change: FromPath[UUID]
    ) -> Redirect:
        await counter_actions.cancel_phone_change(asker, change, clock.now())
        return Redirect(SECURITY, status_code=303)


class LeavingPages(Controller):
    """What stays possible without consent: taking one's data along, and leaving."""

    guards = [access.signed_in_even_paused]
    path = "/me"
    dependencies = {"asker": Provide(access.paused_asker)}

    @get("/export")
    async def export(self, asker: NamedDependency[Asker]) -> Response[bytes]:
        found = await export_of(asker, clock.now())
        return Response(
            msgspec.json.format(msgspec.json.encode(found), indent=2),
            media_type=MediaType.JSON,
            headers={
                "Content-Disposition": 'attachment; filename="my-data.json"',
                "Cache-Control": "no-store",
            },
        )

    @get("/closing")
    async def closing(self, asker: NamedDependency[Asker]) -> Template:
        return Template("people/closing.html", context=_closing_context(asker))

    @post("/closing")
    async def close(self, asker: NamedDependency[Asker]) -> Response:
        await account_actions.close_account(asker, clock.now())
        gone = access.no_session_cookie()
        return Redirect("/sign-in?closed=yes", status_code=303, cookies=[gone], headers=FORGET)


async def _password_context(asker: Asker) -> dict[str, Any]:
    person = await person_of(asker.id)
    return {
        "form": Form(),
        "asks_old": person.password_hash is not None and not asker.has_stepped_up(clock.now()),
    }


def _closing_context(asker: Asker) -> dict[str, Any]:
    proven = asker.has_stepped_up(clock.now())
    return {
        "proven": proven,
        "holds_office": bool(asker.roles or asker.waiting),
        "prove_at": "/step-up?" + urlencode({"next": "/me/closing"}),
    }
