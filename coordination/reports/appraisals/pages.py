"""/reports/appraisals: how the property service was graded, and the form to grade it."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people.access import signed_in, staff
from coordination.people.askers import Asker
from coordination.places.queries import place_of, places_within
from coordination.places.tables import PlaceKind
from coordination.reports.appraisals import actions
from coordination.reports.appraisals.actions import KEEPERS, group_of, is_open, may_open
from coordination.reports.appraisals.queries import (
    GRADE_WORDS,
    GROUP_WORDS,
    appraisals_of,
    own_grade,
    read_appraisal,
)
from coordination.reports.tables import Grade
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again, form_from

PATH = "/reports/appraisals"


@dataclass
class Fields:
    estate: str = ""
    opens_on: str = ""
    closes_on: str = ""
    grade: str = ""
    words: str = ""


class PublicAppraisalPages(Controller):
    path = PATH
    guards = [anyone]

    @get()
    async def appraisals(
        self, visitor: NamedDependency[Asker | None], estate: FromQuery[UUID | None] = None
    ) -> Template:
        context = await _overview(visitor, estate)
        return Template("reports/appraisals/appraisals.html", context=context | {"form": Form()})

    @get("/{appraisal_id:uuid}")
    async def appraisal(
        self, visitor: NamedDependency[Asker | None], appraisal_id: FromPath[UUID]
    ) -> Template:
        context = await _shown(visitor, appraisal_id)
        return Template("reports/appraisals/appraisal.html", context=context)


class GradingPages(Controller):
    path = PATH
    guards = [signed_in]

    @post("/{appraisal_id:uuid}/grade")
    async def grade(
        self,
        asker: NamedDependency[Asker],
        appraisal_id: FromPath[UUID],
        data: URLEncodedBody[Fields],
    ) -> Response:
        try:
            read = Reader(data)
            given = read.one_of("grade", "等次", list(Grade))
            words = read.text("words", "说明", longest=300, optional=True)
            read.settle()
            await actions.grade(asker, appraisal_id, Grade(given), words, clock.now())
        except Invalid as refusal:
            context = await _shown(asker, appraisal_id)
            return Template(
                "reports/appraisals/appraisal.html",
                context=context | {"form": form_from(refusal, data)}, status_code=422,
            )  # fmt: skip
        return Redirect(f"{PATH}/{appraisal_id}", status_code=303)


class AppraisalKeeping(Controller):
    path = PATH
    guards = [staff(*KEEPERS)]

    @post("/new")
    async def open(self, asker: NamedDependency[Asker], data: URLEncodedBody[Fields]) -> Response:
        overview = await _overview(asker, None)
        try:
            read = Reader(data)
            estate = read.one_of("estate", "小区", [str(one.id) for one in overview["estates"]])
            opens_on, closes_on = read.day("opens_on", "开始"), read.day("closes_on", "结束")
            read.settle()
            appraisal = await actions.open_appraisal(
                asker, UUID(estate), opens_on, closes_on, clock.now()
            )
        except Invalid as refusal:
            return form_again("reports/appraisals/appraisals.html", refusal, data, **overview)
        return Redirect(f"{PATH}/{appraisal.id}", status_code=303)

    @post("/{appraisal_id:uuid}/publication")
    async def publish(
        self, asker: NamedDependency[Asker], appraisal_id: FromPath[UUID]
    ) -> Redirect:
        await actions.publish_appraisal(asker, appraisal_id, clock.now())
        return Redirect(f"{PATH}/{appraisal_id}", status_code=303)


async def _overview(visitor: Asker | None, estate: UUID | None) -> dict:
    roles = visitor.roles if visitor else ()
    paths = [role.place_path for role in roles if role.kind in KEEPERS and role.place_path]
    return {
        "estate": await place_of(estate, PlaceKind.ESTATE) if estate else None,
        "appraisals": await appraisals_of(estate),
        "estates": await places_within(paths, PlaceKind.ESTATE) if paths else [],
    }


async def _shown(visitor: Asker | None, appraisal_id: UUID) -> dict[str, object]:
    at = clock.now()
    read = await read_appraisal(appraisal_id)
    group = await group_of(visitor, read.estate, at) if visitor else None
    own = await own_grade(appraisal_id, visitor.id) if visitor else None
    return {
        "read": read,
        "appraisal": read.appraisal,
        "open": is_open(read.appraisal, at),
        "group": group and GROUP_WORDS[group],
        "grades": [(grade.value, words, "") for grade, words in GRADE_WORDS.items()],
        "own": GRADE_WORDS[Grade(own)] if own else None,
        "may_publish": may_open(visitor, read.estate) and not read.is_published,
        "form": Form({"grade": own or ""}),
    }


PAGES = [PublicAppraisalPages, GradingPages, AppraisalKeeping]
