"""Who is one person and which area counts: 解释 arts. 8 and 9."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.law.franchise import Right, Unit, voting_rights


def a_unit(name, area_cm2=100, owners="A", **kind):
    return Unit(name, area_cm2, frozenset(owners), **kind)


def weights(units, **rules):
    return sorted(right.area_cm2 for right in voting_rights(units, **rules))


def test_one_owner_of_several_units_is_one_person_with_their_area():
    units = [a_unit("1", 100), a_unit("2", 50), a_unit("3", 30, owners="B")]

    assert voting_rights(units) == [
        Right(frozenset("A"), ("1", "2"), 150),
        Right(frozenset("B"), ("3",), 30),
    ]


def test_the_same_co_owners_are_one_person_in_whatever_order():
    units = [a_unit("1", owners=["A", "B"]), a_unit("2", owners=["B", "A"])]

    assert voting_rights(units) == [Right(frozenset("AB"), ("1", "2"), 200)]


def test_an_owner_alone_and_with_another_is_two_persons():
    units = [a_unit("1", owners="A"), a_unit("2", owners="AB"), a_unit("3", owners="B")]

    assert len(voting_rights(units)) == 3


def test_all_that_the_developer_has_not_delivered_is_one_person():
    units = [
        a_unit("1", 100, owners="", is_unsold=True),
        a_unit("2", 50, owners="D", is_unsold=True),
        a_unit("3", 30, owners="", is_unsold=True),
    ]

    assert voting_rights(units) == [Right(frozenset("D"), ("1", "2", "3"), 180, is_developer=True)]


def test_what_the_developer_holds_by_its_own_name_joins_its_unsold_units():
    units = [a_unit("1", 100, owners="D", is_unsold=True), a_unit("2", 50, owners="D")]

    assert weights(units) == [150]


def test_a_buyer_named_on_an_undelivered_unit_keeps_the_vote_of_another():
    units = [
        a_unit("1", 100, owners="D", is_unsold=True),
        a_unit("2", 100, owners="A", is_unsold=True),
        a_unit("3", 70, owners="A"),
    ]

    assert weights(units) == [70, 200]


def test_parking_counts_only_where_the_rules_say_so():
    units = [a_unit("1", 100), a_unit("P1", 12, is_parking=True)]
    alone = [a_unit("P2", 12, owners="B", is_parking=True)]

    assert weights(units + alone) == [100]
    assert weights(units + alone, parking_counts=True) == [12, 112]


@pytest.mark.parametrize(
    ("unit", "reason"),
    [
        (a_unit("2", area_cm2=0), "no area"),
        (a_unit("2", area_cm2=-1), "no area"),
        (a_unit("2", owners=""), "no owner"),
        (a_unit("1"), "twice"),
    ],
)
def test_a_unit_that_is_not_sound_is_corrupt_data(unit, reason):
    with pytest.raises(ValueError, match=reason):
        voting_rights([a_unit("1"), unit])


UNITS = st.lists(
    st.tuples(st.integers(1, 500), st.sets(st.sampled_from("ABCD"), min_size=1), st.booleans()),
    min_size=1,
    max_size=12,
).map(
    lambda rows: [
        Unit(str(i), area, frozenset(owners), is_unsold=unsold)
        for i, (area, owners, unsold) in enumerate(rows)
    ]
)


@given(UNITS, st.data())
def test_splitting_a_unit_between_two_records_of_its_owner_changes_nothing(units, data):
    split = data.draw(st.sampled_from(units))
    first = data.draw(st.integers(0, split.area_cm2))
    parts = [
        Unit(f"{split.name}-{i}", area, split.owners, is_unsold=split.is_unsold)
        for i, area in enumerate((first, split.area_cm2 - first))
        if area
    ]

    assert weights([unit for unit in units if unit is not split] + parts) == weights(units)


@given(UNITS, st.randoms(use_true_random=False))
def test_the_order_of_the_register_changes_nothing(units, random):
    shuffled = random.sample(units, len(units))

    assert weights(shuffled) == weights(units)


@given(UNITS)
def test_no_area_and_no_unit_is_lost_or_counted_twice(units):
    rights = voting_rights(units)

    assert sum(right.area_cm2 for right in rights) == sum(unit.area_cm2 for unit in units)
    assert sorted(name for right in rights for name in right.units) == sorted(
        unit.name for unit in units
    )
