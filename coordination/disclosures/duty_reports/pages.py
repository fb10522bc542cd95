"""/duty-reports 述职: what each body says of its year, and what the households say of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.disclosures.duty_reports import actions
from coordination.disclosures.duty_reports.permits import may_rate, may_read_words, reports_for
from coordination.disclosures.duty_reports.queries import (
    own_rating,
    ratings_of,
    report_of,
    reports_of,
    words_beside,
)
from coordination.disclosures.duty_reports.rules import GRADES, LEAST
from coordination.disclosures.permits import PUBLISHERS
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.law.periods import day_of
from coordination.people.access import signed_in, staff
from coordination.people.askers import Asker
from coordination.people.tables import BodyKind
from coordination.places.queries import estates, place_of
from coordination.places.tables import PlaceKind
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again, form_from
from coordination.web.typed import chosen_file

LARGEST_BODY = 40 * 1024 * 1024
GRADE_OPTIONS = [(str(points), words, "") for points, words in GRADES.items()]


@dataclass
class RatingFields:
    points: str = ""
    words: str = ""


class DutyReportPages(Controller):
    path = "/duty-reports"
    guards = [anyone]

    @get()
    async def reports(
        self, visitor: NamedDependency[Asker | None], estate: FromQuery[UUID | None] = None
    ) -> Template:
        known, at = await estates(), clock.now()
        wanted = estate or (known[0].id if len(known) == 1 else None)
        chosen = await place_of(wanted, PlaceKind.ESTATE) if wanted else None
        context = {
            "estate": chosen,
            "estates": known,
            "reports": await reports_of(chosen.id) if chosen else [],
            "may_report": bool(chosen and reports_for(visitor, chosen)),
            "at": at,
        }
        return Template("disclosures/duty_reports/reports.html", context=context)

    @get("/{report_id:uuid}")
    async def report(
        self, visitor: NamedDependency[Asker | None], report_id: FromPath[UUID]
    ) -> Template:
        context = await _shown(visitor, report_id)
        own = context["own"]
        form = Form({"points": str(own)} if own else {})
        return Template("disclosures/duty_reports/report.html", context=context | {"form": form})

    @get("/{report_id:uuid}/document")
    async def document(self, report_id: FromPath[UUID]) -> Response[bytes]:
        report, _ = await report_of(report_id)
        if report.document is None:
            raise NotFound("这份述职没有附件。")
        ending = "pdf" if report.document_kind == files.PDF else "jpg"
        shown_as = f"inline; filename*=UTF-8''{quote(report.title)}.{ending}"
        return Response(
            await files.content_of(report.document), media_type=report.document_kind,
            headers={"content-disposition": shown_as},
        )  # fmt: skip


class RatingPages(Controller):
    path = "/duty-reports"
    guards = [signed_in]

    @post("/{report_id:uuid}/ratings")
    async def rate(
        self,
        asker: NamedDependency[Asker],
        report_id: FromPath[UUID],
        data: URLEncodedBody[RatingFields],
    ) -> Response:
        try:
            read = Reader(data)
            points = read.one_of("points", "评分", [value for value, _, _ in GRADE_OPTIONS])
            words = read.text("words", "想说的话", longest=300, optional=True)
            read.settle()
            await actions.rate_report(asker, report_id, int(points), words, clock.now())
        except (Invalid, Conflict) as refusal:
            is_field = isinstance(refusal, Invalid)
            form = form_from(refusal if is_field else Invalid(str(refusal)), data)
            context = await _shown(asker, report_id) | {"form": form}
            return Template(
                "disclosures/duty_reports/report.html",
                context=context,
                status_code=422 if is_field else 409,
            )
        return Redirect(f"/duty-reports/{report_id}", status_code=303)


class ReportingPages(Controller):
    path = "/duty-reports"
    guards = [staff(*PUBLISHERS)]

    @get("/new")
    async def new(self, asker: NamedDependency[Asker], estate: FromQuery[UUID]) -> Template:
        context = await _reporting(asker, estate)
        form = Form({"year": str(day_of(clock.now()).year)})
        return Template("disclosures/duty_reports/new.html", context=context | {"form": form})

    @post("/new", request_max_body_size=LARGEST_BODY)
    async def publish(
        self, request: Request, asker: NamedDependency[Asker], estate: FromQuery[UUID]
    ) -> Response:
        context = await _reporting(asker, estate)
        sent = await request.form()
        said = {name: str(sent.get(name) or "") for name in ("kind", "year", "text")}
        try:
            read = Reader(said)
            kind = read.one_of("kind", "单位", [value for value, _ in context["bodies"]])
            year = read.whole("year", "年度", least=2000, most=9999)
            text = read.text("text", "述职内容", longest=5000)
            read.settle()
            document = await _document(sent.get("document"), asker)
            report = await actions.publish_report(
                asker, context["estate"], BodyKind(kind), year, text, document, clock.now()
            )
        except Invalid as refusal:
            return form_again("disclosures/duty_reports/new.html", refusal, said, **context)
        return Redirect(f"/duty-reports/{report.id}", status_code=303)


async def _document(file: object, asker: Asker) -> str | None:
    content = await chosen_file(file)
    if content is None:
        return None
    try:
        return await files.store(content, at=clock.now(), by=asker.id)
    except Invalid as refusal:
        raise Invalid(str(refusal), document=str(refusal)) from refusal


async def _reporting(asker: Asker, estate_id: UUID) -> dict[str, Any]:
    """NotFound, NotAllowed."""
    estate = await place_of(estate_id, PlaceKind.ESTATE)
    roles = reports_for(asker, estate)
    if not roles:
        raise NotAllowed("述职由业主委员会、物业服务企业、居民委员会各自发布。")
    bodies = [(role.body_kind.value, role.body_name) for role in roles]
    return {"estate": estate, "bodies": bodies}


async def _shown(visitor: Asker | None, report_id: UUID) -> dict[str, Any]:
    at = clock.now()
    report, estate = await report_of(report_id)
    reads = may_read_words(visitor, report.body) and not report.is_rated(at)
    return {
        "report": report,
        "estate": estate,
        "open": report.is_rated(at),
        "said": await words_beside(report_id) if reads else None,
        "ratings": await ratings_of(report_id),
        "own": await own_rating(report_id, visitor.id) if visitor else None,
        "grades": GRADE_OPTIONS,
        "words": GRADES,
        "may_rate": may_rate(visitor, report.body),
        "visitor": visitor,
        "least": LEAST,
    }


PAGES = [DutyReportPages, RatingPages, ReportingPages]
