"""Taking office 就任: who was elected becomes the committee, by a person's confirmation.

The result says who was elected; here they get their roles for the term, the members of the former
term leave, and what the law asks next is held open: the first session within 7 days, 备案 within
30, the next election three months before the end. Source: `law/terms.py`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.elections.permits import may_seat
from coordination.ballots.elections.queries import person_of_owner
from coordination.ballots.elections.tables import Candidacy, Office, Seat
from coordination.ballots.elections.winners import Winners, winners_of
from coordination.ballots.polls.steps import lock_poll
from coordination.db import execute, transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.law.periods import DAY, day_of, start_of
from coordination.law.terms import Term, file_by, first_session_by, term_of
from coordination.matters.actions import open_duty, settle_duty, write_line
from coordination.people.askers import Asker
from coordination.people.queries import body_of
from coordination.people.role_actions import give_role
from coordination.people.tables import Body, BodyKind, Role, RoleKind
from coordination.web.formats import local_day

SESSION, FILING = "业主委员会首次会议", "业主委员会备案"
LATEST_START = 366  # days after the result


class InOffice(Conflict):
    """They took office already."""


class NoSubstitute(Conflict):
    """Nobody stands by, or the seat is not vacant."""


async def take_office(asker: Asker, question_id: UUID, since: date, at: datetime) -> Office:
    """Confirm that who was elected takes office on `since`; in a by-election for the rest of the
    term. NotFound, NotElected, NotAllowed, InOffice, Invalid."""
    async with transaction():
        won = await winners_of(question_id)
        await lock_poll(won.poll.id)
        await _require_seater(asker, won)
        if await Office.exists().where(Office.question == question_id):
            raise InOffice("这次选举的就任已经登记过了。")
        if not won.elected:
            raise Invalid("没有人当选。", since="本次选举没有人当选，请组织补选。")
        body = await _committee(won)
        term = _term(won, body, since)
        if not won.is_by_election:
            await _end_former(asker, body, term)
            body.since, body.until = term.since, term.until
            await body.save([Body.since, Body.until])
        office = Office(
            id=uuid4(), question=question_id, body=body.id, elected_on=won.final_on,
            since=term.since, until=term.until, confirmed_by=asker.id, confirmed_at=at,
        )  # fmt: skip
        await office.save()
        for one in won.elected:
            await _seat(asker, won, office, body, one, at)
        await _open_duties(asker, won, body, at)
        await audit.record(
            asker, "take_office", office, at=at, place=won.estate, seats=len(won.elected)
        )
        return office


async def _require_seater(asker: Asker, won: Winners) -> None:
    elected = {await person_of_owner(one.owner) for one in won.elected}
    if not may_seat(asker, won.estate, won.poll, {one for one in elected if one}):
        raise NotAllowed(
            "就任由召集这次选举的成员或者街道工作人员登记；当选人自己应当回避，请由他人办理。"
        )


async def _committee(won: Winners) -> Body:
    """The body that was elected: the one that convened, else the estate's, else a new one."""
    convener = await body_of(won.poll.convener)
    if convener.kind == BodyKind.OWNERS_COMMITTEE:
        return convener
    found = await (
        Body.objects()
        .where((Body.kind == BodyKind.OWNERS_COMMITTEE) & (Body.place == won.estate.id))
        .order_by(Body.since, ascending=False)
        .first()
    )
    if found is not None:
        return found
    body = Body(
        id=uuid4(), kind=BodyKind.OWNERS_COMMITTEE, name=f"{won.estate.name}业主委员会",
        place=won.estate.id, phone="", officer="",
    )  # fmt: skip
    await body.save()
    return body


def _term(won: Winners, body: Body, since: date) -> Term:
    """Invalid: before the result, long after it, or after the end of the running term."""
    if not 0 <= (since - won.final_on).days <= LATEST_START:
        told = f"请填{local_day(won.final_on)}（结果公告之日）起一年内的日期。"
        raise Invalid("就任日期不对。", since=told)
    if not won.is_by_election:
        return term_of(since, won.years)
    if body.until is None or body.until <= since:
        raise Invalid("本届任期不明。", since="本届业主委员会没有登记届满日期，或者已经届满。")
    return Term(since, body.until)


async def _end_former(asker: Asker, body: Body, term: Term) -> None:
    """Members of the former term leave on the day on which the new one begins."""
    await execute(
        """update role set until = greatest($2, since), ended_by = $3
            where body = $1 and kind = 'committee_member' and (until is null or until > $2)""",
        body.id, start_of(term.since), asker.id,
    )  # fmt: skip


async def _seat(
    asker: Asker, won: Winners, office: Office, body: Body, one: Candidacy, at: datetime,
    instead_of: UUID | None = None,
) -> Seat:  # fmt: skip
    """The role goes to their account; who has none yet gets it later."""
    person = await person_of_owner(one.owner)
    role: Role | None = None
    if person is not None:
        begins = max(start_of(office.since), at) if instead_of else start_of(office.since)
        role = await give_role(
            asker, person, body.id, won.estate, RoleKind.COMMITTEE_MEMBER, begins,
            start_of(office.until), at,
        )  # fmt: skip
    seat = Seat(
        id=uuid4(), office=office.id, candidacy=one.id, role=role and role.id, taken_at=at,
        instead_of=instead_of,
    )  # fmt: skip
    await seat.save()
    return seat


async def _open_duties(asker: Asker, won: Winners, body: Body, at: datetime) -> None:
    """What the law asks next waits on the matter that the vote belongs to."""
    matter = won.poll.matter
    if matter is None or won.is_by_election:
        return
    await open_duty(matter, SESSION, start_of(first_session_by(won.final_on) + DAY))
    await open_duty(matter, FILING, start_of(file_by(won.final_on) + DAY))
    text = f"{body.name}选举产生，委员 {len(won.elected)} 人就任。"
    await write_line(matter, text, at, link=f"/ballots/{won.poll.id}/result", person=asker.id)


async def record_session(asker: Asker, question_id: UUID, held_on: date, at: datetime) -> None:
    """The first session was held. NotFound, NotElected, NotAllowed, Invalid."""
    async with transaction():
        won, office = await _office(asker, question_id)
        if not won.final_on <= held_on <= day_of(at):
            raise Invalid("日期不对。", held_on="请填结果公告之后、今天以前的日期。")
        office.session_on = held_on
        await office.save([Office.session_on])
        if won.poll.matter:
            await settle_duty(won.poll.matter, SESSION, at)
        await audit.record(asker, "record_first_session", office, at=at, place=won.estate)


async def record_filing(
    asker: Asker, question_id: UUID, filed_on: date, number: str, at: datetime
) -> None:
    """备案 was done. NotFound, NotElected, NotAllowed, Invalid."""
    async with transaction():
        won, office = await _office(asker, question_id)
        if not won.final_on <= filed_on <= day_of(at):
            raise Invalid("日期不对。", filed_on="请填结果公告之后、今天以前的日期。")
        office.filed_on, office.filing_number = filed_on, number.strip()[:60] or None
        await office.save([Office.filed_on, Office.filing_number])
        if number.strip():
            await Body.update({Body.filing_number: office.filing_number}).where(
                Body.id == office.body
            )
        if won.poll.matter:
            await settle_duty(won.poll.matter, FILING, at)
        await audit.record(asker, "record_filing", office, at=at, place=won.estate)


async def seat_substitute(asker: Asker, question_id: UUID, vacated: UUID, at: datetime) -> Seat:
    """The first who stands by takes a seat whose holder has left. NotFound, NotElected,
    NotAllowed, NoSubstitute."""
    async with transaction():
        won, office = await _office(asker, question_id)
        seats = await seats_of(office.id)
        seat = next((one for one in seats if one.id == vacated), None)
        if seat is None:
            raise NotFound("没有找到这个席位。")
        if any(one.instead_of == seat.id for one in seats) or not await is_vacant(seat, at):
            raise NoSubstitute("这个席位没有空缺。委员离任后，由运营人员结束其身份，再办理递补。")
        taken = {one.candidacy for one in seats}
        following = next((one for one in won.substitutes if one.id not in taken), None)
        if following is None:
            raise NoSubstitute("没有候补委员，请组织补选。")
        body = await body_of(office.body)
        taken_seat = await _seat(asker, won, office, body, following, at, seat.id)
        await audit.record(asker, "seat_substitute", taken_seat, at=at, place=won.estate)
        return taken_seat


async def give_seat_its_role(asker: Asker, question_id: UUID, seat_id: UUID, at: datetime) -> None:
    """Who was elected without an account has one now. NotFound, NotElected, NotAllowed,
    NoSubstitute."""
    async with transaction():
        won, office = await _office(asker, question_id)
        seat = await Seat.objects().get((Seat.id == seat_id) & (Seat.office == office.id))
        one = seat and await Candidacy.objects().get(Candidacy.id == seat.candidacy)
        if seat is None or one is None:
            raise NotFound("没有找到这个席位。")
        person = await person_of_owner(one.owner)
        if seat.role is not None or person is None:
            raise NoSubstitute("这名委员已有身份，或者还没有绑定账号。")
        begins = max(start_of(office.since), at)
        role = await give_role(
            asker, person, office.body, won.estate, RoleKind.COMMITTEE_MEMBER, begins,
            start_of(office.until), at,
        )  # fmt: skip
        seat.role = role.id
        await seat.save([Seat.role])


async def seats_of(office_id: UUID) -> list[Seat]:
    return await Seat.objects().where(Seat.office == office_id).order_by(Seat.taken_at)


async def is_vacant(seat: Seat, at: datetime) -> bool:
    """Whether the role that went with the seat has ended."""
    role = await Role.objects().get(Role.id == seat.role) if seat.role else None
    return role is not None and role.until is not None and role.until <= at


async def _office(asker: Asker, question_id: UUID) -> tuple[Winners, Office]:
    """NotFound: not in office yet. NotElected, NotAllowed."""
    won = await winners_of(question_id)
    await lock_poll(won.poll.id)
    await _require_seater(asker, won)
    office = await Office.objects().get(Office.question == question_id)
    if office is None:
        raise NotFound("还没有登记就任。")
    return won, office


def vacancies(seats: Sequence[Seat], vacant: set[UUID]) -> list[Seat]:
    """Seats whose holder left and whom nobody has followed."""
    followed = {one.instead_of for one in seats}
    return [one for one in seats if one.id in vacant and one.id not in followed]
