"""What time alone does to a ticket, worked out from its events."""

from coordination.law.policies import DEFAULT_POLICY, Level
from coordination.law.workdays import WorkingCalendar
from coordination.tickets.catching_up import caught_up
from coordination.tickets.kinds import EventKind
from coordination.tickets.standings import Happened
from tests.tickets.a_ticket import DAY, WHISTLED

CALENDAR = WorkingCalendar({}, frozenset({2026}))


def test_a_ticket_reminded_of_and_then_extended_is_late_when_its_new_time_is_over():
    facts = {"priority": "p2", "policy": 1, "holder": "0" * 32}
    told = [Happened(EventKind.WHISTLE, WHISTLED, 1, facts=facts)]
    told += _missed(told, 6.5)
    assert told[-1].kind is EventKind.REMIND and told[-1].facts["clock"] == "closure"
    extra = {"amount": 5, "unit": "working_days"}
    told.append(Happened(EventKind.EXTEND, told[-1].at, len(told) + 1, words="等件", facts=extra))

    missed = [(e.kind, e.at.isoformat()) for e in _missed(told, 15)]

    assert (EventKind.BREACH, "2026-03-16T10:00:00+00:00") in missed
    assert EventKind.REMIND not in [kind for kind, _ in missed]


def _missed(told: list[Happened], days: float) -> list[Happened]:
    until = WHISTLED + days * DAY
    return caught_up(told, {1: DEFAULT_POLICY}, CALENDAR, Level.PROPERTY, until)[0]
