"""/bind and /me/units: an owner's way to their units, what they hold, and letting go."""

from dataclasses import asdict, dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Conflict, Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.people.sign_in_actions import Visit
from coordination.places.queries import estates
from coordination.registry.bindings import actions
from coordination.registry.bindings.queries import Claim, bindings_of
from coordination.registry.imports.comparing import KIND_WORDS, SOURCE_WORDS
from coordination.registry.queries import units_of
from coordination.registry.residents import actions as residents
from coordination.registry.residents.queries import KINDS, household_of, residencies_of
from coordination.web.forms import Form, Reader, form_again

BOUND = "/me/units?bound=true"
PROOF_WORDS = {"letter": "绑定码函", "phone": "登记手机验证码", "in_person": "当面核验"}
NO_STORE = {"Cache-Control": "no-store"}


@dataclass
class LetterFields:
    code: str = ""
    name: str = ""


@dataclass
class ClaimFields:
    estate: str = ""
    building: str = ""
    entrance: str = ""
    room: str = ""
    name: str = ""
    code_id: UUID | None = None
    code: str = ""


@dataclass
class ResidencyFields:
    estate: str = ""
    building: str = ""
    entrance: str = ""
    room: str = ""
    kind: str = ""
    proof: str = ""


class BindPages(Controller):
    path = "/bind"
    guards = [signed_in]

    @get(["/", "/letter"])
    async def bind(self, asker: NamedDependency[Asker]) -> Template:
        """With the letter's code at once: its printed link leads here."""
        form = Form({"name": asker.name})
        return Template("registry/bind.html", context={"form": form})

    @post("/letter")
    async def by_letter(
        self,
        asker: NamedDependency[Asker],
        visit: NamedDependency[Visit],
        data: URLEncodedBody[LetterFields],
    ) -> Response:
        try:
            read = Reader(data)
            code, name = read.text("code", "绑定码", longest=40), read.text("name", "姓名")
            read.settle()
            await actions.bind_by_letter(asker, code, name, visit.source, clock.now())
        except (Invalid, actions.NoMatch) as refusal:
            return form_again("registry/bind.html", _as_form(refusal), data)
        return Redirect(BOUND, status_code=303)

    @get("/phone")
    async def phone(self, asker: NamedDependency[Asker]) -> Template:
        context = {"form": Form({"name": asker.name}), "estates": await _estates()}
        return Template("registry/bind_phone.html", context=context)

    @post("/phone")
    async def ask_code(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[ClaimFields]
    ) -> Response:
        """Send a code, if the claim fits; the next page looks the same either way."""
        try:
            code = await actions.ask_bind_code(asker, _claim(data), clock.now())
        except Invalid as refusal:
            context = {"estates": await _estates()}
            return form_again("registry/bind_phone.html", refusal, data, **context)
        form = Form({**asdict(data), "code_id": code, "code": ""})
        return Template("registry/bind_code.html", context={"form": form}, headers=NO_STORE)

    @post("/phone/code")
    async def by_phone(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[ClaimFields]
    ) -> Response:
        try:
            claim = _claim(data)
            if data.code_id is None:
                raise Invalid("请重新获取验证码。", code="请返回上一步重新获取验证码。")
            await actions.bind_by_phone(asker, claim, data.code_id, data.code, clock.now())
        except (Invalid, actions.NoMatch) as refusal:
            return form_again("registry/bind_code.html", _as_form(refusal), data)
        return Redirect(BOUND, status_code=303)


class MyUnitPages(Controller):
    path = "/me"
    guards = [signed_in]

    @get("/units")
    async def my_units(
        self, asker: NamedDependency[Asker], bound: FromQuery[bool] = False
    ) -> Template:
        context = {
            "bound": bound,
            "units": await units_of(asker.id),
            "bindings": await bindings_of(asker.id),
            "residencies": await residencies_of(asker.id),
            "household": await household_of(asker.id, clock.now()),
            "kinds": KIND_WORDS,
            "sources": SOURCE_WORDS,
            "proofs": PROOF_WORDS,
            "at": clock.now(),
        }
        return Template("registry/my_units.html", context=context, headers=NO_STORE)

    @post("/bindings/{binding_id:uuid}/ending")
    async def unbind(self, asker: NamedDependency[Asker], binding_id: FromPath[UUID]) -> Redirect:
        await actions.unbind(asker, binding_id, clock.now())
        return Redirect("/me/units", status_code=303)

    @get("/residencies")
    async def residency(self) -> Template:
        context = {"form": Form(), "estates": await _estates(), "kinds": list(KINDS.items())}
        return Template("registry/residency.html", context=context)

    @post("/residencies")
    async def ask_residency(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[ResidencyFields]
    ) -> Response:
        try:
            claim = _claim(data)
            await residents.ask_residency(
                asker, claim.estate, claim.building, claim.entrance, claim.room, data.kind,
                data.proof, clock.now(),
            )  # fmt: skip
        except Invalid as refusal:
            context = {"estates": await _estates(), "kinds": list(KINDS.items())}
            return form_again("registry/residency.html", refusal, data, **context)
        return Redirect("/me/units", status_code=303)

    @post("/residencies/{residency_id:uuid}/ending")
    async def end_residency(
        self, asker: NamedDependency[Asker], residency_id: FromPath[UUID]
    ) -> Redirect:
        await residents.end_residency(asker, residency_id, clock.now())
        return Redirect("/me/units", status_code=303)


def _claim(data: ClaimFields | ResidencyFields) -> Claim:
    """Which room is meant, and by whom. Invalid, with every field."""
    read = Reader(data)
    building = read.text("building", "楼栋", longest=30)
    entrance = read.text("entrance", "单元", longest=20, optional=True)
    room = read.text("room", "房号", longest=30)
    name = read.text("name", "姓名", longest=100) if isinstance(data, ClaimFields) else ""
    try:
        estate = UUID(data.estate)
    except ValueError:
        estate = UUID(int=0)
        read.wrong("estate", "请选择小区。")
    read.settle()
    return Claim(estate, building, entrance, room, name)


async def _estates() -> list[tuple[str, str]]:
    """Every estate to choose from."""
    return [(str(estate.id), estate.name) for estate in await estates()]


def _as_form(refusal: Invalid | Conflict) -> Invalid:
    """What did not fit, said above the form it was typed into."""
    return refusal if isinstance(refusal, Invalid) else Invalid(str(refusal))
