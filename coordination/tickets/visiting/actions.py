"""回访 by someone else, and closing with one outcome. The resident's own word is `confirming`."""

from datetime import datetime
from uuid import UUID

from coordination.db import row, transaction
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.people.askers import Asker
from coordination.tickets.events import Actor, happen
from coordination.tickets.kinds import EventKind, Outcome
from coordination.tickets.standings import Standing
from coordination.tickets.visiting.permits import Handled, may_visit, visiting_role

MISSING = "没有找到这张工单。"
HANDLED = """
select e.path, t.holder,
       array(select v.person from ticket_event v where v.ticket = t.id and v.person is not null
              and v.kind = any($2)) as persons,
       array(select v.body from ticket_event v where v.ticket = t.id and v.body is not null
              and v.kind = any($2)) as bodies
  from ticket t join place e on e.id = t.estate where t.id = $1
"""
HANDS = ["report_in", "accept", "take_up", "reply", "finish_sub_task"]


class OwnBody(NotAllowed):
    """Whoever handled it, and their colleagues, do not visit it."""


async def handled_by(ticket: UUID) -> Handled:
    """Who had a hand in it. NotFound."""
    found = await row(HANDLED, ticket, HANDS)
    if found is None:
        raise NotFound(MISSING)
    return Handled(
        found["path"], found["holder"], frozenset(found["persons"]), frozenset(found["bodies"])
    )


async def begin_visit(asker: Asker, ticket: UUID, at: datetime) -> Standing:
    """Take a return visit on 开始回访. NotFound, OwnBody, Conflict."""
    async with transaction():
        return await happen(ticket, EventKind.BEGIN_VISIT, await _visitor(asker, ticket), at)


async def record_visit(
    asker: Asker,
    ticket: UUID,
    at: datetime,
    *,
    reached: bool,
    solved: bool | None = None,
    words: str = "",
) -> Standing:
    """Write one attempt down. Who was reached says whether it is solved; if not, it is handled
    anew. NotFound, OwnBody, Invalid, Conflict."""
    if reached and solved is None:
        raise Invalid("请选择居民说解决了没有。", solved="请选择“已解决”或“未解决”。")
    async with transaction():
        actor = await _visitor(asker, ticket)
        facts: dict[str, object] = {"reached": reached}
        if reached:
            facts["solved"] = solved
        after = await happen(ticket, EventKind.VISIT, actor, at, words=words, facts=facts)
        if reached and not solved:
            after = await happen(ticket, EventKind.REOPEN, actor, at, words=words)
        return after


async def close_ticket(
    asker: Asker,
    ticket: UUID,
    outcome: Outcome,
    at: datetime,
    *,
    words: str = "",
    until: datetime | None = None,
) -> Standing:
    """办结 with its outcome, after the return visit; `until`: of 列入计划, when it is planned for.

    NotFound, OwnBody; what `rules` asks of each outcome: Invalid, Conflict.
    """
    if until is not None and until <= at:
        raise Invalid("计划的日期要在今天以后。", until="请填写今天以后的日期。")
    facts: dict[str, object] = {"outcome": outcome}
    if outcome is Outcome.PLANNED and until:
        facts["until"] = until
    async with transaction():
        actor = await _visitor(asker, ticket)
        return await happen(ticket, EventKind.CLOSE, actor, at, words=words, facts=facts)


async def _visitor(asker: Asker, ticket: UUID) -> Actor:
    handled = await handled_by(ticket)
    if not may_visit(asker, handled):
        raise OwnBody(
            "回访和办结由社区或街道的工作人员办理，而且不能是办理过这张工单的人，"
            "也不能是责任单位的同事。请换一位同事回访。"
        )
    role = visiting_role(asker, handled)
    assert role, "the permit found one"
    return Actor(asker.id, role.kind, role.body)
