"""What must hold of an event whoever writes it: each guard, refused and let through."""

from datetime import timedelta
from uuid import uuid4

import pytest

from coordination.errors import Invalid
from coordination.tickets import rules
from coordination.tickets.kinds import EventKind as K
from coordination.tickets.rules import require
from coordination.tickets.state import Happened, standing
from tests.tickets.test_state import AT, COMPANY, HANDLED, KEEPER, REPLIED, happened

VISITOR, RESIDENT = uuid4(), uuid4()
REACHED = (K.VISIT, {"reached": True, "solved": True})
UNSOLVED = (K.VISIT, {"reached": True, "solved": False})
NOBODY = (K.VISIT, {"reached": False})
MATTER = (K.LINK_MATTER, {"matter": str(uuid4())})


def asked(so_far, kind, person=VISITOR, words="话", body=None, **facts):
    """What the rules say of such an event after those; visits are the visitor's."""
    events = [
        Happened(e.kind, e.at, e.ordinal, VISITOR if e.kind is K.VISIT else e.person, e.role,
                 e.body, e.words, e.facts)
        for e in happened(*so_far)
    ]  # fmt: skip
    now = standing(events)
    at = now.changed_at + timedelta(hours=1)
    require(now, Happened(kind, at, now.events + 1, person, None, body, words, facts))


def nobody_on_two_days():
    first, second = happened(*REPLIED, NOBODY, NOBODY)[-2:]
    later = Happened(K.VISIT, AT + timedelta(days=3), second.ordinal, VISITOR, facts=second.facts)
    return [*happened(*REPLIED, NOBODY)[:-1], first, later]


def close_of(events, outcome, **facts):
    now = standing(events)
    facts |= {"outcome": outcome}
    require(now, Happened(K.CLOSE, AT, 99, VISITOR, words="依据", facts=facts))


@pytest.mark.parametrize("so_far", [REPLIED, (*REPLIED, NOBODY), (*REPLIED, NOBODY, NOBODY)])
def test_nothing_closes_without_a_visit_or_the_residents_word(so_far):
    with pytest.raises(rules.NotVisited):
        asked(so_far, K.CLOSE, outcome="partly")


@pytest.mark.parametrize("heard", [REACHED, K.CONFIRM])
def test_a_visit_or_the_residents_word_lets_it_close_as_solved(heard):
    asked((*REPLIED, heard), K.CLOSE, outcome="solved")


def test_what_nobody_confirmed_is_not_solved():
    with pytest.raises(rules.NotSolved):
        asked((*REPLIED, UNSOLVED), K.CLOSE, outcome="solved")
    with pytest.raises(rules.NotSolved):
        close_of(nobody_on_two_days(), "solved")


def test_only_whom_nobody_reached_is_unreachable():
    close_of(nobody_on_two_days(), "unreachable")

    with pytest.raises(Invalid):
        asked((*REPLIED, REACHED), K.CLOSE, outcome="unreachable")


def test_what_is_planned_has_its_matter_and_a_date():
    for so_far, facts in (
        ((*REPLIED, REACHED), {"until": "2026-09-01"}),
        ((*REPLIED, MATTER, REACHED), {}),
    ):
        with pytest.raises(Invalid):
            asked(so_far, K.CLOSE, outcome="planned", **facts)

    asked((*REPLIED, MATTER, REACHED), K.CLOSE, outcome="planned", until="2026-09-01")


def test_an_explanation_names_its_basis():
    with pytest.raises(Invalid):
        asked((*REPLIED, REACHED), K.CLOSE, outcome="explained", words=" ")

    asked((*REPLIED, REACHED), K.CLOSE, outcome="explained", words="规约第八条")


def test_what_was_replied_to_is_not_refused_any_more():
    with pytest.raises(Invalid):
        asked((*REPLIED, REACHED), K.CLOSE, outcome="refused")


def test_what_another_system_closed_is_closed_by_its_word():
    asked(REPLIED, K.CLOSE, outcome="solved", elsewhere="12345")


@pytest.mark.parametrize("kind", [K.BEGIN_VISIT, K.VISIT])
def test_who_handled_it_does_not_visit(kind):
    facts = {"reached": True} if kind is K.VISIT else {}
    with pytest.raises(rules.OwnWork):
        asked(REPLIED, kind, person=KEEPER, **facts)

    asked(REPLIED, kind, person=VISITOR, **facts)


def test_who_handled_it_does_not_confirm_it():
    with pytest.raises(rules.OwnWork):
        asked(REPLIED, K.CONFIRM, person=KEEPER)

    asked(REPLIED, K.CONFIRM, person=RESIDENT)


@pytest.mark.parametrize("person", [KEEPER, VISITOR])
def test_neither_who_handled_nor_who_visited_rates(person):
    closed = (*REPLIED, REACHED, (K.CLOSE, {"outcome": "solved"}))

    with pytest.raises(rules.OwnWork):
        asked(closed, K.RATE, person=person, rating="satisfied")
    asked(closed, K.RATE, person=RESIDENT, rating="satisfied")


def test_a_reply_is_handled_anew_when_it_was_rejected_or_visited():
    with pytest.raises(rules.OutOfOrder):
        asked(REPLIED, K.REOPEN)

    asked((*REPLIED, K.REJECT), K.REOPEN)
    asked((*REPLIED, UNSOLVED), K.REOPEN)


def test_a_parent_waits_for_its_mandatory_parts_alone():
    def part(mandatory):
        facts = {"sub_task": "a", "body": "", "mandatory": mandatory}
        return (*HANDLED, (K.OPEN_SUB_TASK, facts))

    reply = {"outcome": "solved", "evidence": ["a"]}

    with pytest.raises(rules.PartsOpen):
        asked(part(True), K.REPLY, **reply)
    asked(part(False), K.REPLY, **reply)
    asked((*part(True), (K.FINISH_SUB_TASK, {"sub_task": "a"})), K.REPLY, **reply)


@pytest.mark.parametrize(
    ("outcome", "words", "evidence", "is_enough"),
    [
        ("solved", "好了", ["a"], True),
        ("solved", "好了", [], False),
        ("solved", "", ["a"], False),
        ("planned", "列入计划", [], False),
        ("explained", "规约第八条", [], True),
        ("explained", "", ["a"], False),
    ],
)
def test_a_reply_has_words_and_unless_it_explains_evidence(outcome, words, evidence, is_enough):
    facts = {"outcome": outcome, "evidence": evidence}
    if is_enough:
        asked(HANDLED, K.REPLY, words=words, **facts)
    else:
        with pytest.raises(Invalid):
            asked(HANDLED, K.REPLY, words=words, **facts)


def test_the_holder_does_not_pass_on_what_was_ruled_to_be_its_own():
    bureau = str(uuid4())
    ruled = (
        *HANDLED,
        (K.TRANSFER, {"holder": bureau}),
        (K.RETURN, {"holder": str(uuid4()), "due": ""}),
        (K.ADJUDICATE, {"holder": str(COMPANY)}),
    )

    with pytest.raises(rules.RulingBinds):
        asked(ruled, K.TRANSFER, body=COMPANY, holder=bureau)
    asked(ruled, K.TRANSFER, body=uuid4(), holder=bureau)


def test_a_hold_is_agreed_to_by_another_than_who_asked():
    asked_for = (*HANDLED, (K.ASK_HOLD, {"blocker": "x", "unblocker": "x", "until": "x"}))

    with pytest.raises(rules.OwnWork):
        asked(asked_for, K.HOLD, person=KEEPER)
    with pytest.raises(rules.NothingAsked):
        asked(HANDLED, K.HOLD)
    asked(asked_for, K.HOLD)
    asked(asked_for, K.REFUSE_HOLD)


def test_a_refusal_says_in_chinese_what_is_so_and_what_to_do():
    with pytest.raises(
        rules.OutOfOrder, match="工单现在是“已吹哨，待报到”，不能“答复”.*请刷新页面"
    ):
        asked((), K.REPLY, outcome="solved")
