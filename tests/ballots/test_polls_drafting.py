"""Drafting a poll: who may, what is refused, and what stays as it was once the roll is out."""

import pytest
from asyncpg import CheckViolationError

from coordination.ballots.polls.drafting import (
    CitySystemOnly,
    ConflictingRole,
    NotConvener,
    PollRules,
    RollPublished,
    change_facts,
    change_rules,
    change_times,
    draft_poll,
)
from coordination.ballots.polls.queries import load_poll, questions_of, state_of
from coordination.ballots.polls.questions import (
    add_question,
    choose_class,
    choose_scope,
    move_up,
    remove_question,
)
from coordination.ballots.polls.scopes import EmptyScope, Scope
from coordination.ballots.polls.steps import OutOfOrder, StepTaken, take_step
from coordination.ballots.polls.timetable import TooEarly
from coordination.ballots.tables import Poll, ScopeKind, Step
from coordination.db import execute, rows
from coordination.errors import Invalid, NotFound
from coordination.law.classes import MatterClass
from coordination.people.tables import RoleKind
from coordination.places.tables import Setting
from tests.ballots.convening import (
    FACTS,
    TODAY,
    WORDS,
    a_convening,
    a_draft,
    a_member,
    a_question,
    days,
    someone,
)
from tests.builders import a_role

pytestmark = pytest.mark.usefixtures("database")


async def test_a_member_of_the_committee_drafts_and_the_times_suggested_are_lawful():
    convening = await a_convening()

    poll = await a_draft(convening)

    state = await state_of(poll)
    assert state.current is Step.DRAFTED
    # 7 days of checking after 2 March, so the 10th; 15 full days of notice, so the 26th.
    assert poll.opens_at.isoformat() == "2026-03-26T09:00:00+08:00"
    assert poll.closes_at.isoformat() == "2026-04-10T20:00:00+08:00"
    assert (poll.notice_days, poll.roll_check_days, poll.objection_days) == (15, 7, 5)


@pytest.mark.parametrize(
    "kind",
    [
        RoleKind.PROPERTY_MANAGER,
        RoleKind.COMMUNITY_WORKER,
        RoleKind.SUBDISTRICT_OFFICER,
        RoleKind.SUPERVISOR,
        RoleKind.BUILDING_LEAD,
    ],
)
async def test_nobody_else_starts_a_poll(kind):
    convening = await a_convening()

    with pytest.raises(NotConvener):
        await draft_poll(
            await someone(kind, convening.estate), convening.estate, convening.committee.id,
            FACTS, TODAY,
        )  # fmt: skip
    assert await Poll.count() == 0


async def test_the_operator_starts_no_poll():
    convening = await a_convening()

    with pytest.raises(NotConvener):
        await draft_poll(
            await someone(RoleKind.OPERATOR, None), convening.estate, convening.committee.id,
            FACTS, TODAY,
        )  # fmt: skip


async def test_a_member_who_works_for_the_property_company_is_told_why_not():
    convening = await a_convening()
    both = await a_role(RoleKind.PROPERTY_STAFF, convening.estate)
    member = await a_member(convening.estate, convening.committee, both)

    with pytest.raises(ConflictingRole, match="回避"):
        await draft_poll(member, convening.estate, convening.committee.id, FACTS, TODAY)


async def test_a_member_does_not_start_a_poll_in_the_name_of_another_body():
    convening, other = await a_convening(), await a_convening("丁香苑")

    with pytest.raises(NotConvener):
        await draft_poll(convening.proposer, other.estate, other.committee.id, FACTS, TODAY)
    with pytest.raises(NotConvener):
        await draft_poll(convening.proposer, convening.estate, other.committee.id, FACTS, TODAY)


async def test_a_draft_is_nothing_that_another_estate_or_the_property_manager_knows_of():
    convening, other = await a_convening(), await a_convening("丁香苑")
    poll = await a_draft(convening)

    for asker in (
        other.proposer,
        await someone(RoleKind.PROPERTY_MANAGER, convening.estate),
        await someone(RoleKind.COMMUNITY_WORKER, convening.estate),
        await someone(RoleKind.OPERATOR, None),
    ):
        with pytest.raises(NotFound):
            await change_facts(asker, poll.id, FACTS, TODAY)


async def test_where_only_the_city_system_may_be_used_the_wizard_says_so():
    convening = await a_convening()
    await Setting(
        place=convening.estate.id, name="online_vote", value='"city_system_only"', since=TODAY,
        reason="试", rank=1,
    ).save()  # fmt: skip

    with pytest.raises(CitySystemOnly, match="市级统一系统"):
        await a_draft(convening)


async def test_an_opening_before_check_and_notice_have_run_is_refused_with_the_first_day():
    convening = await a_convening()
    poll = await a_draft(convening)
    day_before = poll.opens_at - days(1)

    with pytest.raises(TooEarly) as refusal:
        await change_times(convening.proposer, poll.id, day_before, poll.closes_at, TODAY)

    assert "2026年3月26日" in refusal.value.fields["opens_at"]
    assert "第十四条" in (refusal.value.rule or "")


@pytest.mark.parametrize(("run", "fits"), [(4, False), (5, True), (60, True), (61, False)])
async def test_a_vote_runs_no_shorter_and_no_longer_than_the_settings_say(run, fits):
    convening = await a_convening()
    poll = await a_draft(convening)
    change = change_times(
        convening.proposer, poll.id, poll.opens_at, poll.opens_at + days(run), TODAY
    )

    if fits:
        await change
    else:
        with pytest.raises(Invalid, match="截止时间"):
            await change


@pytest.mark.parametrize("year", [2028, 9999])
async def test_a_vote_in_the_far_future_is_refused(year):
    convening = await a_convening()
    poll = await a_draft(convening)
    far = poll.opens_at.replace(year=year, month=12, day=31)

    with pytest.raises(Invalid, match="太远"):
        await change_times(convening.proposer, poll.id, far, far, TODAY)


async def test_class_needs_a_reason_and_scope_needs_something_of_the_own_estate():
    convening, other = await a_convening(), await a_convening("丁香苑")
    poll = await a_draft(convening)
    question = await add_question(convening.proposer, poll.id, WORDS, TODAY)

    with pytest.raises(Invalid, match="归类理由"):
        await choose_class(convening.proposer, question.id, MatterClass.MANAGER, " ", TODAY)
    with pytest.raises(EmptyScope):
        await choose_scope(convening.proposer, question.id, Scope(ScopeKind.BUILDINGS), TODAY)
    foreign = Scope(ScopeKind.BUILDINGS, buildings=frozenset({other.buildings[0].id}))
    with pytest.raises(EmptyScope):
        await choose_scope(convening.proposer, question.id, foreign, TODAY)

    [found] = await questions_of(poll.id)
    assert (found.matter_class, found.scope_kind) == (None, None)


async def test_a_scope_comes_back_as_it_was_chosen():
    convening = await a_convening()
    poll = await a_draft(convening)
    first, second = convening.buildings
    scopes = [
        Scope(ScopeKind.ESTATE),
        Scope(ScopeKind.BUILDINGS, buildings=frozenset({first.id})),
        Scope(ScopeKind.ENTRANCES, entrances=frozenset({(first.id, "1"), (second.id, "1")})),
        Scope(ScopeKind.FLOORS, floors=frozenset({(first.id, -1)})),
        Scope(ScopeKind.UNITS, units=frozenset({convening.units[0].id})),
        Scope.from_json(ScopeKind.KIND, {"kind": "home"}),
    ]
    for scope in scopes:
        await a_question(convening, poll, scope=scope)

    assert [Scope.of(question) for question in await questions_of(poll.id)] == scopes


async def test_questions_are_moved_and_removed_while_drafting():
    convening = await a_convening()
    poll = await a_draft(convening)
    first, second, third = [await a_question(convening, poll) for _ in range(3)]

    await move_up(convening.proposer, third.id, TODAY)
    await remove_question(convening.proposer, first.id, TODAY)

    assert [q.id for q in await questions_of(poll.id)] == [third.id, second.id]


async def test_once_the_roll_is_out_nothing_of_the_content_changes():
    convening = await a_convening()
    poll = await a_draft(convening)
    question = await a_question(convening, poll)
    await take_step(poll.id, Step.ROLL_PUBLISHED, convening.proposer, TODAY)

    with pytest.raises(RollPublished):
        await change_facts(convening.proposer, poll.id, FACTS, TODAY)
    with pytest.raises(RollPublished):
        await change_rules(convening.proposer, poll.id, PollRules(0, True, True), TODAY)
    with pytest.raises(RollPublished):
        await choose_class(convening.proposer, question.id, MatterClass.OTHER, "改", TODAY)
    with pytest.raises(RollPublished):
        await remove_question(convening.proposer, question.id, TODAY)
    await change_times(
        convening.proposer, poll.id, poll.opens_at + days(1), poll.closes_at + days(1), TODAY
    )


@pytest.mark.parametrize(
    "statement",
    [
        "update poll set title = '另一个标题'",
        "update poll set parking_counts = not parking_counts",
        "update question set matter_class = 'other'",
        "update question set title = '另一个事项'",
        "delete from question",
    ],
)
async def test_the_database_keeps_a_published_poll_whatever_the_code_does(statement):
    convening = await a_convening()
    poll = await a_draft(convening)
    await a_question(convening, poll)
    await take_step(poll.id, Step.ROLL_PUBLISHED, convening.proposer, TODAY)

    with pytest.raises(CheckViolationError):
        await execute(statement)


async def test_no_roll_is_published_for_a_question_without_class_or_scope():
    convening = await a_convening()
    poll = await a_draft(convening)
    await add_question(convening.proposer, poll.id, WORDS, TODAY)

    with pytest.raises(CheckViolationError):
        await take_step(poll.id, Step.ROLL_PUBLISHED, convening.proposer, TODAY)


async def test_a_step_is_neither_skipped_nor_taken_twice_and_says_who_took_it():
    convening = await a_convening()
    poll = await a_draft(convening)
    await a_question(convening, poll)

    with pytest.raises(OutOfOrder):
        await take_step(poll.id, Step.ROLL_FROZEN, convening.proposer, TODAY)
    await take_step(poll.id, Step.ROLL_PUBLISHED, convening.proposer, TODAY)
    with pytest.raises(StepTaken):
        await take_step(poll.id, Step.ROLL_PUBLISHED, convening.proposer, TODAY)

    steps = await rows("select step, person, body, role from poll_step order by number")
    member = (convening.proposer.id, convening.committee.id, "committee_member")
    assert [tuple(step) for step in steps] == [
        ("drafted", *member), ("roll_published", *member)
    ]  # fmt: skip
    audited = await rows("select verb from audit_entry where verb like 'poll_%' order by id")
    assert [row["verb"] for row in audited] == ["poll_drafted", "poll_roll_published"]
    assert (await load_poll(poll.id)).title == FACTS.title
