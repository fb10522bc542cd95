"""Who keeps and reads a duty roster 值班表, and who writes down how long things may take. Pure."""

from coordination.people.askers import Asker
from coordination.people.tables import BodyKind, RoleKind

# Whoever answers for a body draws up its roster.
HEADS = {
    BodyKind.PROPERTY_COMPANY: frozenset({RoleKind.PROPERTY_MANAGER}),
    BodyKind.RESIDENTS_COMMITTEE: frozenset({RoleKind.COMMUNITY_WORKER}),
    BodyKind.SUBDISTRICT_OFFICE: frozenset({RoleKind.SUBDISTRICT_OFFICER}),
    BodyKind.DEPARTMENT: frozenset({RoleKind.DEPARTMENT_OFFICER}),
}
ABOVE = (RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER)


def may_keep_roster(asker: Asker, body: object, kind: BodyKind) -> bool:
    """Add shifts and take them off: whoever heads the body."""
    heads = HEADS.get(kind, frozenset())
    return any(role.body == body and role.kind in heads for role in asker.roles)


def may_write_policy(asker: Asker, path: str | None) -> bool:
    """A new version of the clocks 时限: the operator anywhere; the 街道 for its own street and
    what lies in it. `path` None: for the whole deployment."""
    if asker.is_operator():
        return True
    return path is not None and any(
        role.kind is RoleKind.SUBDISTRICT_OFFICER and role.covers_path(path) for role in asker.roles
    )
