"""Freezing the roll: what must come first, what is drawn, and that it happens wholly and once."""

import asyncio
from datetime import datetime

import pytest
from asyncpg import InsufficientPrivilegeError

from coordination.ballots.board import rights_hash, roll_hash, who_is
from coordination.ballots.commitments import Opening, add_weights, commit, opens
from coordination.ballots.freeze_tables import FreezeProgress
from coordination.ballots.jobs import JOBS
from coordination.ballots.polls.drafting import NotConvener, explain_gaps
from coordination.ballots.polls.queries import freezes, load_poll, questions_of, state_of
from coordination.ballots.polls.scopes import Scope
from coordination.ballots.polls.steps import StepTaken
from coordination.ballots.roll import freezing
from coordination.ballots.roll.freezing import (
    CheckPeriodRuns,
    GapsUnexplained,
    ObjectionsOpen,
    RegistryMoves,
    freeze_roll,
    request_freeze,
)
from coordination.ballots.roll.objections import CheckOver, answer_objection, raise_objection
from coordination.ballots.roll.publishing import publish_roll
from coordination.ballots.roll.queries import public_list
from coordination.ballots.seal import unwrap
from coordination.ballots.tables import (
    RightHolder,
    RightUnit,
    RollFreeze,
    ScopeKind,
    Step,
    VotingRight,
)
from coordination.db import execute, rows, value
from coordination.people.tables import RoleKind
from coordination.settings import sealing_key
from tests.ballots.convening import (
    CHECKED,
    TODAY,
    a_convening,
    a_draft,
    a_frozen_roll,
    a_published_roll,
    a_question,
    asking,
    days,
    someone,
)
from tests.builders import a_building, a_unit, an_owner

pytestmark = pytest.mark.usefixtures("database")


async def test_the_check_period_runs_its_full_days_first():
    convening = await a_convening()
    poll = await a_published_roll(convening)

    with pytest.raises(CheckPeriodRuns, match="2026年3月9日 24:00"):
        await request_freeze(convening.proposer, poll.id, TODAY + days(7))
    await request_freeze(convening.proposer, poll.id, CHECKED)

    assert (await state_of(poll)).current is Step.ROLL_FREEZING


async def test_a_check_period_that_would_end_on_a_day_off_ends_on_the_next_working_day():
    convening, saturday = await a_convening(), TODAY - days(2)
    poll = await a_draft(convening, saturday)
    await a_question(convening, poll, at=saturday)

    notice = await publish_roll(convening.proposer, poll.id, saturday)

    assert notice.until == datetime.fromisoformat("2026-03-10T00:00:00+08:00"), "not 8 March"
    with pytest.raises(CheckPeriodRuns, match="2026年3月9日 24:00"):
        await request_freeze(convening.proposer, poll.id, CHECKED - days(1))
    await request_freeze(convening.proposer, poll.id, CHECKED)


async def test_the_check_period_ends_as_it_was_announced_whatever_the_calendar_says_later():
    convening = await a_convening()
    poll = await a_published_roll(convening)
    await execute(
        """insert into calendar_day (id, on_day, working, note, source)
           values (gen_random_uuid(), '2026-03-09', false, '临时放假', '人工填写')"""
    )

    await request_freeze(convening.proposer, poll.id, CHECKED)

    assert (await state_of(poll)).current is Step.ROLL_FREEZING


async def test_an_open_objection_holds_the_freeze_until_it_is_answered():
    convening = await a_convening()
    poll = await a_published_roll(convening)
    owner = await asking(convening.owners[0])
    objection = await raise_objection(owner, poll.id, None, "有遗漏", TODAY)

    with pytest.raises(ObjectionsOpen, match="1条"):
        await request_freeze(convening.proposer, poll.id, CHECKED)
    await answer_objection(convening.second, objection.id, False, "遗漏", "查无。", CHECKED)
    await request_freeze(convening.proposer, poll.id, CHECKED)
    with pytest.raises(CheckOver):
        await raise_objection(owner, poll.id, None, "又有遗漏", CHECKED)


async def test_gaps_hold_the_freeze_until_mended_or_explained_and_are_listed_with_it():
    convening = await a_convening()
    tower = await a_building(convening.estate, "3")
    await a_unit(tower, "101", area_cm2=None, unsold=True)
    poll = await a_published_roll(convening)

    with pytest.raises(GapsUnexplained, match="3栋1单元101"):
        await request_freeze(convening.proposer, poll.id, CHECKED)
    await explain_gaps(convening.proposer, poll.id, "开发商未移交测绘资料。", CHECKED)
    await request_freeze(convening.proposer, poll.id, CHECKED)
    await freeze_roll(poll.id, CHECKED)

    [frozen] = (await freezes(poll.id)).values()
    assert (frozen.persons, frozen.gaps) == (4, [["3栋1单元101", "没有面积"]])


async def test_only_the_convener_has_it_frozen():
    convening = await a_convening()
    poll = await a_published_roll(convening)

    for kind in (RoleKind.COMMUNITY_WORKER, RoleKind.PROPERTY_MANAGER, RoleKind.SUPERVISOR):
        with pytest.raises(NotConvener):
            await request_freeze(await someone(kind, convening.estate), poll.id, CHECKED)


async def test_a_frozen_right_is_a_number_an_area_and_a_commitment_that_opens():
    convening = await a_convening()
    poll = await a_frozen_roll(convening)
    [question] = await questions_of(poll.id)
    frozen = (await freezes(poll.id))[question.id]

    rights = await VotingRight.objects().where(VotingRight.question == question.id)

    assert (len(rights), frozen.persons, frozen.area_cm2) == (4, 4, 3_580_000)
    for right in rights:
        assert who_is(right.salt, right.number) == right.who
        assert commit(right.area_cm2, right.blinding) == right.weight
    assert len({right.number for right in rights} | {right.salt for right in rights}) == 8
    assert frozen.roll_hash == roll_hash((right.number, right.area_cm2) for right in rights)
    assert frozen.rights_hash == rights_hash((right.who, right.weight) for right in rights)
    total = add_weights(right.weight for right in rights)
    assert total and not opens(total, Opening(frozen.area_cm2, rights[0].blinding))
    assert frozen.privacy["singletons"] == 0
    assert len(unwrap(sealing_key(), str(poll.id), (await load_poll(poll.id)).sealed_key)) == 32
    assert (await state_of(poll)).roll_is_frozen
    assert await FreezeProgress.count() == 0


async def test_the_same_right_has_other_numbers_salts_and_weights_in_each_question():
    convening = await a_convening()
    poll = await a_draft(convening)
    await a_question(convening, poll)
    first = Scope(ScopeKind.BUILDINGS, buildings=frozenset({convening.buildings[0].id}))
    await a_question(convening, poll, scope=first)

    await a_frozen_roll(convening, poll)

    counts = [
        await value(f"select count(distinct {name}) from voting_right")
        for name in ("number", "salt", "blinding", "who", "weight")
    ]
    assert counts == [6] * 5


async def test_owners_of_several_units_co_owners_and_developer_are_each_one_right():
    convening = await a_convening()
    tower = await a_building(convening.estate, "3")
    await an_owner(*[await a_unit(tower, f"{n}01") for n in (1, 2, 3)], name="三套房")
    shared = await a_unit(tower, "401")
    for name in ("夫", "妻"):
        await an_owner(shared, name=name)
    await a_unit(tower, "501", unsold=True)
    poll = await a_draft(convening)
    scope = Scope(ScopeKind.BUILDINGS, buildings=frozenset({tower.id}))
    await a_question(convening, poll, scope=scope)

    await a_frozen_roll(convening, poll)

    found = await rows(
        """select r.area_cm2 / 895000 as rooms, r.holders,
                  (select count(*) from right_holder h where h."right" = r.id) as named,
                  (select count(*) from right_unit u where u."right" = r.id) as units
           from voting_right r order by rooms desc, holders desc, named desc"""
    )
    assert [tuple(row) for row in found] == [(3, 1, 1, 3), (1, 2, 2, 1), (1, 1, 0, 1)]


async def test_the_list_stays_as_frozen_when_the_registry_moves_on():
    convening = await a_convening()
    poll = await a_frozen_roll(convening)
    await execute("update unit set area_cm2 = 1 where id = $1", convening.units[0].id)
    [question] = await questions_of(poll.id)

    listed = await public_list(poll, question)

    assert listed.is_frozen
    assert {line.area_cm2 for line in await listed.everything()} == {895_000}


async def test_two_workers_at_once_freeze_it_once():
    convening = await a_convening()
    poll = await a_published_roll(convening)
    await request_freeze(convening.proposer, poll.id, CHECKED)

    answers = await asyncio.gather(*(freeze_roll(poll.id, CHECKED) for _ in range(3)))

    assert sorted(answers) == [False, False, True]
    assert (await VotingRight.count(), await RollFreeze.count()) == (4, 1)


async def test_a_worker_killed_on_its_way_leaves_nothing_and_the_next_run_starts_afresh(
    monkeypatch,
):
    convening = await a_convening()
    poll = await a_published_roll(convening)
    await request_freeze(convening.proposer, poll.id, CHECKED)
    copy = freezing._copy

    async def killed(one):
        await copy(one)
        raise asyncio.CancelledError

    monkeypatch.setattr(freezing, "_copy", killed)
    with pytest.raises(asyncio.CancelledError):
        await freeze_roll(poll.id, CHECKED)
    left = [await t.count() for t in (VotingRight, RightUnit, RightHolder, RollFreeze)]
    monkeypatch.setattr(freezing, "_copy", copy)

    assert left == [0, 0, 0, 0]
    assert (await load_poll(poll.id)).sealed_key is None
    await request_freeze(convening.proposer, poll.id, CHECKED)
    assert await freeze_roll(poll.id, CHECKED)
    assert await VotingRight.count() == 4


async def test_a_registry_that_moves_meanwhile_is_read_again(monkeypatch):
    convening = await a_convening()
    poll = await a_published_roll(convening)
    await request_freeze(convening.proposer, poll.id, CHECKED)
    draw, moves = freezing._draw, iter([1_000_000])

    async def drawn_slowly(*args):
        async for each in draw(*args):
            yield each
        if area := next(moves, None):
            await execute("update unit set area_cm2 = $2 where id = $1", unit, area)

    unit = convening.units[0].id
    monkeypatch.setattr(freezing, "_draw", drawn_slowly)

    assert await freeze_roll(poll.id, CHECKED)
    assert await value("select sum(area_cm2) from voting_right") == 3_580_000 + 105_000


async def test_a_registry_that_never_rests_is_said_so_where_people_wait(monkeypatch):
    convening = await a_convening()
    poll = await a_published_roll(convening)
    await request_freeze(convening.proposer, poll.id, CHECKED)
    draw = freezing._draw

    async def drawn_slowly(*args):
        async for each in draw(*args):
            yield each
        await execute("update unit set area_cm2 = area_cm2 + 1")

    monkeypatch.setattr(freezing, "_draw", drawn_slowly)

    with pytest.raises(RegistryMoves):
        await freeze_roll(poll.id, CHECKED)
    await JOBS["freeze-roll"](str(poll.id), CHECKED)  # a worker goes on to its next job
    [progress] = await FreezeProgress.select()
    assert "一直有变动" in progress["failure"]
    assert await VotingRight.count() == 0


async def test_a_frozen_roll_is_not_frozen_again_and_nothing_of_it_changes():
    convening = await a_convening()
    poll = await a_frozen_roll(convening)

    assert not await freeze_roll(poll.id, CHECKED)
    with pytest.raises(StepTaken):
        await request_freeze(convening.proposer, poll.id, CHECKED)
    with pytest.raises(InsufficientPrivilegeError):
        await execute("update voting_right set area_cm2 = 1")
    with pytest.raises(InsufficientPrivilegeError):
        await execute("delete from roll_freeze")
