"""The duty roster 值班表 as it is read: who is on duty, and who is called where nobody is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.clock import SHANGHAI
from coordination.db import rows
from coordination.people.askers import Asker
from coordination.people.tables import BodyKind, RoleKind
from coordination.tickets.permits import WORKING
from coordination.tickets.watching.permits import ABOVE, HEADS

# Only who still works for the body: a deputy stands in for who left, and nobody for both.
ON_DUTY = """
with working as (
  select distinct r.person from role r join person p on p.id = r.person and p.closed_at is null
  left join place h on h.id = r.place
   where r.body = $1 and r.kind = any($3) and r.since <= $2 and (r.until is null or r.until > $2)
     and ($4::text is null or starts_with($4, coalesce(h.path, ''))))
select s.id, s.since, case when m.person is null then d.person else m.person end as person,
       case when m.person is not null then d.person end as deputy
  from duty_shift s left join working m on m.person = s.person
  left join working d on d.person = s.deputy
 where s.body = $1 and s.since <= $2 and s.until > $2 and (s.ended_at is null or s.ended_at > $2)
   and (m.person is not null or d.person is not null)
 order by s.since, s.id
"""
SHIFTS = """
select s.id, s.since, least(s.until, s.ended_at) as until, s.person, p.name as person_name,
       s.deputy, d.name as deputy_name
  from duty_shift s join person p on p.id = s.person left join person d on d.id = s.deputy
 where s.body = $1 and s.since < $3 and least(s.until, s.ended_at) > $2
   and (s.ended_at is null or s.ended_at > s.since)
 order by s.since, s.id
"""
MEMBERS = """
select r.person, p.name, array_agg(distinct r.kind) as kinds
  from role r join person p on p.id = r.person and p.closed_at is null
  left join place h on h.id = r.place
 where r.body = $1 and r.kind = any($3) and r.since <= $2 and (r.until is null or r.until > $2)
   and ($4::text is null or starts_with($4, coalesce(h.path, '')))
 group by r.person, p.name order by p.name, r.person
"""
WORKERS = sorted(kind.value for kind in WORKING)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is on duty, and who stands in for them."""

    person: UUID
    deputy: UUID | None


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of a roster, with the names of who serves it."""

    id: UUID
    since: datetime
    until: datetime
    person: UUID
    person_name: str
    deputy: UUID | None
    deputy_name: str | None

    @property
    def hours(self) -> str:
        """20:00 至次日 08:00"""
        since, until = self.since.astimezone(SHANGHAI), self.until.astimezone(SHANGHAI)
        later = (until.date() - since.date()).days
        day = {0: "", 1: "次日 "}.get(later, f"{until.month}月{until.day}日 ")
        return f"{since:%H:%M} 至{day or ' '}{until:%H:%M}"


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who works for a body, in these roles."""

    person: UUID
    name: str
    kinds: frozenset[RoleKind]


@dataclass(frozen=True, slots=True)
class Called:
    """Whom a body sends word to: those on duty, else its heads, else whoever works for it."""

    persons: tuple[UUID, ...] = ()
    deputies: tuple[UUID, ...] = ()
    is_on_duty: bool = False

    @property
    def all(self) -> tuple[UUID, ...]:
        return tuple(dict.fromkeys((*self.persons, *self.deputies)))


async def on_duty(body: UUID, at: datetime, *, path: str | None = None) -> list[OnDuty]:
    """Who is on duty for a body, `path`: and answers for that place; nobody, without a roster."""
    found = await rows(ON_DUTY, body, at, WORKERS, path)
    return [OnDuty(one["person"], one["deputy"]) for one in found]


async def called_at(body: UUID, kind: BodyKind, path: str, at: datetime) -> Called:
    """Who hears now of what comes to a body about a place."""
    duty = await on_duty(body, at, path=path)
    if duty:
        deputies = tuple(one.deputy for one in duty if one.deputy)
        return Called(tuple(dict.fromkeys(one.person for one in duty)), deputies, True)
    members = await members_of(body, at, path=path)
    heads = [one.person for one in members if one.kinds & HEADS.get(kind, frozenset())]
    return Called(tuple(heads or (one.person for one in members)))


async def shifts_between(body: UUID, since: datetime, until: datetime) -> list[Shift]:
    """The shifts that touch that time, those taken off as far as they were served."""
    return [Shift(**dict(one)) for one in await rows(SHIFTS, body, since, until)]


async def members_of(body: UUID, at: datetime, *, path: str | None = None) -> list[Member]:
    """Who works for a body now, `path`: and answers for that place."""
    return [
        Member(one["person"], one["name"], frozenset(RoleKind(kind) for kind in one["kinds"]))
        for one in await rows(MEMBERS, body, at, WORKERS, path)
    ]


@dataclass(frozen=True, slots=True)
class Roster:
    """A body that has a roster, and where it works."""

    body: UUID
    name: str
    kind: BodyKind
    path: str | None
    now: str = ""  # who is on duty


# $1 those the asker works for, $2 paths above which they stand, $4 one alone.
ROSTERS = """
select b.id as body, b.name, b.kind, p.path,
       coalesce((select string_agg(q.name, '、' order by s.since) from duty_shift s
                   join person q on q.id = s.person
                  where s.body = b.id and s.since <= $3 and s.until > $3
                    and (s.ended_at is null or s.ended_at > $3)), '') as now
  from body b left join place p on p.id = b.place
 where b.kind = any($5) and ($4::uuid is null or b.id = $4)
   and (b.id = any($1::uuid[])
        or exists (select from unnest($2::text[]) as a (path) where starts_with(p.path, a.path)))
 order by b.id = any($1::uuid[]) desc, b.name, b.id limit 200
"""


async def rosters_for(asker: Asker, at: datetime, body: UUID | None = None) -> list[Roster]:
    """The rosters they may read, their own bodies' first; `body`: that one, if it is among them."""
    own = [role.body for role in asker.roles if role.kind in WORKING]
    above = [role.place_path for role in asker.roles if role.kind in ABOVE and role.place_path]
    found = await rows(ROSTERS, own, above, at, body, [kind.value for kind in HEADS])
    return [Roster(**{**dict(one), "kind": BodyKind(one["kind"])}) for one in found]
