"""Who may do what with a poll before it opens: the whole table, yes and no."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from coordination.ballots.polls import permits
from coordination.ballots.polls.state import PollState, Taken
from coordination.ballots.tables import Poll, PollEnding, RollObjection, Step
from coordination.notices.permits import may_notify, may_post
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place, PlaceKind

NOW = datetime(2026, 3, 2, tzinfo=UTC)
STREET, OTHER_STREET = "/s/", "/t/"
ESTATE = Place(
    id=uuid4(), kind=PlaceKind.ESTATE, name="梧桐苑", key="梧桐苑", sort="", path="/s/c/e/"
)
COMMITTEE, OTHER_BODY = uuid4(), uuid4()


def asker(kind: RoleKind, path: str | None = ESTATE.path, body=OTHER_BODY) -> Asker:
    role = HeldRole(kind, body, BodyKind.OTHER, "某单位", path)
    return Asker(uuid4(), "某人", "", uuid4(), (role,))


PROPOSER = asker(RoleKind.COMMITTEE_MEMBER, body=COMMITTEE)
MEMBER = asker(RoleKind.COMMITTEE_MEMBER, body=COMMITTEE)
BOTH = replace(MEMBER, roles=(*MEMBER.roles, *asker(RoleKind.PROPERTY_STAFF).roles))
POLL = Poll(
    id=uuid4(), estate=ESTATE.id, convener=COMMITTEE, title="表决", summary="x", contact="x",
    drafted_by=PROPOSER.id, drafted_at=NOW, opens_at=NOW, closes_at=NOW, roll_check_days=7,
    notice_days=15, objection_days=5, changes_allowed=1, parking_counts=False,
    invalid_takes_part=False, package_form="grouped",
)  # fmt: skip
BOTH_IN_A_BUILDING = replace(
    MEMBER, roles=(*MEMBER.roles, *asker(RoleKind.PROPERTY_STAFF, "/s/c/e/b/").roles)
)

WHO = {
    "proposer": PROPOSER,
    "second member": MEMBER,
    "member and property staff": BOTH,
    "member and property staff of one building": BOTH_IN_A_BUILDING,
    "member of another body": asker(RoleKind.COMMITTEE_MEMBER),
    "member elsewhere": asker(RoleKind.COMMITTEE_MEMBER, "/s/c/f/", COMMITTEE),
    "preparatory group": asker(RoleKind.PREPARATORY_MEMBER),
    "community": asker(RoleKind.COMMUNITY_WORKER, "/s/c/"),
    "community elsewhere": asker(RoleKind.COMMUNITY_WORKER, "/s/d/"),
    "street": asker(RoleKind.SUBDISTRICT_OFFICER, STREET),
    "street elsewhere": asker(RoleKind.SUBDISTRICT_OFFICER, OTHER_STREET),
    "property": asker(RoleKind.PROPERTY_MANAGER),
    "supervisor": asker(RoleKind.SUPERVISOR, "/s/c/"),
    "building lead": asker(RoleKind.BUILDING_LEAD, "/s/c/e/b/"),
    "operator": asker(RoleKind.OPERATOR, None),
    "owner": Asker(uuid4(), "业主", "", uuid4()),
}


def state(*steps: Step) -> PollState:
    return PollState(NOW, NOW, tuple(Taken(step, 1, NOW, PROPOSER.id) for step in steps))


DRAFTED = state(Step.DRAFTED)
PUBLIC = state(Step.DRAFTED, Step.ROLL_PUBLISHED)
PROPOSED = state(Step.DRAFTED, Step.ROLL_PUBLISHED, Step.PROPOSED)
NOTICED = state(Step.DRAFTED, Step.ROLL_PUBLISHED, Step.PROPOSED, Step.NOTICED)
ENDING = PollEnding(
    id=uuid4(), poll=POLL.id, step=Step.REISSUED, reason="x", proposed_by=PROPOSER.id,
    proposed_at=NOW,
)  # fmt: skip
EVERYBODY = set(WHO)
CONVENE = {"proposer", "second member"}
OBJECTION = RollObjection(
    id=uuid4(), poll=POLL.id, number=1, person=WHO["owner"].id, text="x", raised_at=NOW
)

TABLE = [
    (
        "draft",
        lambda who: permits.may_draft(who, ESTATE),
        CONVENE | {"member of another body", "preparatory group"},
    ),
    ("convene", lambda who: permits.convenes(who, ESTATE, POLL), CONVENE),
    ("see a draft", lambda who: permits.may_see(who, ESTATE, POLL, DRAFTED), CONVENE),
    ("see what is public", lambda who: permits.may_see(who, ESTATE, POLL, PUBLIC), EVERYBODY),
    (
        "confirm",
        lambda who: permits.may_confirm(who, ESTATE, POLL, PROPOSED),
        {"second member"},
    ),
    ("confirm unasked", lambda who: permits.may_confirm(who, ESTATE, POLL, PUBLIC), set()),
    ("revoke", lambda who: permits.may_revoke(who, ESTATE, POLL), CONVENE | {"street"}),
    (
        "end alone before the notice",
        lambda who: permits.may_end_alone(who, ESTATE, POLL, PROPOSED, Step.WITHDRAWN),
        CONVENE,
    ),
    (
        "end alone after the notice",
        lambda who: permits.may_end_alone(who, ESTATE, POLL, NOTICED, Step.REISSUED),
        set(),
    ),
    (
        "enter a revocation alone",
        lambda who: permits.may_end_alone(who, ESTATE, POLL, NOTICED, Step.REVOKED),
        {"street"},
    ),
    (
        "confirm an ending",
        lambda who: permits.may_confirm_ending(who, ESTATE, POLL, ENDING),
        {"second member"},
    ),
    (
        "answer an objection",
        lambda who: permits.may_answer_objection(who, ESTATE, POLL),
        CONVENE | {"community"},
    ),
    (
        "read an objection",
        lambda who: permits.may_read_objection(who, ESTATE, POLL, OBJECTION),
        CONVENE | {"community", "owner"},
    ),
    (
        "post a notice",
        lambda who: may_post(who, ESTATE),
        CONVENE
        | {
            "member and property staff", "member and property staff of one building",
            "member of another body", "preparatory group", "community", "building lead",
        },
    ),
    (
        "write a plain notice",
        lambda who: may_notify(who, ESTATE),
        CONVENE
        | {
            "member and property staff", "member and property staff of one building",
            "member of another body", "preparatory group", "community",
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("what", "may", "allowed"), TABLE, ids=[row[0] for row in TABLE])
def test_permits(who, what, may, allowed):
    assert may(WHO[who]) is (who in allowed), f"{who} may {what}"


def test_a_visitor_sees_what_is_public_and_nothing_else():
    assert permits.may_see(None, ESTATE, POLL, PUBLIC)
    assert not permits.may_see(None, ESTATE, POLL, DRAFTED)
    assert not permits.may_read_objection(None, ESTATE, POLL, OBJECTION)
    assert not may_post(None, ESTATE)
