"""Who may help whom, and who may give which role: the whole table."""

from dataclasses import replace
from uuid import uuid4

import pytest

from coordination.people.askers import Asker, HeldRole
from coordination.people.permits import (
    may_grant,
    may_help,
    may_keep_body,
    may_keep_people,
)
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place

HERE, THERE = "/street/here/", "/street/there/"
ESTATE = Place(id=uuid4(), path=HERE + "estate/", kind="estate", name="e", key="e", sort="e")
OTHER = uuid4()


def holding(kind: RoleKind | None, path: str | None = HERE) -> Asker:
    role = kind and HeldRole(kind, uuid4(), BodyKind.OTHER, "", path)
    return Asker(id=uuid4(), name="", phone_tail="", session=uuid4(), roles=(role,) if role else ())


OPERATOR = holding(RoleKind.OPERATOR, None)
WORKER = holding(RoleKind.COMMUNITY_WORKER)
REST = [holding(kind) for kind in RoleKind if kind not in ("operator", "community_worker")]
NOBODY = holding(None)


@pytest.mark.parametrize(
    ("kinds", "paths", "worker", "operator"),
    [
        ([], [HERE + "estate/1/"], True, False),  # a resident here
        ([], [THERE + "estate/1/"], False, False),  # a resident elsewhere
        ([], [THERE + "x/", HERE + "estate/1/"], True, False),  # a home in both
        ([], [], True, True),  # nobody's resident yet
        ([RoleKind.BUILDING_LEAD], [HERE + "estate/1/"], True, False),
        *(([kind], [HERE + "estate/1/"], False, True) for kind in RoleKind
          if kind is not RoleKind.BUILDING_LEAD),
    ],
)  # fmt: skip
def test_residents_are_their_communitys_and_offices_the_operators(kinds, paths, worker, operator):
    assert may_help(WORKER, OTHER, kinds, paths) is worker
    assert may_help(OPERATOR, OTHER, kinds, paths) is operator
    assert not any(may_help(asker, OTHER, kinds, paths) for asker in [*REST, NOBODY])


def test_nobody_helps_themselves():
    assert not may_help(WORKER, WORKER.id, [], [HERE + "1/"])
    assert not may_help(OPERATOR, OPERATOR.id, [RoleKind.OPERATOR], [])


@pytest.mark.parametrize("kind", list(BodyKind))
def test_the_operator_keeps_bodies_and_a_community_whom_it_works_with(kind):
    its_own = kind in (BodyKind.PARTNER, BodyKind.RESIDENTS_COUNCIL)
    there = Place(id=uuid4(), path=THERE, kind="community", name="t", key="t", sort="t")

    assert may_keep_body(OPERATOR, kind, ESTATE) and may_keep_body(OPERATOR, kind, None)
    assert may_keep_body(WORKER, kind, ESTATE) is its_own
    assert not may_keep_body(WORKER, kind, there) and not may_keep_body(WORKER, kind, None)
    assert not any(may_keep_body(asker, kind, ESTATE) for asker in [*REST, NOBODY])


@pytest.mark.parametrize("kind", list(RoleKind))
def test_the_operator_gives_roles_and_a_community_its_building_leads(kind):
    is_operator = kind is RoleKind.OPERATOR

    assert may_grant(OPERATOR, OTHER, kind, ESTATE) is not is_operator
    assert may_grant(OPERATOR, OTHER, kind, None) is is_operator
    assert may_grant(WORKER, OTHER, kind, ESTATE) is (kind is RoleKind.BUILDING_LEAD)
    assert not may_grant(WORKER, OTHER, kind, None)
    assert not any(may_grant(asker, OTHER, kind, ESTATE) for asker in [*REST, NOBODY])


def test_nobody_gives_themselves_a_role_nor_beyond_their_reach():
    elsewhere = replace(WORKER, roles=(holding(RoleKind.COMMUNITY_WORKER, THERE).roles))

    assert not may_grant(OPERATOR, OPERATOR.id, RoleKind.COMMITTEE_MEMBER, ESTATE)
    assert not may_grant(WORKER, WORKER.id, RoleKind.BUILDING_LEAD, ESTATE)
    assert not may_grant(elsewhere, OTHER, RoleKind.BUILDING_LEAD, ESTATE)


def test_accounts_and_bodies_are_kept_by_the_operator_alone():
    assert may_keep_people(OPERATOR)
    assert not any(may_keep_people(asker) for asker in [WORKER, *REST, NOBODY])
