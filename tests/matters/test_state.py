"""Six stages, and how each is left: every step from every stage, and what is missing, by table."""

from datetime import UTC, datetime
from itertools import product

import pytest

from coordination.matters.state import (
    BELONGS_TO_OWNERS,
    Found,
    Grades,
    Held,
    Standing,
    lacking,
    progress,
    support_needed,
)
from coordination.matters.tables import Stage, StepKind, Way

AT = datetime(2026, 3, 2, tzinfo=UTC)
K, S = StepKind, Stage
TO_SCREENED = (K.RAISED, K.ADOPTED)
TO_DISCUSSED = (*TO_SCREENED, K.LISTED)
TO_DECIDED = (*TO_DISCUSSED, K.HELD)
TO_DONE = (*TO_DECIDED, K.RESOLVED)
TO_EVALUATED = (*TO_DONE, K.CARRIED_OUT)
AT_STAGE = {
    S.RAISED: (K.RAISED,),
    S.SCREENED: TO_SCREENED,
    S.DISCUSSED: TO_DISCUSSED,
    S.DECIDED: TO_DECIDED,
    S.DONE: TO_DONE,
    S.EVALUATED: TO_EVALUATED,
}
MAY_FOLLOW = {
    (S.RAISED, K.REACHED), (S.RAISED, K.ADOPTED), (S.RAISED, K.ANSWERED),
    (S.SCREENED, K.LISTED), (S.SCREENED, K.TO_BALLOT), (S.SCREENED, K.TO_TICKET),
    (S.SCREENED, K.DECLINED),
    (S.DISCUSSED, K.HELD),
    (S.DECIDED, K.RESOLVED), (S.DECIDED, K.PARTLY_RESOLVED), (S.DECIDED, K.NOT_RESOLVED),
    (S.DONE, K.CARRIED_OUT),
    (S.EVALUATED, K.APPROVED), (S.EVALUATED, K.SENT_BACK),
}  # fmt: skip


def after(*kinds: StepKind) -> Standing:
    return Standing.of([(kind, AT) for kind in kinds])


@pytest.mark.parametrize(("stage", "kind"), [*product(S, [k for k in K if k is not K.RAISED])])
def test_what_may_follow_at_each_stage(stage: Stage, kind: StepKind):
    now = after(*AT_STAGE[stage])

    assert now.stage is stage
    assert now.may_follow(kind) == ((stage, kind) in MAY_FOLLOW)


@pytest.mark.parametrize("kind", [k for k in K if k is not K.RAISED])
def test_nothing_follows_once_a_matter_is_over(kind: StepKind):
    for ended in (
        (K.RAISED, K.ANSWERED), (*TO_SCREENED, K.DECLINED), (*TO_SCREENED, K.TO_TICKET),
        (*TO_DECIDED, K.NOT_RESOLVED), (*TO_EVALUATED, K.APPROVED),
    ):  # fmt: skip
        assert not after(*ended).may_follow(kind)


def test_a_step_that_cannot_follow_is_corrupt():
    with pytest.raises(ValueError, match="cannot follow"):
        after(K.RAISED, K.HELD)


def test_a_matter_sent_back_is_discussed_again_and_judged_in_a_second_round():
    back = after(*TO_EVALUATED, K.SENT_BACK)
    again = after(*TO_EVALUATED, K.SENT_BACK, K.HELD, K.RESOLVED, K.CARRIED_OUT)

    assert (back.stage, back.round, back.is_over) == (S.DISCUSSED, 1, False)
    assert (again.stage, again.round) == (S.EVALUATED, 2)


FULL = Found("写明了", 2, Way.CONSENSUS)


@pytest.mark.parametrize(
    ("stage", "found", "held", "missing"),
    [
        (S.DISCUSSED, FULL, Held(), []),
        (S.DISCUSSED, Found("写明了", 1), Held(), ["至少 2 方到会才算议过"]),
        (S.DISCUSSED, Found(" ", 2), Held(), ["要写明会议的时间、地点和议事情况"]),
        (S.DISCUSSED, FULL, Held(["听证会"]), ["还有未完成的事项：听证会"]),
        (S.DECIDED, FULL, Held(), []),
        (S.DECIDED, Found("写明了"), Held(), ["要写明是怎样决定的"]),
        (S.DECIDED, Found("写明了", 0, Way.SHOW_OF_HANDS), Held(), []),
        (S.DECIDED, FULL, Held(reserved=True), [BELONGS_TO_OWNERS]),
        (S.DECIDED, FULL, Held(reserved=True, balloted=True), [BELONGS_TO_OWNERS]),
        (S.DECIDED, Found("写明了", 0, Way.BALLOT), Held(reserved=True),
         ["业主大会表决还没有最终结果"]),
        (S.DECIDED, Found("写明了", 0, Way.BALLOT), Held(reserved=True, balloted=True), []),
        (S.DECIDED, Found("写明了", 0, Way.BALLOT), Held(), ["业主大会表决还没有最终结果"]),
        (S.DONE, FULL, Held(), []),
        (S.DONE, Found(""), Held(["装灯", "刷漆"]),
         ["还有未完成的事项：装灯", "还有未完成的事项：刷漆", "要写明办了什么、结果怎样"]),
    ],
)  # fmt: skip
def test_all_that_is_missing_is_said_at_once(stage, found, held, missing):
    assert lacking(stage, found, held) == missing


@pytest.mark.parametrize(
    ("active", "percent", "least", "needed"),
    [(0, 5, 5, 5), (100, 5, 5, 5), (101, 5, 5, 6), (120, 5, 5, 6), (121, 5, 5, 7), (99, 5, 3, 5)],
)
def test_support_is_a_share_of_those_active_rounded_up_and_never_too_few(
    active, percent, least, needed
):
    assert support_needed(active, percent, least) == needed


@pytest.mark.parametrize(
    ("good", "fair", "poor", "verdict"),
    [
        (0, 0, 0, K.APPROVED),
        (0, 0, 1, K.SENT_BACK),
        (3, 0, 2, K.APPROVED),
        (2, 1, 2, K.APPROVED),
        (59, 0, 41, K.SENT_BACK),
        (59, 1, 40, K.APPROVED),
        (599, 0, 401, K.SENT_BACK),
    ],
)
def test_below_sixty_per_cent_positive_it_goes_back(good, fair, poor, verdict):
    assert Grades(good, fair, poor).verdict(60) is verdict


def marks(*kinds: StepKind) -> list[str]:
    return [station.mark for station in progress([(kind, AT) for kind in kinds])]


def test_the_six_words_show_what_was_passed_and_what_lies_ahead():
    straight = progress([(kind, AT) for kind in (*TO_SCREENED, K.TO_BALLOT)])

    assert [station.name for station in straight] == [
        "点事", "提事", "议事", "决事", "办事", "评事"]  # fmt: skip
    assert [one.mark for one in straight] == ["done", "done", "skipped", "now", "next", "next"]
    assert marks(K.RAISED) == ["now", *["next"] * 5]
    assert marks(K.RAISED, K.ANSWERED) == ["done", *["skipped"] * 5]
    assert marks(*TO_EVALUATED, K.APPROVED) == ["done"] * 6
    assert marks(*TO_EVALUATED, K.SENT_BACK) == ["done", "done", "now", "next", "next", "next"]
