"""Who carries notices and ballots to the doors, and who says how it went. Pure.

The 楼组长, the 居委会, those who convene, and whom they assign. Never who works for the property
company here: a proof of delivery may let silence count (指导规则 art. 26), and who gains or loses
by the vote shall not write it. They may help to hang notices; that is no delivery.
"""

from collections.abc import Collection

from coordination.ballots.polls.permits import convenes, has_conflicting_role
from coordination.ballots.tables import Poll
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

CARRIERS = (RoleKind.BUILDING_LEAD, RoleKind.COMMUNITY_WORKER)
OVERSEERS = (RoleKind.SUPERVISOR, RoleKind.SUBDISTRICT_OFFICER)


def may_run_delivery(asker: Asker, estate: Place, poll: Poll) -> bool:
    """Assign carriers, post what could not be delivered, mend what was entered wrongly."""
    if has_conflicting_role(asker, estate):
        return False
    return asker.holds(estate, RoleKind.COMMUNITY_WORKER) or convenes(asker, estate, poll)


def may_remind(asker: Asker, estate: Place, poll: Poll) -> bool:
    """Those who convene the vote: it is theirs to ask for it."""
    return convenes(asker, estate, poll)


def may_deliver(
    asker: Asker, estate: Place, building: Place, poll: Poll, assigned: Collection
) -> bool:
    """Record deliveries at the doors of a building. `assigned`: who carries there by assignment."""
    if has_conflicting_role(asker, estate):
        return False
    carries = asker.id in assigned or asker.holds(building, *CARRIERS)
    return carries or convenes(asker, estate, poll)


def may_see_board(asker: Asker, estate: Place, poll: Poll) -> bool:
    """The sums of all buildings: who runs the delivery, and who watches over it."""
    return may_run_delivery(asker, estate, poll) or asker.holds(estate, *OVERSEERS)
