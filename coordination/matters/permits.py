"""Who may do what with a matter. Pure: page and action ask the same.

Whoever lives or owns there raises, supports and evaluates; the 两委 screen; the community and the
owners' committee move it on. Nobody answers what they themselves brought up as a resident, and
nobody evaluates their own work.
"""

from dataclasses import dataclass
from uuid import UUID

from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import RoleKind

RAISING = (
    RoleKind.COMMUNITY_WORKER,
    RoleKind.COMMITTEE_MEMBER,
    RoleKind.PREPARATORY_MEMBER,
    RoleKind.PROPERTY_MANAGER,
    RoleKind.SUBDISTRICT_OFFICER,
    RoleKind.DEPARTMENT_OFFICER,
    RoleKind.SUPERVISOR,
)
MOVING = (
    RoleKind.COMMUNITY_WORKER,
    RoleKind.COMMITTEE_MEMBER,
    RoleKind.PREPARATORY_MEMBER,
    RoleKind.SUBDISTRICT_OFFICER,
)
WORKING = (RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF)


@dataclass(frozen=True, slots=True)
class Reach:
    """A matter as far as a permit needs to know it."""

    path: str
    raised_by: UUID
    raised_for: UUID | None
    holder: UUID | None


def role_at(asker: Asker, path: str, kinds: tuple[RoleKind, ...]) -> HeldRole | None:
    """The first role of one of these kinds, in their order, that covers `path`."""
    fitting = [role for role in asker.roles if role.kind in kinds and role.covers_path(path)]
    return min(fitting, key=lambda role: kinds.index(role.kind), default=None)


def may_raise(asker: Asker, path: str, *, is_neighbour: bool) -> bool:
    """点事: who lives or owns there, or an office of the place."""
    return is_neighbour or role_at(asker, path, RAISING) is not None


def may_support(asker: Asker, reach: Reach, *, is_neighbour: bool) -> bool:
    """附议: who lives or owns there; who raised it does so already."""
    return is_neighbour and asker.id != reach.raised_by


def may_screen(asker: Asker, reach: Reach) -> bool:
    """采纳, 答复 and 提事: the community; not what one raised oneself as a resident."""
    if asker.id == reach.raised_by and reach.raised_for is None:
        return False
    return role_at(asker, reach.path, (RoleKind.COMMUNITY_WORKER,)) is not None


def may_advance(asker: Asker, reach: Reach) -> bool:
    """Move it on: the community, the owners' committee or preparatory group, the 街道."""
    return role_at(asker, reach.path, MOVING) is not None


def may_evaluate(asker: Asker, reach: Reach, *, is_neighbour: bool) -> bool:
    """评事: the public and the parties; not the property company, nor the body that had it done."""
    if any(role.kind in WORKING and role.touches_path(reach.path) for role in asker.roles):
        return False
    if any(role.body == reach.holder for role in asker.roles):
        return False
    return is_neighbour or role_at(asker, reach.path, RAISING) is not None
