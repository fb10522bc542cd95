"""Who may tend what, as a full table."""

from uuid import uuid4

import pytest

from coordination.people.tables import RoleKind
from coordination.places.named_settings import SETTINGS
from coordination.places.permits import (
    may_add,
    may_edit_calendar,
    may_move_clock,
    may_set,
    may_tend,
)
from coordination.places.tables import Place, PlaceKind
from tests.places.askers import asker_with


def a_place_at(path: str) -> Place:
    return Place(_ignore_missing=True, id=uuid4(), path=path)


COMMUNITY, ESTATE, ELSEWHERE = map(a_place_at, ("/s/c/", "/s/c/e/", "/s/d/e/"))
TENDS_OWN = {RoleKind.OPERATOR, RoleKind.COMMUNITY_WORKER}


@pytest.mark.parametrize("kind", [None, *RoleKind])
def test_who_may_tend_places_settings_calendar_and_clock(kind):
    asker = asker_with(kind, None if kind is RoleKind.OPERATOR else COMMUNITY)
    is_operator = kind is RoleKind.OPERATOR

    assert may_tend(asker, ESTATE) == (kind in TENDS_OWN)
    assert may_tend(asker, ELSEWHERE) == is_operator
    assert may_tend(asker, None) == is_operator
    assert may_add(asker, PlaceKind.ESTATE, COMMUNITY) == (kind in TENDS_OWN)
    assert may_add(asker, PlaceKind.BUILDING, ESTATE) == (kind in TENDS_OWN)
    assert may_add(asker, PlaceKind.BUILDING, ELSEWHERE) == is_operator
    assert may_add(asker, PlaceKind.COMMUNITY, COMMUNITY) == is_operator
    assert may_set(asker, ESTATE, SETTINGS["notice_days"]) == (kind in TENDS_OWN)
    assert may_set(asker, ESTATE, SETTINGS["turnout_minutes"]) == is_operator
    assert may_set(asker, None, SETTINGS["notice_days"]) == is_operator
    assert may_edit_calendar(asker) == is_operator
    assert may_move_clock(asker, demo=True) == is_operator
    assert not may_move_clock(asker, demo=False)
