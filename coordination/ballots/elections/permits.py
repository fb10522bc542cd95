"""Who may do what in an election. Pure: page and action ask the same.

Who convenes the vote runs it; a candidate checks nobody, and nobody enters their own office.
"""

from collections.abc import Collection
from uuid import UUID

from coordination.ballots.polls.permits import convenes
from coordination.ballots.tables import Poll
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place


def may_run(
    asker: Asker | None, estate: Place, poll: Poll, standing: Collection[UUID] = ()
) -> bool:
    """Check candidates, publish and settle the list, answer objections. `standing`: the accounts
    of those who stand; they leave it to their colleagues."""
    return asker is not None and asker.id not in standing and convenes(asker, estate, poll)


def may_nominate_on_paper(asker: Asker, estate: Place) -> bool:
    """Enter what an owner without an account signed at the counter: the 居委会."""
    return asker.holds(estate, RoleKind.COMMUNITY_WORKER)


def may_seat(asker: Asker, estate: Place, poll: Poll, elected: Collection[UUID]) -> bool:
    """Enter who was elected into office: who convenes, or the 街道; never one of the elected."""
    officer = asker.holds(estate, RoleKind.SUBDISTRICT_OFFICER)
    return asker.id not in elected and (officer or convenes(asker, estate, poll))


def may_form_group(asker: Asker, estate: Place) -> bool:
    """Name the preparatory group 筹备组: the 街道, which chairs it (指导规则 art. 10)."""
    return asker.holds(estate, RoleKind.SUBDISTRICT_OFFICER) or asker.is_operator()
