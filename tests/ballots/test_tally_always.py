"""`coordination tally`: what holds for every roll and every pile of ballots."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordination.law.areas import format_area, parse_area
from tests.ballots.paper_vote import JOINS, a_ballot, a_unit

OWNERS = st.sets(st.sampled_from("ABCDE"), min_size=1, max_size=2)


UNITS = st.lists(
    st.tuples(st.integers(1, 2_000_000), OWNERS, st.sampled_from(["住宅", "商铺", "车位", "未售"])),
    min_size=1,
    max_size=10,
)


CHOICES = st.sampled_from(["同意", "同意", "同意", "不同意", "弃权", "无效", "未表决"])


MARKS = st.lists(
    st.tuples(st.integers(0, 9), CHOICES, st.sampled_from(["是", "否", ""])), min_size=1
)


FLAGS = st.sets(st.sampled_from(["--silence-takes-part", "--invalid-takes-part"]))


def generated(units, marks):
    roll = [
        a_unit(str(i), format_area(area), owner="、".join(owners), kind=kind)
        for i, (area, owners, kind) in enumerate(units)
    ]
    ballots = [
        a_ballot(str(i % len(units)), choice, delivered=delivered) for i, choice, delivered in marks
    ]
    return roll, ballots


def added_up(question, part):
    names = ("invalid", "delivered_unreturned", "undelivered")
    told = [question["cast_only"]["participating"], *question["conflicts"]]
    told += [question[name] for name in names[1:]]
    return sum(part(each) for each in told)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(UNITS, MARKS, FLAGS)
def test_every_person_and_every_cm2_of_the_roll_is_told_once(vote, units, marks, flags):
    roll, ballots = generated(units, marks)

    question = vote.question(roll, ballots, "--parking", *JOINS, *sorted(flags))

    for part in (lambda told: told["persons"], lambda told: parse_area_or_zero(told["area_m2"])):
        invalid = 0 if "--invalid-takes-part" in flags else part(question["invalid"])
        assert added_up(question, part) + invalid == part(question["roll"])
        chosen = sum(part(told) for told in question["cast_only"]["options"])
        assert chosen + part(question["invalid"]) - invalid == part(
            question["cast_only"]["participating"]
        )


def parse_area_or_zero(text):
    return 0 if text == "0.0000" else parse_area(text)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(UNITS, MARKS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(vote, units, marks, random):
    roll, ballots = generated(units, marks)
    shuffled = random.sample(roll, len(roll)), random.sample(ballots, len(ballots))

    told = [vote.question(*files, "--parking") for files in ((roll, ballots), shuffled)]

    for question in told:
        conflicts, duplicates = question.pop("conflicts"), question.pop("duplicates")
        question["listed"] = len(conflicts), len(duplicates)
    assert told[0] == told[1]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(UNITS, MARKS)
def test_splitting_a_unit_between_two_rows_of_its_owner_changes_nothing(vote, units, marks):
    roll, ballots = generated(units, marks)
    halves = [area // 2 for area, *_ in units]
    split = [
        part
        for row, (area, *_), half in zip(roll, units, halves, strict=True)
        for part in (
            [*row[:3], format_area(area - half), *row[4:]],
            *([[*row[:2], f"{row[2]}B", format_area(half), *row[4:]]] if half else []),
        )
    ]

    assert vote.question(split, ballots, "--parking") == vote.question(roll, ballots, "--parking")
