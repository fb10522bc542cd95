"""What can be done with places, settings and the calendar. One public function, one transaction."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError

from coordination import audit
from coordination.db import transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound, uncut
from coordination.places import permits
from coordination.places.calendar import NOTE_LENGTH
from coordination.places.named_settings import SETTINGS, Value
from coordination.places.naming import place_key, place_order
from coordination.places.permits import Holder
from coordination.places.tables import CalendarDay, Place, PlaceKind, Setting

WITHIN = {
    PlaceKind.DISTRICT: (None,),
    PlaceKind.SUBDISTRICT: (None, PlaceKind.DISTRICT),
    PlaceKind.COMMUNITY: (PlaceKind.SUBDISTRICT,),
    PlaceKind.ESTATE: (PlaceKind.COMMUNITY,),
    PlaceKind.BUILDING: (PlaceKind.ESTATE,),
}
MAX_NAME = 50


class NameTaken(Conflict):
    """A place of that kind and name, however it is spelt, lies there already."""


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What is written about a place beside its name."""

    name: str
    code: str = ""
    grid: str = ""
    address: str = ""
    estate_type: str = ""


async def add_place(
    asker: Holder, kind: PlaceKind, parent: Place | None, facts: PlaceFacts, at: datetime
) -> Place:
    """Name a place in `parent`. NotAllowed; Invalid: no name, or not its parent; NameTaken."""
    if not permits.may_add(asker, kind, parent):
        raise NotAllowed("您不能在这里新增。请联系运营方，或在您所在的社区里新增小区和楼栋。")
    async with transaction():
        place = await make_place(kind, facts, parent)
        await audit.record(asker, "add_place", place, at=at, place=parent)
    return place


async def make_place(kind: PlaceKind, facts: PlaceFacts, parent: Place | None) -> Place:
    """The row of a new place, in the caller's transaction. Invalid; NameTaken."""
    place_id = uuid4()
    if (PlaceKind(parent.kind) if parent else None) not in WITHIN[kind]:
        raise Invalid("这一级地点不能建在所选的上级里。", parent="请选择正确的上级。")
    columns: dict[str, Any] = {
        "id": place_id,
        "kind": kind,
        "parent": parent.id if parent else None,
        "path": f"{parent.path if parent else '/'}{place_id}/",
    }
    place = Place(**columns | _facts(kind, facts))
    await _save(place)
    return place


async def change_place(asker: Holder, place: Place, facts: PlaceFacts, at: datetime) -> None:
    """Correct what is written about a place. NotAllowed; Invalid: no name; NameTaken."""
    if not permits.may_tend(asker, place):
        raise NotAllowed("您不能修改这里的资料。请联系该社区工作人员或运营方。")
    changed = _facts(PlaceKind(place.kind), facts)
    for name, new in changed.items():
        setattr(place, name, new)
    async with transaction():
        await _save(place)
        await audit.record(asker, "change_place", place, at=at, place=place)


def _facts(kind: PlaceKind, facts: PlaceFacts) -> dict[str, Any]:
    name = " ".join(facts.name.split())
    if not 1 <= len(name) <= MAX_NAME:
        raise Invalid("请填写名称。", name=f"名称为 1 到 {MAX_NAME} 个字。")
    return {
        "name": name,
        "key": place_key(kind, name),
        "sort": place_order(kind, name),
        "code": uncut(facts.code, 40, "code") or None,
        "grid": uncut(facts.grid, 40, "grid") or None,
        "address": uncut(facts.address, 200, "address"),
        "estate_type": uncut(facts.estate_type, 20, "estate_type") or None,
    }


async def _save(place: Place) -> None:
    try:
        async with transaction():
            await place.save()
    except UniqueViolationError as taken:
        raise NameTaken(f"已经有一个“{place.name}”了（写法不同也算同名）。") from taken


async def change_setting(
    asker: Holder, place: Place | None, name: str, new: Value | None, reason: str, at: datetime
) -> None:
    """Give `place` (None: the deployment) its own value; None gives it up again.

    NotFound: no such setting; NotAllowed; Invalid: out of bounds, or no reason.
    """
    setting = SETTINGS.get(name)
    if setting is None:
        raise NotFound("没有这项设置。")
    if not permits.may_set(asker, place, setting):
        raise NotAllowed("这项设置由运营方管理，您不能修改。")
    if new is not None and not setting.accepts(new):
        bounds = (
            f"应在 {setting.least} 到 {setting.most} 之间。" if setting.most else "请重新选择。"
        )
        raise Invalid(f"{setting.label}：{bounds}", value=bounds)
    reason = " ".join(reason.split())
    if not 2 <= len(reason) <= 300:
        raise Invalid("请写明修改理由。", reason="2 到 300 个字，公开可查。")
    async with transaction():
        row = await write_setting(place, name, new, reason, at, asker.id)
        await audit.record(
            asker, "change_setting", row, at=at, place=place, name=name, value=new, reason=reason
        )


async def write_setting(
    place: Place | None, name: str, new: Value | None, reason: str, at: datetime, by: UUID | None
) -> Setting:
    """The row of a value, in the caller's transaction, above every earlier one."""
    where = place.id if place else None
    # One at a time for each setting, or two rows would have the same rank.
    await value("select pg_advisory_xact_lock(hashtext($1))", f"setting {name} {where}")
    rank = await value(
        """select coalesce(max(rank), 0) + 1 from setting
           where name = $2 and place is not distinct from $1""",
        where, name,
    )  # fmt: skip
    row = Setting(
        id=uuid4(), place=where, name=name, value=json.dumps(new), since=at, by=by,
        reason=reason, rank=rank,
    )  # fmt: skip
    await row.save()
    return row


async def write_day(
    asker: Holder, day: date, working: bool, note: str, at: datetime
) -> CalendarDay:
    """Say that a day is worked or not. NotAllowed; Invalid: no note."""
    if not permits.may_edit_calendar(asker):
        raise NotAllowed("工作日历由运营方维护。")
    note = " ".join(note.split())
    if not 1 <= len(note) <= NOTE_LENGTH:
        raise Invalid("请写明依据。", note="例如：国庆节、国庆节调休上班。")
    async with transaction():
        entry_id = await value(
            """insert into calendar_day as c (id, on_day, working, note, source)
               values ($1, $2, $3, $4, '人工填写')
               on conflict (on_day) do update
               set working = excluded.working, note = excluded.note, source = excluded.source
               returning c.id""",
            uuid4(), day, working, note,
        )  # fmt: skip
        entry = CalendarDay(id=entry_id, on_day=day, working=working, note=note, source="人工填写")
        await audit.record(
            asker, "write_day", entry, at=at, day=day.isoformat(), working=working, note=note
        )
    return entry
