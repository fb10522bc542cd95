"""Who may do what with a matter: the whole table, yes and no."""

from dataclasses import replace
from uuid import uuid4

import pytest

from coordination.matters import permits
from coordination.matters.permits import Reach
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind, RoleKind

STREET, COMMUNITY, ESTATE, BUILDING = "/s/", "/s/c/", "/s/c/e/", "/s/c/e/b/"
COMPANY, COMMITTEE, OWNERS, OTHER = (uuid4() for _ in range(4))
R = RoleKind


def asker(kind: RoleKind, path: str | None = ESTATE, body=OTHER) -> Asker:
    return Asker(uuid4(), "某人", "", uuid4(), (HeldRole(kind, body, BodyKind.OTHER, "", path),))


WORKER = asker(R.COMMUNITY_WORKER, COMMUNITY, COMMITTEE)
MEMBER = asker(R.COMMITTEE_MEMBER, ESTATE, OWNERS)
RESIDENT = Asker(uuid4(), "居民", "", uuid4())
RAISER = Asker(uuid4(), "提出人", "", uuid4())
LIVING_WORKER = replace(WORKER, id=uuid4())
WHO = {
    "worker": WORKER,
    "second worker": asker(R.COMMUNITY_WORKER, COMMUNITY, COMMITTEE),
    "worker elsewhere": asker(R.COMMUNITY_WORKER, "/s/k/", COMMITTEE),
    "committee member": MEMBER,
    "committee member elsewhere": asker(R.COMMITTEE_MEMBER, "/s/c/f/"),
    "preparatory member": asker(R.PREPARATORY_MEMBER),
    "officer": asker(R.SUBDISTRICT_OFFICER, STREET),
    "clerk": asker(R.DEPARTMENT_OFFICER, STREET),
    "manager": asker(R.PROPERTY_MANAGER, ESTATE, COMPANY),
    "keeper of a building": asker(R.PROPERTY_STAFF, BUILDING, COMPANY),
    "supervisor": asker(R.SUPERVISOR, COMMUNITY),
    "building lead": asker(R.BUILDING_LEAD, BUILDING),
    "third party": asker(R.THIRD_PARTY),
    "operator": asker(R.OPERATOR, None),
    "resident": RESIDENT,
    "raiser": RAISER,
    "worker who raised it at home": LIVING_WORKER,
}
LIVING = {"resident", "raiser", "worker who raised it at home", "keeper of a building"}
BY_RAISER = Reach(ESTATE, RAISER.id, None, COMMITTEE)
BY_WORKER_AT_HOME = Reach(ESTATE, LIVING_WORKER.id, None, COMMITTEE)
BY_WORKER_IN_OFFICE = Reach(ESTATE, WORKER.id, COMMITTEE, COMPANY)
WORKERS = {"worker", "second worker", "worker who raised it at home"}
OFFICES = WORKERS | {
    "committee member", "preparatory member", "officer", "clerk", "manager", "supervisor"
}  # fmt: skip


@pytest.mark.parametrize(
    ("permit", "reach", "allowed"),
    [
        (permits.may_screen, BY_RAISER, WORKERS),
        (permits.may_screen, BY_WORKER_AT_HOME, {"worker", "second worker"}),
        (permits.may_screen, BY_WORKER_IN_OFFICE, WORKERS),
        (permits.may_advance, BY_RAISER,
         WORKERS | {"committee member", "preparatory member", "officer"}),
    ],
)  # fmt: skip
def test_who_moves_a_matter_on(permit, reach, allowed):
    assert {name for name, who in WHO.items() if permit(who, reach)} == allowed


@pytest.mark.parametrize(
    ("permit", "reach", "allowed"),
    [
        (permits.may_support, BY_RAISER,
         {"resident", "worker who raised it at home", "keeper of a building"}),
        (permits.may_evaluate, BY_RAISER,
         {"resident", "raiser"} | OFFICES - WORKERS - {"manager"}),
        (permits.may_evaluate, BY_WORKER_IN_OFFICE, {"resident", "raiser"} | OFFICES - {"manager"}),
    ],
)  # fmt: skip
def test_who_lives_there_supports_and_judges_but_nobody_their_own_work(permit, reach, allowed):
    found = {name for name, who in WHO.items()
             if permit(who, reach, is_neighbour=name in LIVING)}  # fmt: skip

    assert found == allowed


def test_who_lives_there_or_holds_an_office_there_raises_matters():
    found = {name for name, who in WHO.items()
             if permits.may_raise(who, ESTATE, is_neighbour=name in LIVING)}  # fmt: skip

    assert found == OFFICES | LIVING
