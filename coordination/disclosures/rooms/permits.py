"""Who keeps rooms, and who answers for one. Looking is for everybody; asking, for any account."""

from uuid import UUID

from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

KEEPERS = (RoleKind.COMMUNITY_WORKER, RoleKind.COMMITTEE_MEMBER)


def keeping_role(asker: Asker | None, body: UUID) -> HeldRole | None:
    """The role by which the asker speaks for the body that keeps a room."""
    if asker is None:
        return None
    return next((r for r in asker.roles if r.kind in KEEPERS and r.body == body), None)


def bodies_of(asker: Asker) -> list[UUID]:
    """The bodies whose rooms the asker keeps."""
    return sorted({role.body for role in asker.roles if role.kind in KEEPERS})


def may_keep(asker: Asker | None, body: UUID) -> bool:
    """Change its hours, and answer who asks for it."""
    return keeping_role(asker, body) is not None


def may_open_room(asker: Asker | None, place: Place) -> bool:
    """Open a new one there, in the name of one's body."""
    return asker is not None and asker.holds(place, *KEEPERS)


def may_answer(asker: Asker | None, body: UUID, person: UUID) -> bool:
    """Grant or refuse: not to oneself."""
    return asker is not None and asker.id != person and may_keep(asker, body)


def may_read(asker: Asker | None, body: UUID, person: UUID) -> bool:
    """What for, and in whose name: who asked, and who answers."""
    return asker is not None and (asker.id == person or may_keep(asker, body))
