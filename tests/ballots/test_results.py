"""From the close to the final result, by the clock alone; and what nobody sees before."""

import asyncio
import json
from datetime import timedelta

import asyncpg
import pytest

from coordination import db
from coordination.ballots.ballot_tables import Result
from coordination.ballots.casting.actions import Closed
from coordination.ballots.package import as_json
from coordination.ballots.polls.queries import state_of
from coordination.ballots.recount import main as recount
from coordination.ballots.results.clockwork import advance_poll, advance_polls
from coordination.ballots.results.objections import (
    AlreadyAnswered,
    NotInQuestion,
    answer_result_objection,
    object_to_result,
)
from coordination.ballots.tables import Step
from coordination.errors import Invalid, NotAllowed, NotFound, TooMany
from coordination.law.periods import SHANGHAI
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import RoleKind
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_casting_actions import a_paper, sent
from tests.builders import CLOSING, DURING, OPENING, a_person, a_role

pytestmark = pytest.mark.usefixtures("database")
COUNTED = CLOSING + timedelta(seconds=60)
MUCH_LATER = CLOSING + timedelta(days=30)


async def asker_of(person):
    token = await open_session(person.id, COUNTED, stepped_up=True, second_factor=True)
    asker = await look_up(token, COUNTED)
    assert asker
    return asker


async def a_counted_vote(choices=("approve",) * 22 + ("reject",) * 6 + ("abstain",) * 5, absent=3):
    """A vote that was opened, cast, closed and counted: 33 of 36 took part."""
    vote = await a_vote(board=False)
    voters = [await a_voter(vote, area_cm2=800_000 + n) for n in range(len(choices) + absent)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    for voter, choice in zip(voters, choices, strict=False):
        await sent(await a_paper(vote, voter, choice), voter)
    await advance_polls(COUNTED)
    return vote, voters


async def package_of(vote, kind="preliminary"):
    row = await db.row(
        "select package from result where poll = $1 and kind = $2", vote.poll.id, kind
    )
    return row and json.loads(row["package"])


async def test_a_poll_opens_closes_is_counted_and_published_by_the_clock_alone():
    vote = await a_vote()
    voter = await a_voter(vote)
    await freeze(vote)

    early = await advance_poll(vote.poll.id, OPENING - timedelta(seconds=1))
    opened = await advance_poll(vote.poll.id, OPENING)
    await sent(await a_paper(vote, voter), voter)
    closed = await advance_poll(vote.poll.id, CLOSING)
    waits = await advance_poll(vote.poll.id, COUNTED - timedelta(seconds=1))
    before = await Result.count()
    counted = await advance_poll(vote.poll.id, COUNTED)

    assert (early, opened, closed, waits, counted) == (
        None, Step.OPENED, Step.CLOSED, None, Step.COUNTED,
    )  # fmt: skip
    assert before == 0
    assert (await state_of(vote.poll)).current is Step.PRELIMINARY


async def test_two_workers_take_each_step_once():
    vote = await a_vote()
    await a_voter(vote)
    await freeze(vote)

    taken = await asyncio.gather(*(advance_polls(COUNTED) for _ in range(4)))

    assert sum(taken) == 3
    assert await Result.count() == 1


async def test_the_published_figures_are_those_of_the_ballots_and_recount_agrees(tmp_path):
    vote, _ = await a_counted_vote()

    package = await package_of(vote)
    [question] = package["questions"]
    file = tmp_path / "package.json"
    file.write_bytes(as_json(package))

    assert [(one["label"], one["persons"]) for one in question["choices"]] == [
        ("同意", 22), ("不同意", 6), ("弃权", 5),
    ]  # fmt: skip
    assert (question["participating"]["persons"], question["roll"]["persons"]) == (33, 36)
    assert question["outcome"] == "carried"
    assert question["form"] == "grouped"
    assert recount([str(file)]) == 0


async def test_a_changed_choice_counts_once_and_the_last_one():
    vote = await a_vote()
    voters = [await a_voter(vote) for _ in range(2)]
    await freeze(vote)
    await sent(await a_paper(vote, voters[0], "approve"), voters[0])
    await sent(await a_paper(vote, voters[0], "reject"), voters[0])

    await advance_polls(COUNTED)

    [question] = (await package_of(vote))["questions"]
    assert {one["label"]: one["persons"] for one in question["choices"]} == {
        "同意": 0, "不同意": 1, "弃权": 0,
    }  # fmt: skip
    assert question["superseded"] == 1


async def test_nothing_is_taken_after_the_count():
    vote, voters = await a_counted_vote(("approve",) * 5, absent=1)

    answer = await sent(await a_paper(vote, voters[-1], opened_at=DURING), voters[-1], CLOSING)

    assert isinstance(answer, Closed)


async def test_the_final_result_waits_for_the_period_and_for_every_answer():
    vote, voters = await a_counted_vote()
    owner = await asker_of(voters[0])
    member = await asker_of(await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body))
    objection = await object_to_result(owner, vote.poll.id, "人数不对", COUNTED)

    await advance_polls(COUNTED + timedelta(days=5))
    within = await package_of(vote, "final")
    await advance_polls(MUCH_LATER)
    unanswered = await package_of(vote, "final")
    await answer_result_objection(
        member, objection.id, "称参与人数不对", "已复核，33 人无误。", MUCH_LATER
    )
    await advance_polls(MUCH_LATER)
    final = await package_of(vote, "final")

    assert (within, unanswered) == (None, None)
    assert final["questions"] == (await package_of(vote))["questions"]
    assert (await state_of(vote.poll)).current is Step.FINAL


async def test_the_final_result_is_the_one_that_hung_whatever_became_of_the_ballots(
    as_owner, tmp_path
):
    vote, _ = await a_counted_vote()
    preliminary = await package_of(vote)
    await as_owner.execute("alter table ballot disable trigger all")
    await as_owner.execute("delete from ballot")

    await advance_polls(MUCH_LATER)

    final = await package_of(vote, "final")
    file = tmp_path / "package.json"
    file.write_bytes(as_json(final))
    assert final["publication"] == preliminary["publication"] | {"stage": "final"}
    assert final["questions"] == preliminary["questions"]
    assert recount([str(file)]) == 0


async def test_a_copy_of_the_database_tells_no_choice_that_was_not_published(as_owner):
    vote, _ = await a_counted_vote(("approve",) * 5 + ("reject",), absent=1)
    [question] = (await package_of(vote))["questions"]
    tables = await as_owner.fetch("select tablename from pg_tables where schemaname = 'public'")

    held = {
        table["tablename"]
        for table in tables
        if await as_owner.fetchval(
            f"""select exists(select 1 from "{table["tablename"]}" as t
                 where t::text like '%reject%' or t::text like '%不同意%')"""
        )
    }

    assert question["form"] == "sums", "too few for lines"
    assert held == {"result", "notice"}, "sums, as published"


async def test_an_answer_stays_as_it_was_given():
    vote, voters = await a_counted_vote()
    owner = await asker_of(voters[0])
    member = await asker_of(await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body))
    objection = await object_to_result(owner, vote.poll.id, "人数不对", COUNTED)
    await answer_result_objection(member, objection.id, "称人数不对", "已复核。", COUNTED)

    for change in ("update result_objection set answer = 'x'", "delete from result_objection"):
        with pytest.raises(asyncpg.CheckViolationError):
            await db.execute(change)


async def test_a_final_result_is_archived_when_it_has_hung_for_fifteen_days():
    vote, _ = await a_counted_vote()
    await advance_polls(MUCH_LATER)

    await advance_polls(MUCH_LATER + timedelta(days=15))
    hanging = (await state_of(vote.poll)).current
    await advance_polls(MUCH_LATER + timedelta(days=17))

    assert hanging is Step.FINAL
    assert (await state_of(vote.poll)).current is Step.ARCHIVED


async def test_an_objection_may_come_in_the_last_minute_of_its_last_day_in_shanghai():
    """Two come, and hold up the final result until both are answered; none comes at midnight."""
    vote, voters = await a_counted_vote()
    first, second = [await asker_of(voter) for voter in voters[:2]]
    until = await db.value("select objections_until from result where poll = $1", vote.poll.id)

    for owner in (first, second):
        await object_to_result(owner, vote.poll.id, "人数不对", until - timedelta(minutes=1))
    with pytest.raises(NotInQuestion):
        await object_to_result(first, vote.poll.id, "还有", until)
    await advance_polls(until)

    local = (until - timedelta(minutes=1)).astimezone(SHANGHAI)
    said = (await package_of(vote))["publication"]["objections_until"]
    assert (f"{local:%H:%M}", local.date().isoformat()) == ("23:59", said)
    assert await package_of(vote, "final") is None


async def test_who_may_object_and_answer_and_when():
    vote, voters = await a_counted_vote()
    owner = await asker_of(voters[0])
    stranger = await asker_of(await a_person("路人"))
    manager = await asker_of(await a_role(RoleKind.PROPERTY_MANAGER, vote.estate))
    member = await asker_of(await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body))
    objection = await object_to_result(owner, vote.poll.id, "人数不对", COUNTED)

    with pytest.raises(NotFound):
        await object_to_result(stranger, vote.poll.id, "我也说", COUNTED)
    with pytest.raises(Invalid):
        await object_to_result(owner, vote.poll.id, "  ", COUNTED)
    with pytest.raises(NotInQuestion):
        await object_to_result(owner, vote.poll.id, "晚了", MUCH_LATER)
    with pytest.raises(NotAllowed):
        await answer_result_objection(manager, objection.id, "称人数不对", "没问题", COUNTED)
    with pytest.raises(Invalid):
        await answer_result_objection(member, objection.id, "", "已复核。", COUNTED)
    await answer_result_objection(member, objection.id, "称人数不对", "已复核。", COUNTED)
    with pytest.raises(AlreadyAnswered):
        await answer_result_objection(member, objection.id, "称人数不对", "再说一次", COUNTED)


async def test_nobody_holds_the_final_result_up_by_objecting_without_end():
    vote, voters = await a_counted_vote()
    owner, other = await asker_of(voters[0]), await asker_of(voters[1])

    said = await asyncio.gather(
        *(object_to_result(owner, vote.poll.id, f"第{n}条", COUNTED) for n in range(8)),
        return_exceptions=True,
    )

    names = [type(each).__name__ for each in said]
    assert (names.count("ResultObjection"), names.count(TooMany.__name__)) == (5, 3)
    assert await object_to_result(other, vote.poll.id, "另一户的", COUNTED)
