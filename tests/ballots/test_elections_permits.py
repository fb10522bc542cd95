"""Who may do what in an election: the whole table, yes and no."""

import pytest

from coordination.ballots.elections import permits
from coordination.people.tables import RoleKind
from tests.ballots.test_polls_permits import BOTH, ESTATE, MEMBER, POLL, STREET, asker

OFFICER = asker(RoleKind.SUBDISTRICT_OFFICER, STREET)
ELSEWHERE = asker(RoleKind.SUBDISTRICT_OFFICER, "/t/")
WORKER = asker(RoleKind.COMMUNITY_WORKER, "/s/c/")
OTHERS = asker(RoleKind.COMMITTEE_MEMBER)
MANAGER = asker(RoleKind.PROPERTY_MANAGER)
OPERATOR = asker(RoleKind.OPERATOR, None)
WHO = (MEMBER, BOTH, OTHERS, OFFICER, ELSEWHERE, WORKER, MANAGER, OPERATOR)


@pytest.mark.parametrize(
    ("permit", "who"),
    [
        (lambda one: permits.may_run(one, ESTATE, POLL), (MEMBER,)),
        (lambda one: permits.may_run(one, ESTATE, POLL, {MEMBER.id}), ()),
        (lambda one: permits.may_seat(one, ESTATE, POLL, ()), (MEMBER, OFFICER)),
        (lambda one: permits.may_seat(one, ESTATE, POLL, {MEMBER.id}), (OFFICER,)),
        (lambda one: permits.may_form_group(one, ESTATE), (OFFICER, OPERATOR)),
        (lambda one: permits.may_nominate_on_paper(one, ESTATE), (WORKER,)),
    ],
    ids=["run", "run as a candidate", "seat", "seat oneself", "form a group", "on paper"],
)
def test_who_may(permit, who):
    assert [one for one in WHO if permit(one)] == list(who)


def test_nobody_runs_an_election_without_signing_in():
    assert not permits.may_run(None, ESTATE, POLL)
