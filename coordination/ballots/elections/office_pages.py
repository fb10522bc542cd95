"""…/questions/{question}/office: taking office after an election. /ballots/groups/{body}: the
preparatory group."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.elections import groups, office
from coordination.ballots.elections.permits import may_form_group, may_seat
from coordination.ballots.elections.queries import person_of_owner
from coordination.ballots.elections.tables import Candidacy, Office
from coordination.ballots.elections.winners import (
    Winners,
    by_election_of,
    draft_by_election,
    winners_of,
)
from coordination.ballots.polls.permits import convenes
from coordination.errors import Invalid, NotAllowed
from coordination.law.periods import day_of
from coordination.law.preparing import GroupMember, Side, faults_of_group
from coordination.law.terms import file_by, first_session_by
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again


@dataclass
class OfficeFields:
    since: str = ""


@dataclass
class SessionFields:
    held_on: str = ""


@dataclass
class FilingFields:
    filed_on: str = ""
    number: str = ""


@dataclass
class GroupFields:
    members: str = ""


class OfficePages(Controller):
    path = "/ballots/{poll_id:uuid}/questions/{question_id:uuid}/office"
    guards = [signed_in]

    @get()
    async def office(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], question_id: FromPath[UUID]
    ) -> Template:
        context = await _around(asker, question_id)
        form = Form({"since": str(max(context["won"].final_on, day_of(clock.now())))})
        return Template("ballots/office.html", context=context | {"form": form})

    @post()
    async def take(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        data: URLEncodedBody[OfficeFields],
    ) -> Response:
        try:
            since = _day(data, "since", "就任日期")
            await office.take_office(asker, question_id, since, clock.now())
        except Invalid as refusal:
            return await _again(asker, question_id, refusal, data)
        return _back(poll_id, question_id)

    @post("/session")
    async def session(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        data: URLEncodedBody[SessionFields],
    ) -> Response:
        try:
            held_on = _day(data, "held_on", "首次会议日期")
            await office.record_session(asker, question_id, held_on, clock.now())
        except Invalid as refusal:
            return await _again(asker, question_id, refusal, data)
        return _back(poll_id, question_id)

    @post("/filing")
    async def filing(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        data: URLEncodedBody[FilingFields],
    ) -> Response:
        try:
            filed_on = _day(data, "filed_on", "备案日期")
            await office.record_filing(asker, question_id, filed_on, data.number, clock.now())
        except Invalid as refusal:
            return await _again(asker, question_id, refusal, data)
        return _back(poll_id, question_id)

    @post("/seats/{seat_id:uuid}/substitute")
    async def substitute(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        seat_id: FromPath[UUID],
    ) -> Redirect:
        await office.seat_substitute(asker, question_id, seat_id, clock.now())
        return _back(poll_id, question_id)

    @post("/seats/{seat_id:uuid}/role")
    async def give_role(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        seat_id: FromPath[UUID],
    ) -> Redirect:
        await office.give_seat_its_role(asker, question_id, seat_id, clock.now())
        return _back(poll_id, question_id)

    @post("/by-election")
    async def by_election(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], question_id: FromPath[UUID]
    ) -> Redirect:
        """A draft that fills the empty seats, one click."""
        poll = await draft_by_election(asker, question_id, clock.now())
        return Redirect(f"/ballots/{poll.id}/convening", status_code=303)


class GroupPages(Controller):
    """Everybody reads who is in the group."""

    path = "/ballots/groups"

    @get(guards=[anyone])
    async def preparatory_groups(self, visitor: NamedDependency[Asker | None]) -> Template:
        """The preparatory groups there are, by estate."""
        found = await groups.all_groups()
        mine = {estate.id for _, estate in found if visitor and may_form_group(visitor, estate)}
        return Template("ballots/preparatory_groups.html", context={"groups": found, "mine": mine})

    @get("/{body_id:uuid}", guards=[anyone])
    async def group(
        self, visitor: NamedDependency[Asker | None], body_id: FromPath[UUID]
    ) -> Template:
        context = await _grouped(visitor, body_id)
        lines = "\n".join(_line(one) for one in context["members"])
        return Template("ballots/group.html", context=context | {"form": Form({"members": lines})})

    @post("/{body_id:uuid}", guards=[signed_in])
    async def form(
        self,
        asker: NamedDependency[Asker],
        body_id: FromPath[UUID],
        data: URLEncodedBody[GroupFields],
    ) -> Response:
        try:
            await groups.form_group(asker, body_id, _members(data.members), clock.now())
        except Invalid as refusal:
            context = await _grouped(asker, body_id)
            return form_again("ballots/group.html", refusal, data, **context)
        return Redirect(f"/ballots/groups/{body_id}", status_code=303)


SIDES = {words: side for side, words in groups.SIDES.items()}


def _members(text: str) -> list[groups.NamedMember]:
    """One line each: 姓名，代表，[组长，][账号]. Invalid: a line that is not."""
    members = []
    for number, line in enumerate(filter(str.strip, text.splitlines()), 1):
        name, *rest = [part.strip() for part in line.replace(",", "，").split("，")]
        side = SIDES.get(rest[0]) if rest else None
        more = rest[1:]
        chairs = "组长" in more
        account = next((part for part in more if part and part != "组长"), "")
        if not name or len(name) > 40 or side is None:
            told = f"第{number}行“{line.strip()[:20]}”看不懂，请写成：姓名，{'/'.join(SIDES)}。"
            raise Invalid("有一行看不懂。", members=told)
        members.append(groups.NamedMember(name, side, chairs, account))
    return members


def _line(one: Any) -> str:
    return "，".join([one.name, groups.SIDES[Side(one.side)], *(["组长"] if one.chairs else [])])


async def _grouped(visitor: Asker | None, body_id: UUID) -> dict[str, Any]:
    body, estate = await groups.group_of(body_id)
    members = await groups.members_of(body_id)
    return {
        "body": body,
        "estate": estate,
        "members": members,
        "sides": groups.SIDES,
        "faults": faults_of_group([GroupMember(Side(one.side), one.chairs) for one in members]),
        "may_form": visitor is not None and may_form_group(visitor, estate),
    }


async def _around(asker: Asker, question_id: UUID) -> dict[str, Any]:
    """NotFound, NotElected. NotAllowed: neither convener, nor 街道, nor one of the elected."""
    won = await winners_of(question_id)
    elected = {one.id: await person_of_owner(one.owner) for one in won.elected}
    people = {person for person in elected.values() if person}
    may = may_seat(asker, won.estate, won.poll, people)
    if not may and asker.id not in people and not convenes(asker, won.estate, won.poll):
        raise NotAllowed("就任由召集这次选举的成员或者街道工作人员登记。")
    row = await Office.objects().get(Office.question == question_id)
    return {
        "won": won,
        "poll": won.poll,
        "question": won.question,
        "office": row,
        "may_seat": may,
        "accounts": {id for id, person in elected.items() if person},
        "session_by": first_session_by(won.final_on),
        "file_by": file_by(won.final_on),
        "following": await by_election_of(question_id),
        **await _seats(won, row),
    }


async def _seats(won: Winners, row: Office | None) -> dict[str, Any]:
    """The seats with who holds them, which are vacant, who may still get a role."""
    seats = await office.seats_of(row.id) if row else []
    at = clock.now()
    vacant = {one.id for one in seats if await office.is_vacant(one, at)}
    holders: dict[UUID, Candidacy] = {one.id: one for one in [*won.elected, *won.substitutes]}
    return {
        "seats": [(seat, holders[seat.candidacy]) for seat in seats],
        "vacant": {seat.id for seat in office.vacancies(seats, vacant)},
        "standing_by": [
            one for one in won.substitutes if one.id not in {seat.candidacy for seat in seats}
        ],
    }


async def _again(asker: Asker, question_id: UUID, refusal: Invalid, data: object) -> Response:
    context = await _around(asker, question_id)
    return form_again("ballots/office.html", refusal, data, **context)


def _day(data: object, name: str, label: str) -> date:
    read = Reader(data)
    day = read.day(name, label)
    read.settle()
    return day


def _back(poll_id: UUID, question_id: UUID) -> Redirect:
    return Redirect(f"/ballots/{poll_id}/questions/{question_id}/office", status_code=303)
