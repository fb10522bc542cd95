"""Rooms and what is asked of them, as pages read them. What everybody sees names nobody."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from asyncpg import Record

from coordination.db import row, rows
from coordination.disclosures.rooms.hours import LAPSED, STATES, TONES, USES, Open
from coordination.disclosures.rooms.tables import RoomState, Use
from coordination.errors import NotFound
from coordination.law.periods import start_of
from coordination.places.queries import place_of
from coordination.places.tables import Place

SHOWN, REFUSED = 60, 12
WEEK = timedelta(days=7)
ROOM = """
select r.id, r.number, r.place, r.body, r.name, r."where", r.seats, r.says, r.hours::text as hours,
       r.closed_at, b.name as body_name, b.phone from room r join body b on b.id = r.body"""
APPLICATION = """
select a.id, a.room, a.person, a."group", a.use, a.purpose, a.people, a.starts_at, a.ends_at,
       a.asked_at, a.state, r.name as room_name, r."where", r.body, r.place as place_id,
       b.name as body_name, b.phone, p.name
  from room_application a join room r on r.id = a.room join body b on b.id = r.body
  join person p on p.id = a.person"""
# What stands in the calendar, for everybody.
IN_WEEK = """
select id, starts_at, ends_at, use, state from room_application
 where room = $1 and (state = 'granted' or state = 'asked' and starts_at > $4)
   and starts_at >= $2 and starts_at < $3
 order by starts_at, id"""
TURNED_DOWN = """
select a.starts_at, a.ends_at, a.use, s.state,
       case when a.state = 'asked' then '没有答复，已作废' else s.words end as words,
       case when a.state = 'asked' then a.starts_at else s.at end as at
  from room_application a join lateral (
    select words, at, state, body from room_step where application = a.id
     order by number desc limit 1) s on true
 where a.room = $1 and (a.state = 'refused' or a.state = 'cancelled' and s.body is not null
   or a.state = 'asked' and a.starts_at <= $3)
 order by at desc limit $2"""


@dataclass(frozen=True, slots=True)
class RoomRead:
    """A room, and the body that keeps it."""

    id: UUID
    number: int
    place: Place
    body: UUID
    name: str
    where: str
    seats: int
    says: str
    hours: str
    closed_at: datetime | None
    body_name: str
    phone: str


@dataclass(frozen=True, slots=True)
class ApplicationRead:
    """An application, for who asked and who answers."""

    id: UUID
    room: UUID
    person: UUID
    group: str
    use: Use
    purpose: str
    people: int
    starts_at: datetime
    ends_at: datetime
    asked_at: datetime
    state: RoomState
    room_name: str
    where: str
    body: UUID
    place: Place
    body_name: str
    phone: str
    name: str

    def has_lapsed(self, at: datetime) -> bool:
        """Its time has come, and nobody has answered."""
        return self.state is RoomState.ASKED and self.starts_at <= at

    def label(self, at: datetime) -> str:
        return LAPSED if self.has_lapsed(at) else STATES[self.state]

    def tone(self, at: datetime) -> str:
        return "bad" if self.has_lapsed(at) else TONES[self.state]

    @property
    def use_words(self) -> str:
        return USES[self.use]


def hours_of(found: RoomRead) -> list[Open]:
    """Monday first."""
    return [(span[0], span[1]) if span else None for span in json.loads(found.hours)]


async def rooms_near(estate: Place) -> list[RoomRead]:
    """Those of the estate, and those of what it lies in, that are lent."""
    found = await rows(
        f"""{ROOM} join place pl on pl.id = r.place
             where starts_with($1, pl.path) and r.closed_at is null
             order by length(pl.path) desc, r.name, r.id""",
        estate.path,
    )  # fmt: skip
    return [await _room(one) for one in found]


async def rooms_kept(bodies: Sequence[UUID]) -> list[RoomRead]:
    """All that these bodies keep, closed ones last."""
    found = await rows(
        f"{ROOM} where r.body = any($1) order by r.closed_at is not null, r.name, r.id limit 200",
        list(bodies),
    )
    return [await _room(one) for one in found]


async def room_of(room_id: UUID) -> RoomRead:
    """NotFound."""
    found = await row(f"{ROOM} where r.id = $1", room_id)
    if found is None:
        raise NotFound("没有找到这个场地。")
    return await _room(found)


async def application_of(application_id: UUID, *, lock: bool = False) -> ApplicationRead:
    """NotFound. `lock`: nobody else moves it until the transaction ends."""
    if lock:
        await row("select id from room_application where id = $1 for update", application_id)
    found = await row(f"{APPLICATION} where a.id = $1", application_id)
    if found is None:
        raise NotFound("没有找到这个申请。")
    return await _application(found)


async def in_week(room_id: UUID, first: date, at: datetime) -> list[Record]:
    """What is granted or waits in seven days, without who and what for in words."""
    return await rows(IN_WEEK, room_id, start_of(first), start_of(first + WEEK), at)


async def turned_down(room_id: UUID, at: datetime) -> list[Record]:
    """What was refused, called off or never answered, and why; not who had asked."""
    return await rows(TURNED_DOWN, room_id, REFUSED, at)


async def waiting_for(bodies: Sequence[UUID], at: datetime) -> list[ApplicationRead]:
    """What waits for an answer of these bodies, the soonest first."""
    found = await rows(
        f"""{APPLICATION} where r.body = any($1) and a.state = 'asked' and a.starts_at > $2
             order by a.starts_at, a.id limit $3""",
        list(bodies), at, SHOWN,
    )  # fmt: skip
    return [await _application(one) for one in found]


async def granted_by(bodies: Sequence[UUID], at: datetime) -> list[ApplicationRead]:
    """What is coming up in the rooms of these bodies."""
    found = await rows(
        f"""{APPLICATION} where r.body = any($1) and a.state = 'granted' and a.ends_at > $2
             order by a.starts_at, a.id limit $3""",
        list(bodies), at, SHOWN,
    )  # fmt: skip
    return [await _application(one) for one in found]


async def asked_by(person: UUID, at: datetime) -> list[ApplicationRead]:
    """One's own that are not long over, the newest first."""
    found = await rows(
        f"""{APPLICATION} where a.person = $1 and a.ends_at > $2
             order by a.starts_at desc, a.id limit 20""",
        person, at - timedelta(days=90),
    )  # fmt: skip
    return [await _application(one) for one in found]


async def steps_of(application_id: UUID) -> list[Record]:
    """What became of it."""
    return await rows(
        """select s.state, s.at, s.words, b.name as body_name from room_step s
             left join body b on b.id = s.body where s.application = $1 order by s.number""",
        application_id,
    )


async def _room(found: Record) -> RoomRead:
    columns: dict[str, Any] = dict(found)
    columns["place"] = await place_of(found["place"])
    return RoomRead(**columns)


async def _application(found: Record) -> ApplicationRead:
    columns: dict[str, Any] = dict(found)
    columns["place"] = await place_of(columns.pop("place_id"))
    columns["state"], columns["use"] = RoomState(found["state"]), Use(found["use"])
    return ApplicationRead(**columns)
