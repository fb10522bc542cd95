"""Who may read the words and see the photos of a ticket. Pure; the state is for everybody."""

from dataclasses import dataclass
from uuid import UUID

from coordination.people.askers import Asker
from coordination.people.tables import RoleKind

# Whose office it is to handle, watch or settle the tickets of the places they reach.
OFFICES = frozenset(
    {
        RoleKind.PROPERTY_MANAGER,
        RoleKind.PROPERTY_STAFF,
        RoleKind.COMMUNITY_WORKER,
        RoleKind.SUBDISTRICT_OFFICER,
        RoleKind.SUPERVISOR,
    }
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a ticket settles who may read it."""

    is_public: bool
    estate_path: str
    holder: UUID
    whistled_by: UUID | None
    co_signers: frozenset[UUID] = frozenset()
    co_handlers: frozenset[UUID] = frozenset()  # bodies with a sub-task


def may_read_words(visitor: Asker | None, seen: Seen) -> bool:
    """Its words and photos: everybody of a public one; else who whistled or joined, and staff."""
    if seen.is_public:
        return True
    return visitor is not None and (is_own(visitor, seen) or may_read_all(visitor, seen))


def may_read_all(visitor: Asker | None, seen: Seen) -> bool:
    """What is said among those who handle it, too: the offices of the place, whoever holds it."""
    if visitor is None:
        return False
    bodies = {seen.holder, *seen.co_handlers}
    return any(
        (role.kind in OFFICES and role.covers_path(seen.estate_path)) or role.body in bodies
        for role in visitor.roles
    )


def is_own(visitor: Asker | None, seen: Seen) -> bool:
    """Whistled it or joined it."""
    return visitor is not None and visitor.id in {seen.whistled_by, *seen.co_signers}
