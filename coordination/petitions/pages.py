"""/petitions: what owners ask for together, for everybody; signing it, for owners."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.law.petition import PetitionKind, PetitionRule
from coordination.matters.raising import TEXT_LONGEST, TITLE_LONGEST
from coordination.people.access import signed_in, stepped_up
from coordination.people.askers import Asker
from coordination.petitions import actions
from coordination.petitions.permits import may_answer, may_sign
from coordination.petitions.queries import (
    PAGE,
    Counted,
    has_signed,
    own_estates,
    owners_acted_for,
    petitions,
    read_petition,
)
from coordination.places.queries import place_of
from coordination.places.tables import PlaceKind
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again

KIND_OPTIONS = [
    (PetitionKind.ASSEMBLY.value, "召开业主大会临时会议", "达到比例后，业委会应当组织召开"),
    (PetitionKind.MEETING.value, "召开联席会议或议事会", "达到比例后，社区要公开答复"),
]


@dataclass
class PetitionFields:
    estate: str = ""
    kind: str = ""
    title: str = ""
    text: str = ""


@dataclass
class AnswerFields:
    words: str = ""


class PetitionPages(Controller):
    path = "/petitions"
    guards = [anyone]

    @get()
    async def petitions(
        self, estate: FromQuery[UUID | None] = None, after: FromQuery[UUID | None] = None
    ) -> Template:
        """Petitions, the newest first, of one estate or of all."""
        found = await petitions(estate, after)
        of = f"estate={estate}&" if estate else ""
        last = found[PAGE - 1].id if len(found) > PAGE else None
        context = {
            "petitions": found[:PAGE],
            "estate": await place_of(estate, PlaceKind.ESTATE) if estate else None,
            "next": f"/petitions?{of}after={last}" if last else None,
            "first": f"/petitions?{of}" if after else None,
            "at": clock.now(),
        }
        return Template("petitions/petitions.html", context=context)

    @get("/{petition_id:uuid}")
    async def petition(
        self, visitor: NamedDependency[Asker | None], petition_id: FromPath[UUID]
    ) -> Template:
        """How many have signed, of how many, by persons and by area; who owes an answer."""
        context = await _shown(petition_id, visitor, clock.now())
        return Template("petitions/petition.html", context={**context, "form": Form()})


class SigningPages(Controller):
    """For owners, with a fresh proof of who they are."""

    path = "/petitions"
    guards = [stepped_up]

    @get("/new")
    async def new(self, asker: NamedDependency[Asker]) -> Template:
        estates = await own_estates(asker.id)
        first = str(estates[0][0]) if estates else ""
        context = {"estates": estates, "kinds": KIND_OPTIONS, "form": Form({"estate": first})}
        return Template("petitions/new.html", context=context)

    @post("/new")
    async def start(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[PetitionFields]
    ) -> Response:
        estates = await own_estates(asker.id)
        try:
            read = Reader(data)
            chosen = read.one_of("estate", "小区", [str(estate) for estate, _ in estates])
            kind = read.one_of("kind", "要求什么", list(PetitionKind))
            title = read.text("title", "是什么事", longest=TITLE_LONGEST)
            text = read.text("text", "理由和要求", longest=TEXT_LONGEST)
            read.settle()
            estate = await place_of(UUID(chosen), PlaceKind.ESTATE)
            made = await actions.start_petition(
                asker, estate, PetitionKind(kind), title, text, clock.now()
            )
        except Invalid as refusal:
            return form_again(
                "petitions/new.html", refusal, data, estates=estates, kinds=KIND_OPTIONS
            )
        return Redirect(f"/petitions/{made.id}", status_code=303)

    @get("/{petition_id:uuid}/signatures")
    async def before_signing(self, petition_id: FromPath[UUID]) -> Redirect:
        """Where one comes back to once the proof is given."""
        return _back(petition_id)

    @post("/{petition_id:uuid}/signatures")
    async def sign(self, asker: NamedDependency[Asker], petition_id: FromPath[UUID]) -> Redirect:
        await actions.sign_petition(asker, petition_id, clock.now())
        return _back(petition_id)

    @post("/{petition_id:uuid}/signatures/withdrawal")
    async def withdraw(
        self, asker: NamedDependency[Asker], petition_id: FromPath[UUID]
    ) -> Redirect:
        await actions.withdraw_signature(asker, petition_id, clock.now())
        return _back(petition_id)


class AnsweringPages(Controller):
    """For the body that owes the answer."""

    path = "/petitions/{petition_id:uuid}/answers"
    guards = [signed_in]

    @post()
    async def answer(
        self,
        asker: NamedDependency[Asker],
        petition_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        at = clock.now()
        try:
            await actions.answer_petition(asker, petition_id, data.words, at)
        except Invalid as refusal:
            context = await _shown(petition_id, asker, at)
            return form_again("petitions/petition.html", refusal, data, **context)
        return _back(petition_id)


def _back(petition_id: UUID) -> Redirect:
    return Redirect(f"/petitions/{petition_id}", status_code=303)


async def _shown(petition_id: UUID, visitor: Asker | None, at: datetime) -> dict[str, object]:
    read = await read_petition(petition_id)
    it, counted = read.petition, read.counted
    collects = not it.reached_at and not it.lapsed_at and at < it.closes_at
    may = set()
    if visitor and collects:
        owners = await owners_acted_for(visitor.id, it.estate)
        if may_sign(is_owner=bool(owners)):
            may.add("withdraw" if await has_signed(petition_id, visitor.id) else "sign")
    if visitor and it.reached_at and not it.answered_at:
        may |= {"answer"} if may_answer(visitor, read.estate, it.answerer) else set()
    return {
        "read": read,
        "petition": it,
        "counted": counted,
        "checks": _checks(read.rule, counted),
        "may": frozenset(may),
        "proven": visitor is not None and visitor.has_stepped_up(at),
        "visitor": visitor,
        "collects": collects,
        "at": at,
    }


def _checks(rule: PetitionRule, counted: Counted) -> list[dict[str, object]]:
    """As charts.html draws them."""
    signed, whole = counted.signed, counted.whole
    parts = (
        ("签名人数", rule.persons, signed.persons, whole.persons, False),
        ("签名面积", rule.area, signed.area_cm2, whole.area_cm2, True),
    )
    return [
        {
            "label": label, "part": part, "whole": of, "area": area,
            "numerator": bar.share.numerator, "denominator": bar.share.denominator,
            "holds": bar.cleared_by(part, of), "wording": f"要求{bar.wording}。", "gap": "",
            "explained": "共有一套房的几位业主算一人，一人几套房也算一人。" if not area else "",
        }
        for label, bar, part, of, area in parts
    ]  # fmt: skip


PAGES = [PetitionPages, SigningPages, AnsweringPages]
