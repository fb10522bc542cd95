"""The roll as it is published: rooms and areas, no names; objections, and their answers."""

import asyncio

import pytest
from asyncpg import CheckViolationError

from coordination.ballots.polls.drafting import NotConvener, change_times
from coordination.ballots.polls.queries import questions_of, state_of
from coordination.ballots.polls.questions import QuestionWords, add_question
from coordination.ballots.polls.scopes import Scope
from coordination.ballots.polls.telling import tell_of_roll
from coordination.ballots.polls.timetable import TooEarly
from coordination.ballots.roll.electorate import electorate_of
from coordination.ballots.roll.objections import (
    AnsweredAlready,
    NotOwner,
    answer_objection,
    raise_objection,
)
from coordination.ballots.roll.publishing import EmptyElectorate, Unfinished, publish_roll
from coordination.ballots.roll.queries import objections, own_rooms, public_list
from coordination.ballots.tables import RollObjection, ScopeKind, Step
from coordination.db import execute, rows
from coordination.errors import Invalid, NotAllowed, NotFound, TooMany
from coordination.notices.queries import read_notice
from coordination.people.tables import RoleKind
from coordination.places.tables import UnitKind
from tests.ballots.convening import (
    TODAY,
    WORDS,
    a_convening,
    a_draft,
    a_published_roll,
    a_question,
    an_outsider,
    asking,
    days,
    someone,
)
from tests.builders import a_building, a_unit, an_owner

pytestmark = pytest.mark.usefixtures("database")


async def test_the_roll_is_published_with_number_sums_and_the_hash_of_its_list():
    convening = await a_convening()
    poll = await a_draft(convening)
    first = Scope(ScopeKind.BUILDINGS, buildings=frozenset({convening.buildings[0].id}))
    await a_question(convening, poll)
    await a_question(convening, poll, scope=first)

    notice = await publish_roll(convening.proposer, poll.id, TODAY)

    found = await read_notice(notice.id)
    questions = found.facts["data"]["questions"]
    assert (notice.number, found.kind_words) == ("〔2026〕第1号", "业主名册公示")
    assert [(q["persons"], q["area_cm2"], q["units"]) for q in questions] == [
        (4, 3_580_000, 4),
        (2, 1_790_000, 2),
    ]
    assert questions[0]["list_hash"] != questions[1]["list_hash"]
    assert found.notice.until.isoformat() == "2026-03-09T16:00:00+00:00"  # 24:00 of the seventh
    assert (await state_of(poll)).current is Step.ROLL_PUBLISHED
    assert "业主0" not in found.notice.text + str(found.facts)


async def test_what_is_unfinished_is_named():
    convening = await a_convening()
    poll = await a_draft(convening)

    with pytest.raises(Unfinished, match="还没有表决事项"):
        await publish_roll(convening.proposer, poll.id, TODAY)
    await add_question(convening.proposer, poll.id, WORDS, TODAY)
    with pytest.raises(Unfinished, match="事项类别.*表决范围"):
        await publish_roll(convening.proposer, poll.id, TODAY)


async def test_a_scope_without_anybody_who_could_vote_is_refused():
    convening = await a_convening()
    poll = await a_draft(convening)
    shops = Scope.from_json(ScopeKind.KIND, {"kind": "shop"})
    await a_question(convening, poll, scope=shops)

    with pytest.raises(EmptyElectorate, match="选聘物业"):
        await publish_roll(convening.proposer, poll.id, TODAY)


async def test_a_draft_that_lay_too_long_must_first_get_later_times():
    convening = await a_convening()
    poll = await a_draft(convening)
    await a_question(convening, poll)

    with pytest.raises(TooEarly):
        await publish_roll(convening.proposer, poll.id, TODAY + days(1))
    await change_times(
        convening.proposer, poll.id, poll.opens_at + days(1), poll.closes_at + days(1),
        TODAY + days(1),
    )  # fmt: skip
    await publish_roll(convening.proposer, poll.id, TODAY + days(1))


@pytest.mark.parametrize("kind", [RoleKind.COMMUNITY_WORKER, RoleKind.PROPERTY_MANAGER])
async def test_only_the_convener_publishes_it(kind):
    convening = await a_convening()
    poll = await a_published_roll(convening)

    with pytest.raises(NotConvener):
        await publish_roll(await someone(kind, convening.estate), poll.id, TODAY)


async def test_parking_counts_only_where_the_polls_rules_say_so():
    convening = await a_convening()
    stall = await a_unit(convening.buildings[0], "车1", kind=UnitKind.PARKING, area_cm2=120_000)
    await an_owner(stall)
    poll = await a_draft(convening)

    without = await electorate_of(poll, Scope(ScopeKind.ESTATE))
    poll.parking_counts = True
    counted = await electorate_of(poll, Scope(ScopeKind.ESTATE))

    assert (without.persons, counted.persons) == (4, 5)
    assert counted.area_cm2 - without.area_cm2 == 120_000


async def test_one_owner_is_one_person_and_the_developers_unsold_are_one():
    convening = await a_convening()
    tower = await a_building(convening.estate, "3")
    rooms = [await a_unit(tower, f"{n}01", area_cm2=100) for n in range(1, 4)]
    await an_owner(*rooms, name="三套房")
    for n in range(2):
        await a_unit(tower, f"{n}09", unsold=True, area_cm2=1_000)
    poll = await a_draft(convening)
    scope = Scope(ScopeKind.BUILDINGS, buildings=frozenset({tower.id}))

    found = await electorate_of(poll, scope)

    assert sorted(right.area_cm2 for right in found.rights) == [300, 2_000]
    assert found.gaps == ()


async def test_units_without_area_or_owner_are_gaps_and_stay_out():
    convening = await a_convening()
    tower = await a_building(convening.estate, "3")
    await an_owner(await a_unit(tower, "101", area_cm2=None))
    await a_unit(tower, "102")
    poll = await a_draft(convening)

    found = await electorate_of(poll, Scope(ScopeKind.ESTATE))

    assert [(unit.name, unit.lacks) for unit in found.gaps] == [
        ("3栋1单元101", "没有面积"),
        ("3栋1单元102", "没有业主"),
    ]
    assert found.persons == 4


async def test_the_public_list_shows_rooms_and_areas_by_building():
    convening = await a_convening()
    poll = await a_published_roll(convening)
    [question] = await questions_of(poll.id)

    listed = await public_list(poll, question)
    sums = await listed.buildings()
    lines = await listed.lines(sums[0].building)

    assert [(b.name, b.units, b.area_cm2) for b in sums] == [
        ("1栋", 2, 1_790_000), ("2栋", 2, 1_790_000)
    ]  # fmt: skip
    assert [(line.name, line.area_cm2) for line in lines] == [
        ("1单元101", 895_000), ("1单元102", 895_000)
    ]  # fmt: skip
    assert [line.name for line in await listed.lines(sums[0].building, lines[0].cursor)] == [
        "1单元102"
    ]
    assert len(await listed.everything()) == 4


async def test_an_owner_objects_and_everybody_reads_the_answer_without_a_name():
    convening = await a_convening()
    poll = await a_published_roll(convening)
    owner = await asking(convening.owners[0])
    [room] = await own_rooms(owner.id, convening.estate.id)

    objection = await raise_objection(owner, poll.id, room.id, "面积应为 90 平方米。", TODAY)
    worker = await someone(RoleKind.COMMUNITY_WORKER, convening.estate)
    await answer_objection(worker, objection.id, True, "一户面积有误", "已按登记簿更正。", TODAY)

    [found] = await objections(poll.id)
    assert (found.number, found.gist, found.upheld) == (1, "一户面积有误", True)
    told = await rows(
        "select event from message where person = $1 and channel = 'in_app'", owner.id
    )
    assert [row["event"] for row in told] == ["roll-objection-answered"]
    members = await rows("select person from message where event = 'roll-objection'")
    assert {convening.proposer.id, convening.second.id} <= {row["person"] for row in members}


async def test_who_owns_nothing_here_cannot_object():
    convening, other = await a_convening(), await a_convening("丁香苑")
    poll = await a_published_roll(convening)

    for asker in (
        await an_outsider(),
        await asking(other.owners[0]),
        await someone(RoleKind.PROPERTY_MANAGER, convening.estate),
    ):
        with pytest.raises(NotOwner):
            await raise_objection(asker, poll.id, None, "有遗漏", TODAY)
    assert await RollObjection.count() == 0


async def test_an_owner_objects_about_their_own_room_or_what_is_missing_only():
    convening = await a_convening()
    poll = await a_published_roll(convening)
    owner = await asking(convening.owners[0])

    with pytest.raises(Invalid):
        await raise_objection(owner, poll.id, convening.units[1].id, "别人的", TODAY)
    with pytest.raises(Invalid):
        await raise_objection(owner, poll.id, None, " ", TODAY)


async def test_before_the_roll_is_out_there_is_nothing_to_object_to():
    convening = await a_convening()
    poll = await a_draft(convening)

    with pytest.raises(NotFound):
        await raise_objection(await asking(convening.owners[0]), poll.id, None, "x", TODAY)


async def test_one_owner_cannot_hold_the_roll_up_with_a_flood():
    convening = await a_convening()
    poll = await a_published_roll(convening)
    owner = await asking(convening.owners[0])
    for n in range(5):
        await raise_objection(owner, poll.id, None, f"第{n}条", TODAY)

    with pytest.raises(TooMany):
        await raise_objection(owner, poll.id, None, "第六条", TODAY)


async def test_objections_raised_at_once_get_different_numbers():
    convening = await a_convening()
    poll = await a_published_roll(convening)
    askers = [await asking(owner) for owner in convening.owners]

    await asyncio.gather(*(raise_objection(a, poll.id, None, "有遗漏", TODAY) for a in askers))

    assert [one.number for one in await objections(poll.id)] == [1, 2, 3, 4]


async def test_nobody_but_convener_and_community_answers_and_an_answer_stands():
    convening = await a_convening()
    poll = await a_published_roll(convening)
    owner = await asking(convening.owners[0])
    objection = await raise_objection(owner, poll.id, None, "有遗漏", TODAY)

    for asker in (
        owner,
        await someone(RoleKind.PROPERTY_MANAGER, convening.estate),
        await someone(RoleKind.OPERATOR, None),
    ):
        with pytest.raises(NotAllowed):
            await answer_objection(asker, objection.id, True, "事由", "答复", TODAY)
    await answer_objection(convening.second, objection.id, False, "事由", "查无遗漏。", TODAY)
    with pytest.raises(AnsweredAlready):
        await answer_objection(convening.second, objection.id, True, "事由", "改口", TODAY)
    with pytest.raises(CheckViolationError):
        await execute("update roll_objection set answer = '改口'")


async def test_every_bound_owner_is_told_once_that_the_roll_can_be_checked():
    convening, other = await a_convening(), await a_convening("丁香苑")
    poll = await a_draft(convening)
    await a_question(convening, poll, words=QuestionWords("甲", "乙", "", "", ""))
    notice = await publish_roll(convening.proposer, poll.id, TODAY)

    first = await tell_of_roll(notice.id, TODAY)
    second = await tell_of_roll(notice.id, TODAY)

    told = await rows("select person from message where event = 'roll-published'")
    assert (first, second) == (4, 0)
    assert {row["person"] for row in told} == {owner.id for owner in convening.owners}
    assert not {row["person"] for row in told} & {owner.id for owner in other.owners}
