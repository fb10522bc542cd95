"""/ballots/new and /ballots/{poll}/…: a poll on its way to the roll, for those who convene it.

The hub (`convening`) says what has been done, what comes next and who does it; each part of the
draft has one screen of its own, and everything may be changed until the roll is published.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.polls import drafting
from coordination.ballots.polls.desk import Desk, Seat, convened_polls, seats, the_desk
from coordination.ballots.polls.drafting import (
    AS_THE_ROLL_SUGGESTS,
    FORMS,
    PREVAILING,
    PollFacts,
    PollRules,
    periods,
)
from coordination.ballots.polls.queries import candidates_ready, check_ends, open_matters
from coordination.ballots.polls.stalls import stalled
from coordination.ballots.polls.timetable import timetable
from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.values import settings_in_force
from coordination.web.formats import form_time
from coordination.web.forms import Form, Reader, form_again

RULES = ("changes_allowed", "parking_counts", "invalid_takes_part", "prevails")
YES_NO = {"yes": True, "no": False}
BY_SIZE = "by_size"  # as the form says `AS_THE_ROLL_SUGGESTS`


@dataclass
class FactsFields:
    seat: str = ""
    title: str = ""
    summary: str = ""
    contact: str = ""
    matter: str = ""


@dataclass
class TimesFields:
    opens_at: str = ""
    closes_at: str = ""


@dataclass
class RulesFields:
    changes_allowed: str = ""
    parking_counts: str = ""
    invalid_takes_part: str = ""
    prevails: str = ""
    package_form: str = ""


class DraftPages(Controller):
    path = "/ballots"
    guards = [signed_in]

    @get("/convening")
    async def convenings(self, asker: NamedDependency[Asker]) -> Template:
        """The polls that the asker's own bodies convene, and where a new one begins."""
        context = {"polls": await convened_polls(asker), "seats": await seats(asker)}
        return Template("ballots/convenings.html", context=context)

    @get("/new")
    async def new_poll(self, asker: NamedDependency[Asker]) -> Template:
        found = await seats(asker, required=True)
        first = found[0]
        values = {"seat": first.key if len(found) == 1 else "", "contact": first.contact}
        context = {"seats": found, "matters": await _matters(found), "form": Form(values)}
        return Template("ballots/new_poll.html", context=context)

    @post("/new")
    async def draft(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[FactsFields]
    ) -> Response:
        found = await seats(asker, required=True)
        try:
            read = Reader(data)
            chosen = read.one_of("seat", "召集人", [seat.key for seat in found])
            facts = _facts(read)
            seat = next(one for one in found if one.key == chosen)
            poll = await drafting.draft_poll(
                asker, seat.estate, seat.body, facts, clock.now(), once=True
            )
        except Invalid as refusal:
            matters = await _matters(found)
            return form_again("ballots/new_poll.html", refusal, data, seats=found, matters=matters)
        return Redirect(f"/ballots/{poll.id}/times", status_code=303)

    @get("/{poll_id:uuid}/convening")
    async def convening(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        """Where the poll stands, and what this member does next."""
        desk = await the_desk(asker, poll_id, clock.now())
        context = desk.context | {"stalled": await stalled(poll_id)}
        return Template("ballots/convening.html", context=context)

    @get("/{poll_id:uuid}/facts")
    async def facts(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        desk = await the_desk(asker, poll_id, clock.now(), editable=True)
        poll = desk.poll
        form = Form(
            {"title": poll.title, "summary": poll.summary, "contact": poll.contact,
             "matter": str(poll.matter or "")}
        )  # fmt: skip
        context = desk.context | {"matters": await _matters([desk]), "form": form}
        return Template("ballots/facts.html", context=context)

    @post("/{poll_id:uuid}/facts")
    async def change_facts(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[FactsFields],
    ) -> Response:
        at = clock.now()
        desk = await the_desk(asker, poll_id, at)
        try:
            await drafting.change_facts(asker, poll_id, _facts(Reader(data)), at)
        except Invalid as refusal:
            context = desk.context | {"matters": await _matters([desk])}
            return form_again("ballots/facts.html", refusal, data, **context)
        return back_to(poll_id)

    @get("/{poll_id:uuid}/times")
    async def times(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        desk = await the_desk(asker, poll_id, clock.now())
        poll = desk.poll
        form = Form({"opens_at": form_time(poll.opens_at), "closes_at": form_time(poll.closes_at)})
        return Template("ballots/times.html", context=await _timed(desk) | {"form": form})

    @post("/{poll_id:uuid}/times")
    async def change_times(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[TimesFields],
    ) -> Response:
        at = clock.now()
        desk = await the_desk(asker, poll_id, at)
        try:
            read = Reader(data)
            opens_at = read.moment("opens_at", "开始时间")
            closes_at = read.moment("closes_at", "截止时间")
            read.settle()
            await drafting.change_times(asker, poll_id, opens_at, closes_at, at)
        except Invalid as refusal:
            return form_again("ballots/times.html", refusal, data, **await _timed(desk))
        return back_to(poll_id)

    @get("/{poll_id:uuid}/rules")
    async def rules(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        desk = await the_desk(asker, poll_id, clock.now(), editable=True)
        poll = desk.poll
        values = {
            "changes_allowed": str(poll.changes_allowed),
            "parking_counts": _word(poll.parking_counts),
            "invalid_takes_part": _word(poll.invalid_takes_part),
            "prevails": poll.prevails,
            "package_form": poll.package_form or BY_SIZE,
        }
        context = await _ruled(desk) | {"form": Form(values)}
        return Template("ballots/rules.html", context=context)

    @post("/{poll_id:uuid}/rules")
    async def change_rules(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[RulesFields],
    ) -> Response:
        at = clock.now()
        desk = await the_desk(asker, poll_id, at)
        try:
            read = Reader(data)
            changes = read.one_of("changes_allowed", "能否更改选择", ("0", "1"))
            parking = read.one_of("parking_counts", "车位是否计入", YES_NO)
            invalid = read.one_of("invalid_takes_part", "无效票是否算参与", YES_NO)
            prevails = read.one_of("prevails", "以哪一份为准", PREVAILING)
            form = read.one_of("package_form", "结果怎样公布", (BY_SIZE, *FORMS[1:]))
            read.settle()
            form = AS_THE_ROLL_SUGGESTS if form == BY_SIZE else form
            rules = PollRules(int(changes), YES_NO[parking], YES_NO[invalid], form, prevails)
            await drafting.change_rules(asker, poll_id, rules, at)
        except Invalid as refusal:
            return form_again("ballots/rules.html", refusal, data, **await _ruled(desk))
        return back_to(poll_id)


def back_to(poll_id: UUID) -> Redirect:
    """The hub of the poll."""
    return Redirect(f"/ballots/{poll_id}/convening", status_code=303)


def _facts(read: Reader) -> PollFacts:
    """Invalid: something is missing or too long."""
    facts = PollFacts(
        read.text("title", "名称", longest=100),
        read.text("summary", "说明", longest=500),
        read.text("contact", "联系人和电话"),
        _matter(read),
    )
    read.settle()
    return facts


def _matter(read: Reader) -> UUID | None:
    """The drafting looks whether it is one of the estate."""
    said = str(read.values.get("matter") or "")
    try:
        return UUID(said) if said else None
    except ValueError:
        read.wrong("matter", "请从列出的事项中选择，或者不选。")
        return None


async def _matters(of: Sequence[Seat | Desk]) -> list[tuple[str, str]]:
    """What the form offers to link to: the open matters of the estates, each once."""
    estates = {one.estate.id: one.estate for one in of}
    return [(str(id), title) for e in estates.values() for id, title in await open_matters(e)]


async def _timed(desk: Desk) -> dict[str, Any]:
    days = await periods(desk.estate, desk.at)
    checked_at = await check_ends(desk.state, days.roll_check, desk.at)
    candidates_at = await candidates_ready(desk.poll.id, desk.estate, desk.at)
    table = timetable(days, desk.at, checked_at, desk.state, candidates_at)
    return desk.context | {"table": table}


async def _ruled(desk: Desk) -> dict[str, Any]:
    return desk.context | {"held": await settings_in_force(desk.estate, *RULES, at=desk.at)}


def _word(value: bool) -> str:
    return "yes" if value else "no"
