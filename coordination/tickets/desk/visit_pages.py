"""/desk/visits: the call list 回访, and one call: whom, what to ask, what came of it."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.tickets.desk.acts import end_of_day_typed
from coordination.tickets.desk.calls import PAGE, calls
from coordination.tickets.desk.contact_actions import Contact, look_at_caller
from coordination.tickets.desk.filters import read_cursor
from coordination.tickets.desk.scope import must_reach, scope_of
from coordination.tickets.desk.sheet import Sheet, sheet_of
from coordination.tickets.desk.view import Happening
from coordination.tickets.desk.visit_actions import ACCEPTED, Called, Said, record_call
from coordination.tickets.kinds import EventKind, Outcome, Rating, State
from coordination.tickets.visiting.actions import OwnBody, close_ticket, handled_by
from coordination.tickets.visiting.permits import VISITORS, may_visit
from coordination.tickets.words import OUTCOME_WORDS, RATING_WORDS
from coordination.web.forms import Form, Reader, form_from

SAID_WORDS = [
    (Said.SOLVED, "打通了：已解决", "办结"),
    (Said.ACCEPTED, "打通了：没有全部解决，居民认可", "选择办理结果，办结"),
    (Said.UNSOLVED, "打通了：没解决", "退回重办，上一级会知道"),
    (Said.UNREACHED, "没打通", "换一天再打"),
]
NAMES = ("said", "outcome", "until", "rating", "words")
WHILE_DUE = (State.REPLIED, State.VISITING)


class VisitPages(Controller):
    path = "/desk/visits"
    guards = [staff(*VISITORS)]

    @get()
    async def visits(self, asker: NamedDependency[Asker], after: FromQuery[str] = "") -> Template:
        at = clock.now()
        scope = await scope_of(asker, at)
        start = read_cursor(after)
        before = (start.due, start.number) if start else (None, 0)
        found = await calls(scope.estates, scope.co_handlers, asker.id, before)
        context = {
            "calls": found[:PAGE],
            "next": found[PAGE - 1].cursor if len(found) > PAGE else None,
            "is_first": start is None,
            "at": at,
        }
        return Template("tickets/desk/visits.html", context=context)

    @get("/{ticket_id:uuid}")
    async def visit(self, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]) -> Template:
        return await _page(await _sheet(asker, ticket_id), Form())

    @post("/{ticket_id:uuid}/contact-views")
    async def look_at_caller(
        self, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]
    ) -> Template:
        """The number to call, once, and written down."""
        sheet = await _sheet(asker, ticket_id)
        contact = await look_at_caller(asker, ticket_id, clock.now())
        page = await _page(sheet, Form(), contact)
        page.headers["Cache-Control"] = "no-store"
        return page

    @post("/{ticket_id:uuid}/calls")
    async def call(
        self, request: Request, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]
    ) -> Response:
        sheet = await _sheet(asker, ticket_id)
        said = await _texts(request)
        try:
            await record_call(asker, ticket_id, _call(said), clock.now())
        except Invalid as refusal:
            return await _page(sheet, form_from(refusal, said), status=422)
        except Conflict as refusal:
            fresh = await _sheet(asker, ticket_id)
            return await _page(fresh, Form(said, message=str(refusal)), status=409)
        return Redirect("/desk/visits", status_code=303)

    @post("/{ticket_id:uuid}/closures")
    async def close(
        self, request: Request, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]
    ) -> Response:
        """Close what was tried on two days."""
        sheet = await _sheet(asker, ticket_id)
        said = await _texts(request)
        try:
            read = Reader(said)
            outcome = read.one_of("outcome", "办理结果", [one.value for one in UNREACHED])
            words, until = _words(read), end_of_day_typed(read, "until", "计划完成日期")
            read.settle()
            await close_ticket(
                asker, ticket_id, Outcome(outcome), clock.now(), words=words, until=until
            )
        except Invalid as refusal:
            return await _page(sheet, form_from(refusal, said, "c"), status=422)
        return Redirect("/desk/visits", status_code=303)


UNREACHED = (Outcome.UNREACHABLE, *ACCEPTED)


async def _texts(request: Request) -> dict[str, str]:
    sent = await request.form()
    return {name: str(sent.get(name) or "") for name in NAMES}


def _call(said: dict[str, str]) -> Called:
    read = Reader(said)
    what = read.one_of("said", "通话结果", [one.value for one in Said])
    words, until = _words(read), end_of_day_typed(read, "until", "计划完成日期")
    accepted = what == Said.ACCEPTED
    outcome = (
        read.one_of("outcome", "办理结果", [one.value for one in ACCEPTED]) if accepted else ""
    )
    rating = said["rating"] if said["rating"] in set(Rating) else ""
    read.settle()
    return Called(
        Said(what), words, Outcome(outcome) if outcome else None, until,
        Rating(rating) if rating else None,
    )  # fmt: skip


def _as_replied(last: Happening | None) -> dict[str, Any]:
    """What a call that agrees to the reply would say: what was replied."""
    outcome = last.facts.get("outcome") if last else None
    if last is None or outcome not in set(ACCEPTED):
        return {}
    return {"outcome": outcome, "until": str(last.facts.get("until") or "")[:10]}


def _words(read: Reader) -> str:
    return read.text("words", "居民怎么说", longest=500, optional=True)


async def _sheet(asker: Asker, ticket_id: UUID) -> Sheet:
    """NotFound; OwnBody: they, or their colleagues, handled it; NotAllowed."""
    at = clock.now()
    await must_reach(asker, ticket_id, at)
    if not asker.is_any(RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER):
        raise NotAllowed("回访由社区或街道的工作人员办理。")
    if not may_visit(asker, await handled_by(ticket_id)):
        raise OwnBody("经手过这张工单的人和单位不做回访。请换一位同事。")
    return await sheet_of(asker, ticket_id, at)


async def _page(
    sheet: Sheet, form: Form, contact: Contact | None = None, status: int = 200
) -> Template:
    replies = [one for one in sheet.happenings if one.kind is EventKind.REPLY]
    last = replies[-1] if replies else None
    tries = [one for one in sheet.happenings
             if one.kind is EventKind.VISIT and last and one.ordinal > last.ordinal]  # fmt: skip
    blank = Form(prefix="c")
    context: dict[str, Any] = {
        "shown": sheet.shown,
        "reply": last,
        "tries": tries,
        "after": [one for one in sheet.pictures if last and one.event == last.ordinal],
        "is_due": sheet.case.now.state in WHILE_DUE,
        "may_close": sheet.case.now.is_visited and sheet.case.now.state in WHILE_DUE,
        "form": form if form.prefix == "f" and form.values else Form(_as_replied(last)),
        "closing": form if form.prefix == "c" else blank,
        "contact": contact,
        "may_see_contact": True,
        "said_words": SAID_WORDS,
        "outcomes": [(one.value, OUTCOME_WORDS[one], "") for one in ACCEPTED],
        "unreached": [(one.value, OUTCOME_WORDS[one], "") for one in UNREACHED],
        "ratings": [(one.value, words) for one, words in RATING_WORDS.items()],
        "at": sheet.case.at,
    }
    return Template("tickets/desk/visit.html", context=context, status_code=status)
