"""Who may print sheets, write down what they say, and settle. Pure: page and action ask the same.

Those who convene, and the 居委会. Who works for the property company never, whatever else they
are; nor do 楼组长, who only carry.
"""

from collections.abc import Collection
from uuid import UUID

from coordination.ballots.polls.permits import convenes, works_for_property
from coordination.ballots.tables import Poll
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place


def may_write_down(asker: Asker, estate: Place, poll: Poll) -> bool:
    """Write down what a sheet, a call or a visit said."""
    if works_for_property(asker, estate.path):
        return False
    return asker.holds(estate, RoleKind.COMMUNITY_WORKER) or convenes(asker, estate, poll)


def may_settle(asker: Asker, estate: Place, poll: Poll, wrote: Collection[UUID]) -> bool:
    """Decide between two who wrote differently; never one of the two."""
    return asker.id not in wrote and may_write_down(asker, estate, poll)
