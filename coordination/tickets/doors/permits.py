"""Who may bring sheets in, keep keys, walk patrols."""

from uuid import UUID

from coordination.errors import NotFound
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

IMPORTING = (RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER, RoleKind.OPERATOR)
KEEPING_KEYS = (
    RoleKind.OPERATOR,
    RoleKind.COMMUNITY_WORKER,
    RoleKind.PROPERTY_MANAGER,
    RoleKind.SUBDISTRICT_OFFICER,
    RoleKind.DEPARTMENT_OFFICER,
)
PATROLLING = (
    RoleKind.COMMUNITY_WORKER,
    RoleKind.COMMITTEE_MEMBER,
    RoleKind.PROPERTY_MANAGER,
    RoleKind.PROPERTY_STAFF,
)


def may_import(asker: Asker, place: Place) -> bool:
    """May bring in what a hotline or a petition office sent about `place` and all in it."""
    return asker.holds(place, *IMPORTING)


def must_import(asker: Asker, place: Place) -> None:
    """NotFound: somebody else's place."""
    if not may_import(asker, place):
        raise NotFound("没有这个页面，或者不在您负责的范围。")


def may_undo(asker: Asker, by: UUID | None) -> bool:
    """May take an import back: who brought it in; what came in at the machine, the operator."""
    return asker.id == by or (by is None and asker.is_operator())


def may_keep_keys(asker: Asker, body: UUID, place: Place) -> bool:
    """May give programs of `body` a key for `place`, look at what they did, take it back."""
    if asker.is_operator():
        return True
    return any(
        role.kind in KEEPING_KEYS and role.body == body and role.covers(place)
        for role in asker.roles
    )


def patrolling_role(asker: Asker, estate: Place) -> HeldRole | None:
    """The role in which somebody may record a joint patrol of `estate`."""
    return asker.role(estate, *PATROLLING)


def may_patrol(asker: Asker, estate: Place) -> bool:
    return patrolling_role(asker, estate) is not None


def may_read_patrols(asker: Asker, estate: Place) -> bool:
    """Those who walk, and those above who ask whether anybody does."""
    above = (RoleKind.SUPERVISOR, RoleKind.SUBDISTRICT_OFFICER, RoleKind.OPERATOR)
    return may_patrol(asker, estate) or asker.holds(estate, *above)


def may_keep_checklist(asker: Asker, place: Place | None) -> bool:
    """May say what is looked at: everywhere (None) the operator, else the community its places."""
    if place is None:
        return asker.is_operator()
    return asker.is_operator() or asker.holds(place, RoleKind.COMMUNITY_WORKER)
