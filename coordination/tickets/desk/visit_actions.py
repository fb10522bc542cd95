"""One call of a return visit 回访 as it was: the attempt, what was said, the close."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from coordination import audit
from coordination.db import transaction
from coordination.errors import Invalid
from coordination.people.askers import Asker
from coordination.tickets.events import Actor, happen
from coordination.tickets.kinds import EventKind, Outcome, Rating
from coordination.tickets.standings import Standing
from coordination.tickets.tables import Ticket
from coordination.tickets.visiting.actions import OwnBody, close_ticket, handled_by, record_visit
from coordination.tickets.visiting.permits import may_visit, visiting_role

ACCEPTED = (Outcome.PARTLY, Outcome.PLANNED, Outcome.EXPLAINED)


class Said(StrEnum):
    """What came of the call."""

    SOLVED = "solved"  # 接通，已解决
    ACCEPTED = "accepted"  # 接通，没有全部解决，居民认可
    UNSOLVED = "unsolved"  # 接通，没解决
    UNREACHED = "unreached"  # 没接通


@dataclass(frozen=True, slots=True)
class Called:
    """A call. `outcome` and `until`: of what is accepted; `rating`: as told, of what closes."""

    said: Said
    words: str = ""
    outcome: Outcome | None = None
    until: datetime | None = None
    rating: Rating | None = None


async def record_call(asker: Asker, ticket: UUID, call: Called, at: datetime) -> Standing:
    """Write a call down; what is solved or accepted closes, what is not is handled anew.

    NotFound, OwnBody; Invalid, Conflict: as `record_visit` and `close_ticket`.
    """
    async with transaction():
        if call.said is Said.UNREACHED:
            return await record_visit(asker, ticket, at, reached=False, words=call.words)
        if call.said is Said.UNSOLVED:
            return await record_visit(
                asker, ticket, at, reached=True, solved=False, words=call.words
            )
        if call.said is Said.SOLVED:
            await record_visit(asker, ticket, at, reached=True, solved=True, words=call.words)
            outcome = Outcome.SOLVED
        else:
            outcome = _accepted(call)
            await _accept(asker, ticket, call.words, at)
        after = await close_ticket(asker, ticket, outcome, at, words=call.words, until=call.until)
        if call.rating:
            after = await _rate_as_told(asker, ticket, call.rating, at)
        return after


def _accepted(call: Called) -> Outcome:
    if call.outcome is None or call.outcome not in ACCEPTED:
        raise Invalid("请选择办理结果。", outcome="请选择部分解决、列入计划或已解释。")
    return call.outcome


async def _visitor(asker: Asker, ticket: UUID) -> Actor:
    handled = await handled_by(ticket)
    role = visiting_role(asker, handled)
    if role is None or not may_visit(asker, handled):
        raise OwnBody("经手过这张工单的人和单位不做回访。请换一位同事。")
    return Actor(asker.id, role.kind, role.body)


async def _accept(asker: Asker, ticket: UUID, words: str, at: datetime) -> None:
    """Reached, and content with less than solved: that it is solved, nobody said."""
    actor = await _visitor(asker, ticket)
    await happen(ticket, EventKind.VISIT, actor, at, words=words, facts={"reached": True})


async def _rate_as_told(asker: Asker, ticket: UUID, rating: Rating, at: datetime) -> Standing:
    """The resident's rating, by word of mouth: theirs, not the visitor's, who wrote it down."""
    visitor = await _visitor(asker, ticket)
    after = await happen(
        ticket, EventKind.RATE, Actor(None, visitor.role, visitor.body), at,
        facts={"rating": rating, "way": "visit", "told_to": asker.id}, public=False,
    )  # fmt: skip
    await audit.record(asker, "record_rating_as_told", Ticket(id=ticket), at=at)
    return after
