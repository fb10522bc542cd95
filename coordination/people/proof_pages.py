"""/step-up and /second-factor: saying once more who one is, before what weighs."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people import access, passkeys, second_factor
from coordination.people.askers import Asker, SecondFactorFirst
from coordination.people.queries import person_of
from coordination.people.sign_in_actions import Visit
from coordination.settings import settings
from coordination.web.codes import grouped, qr_svg
from coordination.web.forms import Form, form_from
from coordination.web.security import own_path

NO_STORE = {"Cache-Control": "no-store"}


@dataclass
class ProofFields:
    """One form per way; the others' fields stay empty."""

    way: str = ""
    code: str = ""
    password: str = ""
    code_id: UUID | None = None
    next: str = ""


@dataclass
class EnrolFields:
    code: str = ""
    pending: str = ""
    next: str = ""


class ProofPages(Controller):
    guards = [access.signed_in]

    @get("/step-up")
    async def step_up(
        self,
        asker: NamedDependency[Asker],
        next: FromQuery[str] = "/",  # noqa: A002
        code: FromQuery[UUID | None] = None,
        refused: FromQuery[str] = "",
    ) -> Template:
        """`refused`: passkey, where a device's answer did not hold."""
        return await _step_up_page(asker, own_path(next), code, failed=refused == "passkey")

    @post("/step-up/code")
    async def send_step_up_code(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[ProofFields]
    ) -> Redirect:
        code = await second_factor.ask_step_up_code(asker, clock.now())
        query = urlencode({"code": code, "next": own_path(data.next)})
        return Redirect(f"/step-up?{query}", status_code=303)

    @post("/step-up")
    async def prove(
        self,
        asker: NamedDependency[Asker],
        visit: NamedDependency[Visit],
        data: URLEncodedBody[ProofFields],
    ) -> Response:
        at = clock.now()
        try:
            if data.way == "code" and data.code_id:
                await second_factor.step_up_with_code(asker, data.code_id, data.code, at)
            elif data.way == "totp":
                await second_factor.give_second_factor(asker, data.code, visit, at)
            else:
                await second_factor.step_up_with_password(asker, data.password, visit, at)
        except Invalid as refusal:
            page = own_path(data.next)
            return await _step_up_page(asker, page, data.code_id, refusal, data)
        return Redirect(own_path(data.next), status_code=303)

    @get("/second-factor")
    async def second_factor(
        self,
        asker: NamedDependency[Asker],
        next: FromQuery[str] = "/",  # noqa: A002
        renew: FromQuery[bool] = False,
    ) -> Response:
        """Give it; or set one up, which needs a fresh proof."""
        form = Form({"next": own_path(next)})
        if asker.has_second_factor and not (renew and asker.second_factor_at):
            return await _give_page(asker, form)
        if not asker.has_stepped_up(clock.now()):
            back = "/second-factor?" + urlencode({"next": own_path(next), "renew": renew})
            return Redirect("/step-up?" + urlencode({"next": back}), status_code=303)
        return _enrol_page(asker, second_factor.new_secret(), form)

    @post("/second-factor")
    async def give_second_factor(
        self,
        asker: NamedDependency[Asker],
        visit: NamedDependency[Visit],
        data: URLEncodedBody[EnrolFields],
    ) -> Response:
        try:
            await second_factor.give_second_factor(asker, data.code, visit, clock.now())
        except Invalid as refusal:
            return await _give_page(asker, form_from(refusal, data), 422)
        return Redirect(own_path(data.next), status_code=303)

    @post("/second-factor/enrolment")
    async def enrol(
        self,
        asker: NamedDependency[Asker],
        visit: NamedDependency[Visit],
        data: URLEncodedBody[EnrolFields],
    ) -> Response:
        try:
            await second_factor.enrol(asker, data.pending, data.code, visit, clock.now())
        except SecondFactorFirst:
            return Redirect("/second-factor", status_code=303)
        except Invalid as refusal:
            try:
                secret = second_factor.secret_of(asker, data.pending)
            except Invalid:  # not of this session's form: a fresh one
                secret = second_factor.new_secret()
            return _enrol_page(asker, secret, form_from(refusal, data), status_code=422)
        return Redirect(own_path(data.next), status_code=303)


async def _give_page(asker: Asker, form: Form, status_code: int = 200) -> Template:
    context = {
        "form": form,
        "has_totp": (await person_of(asker.id)).totp_sealed is not None,
        "asked": await passkeys.asked_of(asker, clock.now()) if passkeys.site() else None,
    }
    return Template("people/second_factor.html", context=context, status_code=status_code)


def _enrol_page(asker: Asker, secret: str, form: Form, status_code: int = 200) -> Template:
    address = second_factor.address_of(secret, asker.name, settings().sms_sign)
    context: dict[str, Any] = {
        "form": form,
        "qr": qr_svg(address),
        "secret": grouped(secret),
        "address": address,
        "pending": second_factor.pending(asker, secret),
    }
    return Template("people/enrol.html", context=context, status_code=status_code, headers=NO_STORE)


async def _step_up_page(
    asker: Asker,
    next_path: str,
    code: UUID | None,
    refusal: Invalid | None = None,
    data: ProofFields | None = None,
    failed: bool = False,
) -> Template:
    """Every way that this person has; what was wrong stands at the form it was sent from."""
    at = clock.now()
    ways = await second_factor.ways_of(asker, at)
    forms = {way: Form({"next": next_path}, prefix=way) for way in ("code", "totp", "password")}
    if refusal and data:
        wrong = data.way if data.way in forms else "password"
        forms[wrong] = form_from(refusal, data, prefix=wrong)
    context = {
        "forms": forms,
        "next": next_path,
        "code_id": code,
        "phone_tail": ways.phone_tail,
        "has_password": ways.has_password,
        "recovering": ways.recovering,
        "has_totp": ways.has_totp,
        "asked": await passkeys.asked_of(asker, at) if passkeys.site() else None,
        "failed": failed,
        "title_prefix": "出错：" if refusal else "",
    }
    return Template("people/step_up.html", context=context, status_code=422 if refusal else 200)
