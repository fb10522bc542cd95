"""Where a ticket stands, as it is drawn for whoever waits."""

import pytest

from coordination.tickets.kinds import EventKind as Kind
from coordination.tickets.kinds import State
from coordination.tickets.whistling.road import STATIONS, road


def marks(state: State, *kinds: Kind, late: bool = False) -> list[str]:
    return [mark for _, mark in road(state, kinds, late=late)]


@pytest.mark.parametrize(
    ("state", "station"),
    [
        (State.WHISTLED, "报到"),
        (State.NEED_INFO, "报到"),
        (State.REFUSED_REVIEW, "报到"),
        (State.REPORTED, "办理"),
        (State.TRANSFERRING, "办理"),
        (State.ADJUDICATING, "办理"),
        (State.HANDLING, "办理"),
        (State.ON_HOLD, "办理"),
        (State.REOPENED, "办理"),
        (State.REPLIED, "确认"),
        (State.VISITING, "确认"),
    ],
)
def test_an_open_ticket_stands_at_one_station_with_all_before_it_done(state: State, station: str):
    here = STATIONS.index(station)

    assert marks(state) == ["done"] * here + ["now"] + ["next"] * (len(STATIONS) - here - 1)
    assert marks(state, late=True)[here] == "late"


def test_a_closed_ticket_shows_what_happened_and_what_did_not():
    whole = (Kind.WHISTLE, Kind.REPORT_IN, Kind.DISPATCH, Kind.REPLY, Kind.CONFIRM, Kind.CLOSE)
    refused = (Kind.WHISTLE, Kind.PROPOSE_REFUSAL, Kind.CLOSE)

    assert marks(State.CLOSED, *whole, late=True) == ["done"] * 5
    assert marks(State.CLOSED, *refused) == ["done", *["skipped"] * 4]


@pytest.mark.parametrize("state", [State.MERGED, State.WITHDRAWN])
def test_what_was_merged_or_taken_back_has_no_road_of_its_own(state: State):
    assert road(state, ()) == []
