"""Who may do what with a petition. Pure."""

from uuid import UUID

from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

ANSWERING = (RoleKind.COMMITTEE_MEMBER, RoleKind.PREPARATORY_MEMBER, RoleKind.COMMUNITY_WORKER)


def may_sign(*, is_owner: bool) -> bool:
    """Start, sign, take back: owners, whatever else they are."""
    return is_owner


def may_answer(asker: Asker, estate: Place, answerer: UUID) -> bool:
    """Answer it: who sits in the body that owes the answer."""
    return any(
        role.kind in ANSWERING and role.body == answerer and role.covers(estate)
        for role in asker.roles
    )
