"""分派: 直办, 联办 with its sub-tasks, 转办 with 签收, 退单 and 裁定."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from coordination.db import row, transaction
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.askers import Asker
from coordination.people.tables import BodyKind
from coordination.tickets import permits
from coordination.tickets.events import happen
from coordination.tickets.handling.desk import (
    Desk,
    desk_of,
    end_of_working_day,
    held_desk,
    said,
)
from coordination.tickets.kinds import DispatchKind, EventKind
from coordination.tickets.routing.queries import NamedBody, body_at, must_lead, nearest_body
from coordination.tickets.standings import Standing
from coordination.tickets.tables import SubTask

RULING_DAYS = "ruling_working_days"  # the setting
IN_THE_ESTATE = frozenset(
    {BodyKind.PROPERTY_COMPANY, BodyKind.OWNERS_COMMITTEE, BodyKind.PREPARATORY_GROUP}
)


class NobodyDecides(Conflict):
    """No community or 街道 is registered that could decide."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a co-handler is to do 协办."""

    body: UUID
    text: str
    due_at: datetime
    mandatory: bool = True


async def dispatch_ticket(
    asker: Asker, ticket: UUID, kind: DispatchKind, at: datetime, *, parts: tuple[Part, ...] = ()
) -> Standing:
    """直办, or 联办 with at least one sub-task; 转办 is `transfer_ticket`.

    NotFound, NotYours; OutOfOrder; Invalid.
    """
    if kind is DispatchKind.TRANSFERRED:
        raise Invalid("转办请选择接收单位。", dispatch="请用“转办”。")
    if (kind is DispatchKind.JOINT) != bool(parts):
        ask = "联办要写明协办单位和任务。" if not parts else "直办没有协办单位，有的请选联办。"
        raise Invalid(ask, parts=ask)
    async with transaction():
        desk = await held_desk(asker, ticket)
        now = await happen(ticket, EventKind.DISPATCH, desk.actor, at, facts={"dispatch": kind})
        for part in parts:
            now = await _open_part(desk, part, at)
        return now


async def open_sub_task(asker: Asker, ticket: UUID, part: Part, at: datetime) -> Standing:
    """派协办: one more co-handler. NotFound, NotYours; OutOfOrder; Invalid."""
    async with transaction():
        return await _open_part(await held_desk(asker, ticket), part, at)


async def _open_part(desk: Desk, part: Part, at: datetime) -> Standing:
    text = said(part.text, "请写明协办单位要做什么。", "parts")
    body = await _known_body(desk, part.body, at, "parts")
    if body.id == desk.reach.holder:
        raise Invalid("协办单位不能是主办单位自己。", parts="请选择另一个单位。")
    if part.due_at <= at:
        raise Invalid("协办期限要在现在以后。", parts="请填写以后的时间。")
    row_id = uuid4()
    await SubTask(
        id=row_id, ticket=desk.id, body=body.id, text=text, mandatory=part.mandatory,
        due_at=part.due_at, opened_at=at,
    ).save()  # fmt: skip
    facts = {
        "sub_task": row_id, "body": body.id, "mandatory": part.mandatory, "due": part.due_at,
    }  # fmt: skip
    return await happen(desk.id, EventKind.OPEN_SUB_TASK, desk.actor, at, words=text, facts=facts)


async def finish_sub_task(asker: Asker, sub_task: UUID, result: str, at: datetime) -> Standing:
    """协办完成: the co-handler, and what came of it. NotFound, NotYours; NoSuchPart; Invalid."""
    told = said(result, "请写明做了什么、结果如何。", "result")
    async with transaction():
        found = await row("select ticket, body from sub_task where id = $1", sub_task)
        if found is None:
            raise NotFound("没有这项协办。请刷新页面。")
        desk = await desk_of(asker, found["ticket"])
        desk.must(
            permits.may_finish_part(asker, desk.reach, found["body"]), "协办由协办单位的人完成。"
        )
        role = next(one for one in asker.roles if one.body == found["body"])
        now = await happen(
            desk.id, EventKind.FINISH_SUB_TASK, desk.acting(role), at, words=told,
            facts={"sub_task": sub_task, "body": found["body"]},
        )  # fmt: skip
        await SubTask.update({
            SubTask.finished_at: at, SubTask.finished_by: asker.id, SubTask.result: told,
        }).where(SubTask.id == sub_task)  # fmt: skip
        return now


async def transfer_ticket(
    asker: Asker, ticket: UUID, to: UUID, basis: str, at: datetime
) -> Standing:
    """转办: hand it to the body that is responsible, and say on what basis.

    NotFound, NotYours; OnlyAssists, RulingBinds, OutOfOrder; Invalid.
    """
    told = said(basis, "请写明转办的依据：谁主管、谁负责。", "basis")
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_transfer(asker, desk.reach), "转办由责任单位或者上级办理。")
        body = await _assignable(desk, to, at)
        return await happen(
            ticket, EventKind.TRANSFER, desk.actor, at, words=told,
            facts={"holder": body.id, "basis": told},
        )  # fmt: skip


async def accept_transfer(asker: Asker, ticket: UUID, at: datetime) -> Standing:
    """签收: a named person of the receiving body has it. NotFound, NotYours; OutOfOrder."""
    async with transaction():
        desk = await held_desk(asker, ticket)
        return await happen(ticket, EventKind.ACCEPT, desk.actor, at)


async def return_ticket(
    asker: Asker, ticket: UUID, basis: str, proposed: UUID | None, at: datetime
) -> Standing:
    """退单, once: on a basis, and with the body held responsible instead. Within a working day the
    community, or the 街道 where a department has part in it, decides.

    NotFound, NotYours; ReturnedBefore, NobodyDecides, OutOfOrder; Invalid.
    """
    told = said(basis, "请写明退单的依据。", "basis")
    if proposed is None:
        raise Invalid("请写明建议的责任单位。", proposed="请选择您认为应当负责的单位。")
    async with transaction():
        desk = await held_desk(asker, ticket)
        body = await _known_body(desk, proposed, at, "proposed")
        if body.id == desk.reach.holder:
            raise Invalid("建议的不能是本单位。", proposed="请选择另一个单位。")
        facts = {
            "holder": await _decider(desk, body, at), "proposed": body.id, "basis": told,
            "due": await end_of_working_day(at, await desk.setting(RULING_DAYS, at)),
        }  # fmt: skip
        return await happen(ticket, EventKind.RETURN, desk.actor, at, words=told, facts=facts)


async def _decider(desk: Desk, proposed: NamedBody, at: datetime) -> UUID:
    """The community between those of the estate; else, and in its own case, the 街道."""
    parties = {desk.reach.holder_kind, proposed.kind}
    levels = [BodyKind.SUBDISTRICT_OFFICE]
    if parties <= IN_THE_ESTATE:
        levels.insert(0, BodyKind.RESIDENTS_COMMITTEE)
    for kind in levels:
        if found := await nearest_body(kind, desk.reach.path, at):
            return found
    raise NobodyDecides("这里没有登记能裁定的社区或街道，不能退单。请联系运营方登记。")


async def adjudicate(asker: Asker, ticket: UUID, to: UUID, basis: str, at: datetime) -> Standing:
    """裁定: who is responsible, bindingly. NotFound, NotYours; OnlyAssists, OutOfOrder; Invalid."""
    told = said(basis, "请写明裁定的依据，各方都会看到。", "basis")
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_adjudicate(asker, desk.reach), "由社区或街道裁定。")
        body = await _assignable(desk, to, at)
        return await happen(
            ticket, EventKind.ADJUDICATE, desk.actor, at, words=told,
            facts={"holder": body.id, "basis": told},
        )  # fmt: skip


async def _assignable(desk: Desk, to: UUID, at: datetime) -> NamedBody:
    """Invalid: not a body of this place. OnlyAssists: outside the 居委会's list."""
    body = await _known_body(desk, to, at, "holder")
    if body.kind is BodyKind.RESIDENTS_COMMITTEE:
        await must_lead(desk.category, body.name, at)
    return body


async def _known_body(desk: Desk, body: UUID, at: datetime, field: str) -> NamedBody:
    found = await body_at(body, desk.reach.path, at)
    if found is None:
        ask = "请选择负责这个地方的单位。"
        raise Invalid("这个单位不负责这里，或者已经不在任。", **{field: ask})
    return found
