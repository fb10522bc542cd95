"""Who keeps the registry and who carries letters, as a full table."""

import pytest

from coordination.errors import NotFound
from coordination.people.tables import RoleKind
from coordination.registry.permits import (
    may_deliver_letters,
    may_keep_registry,
    must_keep_registry,
)
from tests.places.askers import asker_with
from tests.places.test_permits import a_place_at

COMMUNITY, ESTATE, ELSEWHERE = map(a_place_at, ("/s/c/", "/s/c/e/", "/s/d/e/"))
BUILDING, NEXT_DOOR = map(a_place_at, ("/s/c/e/1/", "/s/c/e/2/"))
KEEPS = {RoleKind.COMMUNITY_WORKER}
CARRIES = {RoleKind.COMMUNITY_WORKER, RoleKind.BUILDING_LEAD}


@pytest.mark.parametrize("kind", [None, *RoleKind])
def test_who_keeps_the_registry_of_an_estate(kind):
    asker = asker_with(kind, None if kind is RoleKind.OPERATOR else COMMUNITY)

    assert may_keep_registry(asker, ESTATE) == (kind in KEEPS)
    assert not may_keep_registry(asker, ELSEWHERE)
    if kind not in KEEPS:
        with pytest.raises(NotFound):
            must_keep_registry(asker, ESTATE)


@pytest.mark.parametrize("kind", [None, *RoleKind])
def test_who_carries_letters_to_a_building(kind):
    asker = asker_with(kind, None if kind is RoleKind.OPERATOR else BUILDING)

    assert may_deliver_letters(asker, BUILDING) == (kind in CARRIES)
    assert not may_deliver_letters(asker, NEXT_DOOR)
