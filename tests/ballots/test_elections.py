"""An election from the call for candidates to office, as a lawyer would walk it."""

from datetime import date, datetime, timedelta

import pytest

from coordination.ballots.elections.jobs import remind
from coordination.ballots.elections.office import InOffice, seat_substitute, seats_of, take_office
from coordination.ballots.elections.tables import Office
from coordination.ballots.elections.winners import NoEmptySeat, draft_by_election
from coordination.ballots.polls.queries import questions_of
from coordination.db import execute
from coordination.errors import Conflict, NotAllowed
from coordination.people.tables import Message, RoleKind
from tests.ballots.convening import (
    asking,
)
from tests.ballots.electing import FINAL, running, the_person

pytestmark = pytest.mark.usefixtures("database")


async def test_an_election_goes_from_the_call_to_office_and_a_by_election_fills_what_is_empty():
    run = await (await running()).call()
    people = run.convening.owners
    await run.settle(people[:5])
    await run.open()
    for person, choice in zip(
        people,
        ["1,2,3,4,5", "1,2,3,4", "1,2,3,4", "1,2,3", "1,2", "1", "none_of_these", "abstain"],
        strict=True,
    ):  # fmt: skip
        assert not isinstance(await run.vote(person, choice), Exception)
    question = await run.finish()

    assert question["returned"]["persons"] == 8
    assert [one["persons"] for one in question["choices"]] == [6, 5, 4, 3, 1, 1, 1]
    assert question["election"]["elected"] == [1, 2]  # half of eight is not more than half
    assert question["election"]["empty_seats"] == 3

    with pytest.raises(NotAllowed, match="当选人自己应当回避"):
        await take_office(await asking(people[0], FINAL), run.question.id, FINAL.date(), FINAL)
    office = await take_office(run.clerk, run.question.id, date(2026, 5, 1), FINAL)
    with pytest.raises(InOffice):
        await take_office(run.convening.second, run.question.id, date(2026, 5, 1), FINAL)
    assert (office.since, office.until) == (date(2026, 5, 1), date(2031, 5, 1))
    begun = datetime.fromisoformat("2026-05-01T08:00:00+08:00")
    later = await asking(people[0], begun)
    assert [role.kind for role in later.roles] == [RoleKind.COMMITTEE_MEMBER]
    former = await asking(await the_person(run.clerk), begun)
    assert former.roles == ()

    again = await draft_by_election(run.clerk, run.question.id, FINAL)
    [seat] = await questions_of(again.id)
    assert (seat.seats, seat.by_election_of, seat.matter_class) == (3, run.question.id, "committee")
    with pytest.raises(NoEmptySeat):
        await draft_by_election(run.clerk, run.question.id, FINAL)


async def test_reminders_come_for_session_filing_and_the_end_of_the_term_once_each():
    run = await (await running()).call()
    people = run.convening.owners
    await run.settle(people[:5])
    await run.open()
    for person in people:
        await run.vote(person, "1,2,3,4,5")
    await run.finish()
    await take_office(run.clerk, run.question.id, FINAL.date(), FINAL)

    counts = [await remind(FINAL + timedelta(days=days)) for days in (0, 5, 6, 23, 24, 1800, 1801)]

    assert counts == [0, 1, 0, 1, 0, 1, 0]
    events = await Message.select(Message.event).where(
        Message.event.is_in(["first-session", "committee-filing", "term-ends"])
    )
    assert {one["event"] for one in events} == {"first-session", "committee-filing", "term-ends"}


async def test_a_substitute_takes_the_seat_of_who_left_and_nobody_else():
    run = await (await running()).call()
    people = run.convening.owners
    await run.settle(people[:6])
    await run.open()
    for n, person in enumerate(people):
        await run.vote(person, "1,2,3,4,5" if n % 2 else "2,3,4,5,6")
    for person in people[:2]:  # a change of mind, so that one and six have more than half
        await run.vote(person, "1,3,4,5,6")
    question = await run.finish()
    assert question["election"]["elected"] == [3, 4, 5, 2, 1]
    assert question["election"]["substitutes"] == [6]
    await take_office(run.clerk, run.question.id, FINAL.date(), FINAL)
    office = await Office.objects().get(Office.question == run.question.id)
    assert office
    first, *_ = await seats_of(office.id)

    with pytest.raises(Conflict, match="没有空缺"):
        await seat_substitute(run.clerk, run.question.id, first.id, FINAL)
    later = FINAL + timedelta(days=40)
    await execute("update role set until = $2 where id = $1", first.role, later)
    seat = await seat_substitute(run.clerk, run.question.id, first.id, later)

    assert seat.role is not None
    assert (await asking(people[5], later)).roles[0].kind is RoleKind.COMMITTEE_MEMBER
    with pytest.raises(Conflict, match="没有空缺"):
        await seat_substitute(run.clerk, run.question.id, first.id, later)
