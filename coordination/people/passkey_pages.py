"""/me/passkeys 通行密钥, and the answer of a device at /step-up/passkey."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people import access, passkeys
from coordination.people.askers import Asker, ProveFirst
from coordination.people.sign_in_actions import Visit
from coordination.web.forms import Form, form_from
from coordination.web.security import own_path

OWN = "/me/passkeys"


@dataclass
class PasskeyFields:
    name: str = ""
    answer: str = ""
    challenge: str = ""


@dataclass
class AnswerFields:
    answer: str = ""
    challenge: str = ""
    next: str = ""


class PasskeyPages(Controller):
    guards = [access.signed_in]

    @get("/me/passkeys")
    async def own(self, asker: NamedDependency[Asker]) -> Template:
        return await _page(asker, Form())

    @post("/me/passkeys")
    async def enrol(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[PasskeyFields]
    ) -> Response:
        try:
            await passkeys.enrol_passkey(asker, data.answer, data.challenge, data.name, clock.now())
        except Invalid as refusal:
            return await _page(asker, form_from(refusal, data), 422)
        return Redirect(OWN, status_code=303)

    @post("/me/passkeys/{key:uuid}/ending")
    async def end(self, asker: NamedDependency[Asker], key: FromPath[UUID]) -> Redirect:
        await passkeys.end_passkey(asker, key, clock.now())
        return Redirect(OWN, status_code=303)

    @post("/step-up/passkey")
    async def prove(
        self,
        asker: NamedDependency[Asker],
        visit: NamedDependency[Visit],
        data: URLEncodedBody[AnswerFields],
    ) -> Redirect:
        """Wrong answers lead back to the page of all ways, where the words stand."""
        try:
            await passkeys.prove_with_passkey(
                asker, data.answer, data.challenge, visit, clock.now()
            )
        except passkeys.NoPasskeyProof:
            again = urlencode({"refused": "passkey", "next": own_path(data.next)})
            return Redirect(f"/step-up?{again}", status_code=303)
        return Redirect(own_path(data.next), status_code=303)


async def _page(asker: Asker, form: Form, status_code: int = 200) -> Template:
    at = clock.now()
    if not asker.has_stepped_up(at):
        raise ProveFirst("请先验证身份，再管理通行密钥。")
    context = {
        "form": form,
        "keys": await passkeys.passkeys_of(asker.id),
        "asked": await passkeys.asked_of(asker, at) if passkeys.site() else None,
        "holder": asker.name,
        "site": passkeys.site(),
    }
    return Template("people/passkeys.html", context=context, status_code=status_code)
