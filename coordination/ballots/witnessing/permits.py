"""Who may register and end a witness's key. Pure: page and action ask the same."""

from uuid import UUID

from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind, RoleKind

OFFICES = (
    RoleKind.COMMUNITY_WORKER,
    RoleKind.COMMITTEE_MEMBER,
    RoleKind.PREPARATORY_MEMBER,
    RoleKind.PROPERTY_MANAGER,
    RoleKind.SUPERVISOR,
    RoleKind.SUBDISTRICT_OFFICER,
)


def office_of(asker: Asker, body: UUID) -> HeldRole | None:
    """The asker's office in a body that may witness. The operator, who is watched, never."""
    return next((role for role in offices(asker) if role.body == body), None)


def offices(asker: Asker) -> list[HeldRole]:
    """One office for each body in which the asker holds one."""
    held = [
        role
        for role in asker.roles
        if role.kind in OFFICES and role.body_kind is not BodyKind.OPERATOR
    ]
    return list({role.body: role for role in held}.values())


def may_keep_key(asker: Asker, body: UUID) -> bool:
    """Register, replace or end the key of this body."""
    return office_of(asker, body) is not None
