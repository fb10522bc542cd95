"""Proxies as pages and actions read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination.db import row, rows, value
from coordination.people.tables import Person
from coordination.places.naming import unit_name
from coordination.web.sheets import building_key, entrance_key, room_key

# One line per owner: what was granted in one go, by the same people over the same homes.
GRANTS = """
select min(x.id::text)::uuid as id, array_agg(x."right" order by q.position) as rights,
       x.person as agent, a.name as agent_name, a.phone_tail, x.granted_at, x.granted_by,
       x.document,
       x.ended_at, x.why_ended, owners.names, owners.rooms,
       count(*) filter (where exists (select from ballot b where b."right" = x."right"
                                      and b.cast_by = x.person)) as cast_by_agent,
       count(*) filter (where exists (select from ballot b where b."right" = x."right"
                                      and b.ordinal = 1 and b.cast_by <> x.person)) as cast_by_owner
  from proxy x join question q on q.id = x.question join person a on a.id = x.person
  cross join lateral (
    select (select array_agg(o.name order by o.name) from right_holder h
              join owner o on o.id = h.owner
             where h."right" = x."right" and h.until is null) as names,
           (select array_agg(array[p.name, u.entrance, u.room] order by p.sort, u.sort)
              from right_unit f join unit u on u.id = f.unit join place p on p.id = f.building
             where f."right" = x."right") as rooms,
           (select array_agg(h.owner order by h.owner) from right_holder h
             where h."right" = x."right" and h.until is null) as holders) as owners
 where q.poll = $1 {narrowed}
 group by x.person, a.name, a.phone_tail, x.granted_at, x.granted_by, x.document, x.ended_at,
          x.why_ended, owners.holders, owners.names, owners.rooms
 order by x.ended_at is not null, x.granted_at desc, owners.rooms
"""
MINE = """and x."right" in (select v."right" from voicing v
                             where v.person = $2 and not v.by_proxy)"""
HELD = "and x.person = $2"


@dataclass(frozen=True, slots=True)
class Grant:
    """A proxy as it is shown: one owner's rights in a poll, and who votes on them."""

    id: UUID
    rights: list[UUID]
    agent: UUID
    agent_name: str
    phone_tail: str
    granted_at: datetime
    granted_by: UUID
    document: str | None
    ended_at: datetime | None
    why_ended: str
    names: list[str]
    rooms: list[str]
    cast_by_agent: int
    cast_by_owner: int

    @property
    def is_live(self) -> bool:
        """May still be used or taken back."""
        return self.ended_at is None and not self.cast_by_agent and not self.cast_by_owner

    @property
    def where(self) -> str:
        return "、".join(self.rooms)

    @property
    def whose(self) -> str:
        """某某（房号）: as the agent knows whom they vote for."""
        return f"{'、'.join(self.names)}（{self.where}）"


async def grants_in(poll: UUID) -> list[Grant]:
    """All of a poll's, the live ones first. Who has voted is for nobody's eyes here."""
    return _grants(await rows(GRANTS.format(narrowed=""), poll))


async def grants_of(person: UUID, poll: UUID) -> list[Grant]:
    """Those that were given for the person's own rights."""
    return _grants(await rows(GRANTS.format(narrowed=MINE), poll, person))


async def grants_to(person: UUID, poll: UUID) -> list[Grant]:
    """Those that the person was given."""
    return _grants(await rows(GRANTS.format(narrowed=HELD), poll, person))


def _grants(found: Sequence[asyncpg.Record]) -> list[Grant]:
    return [
        Grant(**{**dict(each), "rooms": [unit_name(*parts) for parts in each["rooms"]]})
        for each in found
    ]


async def agent_named(phone_hash: bytes, name: str) -> Person | None:
    """Who has an account with this phone and this name."""
    return await Person.objects().get(
        (Person.phone_hash == phone_hash) & (Person.name == name) & Person.closed_at.is_null()
    )


async def is_barred(person: UUID, poll: UUID, at: datetime) -> bool:
    """Whether they work for a property company here. The cast asks the same function."""
    return await value("select barred_from_proxies($1, $2, $3)", person, poll, at)


async def rights_of_room(poll: UUID, building: str, entrance: str, room: str) -> list[UUID]:
    """The rights of whoever is on this poll's rolls with that home: all of theirs, also those that
    stand for other homes."""
    found = await rows(
        """with holders as (
             select array_agg(h.owner order by h.owner) as owners, r.id
               from voting_right r join question q on q.id = r.question and q.poll = $1
               join right_holder h on h."right" = r.id and h.until is null
              group by r.id)
           select distinct mine.id from holders mine join holders theirs using (owners)
             join right_unit f on f."right" = theirs.id
             join unit u on u.id = f.unit join place b on b.id = f.building
            where b.key = $2 and (u.entrance = $3 or $3 = '') and u.room = $4""",
        poll, building_key(building), entrance_key(entrance), room_key(room),
    )  # fmt: skip
    return [each["id"] for each in found]


async def live_with(proxy: UUID) -> list[asyncpg.Record]:
    """The live rows that were granted in one go with this one, in the order of their rights."""
    return await rows(
        """select x.*, q.poll from proxy one join proxy x
             on (x.person, x.granted_at, x.granted_by)
                = (one.person, one.granted_at, one.granted_by)
           join question q on q.id = x.question
           where one.id = $1 and x.ended_at is null order by x."right" """,
        proxy,
    )


async def document_grant(poll: UUID, sha256: str) -> UUID | None:
    """Some proxy of this poll that rests on this document."""
    found = await row(
        """select x.id from proxy x join question q on q.id = x.question
           where q.poll = $1 and x.document = $2 limit 1""",
        poll, sha256,
    )  # fmt: skip
    return found["id"] if found else None
