"""Who may do what with a list. Reading what is published is for everybody."""

from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

KEEPER = RoleKind.SUBDISTRICT_OFFICER
OBJECTORS = (RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF, RoleKind.COMMITTEE_MEMBER)


def may_keep(asker: Asker | None, street: Place) -> bool:
    """Draft, answer, decide, publish: the 街道."""
    return asker is not None and asker.holds(street, KEEPER)


def may_see_draft(asker: Asker | None, street: Place) -> bool:
    """The 街道, and the parties of the projects on it."""
    return may_keep(asker, street) or (
        asker is not None
        and any(
            role.kind in (*OBJECTORS, RoleKind.COMMUNITY_WORKER) and role.touches_path(street.path)
            for role in asker.roles
        )
    )


def may_object(asker: Asker | None, path: str) -> bool:
    """Whoever works for the company at the estate of that path, or sits in its committee."""
    return asker is not None and any(
        role.kind in OBJECTORS and role.covers_path(path) for role in asker.roles
    )
