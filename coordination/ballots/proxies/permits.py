"""Who may write down proxies, and end them. Pure; who may be one is asked of the database, since it
is about somebody else than the asker."""

from coordination.ballots.polls.permits import convenes, has_conflicting_role
from coordination.ballots.tables import Poll
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place


def may_enter_proxies(asker: Asker, estate: Place, poll: Poll) -> bool:
    """The 居委会 and those who convene enter the documents that owners bring; who works for the
    property company here never, be they on the committee besides."""
    if has_conflicting_role(asker, estate):
        return False
    return asker.holds(estate, RoleKind.COMMUNITY_WORKER) or convenes(asker, estate, poll)
