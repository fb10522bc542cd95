"""/consultations 意见征询: asking and answering what people think. Its pages look and speak like no
ballot: their own colour, their banner on top, and none of the ballot's words."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.disclosures.consultations import actions
from coordination.disclosures.consultations.actions import Asked
from coordination.disclosures.consultations.permits import ASKING, may_consult, may_read_words
from coordination.disclosures.consultations.queries import (
    consultation_of,
    consultations_of,
    own_answer,
    words_beside,
)
from coordination.disclosures.consultations.rules import BANNER, SIDES, read_choices
from coordination.errors import Conflict, Invalid
from coordination.law.periods import day_of
from coordination.people.access import signed_in, staff
from coordination.people.askers import Asker
from coordination.places.queries import estates, place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again, form_from

ONE = "disclosures/consultations/consultation.html"
USUAL_DAYS = timedelta(days=14)


@dataclass
class AskedFields:
    estate: str = ""
    title: str = ""
    text: str = ""
    choices: str = ""
    last_on: str = ""
    reason: str = ""


@dataclass
class AnswerFields:
    choice: str = ""
    words: str = ""


class ConsultationPages(Controller):
    path = "/consultations"
    guards = [anyone]

    @get()
    async def consultations(
        self, visitor: NamedDependency[Asker | None], estate: FromQuery[UUID | None] = None
    ) -> Template:
        known, at = await estates(), clock.now()
        wanted = estate or (known[0].id if len(known) == 1 else None)
        chosen = await place_of(wanted, PlaceKind.ESTATE) if wanted else None
        context = {
            "estate": chosen,
            "estates": known,
            "found": await consultations_of(chosen.id) if chosen else [],
            "may_ask": bool(chosen and may_consult(visitor, chosen)),
            "banner": BANNER,
            "at": at,
        }
        return Template("disclosures/consultations/consultations.html", context=context)

    @get("/{consultation_id:uuid}")
    async def consultation(
        self, visitor: NamedDependency[Asker | None], consultation_id: FromPath[UUID]
    ) -> Template:
        context = await _shown(visitor, consultation_id)
        own = context["own"]
        values = {"choice": str(own.choice), "words": own.words} if own else {}
        return Template(ONE, context=context | {"form": Form(values)})


class AnsweringPages(Controller):
    path = "/consultations"
    guards = [signed_in]

    @post("/{consultation_id:uuid}/answers")
    async def answer(
        self,
        asker: NamedDependency[Asker],
        consultation_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        try:
            read = Reader(data)
            words = read.text("words", "想说的话", longest=300, optional=True)
            if not (data.choice.isascii() and data.choice.isdigit() and len(data.choice) < 3):
                read.wrong("choice", "请选择一项。")
            read.settle()
            await actions.answer_consultation(
                asker, consultation_id, int(data.choice), words, clock.now()
            )
        except (Invalid, Conflict) as refusal:
            is_field = isinstance(refusal, Invalid)
            form = form_from(refusal if is_field else Invalid(str(refusal)), data)
            context = await _shown(asker, consultation_id) | {"form": form}
            return Template(ONE, context=context, status_code=422 if is_field else 409)
        return Redirect(f"/consultations/{consultation_id}", status_code=303)


class ConsultingPages(Controller):
    path = "/consultations"
    guards = [staff(*ASKING)]

    @get("/new")
    async def new(self, asker: NamedDependency[Asker], estate: FromQuery[str] = "") -> Template:
        found = await _estates_of(asker)
        first = estate or (str(found[0].id) if len(found) == 1 else "")
        last_on = (day_of(clock.now()) + USUAL_DAYS).isoformat()
        form = Form({"estate": first, "last_on": last_on})
        context = {"estates": found, "form": form, "banner": BANNER}
        return Template("disclosures/consultations/new.html", context=context)

    @post("/new")
    async def open(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[AskedFields]
    ) -> Response:
        found = await _estates_of(asker)
        try:
            read = Reader(data)
            chosen = read.one_of("estate", "小区", [str(one.id) for one in found])
            asked = Asked(
                read.text("title", "题目", longest=60), read.text("text", "说明", longest=2000),
                _choices(read), read.day("last_on", "截止日"),
                read.text("reason", "理由", longest=300, optional=True),
            )  # fmt: skip
            read.settle()
            estate = next(one for one in found if str(one.id) == chosen)
            made = await actions.open_consultation(asker, estate, asked, clock.now())
        except Invalid as refusal:
            return form_again(
                "disclosures/consultations/new.html", refusal, data, estates=found, banner=BANNER
            )
        return Redirect(f"/consultations/{made}", status_code=303)


def _choices(read: Reader) -> list[str]:
    try:
        return read_choices(str(read.values.get("choices") or ""))
    except ValueError as fault:
        read.wrong("choices", f"{fault}。")
        return []


async def _estates_of(asker: Asker) -> list[Place]:
    paths = {role.place_path for role in asker.roles if role.kind in ASKING}
    return await places_within(paths, PlaceKind.ESTATE)


async def _shown(visitor: Asker | None, consultation_id: UUID) -> dict[str, Any]:
    at = clock.now()
    found = await consultation_of(consultation_id)
    reads = may_read_words(visitor, found.body) and found.counted is not None
    own = await own_answer(found.id, visitor.id) if visitor else None
    return {
        "found": found,
        "open": found.is_open(at),
        "own": own,
        "side": SIDES[own.side] if own else "",
        "choices": [(str(n), words, "") for n, words in enumerate(found.choices)],
        "words": await words_beside(found.id) if reads else None,
        "visitor": visitor,
        "banner": BANNER,
        "at": at,
    }


PAGES = [ConsultationPages, AnsweringPages, ConsultingPages]
