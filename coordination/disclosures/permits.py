"""Who may publish on a shelf, and who may take down. Reading is for everybody.

The body that owes it publishes it, by those who speak for it. Taking down is also open to the
community: what names a person must go, even where its company has left.
"""

from collections.abc import Iterable

from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place

ANSWERING = {
    BodyKind.PROPERTY_COMPANY: RoleKind.PROPERTY_MANAGER,
    BodyKind.OWNERS_COMMITTEE: RoleKind.COMMITTEE_MEMBER,
    BodyKind.RESIDENTS_COMMITTEE: RoleKind.COMMUNITY_WORKER,
}
PUBLISHERS = tuple(ANSWERING.values())


def answering_role(asker: Asker | None, estate: Place, answers: BodyKind) -> HeldRole | None:
    """The role by which the asker speaks for the body that owes it there."""
    if asker is None:
        return None
    fitting = (
        role
        for role in asker.roles
        if role.kind is ANSWERING.get(answers) and role.body_kind is answers and role.covers(estate)
    )
    return next(fitting, None)


def offices_of(roles: Iterable[HeldRole]) -> list[tuple[BodyKind, str]]:
    """The bodies that these roles speak for, and the path of where."""
    return [
        (role.body_kind, role.place_path)
        for role in roles
        if role.place_path and role.kind is ANSWERING.get(role.body_kind)
    ]


def may_disclose(asker: Asker | None, estate: Place, answers: BodyKind) -> bool:
    """Publish it."""
    return answering_role(asker, estate, answers) is not None


def removing_role(asker: Asker | None, estate: Place, answers: BodyKind) -> HeldRole | None:
    """The role by which the asker may take it down."""
    by_community = answering_role(asker, estate, BodyKind.RESIDENTS_COMMITTEE)
    return answering_role(asker, estate, answers) or by_community


def may_take_down(asker: Asker | None, estate: Place, answers: BodyKind) -> bool:
    """Take it down, with a reason that everybody reads."""
    return removing_role(asker, estate, answers) is not None
