"""How many owners must sign: twenty per cent of persons and of area, to the person and cm²."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.law.franchise import Unit, voting_rights
from coordination.law.petition import (
    PetitionKind,
    is_reached,
    rule_for,
    signed_weight,
    weight_of,
)
from coordination.law.tally import Weight

RULE = rule_for(PetitionKind.ASSEMBLY, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("persons", "area", "of_persons", "of_area", "reached"),
    [
        (20, 2_000_000, 100, 10_000_000, True),
        (19, 2_000_000, 100, 10_000_000, False),
        (20, 1_999_999, 100, 10_000_000, False),
        (21, 2_000_001, 100, 10_000_000, True),
        (100, 1_999_999, 100, 10_000_000, False),
        (1, 1, 5, 5, True),
        (1, 1, 6, 5, False),
        (1, 1, 5, 6, False),
        (2, 2, 9, 9, True),
        (0, 0, 0, 0, False),
    ],
)
def test_a_petition_is_reached_at_exactly_twenty_per_cent_of_both(
    persons, area, of_persons, of_area, reached
):
    assert is_reached(RULE, Weight(persons, area), Weight(of_persons, of_area)) is reached


def unit(name: str, area: int, *owners: str, **how) -> Unit:
    return Unit(name, area, frozenset(owners), **how)


RIGHTS = voting_rights(
    [
        unit("101", 100, "a", "b"),
        unit("102", 200, "c"),
        unit("103", 300, "c"),
        unit("104", 400, is_unsold=True),
        unit("P1", 50, "c", is_parking=True),
    ]
)


@pytest.mark.parametrize(
    ("signers", "persons", "area"),
    [
        ((), 0, 0),
        (("a",), 1, 100),
        (("a", "b"), 1, 100),
        (("c",), 1, 500),
        (("a", "c"), 2, 600),
        (("stranger",), 0, 0),
    ],
)
def test_co_owners_are_one_person_and_several_units_one_too(signers, persons, area):
    assert signed_weight(RIGHTS, signers) == Weight(persons, area)


def test_unsold_units_are_one_person_of_the_whole():
    assert weight_of(RIGHTS) == Weight(3, 1000)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 50), st.integers(1, 50))
def test_one_more_signature_never_undoes_it(persons, area, of_persons, of_area):
    whole = Weight(of_persons, of_area)
    if is_reached(RULE, Weight(persons, area), whole):
        assert is_reached(RULE, Weight(persons + 1, area + 1), whole)


def test_there_was_no_rule_before_the_guiding_rules():
    with pytest.raises(LookupError):
        rule_for(PetitionKind.ASSEMBLY, date(2009, 12, 31))
