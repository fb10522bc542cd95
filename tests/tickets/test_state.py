"""Which state leads to which, as the table of the states says, and in whose words."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from coordination.people.tables import RoleKind
from coordination.tickets.folding import AFTER
from coordination.tickets.kinds import DONE, OPEN, EventKind, Outcome, State
from coordination.tickets.state import (
    MAY_FOLLOW,
    Happened,
    label_of,
    may_follow,
    standing,
)

AT = datetime.fromisoformat("2026-03-02T10:00:00+08:00")
COMPANY, BUREAU, STREET = uuid4(), uuid4(), uuid4()
KEEPER, WORKER = uuid4(), uuid4()
WHISTLE = (EventKind.WHISTLE, {"priority": "p2", "policy": 1, "holder": str(COMPANY)})

S, K = State, EventKind
# The table of the design, row by row: from, to, by which event.
TABLE = {
    (S.WHISTLED, S.REPORTED, K.REPORT_IN),
    (S.WHISTLED, S.NEED_INFO, K.ASK_INFO),
    (S.WHISTLED, S.MERGED, K.MERGE),
    (S.WHISTLED, S.WITHDRAWN, K.WITHDRAW),
    (S.WHISTLED, S.REFUSED_REVIEW, K.PROPOSE_REFUSAL),
    (S.REPORTED, S.NEED_INFO, K.ASK_INFO),
    (S.REPORTED, S.HANDLING, K.DISPATCH),
    (S.REPORTED, S.TRANSFERRING, K.TRANSFER),
    (S.TRANSFERRING, S.HANDLING, K.ACCEPT),
    (S.TRANSFERRING, S.ADJUDICATING, K.RETURN),
    (S.ADJUDICATING, S.HANDLING, K.ADJUDICATE),
    (S.HANDLING, S.REPLIED, K.REPLY),
    (S.HANDLING, S.ON_HOLD, K.HOLD),
    (S.HANDLING, S.TRANSFERRING, K.TRANSFER),
    (S.ON_HOLD, S.HANDLING, K.RESUME),
    (S.REPLIED, S.VISITING, K.BEGIN_VISIT),
    (S.REPLIED, S.VISITING, K.VISIT),
    (S.REPLIED, S.CLOSED, K.CLOSE),
    (S.REPLIED, S.REOPENED, K.REOPEN),
    (S.VISITING, S.CLOSED, K.CLOSE),
    (S.VISITING, S.REOPENED, K.REOPEN),
    (S.REOPENED, S.HANDLING, K.TAKE_UP),
    (S.REFUSED_REVIEW, S.CLOSED, K.CLOSE),
    (S.REFUSED_REVIEW, S.REPORTED, K.OVERRULE_REFUSAL),
    (S.CLOSED, S.REOPENED, K.REOPEN),
}


def happened(*kinds, person: UUID | None = KEEPER):
    events = []
    for ordinal, kind in enumerate([WHISTLE, *kinds], 1):
        name, facts = kind if isinstance(kind, tuple) else (kind, {})
        by = None if ordinal == 1 else person
        role = RoleKind.PROPERTY_STAFF if by else None
        at = AT + timedelta(hours=ordinal - 1)
        events.append(Happened(name, at, ordinal, by, role, COMPANY, "话", facts))
    return events


def after(*kinds, **who):
    return standing(happened(*kinds, **who))


def test_each_event_leads_where_the_table_says_and_nowhere_else():
    led = {
        (state, to, kind)
        for kind, to in AFTER.items()
        for state in MAY_FOLLOW[kind]
        if state is not to
    }
    back_to_where_it_was = {
        (S.WHISTLED, S.NEED_INFO, K.ASK_INFO),
        (S.REPORTED, S.NEED_INFO, K.ASK_INFO),
    }

    taken_back = {
        (state, S.WITHDRAWN, K.RETRACT) for state in S if state not in (S.MERGED, S.WITHDRAWN)
    }

    assert led | back_to_where_it_was == TABLE | taken_back


def test_each_kind_of_event_has_its_place():
    assert set(MAY_FOLLOW) == set(EventKind)


def test_nothing_follows_what_was_merged_or_withdrawn_but_a_correction():
    following = {
        state: {kind for kind in EventKind if may_follow(state, kind)}
        for state in (S.MERGED, S.WITHDRAWN)
    }

    # A wrong sheet is taken back with what its source had withdrawn.
    assert following == {S.MERGED: {K.CORRECT}, S.WITHDRAWN: {K.CORRECT, K.RETRACT}}


def test_what_is_done_is_not_open():
    assert set(State) == DONE | OPEN
    assert not DONE & OPEN


@pytest.mark.parametrize("first", [[], [K.REPORT_IN]])
@pytest.mark.parametrize(("answer", "is_short"), [(K.ANSWER_INFO, False), (K.INFO_TIMEOUT, True)])
def test_a_ticket_that_lacks_information_goes_back_to_where_it_was(first, answer, is_short):
    asked = (K.ASK_INFO, {"until": "2026-03-05T18:00:00+08:00"})

    now, then = after(*first, asked), after(*first, asked, answer)

    assert (now.state, now.paused_since) == (S.NEED_INFO, AT + timedelta(hours=len(first) + 1))
    assert (then.state, then.paused_since) == (S.REPORTED if first else S.WHISTLED, None)
    assert then.is_short_of_info is is_short


HANDLED = (K.REPORT_IN, (K.DISPATCH, {"dispatch": "direct"}))
REPLY = (K.REPLY, {"outcome": "solved", "evidence": ["a"]})
REPLIED = (*HANDLED, REPLY)
VISIT = (K.VISIT, {"reached": True, "solved": True})
NOBODY = (K.VISIT, {"reached": False})


def test_the_first_report_in_and_the_first_reply_stay_the_first():
    again = (K.REOPEN, K.TAKE_UP, REPLY)

    now = after(*REPLIED, VISIT, *again)

    assert now.reported_at == AT + timedelta(hours=1)
    assert now.replied_at == AT + timedelta(hours=3)
    assert (now.reopened, now.state) == (1, S.REPLIED)


def test_a_reopened_ticket_has_no_close_no_outcome_no_rating():
    closed = (*REPLIED, VISIT, (K.CLOSE, {"outcome": "solved"}), (K.RATE, {"rating": "satisfied"}))

    before, now = after(*closed), after(*closed, K.REOPEN)

    assert (before.outcome, before.rating) == (Outcome.SOLVED, "satisfied")
    assert (now.closed_at, now.outcome, now.rating) == (None, None, None)


def test_two_attempts_on_one_day_are_not_a_visit_and_on_two_days_are():
    events = happened(*REPLIED, NOBODY, NOBODY)
    next_day = Happened(K.VISIT, AT + timedelta(days=1), 7, facts={"reached": False})

    same, other = standing(events), standing([*events, next_day])

    assert (same.is_visited, same.visited_at, same.reached) == (False, None, None)
    assert (other.is_visited, other.visited_at, other.reached) == (True, next_day.at, False)


def test_a_new_reply_wants_a_new_visit():
    now = after(*REPLIED, VISIT, K.REOPEN, K.TAKE_UP, REPLY)

    assert (now.is_visited, now.attempts, now.found_solved) == (False, (), None)
    assert now.visited_at == AT + timedelta(hours=4)


def test_each_body_it_goes_to_is_a_hop_and_a_ruling_for_who_returned_it_is_none():
    to_bureau = (K.TRANSFER, {"holder": str(BUREAU), "basis": "条例"})
    back = (K.RETURN, {"holder": str(STREET), "proposed": str(COMPANY), "due": ""})

    for winner, hops in ((BUREAU, 1), (COMPANY, 2)):
        now = after(*HANDLED, to_bureau, back, (K.ADJUDICATE, {"holder": str(winner)}))

        assert (now.holder, now.hops, now.returns) == (winner, hops, 1)
        assert (now.state, now.handler, now.is_adjudicated) == (S.HANDLING, None, True)


def test_whoever_decides_holds_it_meanwhile():
    to_bureau = (K.TRANSFER, {"holder": str(BUREAU), "basis": "条例"})
    back = (K.RETURN, {"holder": str(STREET), "proposed": str(COMPANY), "due": ""})

    assert after(*HANDLED, to_bureau, back).holder == STREET


def test_a_hold_says_until_when_and_why_and_a_resume_forgets_both():
    facts = {"blocker": "等配件", "unblocker": "厂家", "until": "2026-04-01T00:00:00+08:00"}

    held = after(*HANDLED, (K.ASK_HOLD, facts), (K.HOLD, facts))
    resumed = after(*HANDLED, (K.ASK_HOLD, facts), (K.HOLD, facts), K.RESUME)

    assert (held.state, held.blocker, held.hold_asked) == (S.ON_HOLD, "等配件", False)
    assert held.hold_until == datetime.fromisoformat(facts["until"])
    assert (resumed.paused_since, resumed.hold_until, resumed.blocker) == (None, None, None)


def test_the_level_only_rises_and_ends_at_the_district():
    def to(level):
        return (K.ESCALATE, {"level": level, "reason": "closure:100"})

    assert [after(*map(to, levels)).level for levels in ((), (3,), (3, 2), (3, 4), (9,))] == [
        1, 3, 3, 4, 4,
    ]  # fmt: skip


def test_who_had_a_hand_in_it_is_remembered():
    finished = (K.FINISH_SUB_TASK, {"sub_task": "x"})

    assert after(*HANDLED).hands == {KEEPER}
    assert after(finished, person=WORKER).hands == {WORKER}
    assert after(K.NOTE, person=WORKER).hands == frozenset()


@pytest.mark.parametrize(
    ("state", "said", "words"),
    [
        (S.WHISTLED, {}, "已收到，等待报到"),
        (S.NEED_INFO, {}, "请补充信息"),
        (S.REPORTED, {"contact": "王经理"}, "已报到 · 王经理"),
        (S.TRANSFERRING, {"holder": "城管局"}, "已转城管局，待签收"),
        (S.ADJUDICATING, {}, "正在确定责任单位"),
        (S.HANDLING, {}, "处理中"),
        (S.ON_HOLD, {"blocker": "等配件", "hold_until": AT}, "暂缓至2026年3月2日：等配件"),
        (S.REPLIED, {}, "已答复，请您确认"),
        (S.VISITING, {}, "回访中"),
        (S.REOPENED, {"reopened": 2}, "已退回重办（第 2 次）"),
        (S.REFUSED_REVIEW, {}, "拟不受理，正在复核"),
        (S.CLOSED, {"outcome": Outcome.PLANNED}, "已办结：列入计划"),
        (S.MERGED, {"merged_into": 7}, "已并入 #7"),
        (S.WITHDRAWN, {}, "已撤回"),
    ],
)
def test_a_resident_reads_the_state_in_plain_words(state, said, words):
    assert label_of(state, **said) == words
