"""Who may do what with a ticket: the whole table, yes and no."""

from dataclasses import replace
from uuid import uuid4

import pytest

from coordination.law.policies import Level
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind, RoleKind
from coordination.tickets import permits
from coordination.tickets.permits import Reach

STREET, COMMUNITY, ESTATE, BUILDING = "/d/s/", "/d/s/c/", "/d/s/c/e/", "/d/s/c/e/b/"
COMPANY, COMMITTEE, OFFICE, BUREAU, OTHER = (uuid4() for _ in range(5))


def asker(kind: RoleKind, path: str | None = ESTATE, body=OTHER) -> Asker:
    return Asker(uuid4(), "某人", "", uuid4(), (HeldRole(kind, body, BodyKind.OTHER, "", path),))


def both(one: Asker, other: Asker) -> Asker:
    return replace(one, roles=(*one.roles, *other.roles))


R = RoleKind
KEEPER = asker(R.PROPERTY_STAFF, body=COMPANY)
WORKER = asker(R.COMMUNITY_WORKER, COMMUNITY, COMMITTEE)
OFFICER = asker(R.SUBDISTRICT_OFFICER, STREET, OFFICE)
CLERK = asker(R.DEPARTMENT_OFFICER, "/d/", BUREAU)
WHO = {
    "manager": asker(R.PROPERTY_MANAGER, body=COMPANY),
    "keeper": KEEPER,
    "keeper of this building": asker(R.PROPERTY_STAFF, BUILDING, COMPANY),
    "keeper of another building": asker(R.PROPERTY_STAFF, "/d/s/c/e/x/", COMPANY),
    "keeper elsewhere": asker(R.PROPERTY_STAFF, "/d/s/c/f/", COMPANY),
    "another company": asker(R.PROPERTY_MANAGER),
    "worker": WORKER,
    "worker elsewhere": asker(R.COMMUNITY_WORKER, "/d/s/k/", COMMITTEE),
    "officer": OFFICER,
    "officer elsewhere": asker(R.SUBDISTRICT_OFFICER, "/d/t/", OFFICE),
    "clerk": CLERK,
    "clerk of another department": asker(R.DEPARTMENT_OFFICER, "/d/"),
    "keeper and worker": both(KEEPER, WORKER),
    "committee member": asker(R.COMMITTEE_MEMBER),
    "supervisor": asker(R.SUPERVISOR, COMMUNITY),
    "building lead": asker(R.BUILDING_LEAD, BUILDING),
    "third party": asker(R.THIRD_PARTY),
    "operator": asker(R.OPERATOR, None),
    "resident": Asker(uuid4(), "居民", "", uuid4()),
}
BY_COMPANY = Reach(BUILDING, COMPANY, BodyKind.PROPERTY_COMPANY)
BY_COMMITTEE = Reach(BUILDING, COMMITTEE, BodyKind.RESIDENTS_COMMITTEE)
BY_OFFICE = Reach(BUILDING, OFFICE, BodyKind.SUBDISTRICT_OFFICE)
BY_BUREAU = Reach(BUILDING, BUREAU, BodyKind.DEPARTMENT)
WITH_BUREAU = replace(BY_COMPANY, parts=frozenset({BUREAU}))

COMPANYS = {"manager", "keeper", "keeper of this building", "keeper and worker"}
DEPARTMENTS = {"clerk", "clerk of another department"}
ABOVE_COMPANY = {"worker", "officer", *DEPARTMENTS}
GOVERNING = {"worker", "officer", "keeper and worker"}


@pytest.mark.parametrize(
    ("permit", "reach", "allowed"),
    [
        (permits.may_work_on, BY_COMPANY, COMPANYS),
        (permits.may_work_on, BY_COMMITTEE, {"worker", "keeper and worker"}),
        (permits.may_work_on, BY_OFFICE, {"officer"}),
        (permits.may_work_on, BY_BUREAU, {"clerk"}),
        (permits.may_report_in, BY_COMPANY, COMPANYS | {"worker"}),
        (permits.may_report_in, BY_BUREAU, {"clerk", "worker", "keeper and worker"}),
        (permits.may_transfer, BY_COMPANY, COMPANYS | ABOVE_COMPANY),
        (permits.may_transfer, BY_BUREAU, {"clerk", "officer", "clerk of another department"}),
        (permits.may_adjudicate, BY_COMPANY, set()),
        (permits.may_adjudicate, BY_COMMITTEE, {"worker", "keeper and worker"}),
        (permits.may_adjudicate, BY_OFFICE, {"officer"}),
        (permits.may_adjudicate, BY_BUREAU, set()),
        (permits.may_note, BY_COMPANY, COMPANYS | ABOVE_COMPANY),
        (permits.may_note, WITH_BUREAU, COMPANYS | ABOVE_COMPANY),
        (permits.may_answer_hold, BY_COMPANY, ABOVE_COMPANY),
        (permits.may_answer_hold, BY_COMMITTEE, {"officer", *DEPARTMENTS}),
        (permits.may_answer_hold, BY_OFFICE, DEPARTMENTS),
        (permits.may_answer_hold, BY_BUREAU, {"officer", "clerk of another department"}),
        (permits.may_resume, BY_COMPANY, COMPANYS | ABOVE_COMPANY),
        (permits.may_propose_refusal, BY_COMPANY, COMPANYS | {"worker", "officer"}),
        (permits.may_review_refusal, BY_COMPANY, {"worker", "officer"}),
        (permits.may_review_refusal, BY_COMMITTEE, GOVERNING),
        (permits.may_ask_info, BY_COMPANY, COMPANYS | {"worker", "officer"}),
        (permits.may_correct, BY_COMPANY, COMPANYS | {"worker", "officer"}),
        (permits.may_supervise, BY_COMPANY, ABOVE_COMPANY),
        (permits.may_supervise, BY_COMMITTEE, {"officer", *DEPARTMENTS}),
        (permits.may_repin, BY_COMPANY, ABOVE_COMPANY),
        (permits.may_link_matter, BY_COMPANY, COMPANYS | GOVERNING),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_who_may(permit, reach, allowed):
    assert {name for name, who in WHO.items() if permit(who, reach)} == allowed


def test_a_part_is_finished_by_its_own_body():
    def done_by(body):
        return {n for n, who in WHO.items() if permits.may_finish_part(who, WITH_BUREAU, body)}

    assert done_by(BUREAU) == {"clerk"}
    assert done_by(COMPANY) == COMPANYS


def test_a_co_handler_notes_its_progress():
    part = replace(BY_OFFICE, parts=frozenset({COMPANY}))
    other = replace(BY_OFFICE, parts=frozenset({BUREAU}))

    assert permits.may_note(KEEPER, part)
    assert not permits.may_note(KEEPER, other)


@pytest.mark.parametrize(
    ("by", "allowed"),
    [
        (None, COMPANYS),
        (Level.COMMUNITY, ABOVE_COMPANY),
        (Level.SUBDISTRICT, {"officer", *DEPARTMENTS}),
        (Level.DISTRICT, DEPARTMENTS),
    ],
)
def test_an_extension_is_granted_at_its_level(by, allowed):
    assert {n for n, who in WHO.items() if permits.may_extend(who, BY_COMPANY, by)} == allowed


@pytest.mark.parametrize(
    ("held_by", "allowed"),
    [
        (R.COMMUNITY_WORKER, {"officer", *DEPARTMENTS}),
        (R.SUBDISTRICT_OFFICER, DEPARTMENTS),
        (R.DEPARTMENT_OFFICER, DEPARTMENTS),
    ],
)
def test_a_hold_is_extended_by_the_next_level(held_by, allowed):
    may = {n for n, who in WHO.items() if permits.may_extend_hold(who, BY_COMPANY, held_by)}

    assert may == allowed


def test_a_holder_may_hurry_and_only_those_above_may_slow_down():
    def may(raised):
        return {
            name
            for name, who in WHO.items()
            if permits.may_change_priority(who, BY_COMPANY, is_raised=raised)
        }

    assert may(True) == COMPANYS | ABOVE_COMPANY
    assert may(False) == ABOVE_COMPANY


def test_who_enters_that_another_company_took_over():
    allowed = {name for name, who in WHO.items() if permits.may_hand_over(who, ESTATE)}

    assert allowed == GOVERNING | {"operator"}
