"""Who may do what with a meeting. Pure: page and action ask the same."""

from collections.abc import Collection
from uuid import UUID

from coordination.meetings.kinds import KINDS, MeetingKind
from coordination.meetings.state import MeetingState
from coordination.meetings.tables import Meeting
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

OVERSEES = (RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER, RoleKind.SUPERVISOR)


def calling_role(asker: Asker, place: Place, kind: MeetingKind) -> HeldRole | None:
    """The office from which the asker may call such a meeting at `place`."""
    return asker.role(place, *kind.conveners)


def may_call(asker: Asker, place: Place, kind: MeetingKind) -> bool:
    return place.kind in kind.levels and calling_role(asker, place, kind) is not None


def convenes(asker: Asker | None, meeting: Meeting) -> bool:
    """Sits in the body that calls this meeting, in the office that calls such ones."""
    kinds = KINDS[meeting.kind].conveners
    return asker is not None and any(
        role.body == meeting.convener and role.kind in kinds for role in asker.roles
    )


def runs(asker: Asker | None, meeting: Meeting) -> bool:
    """Moves the agenda, ticks who came, puts motions: the convener, chair or recorder."""
    return convenes(asker, meeting) or (
        asker is not None and asker.id in (meeting.chair, meeting.recorder)
    )


def belongs(asker: Asker | None, bodies: Collection[UUID]) -> bool:
    """Speaks for one of these bodies."""
    return asker is not None and any(role.body in bodies for role in asker.roles)


def may_see(
    asker: Asker | None, meeting: Meeting, state: MeetingState, bodies: Collection[UUID]
) -> bool:
    """Everybody from the notice on; before it, those who call it and whom it concerns."""
    return state.is_public or runs(asker, meeting) or belongs(asker, bodies)


def oversees(asker: Asker | None, place: Place) -> bool:
    """Reads the registers of a place: community, 街道, 监督委员."""
    return asker is not None and asker.holds(place, *OVERSEES)
