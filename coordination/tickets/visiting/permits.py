"""Who may make a return visit 回访 and close: someone else than those who handled it. Pure."""

from dataclasses import dataclass
from uuid import UUID

from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import RoleKind

VISITORS = (RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER)


@dataclass(frozen=True, slots=True)
class Handled:
    """Where a ticket lies and who had a hand in it: persons, and the bodies they acted for."""

    estate_path: str
    holder: UUID
    persons: frozenset[UUID] = frozenset()
    bodies: frozenset[UUID] = frozenset()


def visiting_role(asker: Asker, handled: Handled) -> HeldRole | None:
    """The office someone visits in: of the community or the 街道, and of no handler's body."""
    involved = {handled.holder, *handled.bodies}
    return next(
        (
            role
            for kind in VISITORS
            for role in asker.roles
            if role.kind is kind
            and role.covers_path(handled.estate_path)
            and role.body not in involved
        ),
        None,
    )


def may_visit(asker: Asker | None, handled: Handled) -> bool:
    """May make the return visit and close: never one's own work, nor one's own body's."""
    if asker is None or asker.id in handled.persons:
        return False
    own_bodies = {role.body for role in asker.roles}
    if own_bodies & {handled.holder, *handled.bodies}:
        return False
    return visiting_role(asker, handled) is not None
