"""Who may do what with a poll, until it opens. Pure: page and action ask the same.

The body that convenes runs the poll; nobody approves it. 居委会, 街道 and the operator have no
part in it by their office, and who works for the property company may not run it at all, also
where the same person sits on the owners' committee.
"""

from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Poll, PollEnding, RollObjection, Step
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

CONVENERS = (RoleKind.COMMITTEE_MEMBER, RoleKind.PREPARATORY_MEMBER)
PROPERTY = (RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF)


def has_conflicting_role(asker: Asker, estate: Place) -> bool:
    """Works for the property company here, be it in one building: sits in no convening."""
    return works_for_property(asker, estate.path)


def works_for_property(asker: Asker, path: str) -> bool:
    """Whether the asker works for a property company at `path`, or in any part of it."""
    return any(role.kind in PROPERTY and role.touches_path(path) for role in asker.roles)


def may_draft(asker: Asker, estate: Place) -> bool:
    """Start a poll: a member of the owners' committee 业委会 or preparatory group 筹备组."""
    return asker.holds(estate, *CONVENERS) and not has_conflicting_role(asker, estate)


def convening_role(asker: Asker, estate: Place, poll: Poll) -> HeldRole | None:
    """The asker's seat in the body that convenes this poll, if they have one."""
    if has_conflicting_role(asker, estate):
        return None
    return next(
        (
            role
            for role in asker.roles
            if role.kind in CONVENERS and role.body == poll.convener and role.covers(estate)
        ),
        None,
    )


def convenes(asker: Asker | None, estate: Place, poll: Poll) -> bool:
    """Sits in the body that convenes this poll."""
    return asker is not None and convening_role(asker, estate, poll) is not None


def may_see(asker: Asker | None, estate: Place, poll: Poll, state: PollState) -> bool:
    """Everybody from the publication of the roll on; before that, those who convene."""
    return state.is_public or convenes(asker, estate, poll)


def may_confirm(asker: Asker, estate: Place, poll: Poll, state: PollState) -> bool:
    """A second member of the convening body; the one who proposed it never."""
    proposed = state.awaited_proposal
    return proposed is not None and proposed.person != asker.id and convenes(asker, estate, poll)


def may_revoke(asker: Asker, estate: Place, poll: Poll) -> bool:
    """Enter that a court or the authority revoked it: those who convene, or the 街道."""
    officer = asker.holds(estate, RoleKind.SUBDISTRICT_OFFICER)
    return officer or convenes(asker, estate, poll)


def may_end_alone(asker: Asker, estate: Place, poll: Poll, state: PollState, step: Step) -> bool:
    """Before the notice who convenes; a revocation the 街道. What two announced, two end."""
    if not convenes(asker, estate, poll):
        return step is Step.REVOKED and may_revoke(asker, estate, poll)
    return not state.has(Step.NOTICED)


def may_confirm_ending(asker: Asker, estate: Place, poll: Poll, ending: PollEnding) -> bool:
    """A second member of the convening body; the one who put it forward never."""
    return ending.proposed_by != asker.id and convenes(asker, estate, poll)


def may_answer_objection(asker: Asker, estate: Place, poll: Poll) -> bool:
    """Those who convene, and the 居委会, which keeps the registry."""
    return asker.holds(estate, RoleKind.COMMUNITY_WORKER) or convenes(asker, estate, poll)


def may_read_objection(
    asker: Asker | None, estate: Place, poll: Poll, objection: RollObjection
) -> bool:
    """Its full words: who raised it, and who may answer it. Others read gist and answer."""
    if asker is None:
        return False
    return objection.person == asker.id or may_answer_objection(asker, estate, poll)
