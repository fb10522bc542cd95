"""Who may publish and take down: the whole table, yes and no."""

from uuid import uuid4

import pytest

from coordination.disclosures.permits import may_disclose, may_take_down
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place, PlaceKind

R, B = RoleKind, BodyKind
STREET, COMMUNITY, ESTATE, ELSEWHERE = "/s/", "/s/c/", "/s/c/e/", "/s/c/f/"
PLACE = Place(
    id=uuid4(), kind=PlaceKind.ESTATE, name="梧桐苑", path=ESTATE, key="梧桐苑", sort="梧桐苑"
)


def asker(kind: RoleKind, body: BodyKind, path: str | None = ESTATE) -> Asker:
    return Asker(uuid4(), "某人", "", uuid4(), (HeldRole(kind, uuid4(), body, "", path),))


WHO = {
    "visitor": None,
    "resident": Asker(uuid4(), "居民", "", uuid4()),
    "manager": asker(R.PROPERTY_MANAGER, B.PROPERTY_COMPANY),
    "manager elsewhere": asker(R.PROPERTY_MANAGER, B.PROPERTY_COMPANY, ELSEWHERE),
    "property staff": asker(R.PROPERTY_STAFF, B.PROPERTY_COMPANY),
    "member": asker(R.COMMITTEE_MEMBER, B.OWNERS_COMMITTEE),
    "member elsewhere": asker(R.COMMITTEE_MEMBER, B.OWNERS_COMMITTEE, ELSEWHERE),
    "member of one building": asker(R.COMMITTEE_MEMBER, B.OWNERS_COMMITTEE, f"{ESTATE}b/"),
    "preparatory member": asker(R.PREPARATORY_MEMBER, B.PREPARATORY_GROUP),
    "worker": asker(R.COMMUNITY_WORKER, B.RESIDENTS_COMMITTEE, COMMUNITY),
    "worker elsewhere": asker(R.COMMUNITY_WORKER, B.RESIDENTS_COMMITTEE, "/s/k/"),
    "building lead": asker(R.BUILDING_LEAD, B.RESIDENTS_COMMITTEE, f"{ESTATE}b/"),
    "supervisor": asker(R.SUPERVISOR, B.SUPERVISORY, COMMUNITY),
    "officer": asker(R.SUBDISTRICT_OFFICER, B.SUBDISTRICT_OFFICE, STREET),
    "clerk": asker(R.DEPARTMENT_OFFICER, B.DEPARTMENT, STREET),
    "third party": asker(R.THIRD_PARTY, B.OTHER),
    "operator": asker(R.OPERATOR, B.OPERATOR, None),
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(
    ("permit", "answers", "allowed"),
    [
        (may_disclose, B.PROPERTY_COMPANY, {"manager"}),
        (may_disclose, B.OWNERS_COMMITTEE, {"member"}),
        (may_disclose, B.RESIDENTS_COMMITTEE, {"worker"}),
        (may_disclose, B.DEPARTMENT, set()),
        (may_take_down, B.PROPERTY_COMPANY, {"manager", "worker"}),
        (may_take_down, B.OWNERS_COMMITTEE, {"member", "worker"}),
        (may_take_down, B.RESIDENTS_COMMITTEE, {"worker"}),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", ""),
)
def test_who_may(permit, answers, allowed, who):
    assert permit(WHO[who], PLACE, answers) is (who in allowed)
