"""民法典 art. 278 as data: nine classes, two bars, in force since 2021-01-01."""

from datetime import date
from fractions import Fraction

import pytest

from coordination.law.classes import (
    MORE_THAN_HALF,
    RULES,
    THREE_QUARTERS,
    TWO_THIRDS,
    MatterClass,
    rule_for,
)

IN_FORCE = date(2021, 1, 1)


@pytest.mark.parametrize(
    ("matter", "item", "approval"),
    [
        ("assembly_rules", "一", MORE_THAN_HALF),
        ("covenant", "二", MORE_THAN_HALF),
        ("committee", "三", MORE_THAN_HALF),
        ("manager", "四", MORE_THAN_HALF),
        ("spend_fund", "五", MORE_THAN_HALF),
        ("raise_fund", "六", THREE_QUARTERS),
        ("rebuild", "七", THREE_QUARTERS),
        ("common_use", "八", THREE_QUARTERS),
        ("other", "九", MORE_THAN_HALF),
    ],
)
def test_each_class_has_the_bars_of_its_item(matter, item, approval):
    rule = rule_for(MatterClass(matter), on=IN_FORCE)

    assert rule.source == f"民法典第二百七十八条第一款第{item}项、第二款"
    assert (rule.quorum, rule.approval) == (TWO_THIRDS, approval)


@pytest.mark.parametrize(
    ("bar", "part", "whole", "clears"),
    [
        (TWO_THIRDS, 199, 300, False),
        (TWO_THIRDS, 200, 300, True),
        (TWO_THIRDS, 201, 300, True),
        (MORE_THAN_HALF, 149, 300, False),
        (MORE_THAN_HALF, 150, 300, False),
        (MORE_THAN_HALF, 151, 300, True),
        (THREE_QUARTERS, 224, 300, False),
        (THREE_QUARTERS, 225, 300, True),
        (THREE_QUARTERS, 226, 300, True),
        (TWO_THIRDS, 0, 0, False),
        # A share that a float calls two thirds and that is not.
        (TWO_THIRDS, 2 * 10**18 - 1, 3 * 10**18, False),
        (MORE_THAN_HALF, 10**18 + 1, 2 * 10**18, True),
    ],
)
def test_a_bar_at_just_above_and_just_below(bar, part, whole, clears):
    assert bar.cleared_by(part, whole) is clears


def test_or_more_includes_the_figure_and_more_than_half_does_not():
    assert [(bar.share, bar.inclusive) for bar in (TWO_THIRDS, THREE_QUARTERS, MORE_THAN_HALF)] == [
        (Fraction(2, 3), True),
        (Fraction(3, 4), True),
        (Fraction(1, 2), False),
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.matter)
def test_a_bar_quotes_the_clause_its_words_stand_in(rule):
    for bar in (rule.quorum, rule.approval):
        assert bar.clause.count(bar.wording) == 2, "once for area, once for persons"


@pytest.mark.parametrize("matter", MatterClass)
def test_no_rule_before_the_code_was_in_force(matter):
    assert rule_for(matter, on=IN_FORCE).since == IN_FORCE
    with pytest.raises(LookupError):
        rule_for(matter, on=date(2020, 12, 31))
