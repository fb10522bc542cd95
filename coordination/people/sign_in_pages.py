"""/sign-in, /sign-out, /recover: coming in and going out. `next` is only ever a path of ours."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people import access, sign_in_actions
from coordination.people.askers import Asker
from coordination.people.channels import reaches_phones
from coordination.people.phones import is_mobile
from coordination.people.queries import standing_consent
from coordination.people.sessions import look_up
from coordination.people.sign_in_actions import Visit
from coordination.web.access import anyone
from coordination.web.forms import Form, form_again
from coordination.web.security import own_path

# What a browser kept of the person who has left.
FORGET = {"Clear-Site-Data": '"cache"'}


@dataclass
class PasswordFields:
    name: str = ""
    password: str = ""
    next: str = ""
    way: str = ""  # "code": without the password


@dataclass
class PhoneFields:
    phone: str = ""
    next: str = ""


@dataclass
class CodeFields:
    code: str = ""
    next: str = ""


@dataclass
class RecoveryFields:
    name: str = ""
    code: str = ""
    password: str = ""


async def welcome(token: str, next_path: str, visit: Visit) -> Redirect:
    """Hand over the cookies and lead on: over consent and the second factor, where they lack.
    Who holds an office and was not on the way elsewhere comes to what waits there."""
    asker = await look_up(token, clock.now(), paused=True)
    assert asker, "the session has just begun"
    target = own_path(next_path)
    if target == "/" and (asker.roles or asker.waiting):
        target = "/work"
    if asker.waiting:
        target = "/second-factor?" + urlencode({"next": target})
    if asker.is_paused or await standing_consent(asker.id) is None:
        target = "/consent?" + urlencode({"next": target})
    cookies = [access.session_cookie(token), access.device_cookie(visit.known, asker.id)]
    return Redirect(target, status_code=303, cookies=cookies)


class SignInPages(Controller):
    guards = [anyone]

    @get("/sign-in")
    async def sign_in(
        self,
        visitor: NamedDependency[Asker | None],
        next: FromQuery[str] = "/",  # noqa: A002
    ) -> Response:
        if visitor:
            return Redirect(own_path(next), status_code=303)
        return Template("people/sign_in.html", context={"form": Form({"next": own_path(next)})})

    @post("/sign-in")
    async def sign_in_by_password(
        self, visit: NamedDependency[Visit], data: URLEncodedBody[PasswordFields]
    ) -> Response:
        """A phone that was typed already is not asked for again: a code goes to it."""
        try:
            if data.way == "code":
                return await _without_password(data, visit)
            token = await sign_in_actions.sign_in_with_password(
                data.name, data.password, visit, clock.now()
            )
        except Invalid as refusal:
            return form_again("people/sign_in.html", refusal, data)
        return await welcome(token, data.next, visit)

    @get("/sign-in/code")
    async def sign_in_code(self, next: FromQuery[str] = "/") -> Template:  # noqa: A002
        form = Form({"next": own_path(next)})
        return Template("people/sign_in_code.html", context=_phone_context(form))

    @post("/sign-in/code")
    async def send_sign_in_code(
        self, visit: NamedDependency[Visit], data: URLEncodedBody[PhoneFields]
    ) -> Response:
        try:
            return await _code_sent(data.phone, visit, data.next)
        except Invalid as refusal:
            return form_again(
                "people/sign_in_code.html", refusal, data, reaches_phones=reaches_phones()
            )

    @get("/sign-in/code/{code:uuid}")
    async def sign_in_digits(
        self,
        code: FromPath[UUID],
        next: FromQuery[str] = "/",  # noqa: A002
    ) -> Template:
        form = Form({"next": own_path(next)})
        return Template("people/sign_in_digits.html", context={"form": form, "code_id": code})

    @post("/sign-in/code/{code:uuid}")
    async def sign_in_by_code(
        self,
        visit: NamedDependency[Visit],
        code: FromPath[UUID],
        data: URLEncodedBody[CodeFields],
    ) -> Response:
        try:
            token = await sign_in_actions.sign_in_with_code(code, data.code, visit, clock.now())
        except Invalid as refusal:
            return form_again("people/sign_in_digits.html", refusal, data, code_id=code)
        return await welcome(token, data.next, visit)

    @post("/sign-out")
    async def sign_out(self, request: Request) -> Response:
        asker: Asker | None = request.scope.get("auth")
        if asker:
            await sign_in_actions.sign_out(asker, clock.now())
        gone: list[Cookie] = [access.no_session_cookie()]
        return Redirect("/", status_code=303, cookies=gone, headers=FORGET)

    @get("/recover")
    async def recover(self) -> Template:
        return Template("people/recover.html", context={"form": Form()})

    @post("/recover")
    async def recover_by_code(
        self, visit: NamedDependency[Visit], data: URLEncodedBody[RecoveryFields]
    ) -> Response:
        try:
            token = await sign_in_actions.recover_account(
                data.name, data.code, data.password, visit, clock.now()
            )
        except Invalid as refusal:
            return form_again("people/recover.html", refusal, data)
        return await welcome(token, "/me/security", visit)


async def _without_password(data: PasswordFields, visit: Visit) -> Redirect:
    if is_mobile(data.name) and reaches_phones():
        return await _code_sent(data.name, visit, data.next)
    return Redirect("/sign-in/code?" + urlencode({"next": own_path(data.next)}), status_code=303)


async def _code_sent(phone: str, visit: Visit, next_path: str) -> Redirect:
    """Send it, and on to where its digits are typed."""
    code = await sign_in_actions.ask_sign_in_code(phone, visit, clock.now())
    query = urlencode({"next": own_path(next_path)})
    return Redirect(f"/sign-in/code/{code}?{query}", status_code=303)


def _phone_context(form: Form) -> dict[str, object]:
    return {"form": form, "reaches_phones": reaches_phones()}
