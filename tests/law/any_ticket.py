"""Any ticket: a whistle, and whatever may happen to it after, for what must hold of all of them."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from coordination.law.course import Event, Kind
from coordination.law.periods import SHANGHAI
from coordination.law.policies import DEFAULT_POLICY, Clock, Priority, seconds, working_days
from coordination.law.response import clocks
from tests.law.clockwork import CALENDAR

PRIORITIES = st.sampled_from(Priority)
WHISTLES = st.integers(0, 700 * 86400).map(
    lambda second: datetime(2025, 1, 1, tzinfo=SHANGHAI) + timedelta(seconds=second)
)
AHEAD = st.integers(0, 40 * 86400).map(lambda second: timedelta(seconds=second))
LATE = timedelta(days=120)
GENTLE = replace(
    DEFAULT_POLICY,
    version=2,
    clocks={
        priority: {clock: replace(a, amount=2 * a.amount + 1) for clock, a in row.items()}
        for priority, row in DEFAULT_POLICY.clocks.items()
    },
)

CHANGES = st.one_of(
    PRIORITIES.map(lambda priority: {"kind": Kind.PRIORITY_CHANGED, "priority": priority}),
    st.sampled_from([DEFAULT_POLICY, GENTLE]).map(
        lambda policy: {"kind": Kind.POLICY_REPINNED, "policy": policy}
    ),
)
WORK = st.one_of(
    CHANGES,
    st.sampled_from(["one", "other"]).map(lambda who: {"kind": Kind.TRANSFERRED, "holder": who}),
    st.sampled_from([working_days(3), seconds(86400)]).map(
        lambda extra: {"kind": Kind.EXTENDED, "clock": Clock.CLOSURE, "extra": extra}
    ),
    st.sampled_from(
        [Kind.REPORTED_IN, Kind.NOTED, Kind.REPLIED, Kind.VISITED, Kind.CLOSED, Kind.REOPENED]
    ).map(lambda kind: {"kind": kind}),
)


@st.composite
def tickets(draw, steps=WORK, pauses=True):
    """A whistle and up to eight things that then happen, with up to two pauses among them."""
    begin = draw(WHISTLES)
    events = [Event(Kind.WHISTLED, begin, priority=draw(PRIORITIES), holder="one")]
    events += [Event(at=begin + draw(AHEAD), **step) for step in draw(st.lists(steps, max_size=8))]
    for name in draw(st.sampled_from(["", "a", "ab"])) if pauses else "":
        events += a_pause(*sorted((begin + draw(AHEAD), begin + draw(AHEAD))), of=name)
    return events


def a_pause(begin, end, of=""):
    return [Event(Kind.PAUSED, begin, of=of), Event(Kind.RESUMED, end, of=of)]


def read(events, at=None):
    return clocks(events, DEFAULT_POLICY, CALENDAR, at or events[0].at + LATE)
