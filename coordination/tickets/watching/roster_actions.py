"""Drawing up a duty roster 值班表: shifts are added, also week by week, and taken off again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import execute, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.people.askers import Asker
from coordination.people.tables import Body, BodyKind
from coordination.tickets.watching.permits import may_keep_roster
from coordination.tickets.watching.roster import members_of
from coordination.tickets.watching.tables import DutyShift

LONGEST_SHIFT = timedelta(days=7)
FARTHEST = timedelta(days=400)
MOST_WEEKS = 26
WEEK = timedelta(days=7)


class OnDutyThen(Conflict):
    """That person has a shift in that time."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A shift to be entered; `weeks`: how many weeks in a row, this one included."""

    person: UUID
    deputy: UUID | None
    since: datetime
    until: datetime
    weeks: int = 1


async def add_shifts(asker: Asker, body: UUID, wish: Wish, at: datetime) -> list[UUID]:
    """Enter a shift, and the same in the weeks that follow.

    NotFound, NotAllowed; OnDutyThen; Invalid: over, too long, too far, not of the body.
    """
    async with transaction():
        kept = await _kept(asker, body)
        # One at a time per body, or two who enter the same shift at once enter it twice.
        await value("select pg_advisory_xact_lock(hashtextextended($1, 7))", str(body))
        await _check(kept, wish, at)
        made = []
        for week in range(wish.weeks):
            shift = await _insert(asker, body, wish, week * WEEK, at)
            made.append(shift.id)
            await audit.record(
                asker, "add_duty_shift", shift, at=at, body=str(body), person=str(wish.person),
                since=shift.since.isoformat(),
            )  # fmt: skip
        return made


async def _insert(
    asker: Asker, body: UUID, wish: Wish, later: timedelta, at: datetime
) -> DutyShift:
    since, until = wish.since + later, wish.until + later
    if await value(
        """select exists (select from duty_shift where body = $1 and person = $2 and since < $4
             and least(until, ended_at) > $3 and (ended_at is null or ended_at > since))""",
        body, wish.person, since, until,
    ):  # fmt: skip
        raise OnDutyThen("这个人在这段时间已经有值班。请先取消原来的，或者换一个时间。")
    shift = DutyShift(
        id=uuid4(), body=body, person=wish.person, deputy=wish.deputy, since=since, until=until,
        entered_at=at, entered_by=asker.id,
    )  # fmt: skip
    await shift.save()
    return shift


async def end_shift(asker: Asker, shift_id: UUID, at: datetime) -> UUID:
    """Take a shift off the roster, from now on; the body it was of. NotFound, NotAllowed."""
    async with transaction():
        shift = await DutyShift.objects().get(DutyShift.id == shift_id).lock_rows("NO KEY UPDATE")
        if shift is None:
            raise NotFound("没有找到这个班次。")
        body: Any = shift.body
        await _kept(asker, body)
        if shift.ended_at is None and shift.until > at:
            await execute("update duty_shift set ended_at = $2 where id = $1", shift_id, at)
            await audit.record(asker, "end_duty_shift", shift, at=at, body=str(body))
        return body


async def _kept(asker: Asker, body: UUID) -> Body:
    """The body, whose roster they keep."""
    found = await Body.objects().get(Body.id == body)
    if found is None:
        raise NotFound("没有找到这个单位。")
    if not may_keep_roster(asker, found.id, BodyKind(found.kind)):
        raise NotAllowed("值班表由本单位负责人安排。")
    return found


async def _check(body: Body, wish: Wish, at: datetime) -> None:
    wrong: dict[str, str] = {}
    members = {one.person for one in await members_of(body.id, at)}
    if wish.person not in members:
        wrong["person"] = "请选择本单位在任的人员。"
    if wish.deputy is not None and (wish.deputy not in members or wish.deputy == wish.person):
        wrong["deputy"] = "替班请选择本单位的另一个人。"
    if not timedelta(0) < wish.until - wish.since <= LONGEST_SHIFT:
        wrong["until"] = f"结束要晚于开始，一班最长 {LONGEST_SHIFT.days} 天。"
    elif wish.until <= at:
        wrong["until"] = "这一班已经过去了。"
    elif wish.since > at + FARTHEST:
        wrong["since"] = f"最多提前 {FARTHEST.days} 天排班。"
    if not 1 <= wish.weeks <= MOST_WEEKS:
        wrong["weeks"] = f"应在 1 到 {MOST_WEEKS} 周之间。"
    if wrong:
        raise Invalid(next(iter(wrong.values())), **wrong)
