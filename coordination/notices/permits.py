"""Who may do what with a notice. Reading is for everybody."""

from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

POSTERS = (
    RoleKind.BUILDING_LEAD,
    RoleKind.COMMUNITY_WORKER,
    RoleKind.COMMITTEE_MEMBER,
    RoleKind.PREPARATORY_MEMBER,
)
NOTIFIERS = (
    RoleKind.COMMUNITY_WORKER,
    RoleKind.COMMITTEE_MEMBER,
    RoleKind.PREPARATORY_MEMBER,
)


def may_post(asker: Asker | None, estate: Place) -> bool:
    """Record that it hangs somewhere or was taken down 张贴: staff, committee, 楼组长."""
    return asker is not None and any(
        role.kind in POSTERS
        and (role.covers(estate) or (role.place_path or "").startswith(estate.path))
        for role in asker.roles
    )


def may_notify(asker: Asker | None, estate: Place) -> bool:
    """Publish a plain notice 通知公告 in the name of one's body."""
    return asker is not None and asker.holds(estate, *NOTIFIERS)
