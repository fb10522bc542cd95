"""What happened to a ticket elsewhere, as events of ours: only what the source tells. Pure.

Nothing is made up in between: a hotline that tells of no report-in has none here. The events stand
in the order in which a ticket lives, each at the time that was told for it; `elsewhere` marks them
as that system's word.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.law.policies import Priority
from coordination.tickets.doors.imports import columns as of
from coordination.tickets.doors.imports.choices import Choices
from coordination.tickets.doors.imports.reading import ReadRow
from coordination.tickets.doors.imports.words import Stage, outcome_said, rating_said
from coordination.tickets.kinds import EventKind, Outcome
from coordination.tickets.standings import Happened

Told = tuple[EventKind, datetime, str, dict[str, Any]]  # kind, at, words, facts
DOUBTS = "doubts"  # in the whistle's facts: times that cannot be; figures count these apart


def whistle_of(row: ReadRow, priority: Priority, policy: int, holder: UUID) -> Happened:
    """The first event of an imported ticket."""
    facts: dict[str, Any] = {
        "priority": priority, "policy": policy, "holder": str(holder), "elsewhere": True,
    }  # fmt: skip
    if row.doubts:
        facts[DOUBTS] = [
            {"column": each.column, "value": each.value, "reason": each.reason}
            for each in row.doubts
        ]
    return Happened(EventKind.WHISTLE, row.whistled_at, 1, facts=facts)


def events_after(row: ReadRow, choices: Choices, first: int, body: UUID) -> list[Happened]:
    """All that the row tells after the whistle, numbered from `first`."""
    return [
        Happened(kind, at, number, None, None, body, words, facts)
        for number, (kind, at, words, facts) in enumerate(_told(row, choices), first)
    ]


def _told(row: ReadRow, choices: Choices) -> Iterator[Told]:
    outcome = outcome_said(row[of.OUTCOME])
    if at := row.moments.get(of.REPORTED):
        yield EventKind.REPORT_IN, at, "", {"elsewhere": True}
    if row.stage is Stage.WITHDRAWN:
        yield EventKind.WITHDRAW, row.moments[of.CLOSED], row[of.REPLY], {"elsewhere": True}
        return
    yield from _replied(row, outcome)
    if at := row.moments.get(of.VISITED):
        solved = None if outcome is None else outcome is Outcome.SOLVED
        facts = {"reached": outcome is not Outcome.UNREACHABLE, "solved": solved}
        yield EventKind.VISIT, at, "", facts | {"elsewhere": True}
    if row.stage is Stage.CLOSED:
        yield from _closed(row, outcome or choices.outcome)


def _replied(row: ReadRow, outcome: Outcome | None) -> Iterator[Told]:
    """A reply whose time is not told was given by the end at the latest."""
    at = row.moments.get(of.REPLIED)
    if at is None and row[of.REPLY]:
        at = row.moments.get(of.CLOSED)
    if at:
        facts = {"outcome": outcome, "evidence": [], "elsewhere": True}
        yield EventKind.REPLY, at, row[of.REPLY], facts


def _closed(row: ReadRow, outcome: Outcome | None) -> Iterator[Told]:
    at = row.moments[of.CLOSED]
    yield EventKind.CLOSE, at, row[of.STATUS], {"outcome": outcome, "elsewhere": True}
    if rating := rating_said(row[of.RATING]):
        yield EventKind.RATE, at, "", {"rating": rating, "elsewhere": True}
