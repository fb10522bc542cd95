"""归入事项: putting tickets to a matter, taking one out again, raising a matter of several."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from coordination.db import rows, transaction, value
from coordination.errors import Conflict, Invalid
from coordination.matters.actions import write_line
from coordination.matters.raising import raise_matter
from coordination.matters.tables import Door
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.tickets import permits
from coordination.tickets.events import Actor, actor_of, happen
from coordination.tickets.handling.desk import Desk, desk_of, said
from coordination.tickets.kinds import EventKind
from coordination.tickets.standings import Standing
from coordination.tickets.words import EVENT_WORDS

LINKERS = "归入事项由责任单位、社区或街道办理。"
MOST_AT_ONCE = 50
COMMON = """
select p.id from place p
 where (select bool_and(starts_with(e.path, p.path)) from ticket t join place e on e.id = t.estate
         where t.id = any($1))
 order by length(p.path) desc limit 1
"""


class AlreadyLinked(Conflict):
    """It belongs to a matter already."""


async def link_matter(asker: Asker, ticket: UUID, matter: UUID, at: datetime) -> Standing:
    """归入事项: what happens to it is told on the matter's timeline from now on.

    NotFound, NotYours; AlreadyLinked; Invalid: no such matter here.
    """
    async with transaction():
        desk = await _linking(asker, ticket)
        if not await value(
            """select exists (select from matter m join place p on p.id = m.place
                 where m.id = $1 and (starts_with($2, p.path) or starts_with(p.path, $2)))""",
            matter, desk.estate_path,
        ):  # fmt: skip
            raise Invalid("没有这个事项，或者它属于别的地方。", matter="请选择本小区的事项。")
        return await _link(ticket, matter, desk.actor, at)


async def unlink_matter(asker: Asker, ticket: UUID, words: str, at: datetime) -> Standing:
    """移出事项, and why; the matter's timeline tells it as the last of this ticket.

    NotFound, NotYours; NothingLinked; Conflict: it was closed as planned by that matter; Invalid.
    """
    told = said(words, "请写明为什么移出，事项的经过里会公开。")
    async with transaction():
        desk = await _linking(asker, ticket)
        matter = await value("select matter from ticket where id = $1", ticket)
        now = await happen(ticket, EventKind.UNLINK_MATTER, desk.actor, at, words=told)
        line = f"工单 #{desk.number}：{EVENT_WORDS[EventKind.UNLINK_MATTER]}。{told}"
        await write_line(
            matter, line[:300], at, link=f"/tickets/{ticket}", person=asker.id, body=desk.actor.body
        )
        return now


async def raise_from(
    asker: Asker, tickets: Sequence[UUID], title: str, text: str, at: datetime
) -> UUID:
    """提为事项: one matter of these tickets, at the narrowest place that holds them all.

    NotFound, NotYours, NotAllowed; AlreadyLinked; Invalid: none chosen, or too many; what raising
    refuses.
    """
    if not 0 < len(tickets) <= MOST_AT_ONCE:
        raise Invalid(f"请选择 1 到 {MOST_AT_ONCE} 张工单。")
    async with transaction():
        for ticket in sorted(tickets):
            await _linking(asker, ticket)
        place = await common_place(tickets)
        matter = await raise_matter(asker, place, title, text, at, door=Door.TICKETS)
        await link_all(tickets, matter, actor_of(asker, place), at)
        return matter


async def link_all(tickets: Iterable[UUID], matter: UUID, actor: Actor, at: datetime) -> None:
    """Put them to it, in the caller's transaction; may the actor? The caller has settled that."""
    for ticket in sorted(tickets):
        await _link(ticket, matter, actor, at)


async def common_place(tickets: Sequence[UUID]) -> Place:
    """The narrowest place in which all of these tickets lie."""
    found = await rows(COMMON, list(tickets))
    if not found:
        raise Invalid("这些工单不在同一个区域，不能提为一个事项。")
    return await place_of(found[0]["id"])


async def _linking(asker: Asker, ticket: UUID) -> Desk:
    desk = await desk_of(asker, ticket)
    desk.must(permits.may_link_matter(asker, desk.reach), LINKERS)
    return desk


async def _link(ticket: UUID, matter: UUID, actor: Actor, at: datetime) -> Standing:
    def not_yet(now: Standing) -> None:
        if now.matter is not None:
            raise AlreadyLinked("有工单已经归入事项。一张工单只归入一个事项，请先移出。")

    return await happen(
        ticket, EventKind.LINK_MATTER, actor, at, facts={"matter": matter}, check=not_yet
    )
