"""Who asks, and who reads what was written beside the answers."""

from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

ASKING = (RoleKind.COMMUNITY_WORKER, RoleKind.COMMITTEE_MEMBER, RoleKind.PROPERTY_MANAGER)


def asking_role(asker: Asker | None, estate: Place) -> HeldRole | None:
    """The role in whose name the asker may ask people there."""
    return asker.role(estate, *ASKING) if asker else None


def may_consult(asker: Asker | None, estate: Place) -> bool:
    """Ask people of the estate what they think."""
    return asking_role(asker, estate) is not None


def may_read_words(asker: Asker | None, body: object) -> bool:
    """The words beside the answers, without who wrote them: the body that asked."""
    return asker is not None and any(r.body == body and r.kind in ASKING for r in asker.roles)
