"""Who may tend places, settings, the calendar and the demo clock.

Places know no people: whoever asks is known here by what they hold. `people.askers.Asker` is
such a one, and the names of roles are its RoleKind's values.
"""

from typing import Any, Protocol
from uuid import UUID

from coordination.places.named_settings import LOCAL, NamedSetting
from coordination.places.tables import Place, PlaceKind

COMMUNITY_WORKER = "community_worker"  # 居委会/社区工作人员
BY_COMMUNITY = frozenset({PlaceKind.ESTATE, PlaceKind.BUILDING})


class Holder(Protocol):
    """Someone signed in, as far as a place needs to know them."""

    @property
    def id(self) -> UUID: ...

    def is_operator(self) -> bool: ...

    def holds(self, place: Place, *kinds: Any) -> bool: ...


def may_tend(asker: Holder, place: Place | None) -> bool:
    """May keep what is written about `place` (None: the deployment): its names, its settings."""
    if asker.is_operator():
        return True
    return place is not None and asker.holds(place, COMMUNITY_WORKER)


def may_add(asker: Holder, kind: PlaceKind, parent: Place | None) -> bool:
    """May name a place of this kind in `parent`: the community its estates and buildings."""
    return may_tend(asker, parent) and (asker.is_operator() or kind in BY_COMMUNITY)


def may_set(asker: Holder, place: Place | None, setting: NamedSetting) -> bool:
    """May give `place` a value of its own; what guards secrecy and accounts is the operator's."""
    return may_tend(asker, place) and (asker.is_operator() or setting.group in LOCAL)


def may_edit_calendar(asker: Holder) -> bool:
    """The working calendar is one for the whole deployment."""
    return asker.is_operator()


def may_move_clock(asker: Holder, *, demo: bool) -> bool:
    """Only where the data is made up may time be."""
    return demo and asker.is_operator()
