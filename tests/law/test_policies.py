"""What is promised by default, and a policy as text and back."""

import json

import pytest

from coordination.law.policies import (
    DEFAULT_POLICY,
    Allowance,
    Clock,
    Extension,
    Ladder,
    Level,
    Priority,
    Unit,
    longest_extension,
    policy_from_json,
    policy_to_json,
    seconds,
    working_days,
)

MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.mark.parametrize(
    ("priority", "report_in", "first_reply", "closure"),
    [
        ("p0", seconds(30 * MINUTE), seconds(2 * HOUR), seconds(24 * HOUR)),
        ("p1", seconds(2 * HOUR), seconds(24 * HOUR), seconds(3 * DAY)),
        ("p2", working_days(1), working_days(3), working_days(5)),
        ("p3", working_days(1), working_days(5), working_days(15)),
        ("p4", working_days(1), working_days(5), None),
    ],
)
def test_each_priority_promises_what_its_row_says(priority, report_in, first_reply, closure):
    row = DEFAULT_POLICY.clocks[Priority(priority)]

    assert row[Clock.REPORT_IN] == report_in
    assert row[Clock.FIRST_REPLY] == first_reply
    assert row.get(Clock.CLOSURE) == closure
    assert row[Clock.VISIT] == working_days(2)


def test_procedure_promises_a_word_every_fifteen_days_and_nobody_else_does():
    promising = {p: row[Clock.PROGRESS] for p, row in DEFAULT_POLICY.clocks.items()
                 if Clock.PROGRESS in row}  # fmt: skip

    assert promising == {Priority.PROCEDURAL: seconds(15 * DAY)}


@pytest.mark.parametrize(
    ("priority", "longest"),
    [
        ("p0", None),
        ("p1", seconds(3 * DAY)),
        ("p2", working_days(5)),
        ("p3", working_days(15)),
        ("p4", None),
    ],
)
def test_an_extension_is_no_longer_than_the_first_allowance(priority, longest):
    assert longest_extension(DEFAULT_POLICY, Priority(priority)) == longest


def test_who_extends_is_the_community_the_holder_or_the_subdistrict():
    by = {priority: extension.by for priority, extension in DEFAULT_POLICY.extensions.items()}

    assert by == {"p1": Level.COMMUNITY, "p2": None, "p3": Level.SUBDISTRICT}


def test_a_policy_comes_back_from_its_text_as_it_was():
    text = policy_to_json(DEFAULT_POLICY)

    assert policy_from_json(text) == DEFAULT_POLICY
    assert policy_to_json(policy_from_json(text)) == text


def changed(change):
    given = json.loads(policy_to_json(DEFAULT_POLICY))
    change(given)
    return json.dumps(given)


def test_a_district_may_promise_seven_days():
    text = changed(lambda given: given["clocks"]["p2"].update(closure={"seconds": 7 * DAY}))

    assert policy_from_json(text).clocks[Priority.ORDINARY][Clock.CLOSURE] == seconds(7 * DAY)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda given: given.pop("ladder"), id="a part missing"),
        pytest.param(lambda given: given.update(colour="red"), id="a part too many"),
        pytest.param(lambda given: given["clocks"].pop("p3"), id="a priority missing"),
        pytest.param(lambda given: given["clocks"].update(p5={}), id="a priority unknown"),
        pytest.param(lambda g: g["clocks"]["p2"].update(lunch={"seconds": 1}), id="no such clock"),
        pytest.param(lambda g: g["clocks"]["p2"].update(closure={"weeks": 1}), id="no such unit"),
        pytest.param(lambda g: g["clocks"]["p2"].update(closure={"seconds": 0}), id="nought"),
        pytest.param(lambda g: g["clocks"]["p2"].update(closure={"seconds": True}), id="a truth"),
        pytest.param(lambda g: g["clocks"]["p2"].update(closure={"seconds": 1.5}), id="a half"),
        pytest.param(lambda g: g["clocks"]["p2"].update(closure=5), id="a number alone"),
        pytest.param(lambda g: g["clocks"]["p2"].update(closure={}), id="an empty allowance"),
        pytest.param(lambda g: g["extensions"]["p2"].update(by=9), id="a level unknown"),
        pytest.param(lambda g: g["extensions"]["p2"].pop("by"), id="nobody extends"),
        pytest.param(lambda g: g["ladder"].update(hops="3"), id="a word for a number"),
        pytest.param(lambda g: g["ladder"].update(second_percent=90), id="steps out of order"),
        pytest.param(lambda given: given.update(version=0), id="a version nought"),
        pytest.param(lambda given: given.update(clocks=[]), id="a list"),
    ],
)
def test_a_policy_that_is_not_one_is_refused(change):
    with pytest.raises(ValueError):  # noqa: PT011
        policy_from_json(changed(change))


@pytest.mark.parametrize(
    "text", ["", "[]", "null", policy_to_json(DEFAULT_POLICY)[:-1] + ', "version": 2}']
)
def test_a_text_that_is_no_policy_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        policy_from_json(text)


@pytest.mark.parametrize("amount", [0, -1, 1.5, True, "5", None])
def test_an_allowance_is_a_whole_number_above_nought(amount):
    with pytest.raises(ValueError, match="an allowance of"):
        Allowance(amount, Unit.SECONDS)


def test_other_extensions_and_ladders_are_kept_too():
    given = json.loads(policy_to_json(DEFAULT_POLICY))
    given["extensions"]["p2"] = {"times": 2, "by": 2, "percent": 40}
    given["ladder"]["cosigners"] = 20
    policy = policy_from_json(json.dumps(given))

    assert policy.extensions[Priority.ORDINARY] == Extension(2, Level.COMMUNITY, 40)
    assert policy.ladder == Ladder(cosigners=20)
    assert longest_extension(policy, Priority.ORDINARY) == working_days(2)
