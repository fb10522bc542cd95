"""What the pages of delivery read besides doors: who carries where, what was written of a door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.ballots.delivery.permits import may_deliver
from coordination.ballots.delivery.proofs import HOLDS, WORDS
from coordination.ballots.polls.permits import CONVENERS, PROPERTY
from coordination.ballots.tables import Poll
from coordination.db import row, rows
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.naming import building_name, unit_name
from coordination.places.queries import parts_of
from coordination.places.tables import Place, PlaceKind

REASONS = {
    "absent": "家中无人",
    "refused": "拒收",
    "moved": "不住在这里，没有新地址",
    "unknown": "找不到业主",
    "other": "其他",
}


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who carries to a building, or to one entrance of it."""

    id: UUID
    building: UUID
    building_name: str
    entrance: str
    person: UUID
    person_name: str
    given_at: datetime

    @property
    def where(self) -> str:
        part = f"{self.entrance}单元" if self.entrance else ""
        return building_name(self.building_name) + part


async def assignments(poll: UUID) -> list[Assignment]:
    """Those in force, in the order of buildings and entrances."""
    found = await rows(
        """select d.id, d.building, b.name as building_name, d.entrance, d.person,
                  p.name as person_name, d.given_at
             from delivery_duty d join place b on b.id = d.building
             join person p on p.id = d.person
            where d.poll = $1 and d.ended_at is null order by b.sort, d.entrance""",
        poll,
    )
    return [Assignment(**dict(each)) for each in found]


async def assigned_to(poll: UUID, building: UUID) -> set[UUID]:
    """Who carries to the building, or to a part of it."""
    found = await rows(
        """select distinct person from delivery_duty
            where poll = $1 and building = $2 and ended_at is null""",
        poll, building,
    )  # fmt: skip
    return {each["person"] for each in found}


async def buildings_carried(asker: Asker, poll: Poll, estate: Place) -> list[UUID]:
    """The buildings of the estate that are the asker's to go to, in their order."""
    given: dict[UUID, set[UUID]] = {}
    for one in await assignments(poll.id):
        given.setdefault(one.building, set()).add(one.person)
    return [
        part.id
        for part in await parts_of(estate)
        if part.kind == PlaceKind.BUILDING
        and may_deliver(asker, estate, part, poll, given.get(part.id, ()))
    ]


async def carriers_for(building: Place, poll: Poll, at: datetime) -> list[tuple[UUID, str]]:
    """Who may be assigned there: 楼组长, 居委会 and those who convene; nobody who works for the
    property company."""
    found = await rows(
        """select distinct r.person, p.name from role r join person p on p.id = r.person
             join place here on here.id = r.place
            where p.closed_at is null and r.since <= $1 and (r.until is null or r.until > $1)
              and starts_with($2, here.path)
              and (r.kind = any($3) or r.kind = any($4) and r.body = $5)
              and not exists (
                select from role w join place there on there.id = w.place
                 where w.person = r.person and w.kind = any($6)
                   and w.since <= $1 and (w.until is null or w.until > $1)
                   and (starts_with($2, there.path) or starts_with(there.path, $7)))
            order by p.name""",
        at, building.path, [RoleKind.BUILDING_LEAD.value, RoleKind.COMMUNITY_WORKER.value],
        [kind.value for kind in CONVENERS], poll.convener, [kind.value for kind in PROPERTY],
        building.path,
    )  # fmt: skip
    return [(each["person"], each["name"]) for each in found]


async def buildings_of_poll(poll: UUID) -> list[tuple[UUID, str, list[str]]]:
    """(id, name, its entrances) of every building that has a unit on the poll's rolls."""
    found = await rows(
        """select b.id, b.name, array_agg(distinct u.entrance order by u.entrance) as entrances
             from question q join voting_right r on r.question = q.id
             join right_unit f on f."right" = r.id join unit u on u.id = f.unit
             join place b on b.id = f.building
            where q.poll = $1 group by b.id, b.name, b.sort order by b.sort""",
        poll,
    )
    return [(each["id"], building_name(each["name"]), each["entrances"]) for each in found]


@dataclass(frozen=True, slots=True)
class Proof:
    """A delivery of a door as it was written down."""

    channel: str
    at: datetime
    manner: str
    photo: str | None
    by_name: str | None
    withdrawn_at: datetime | None
    why_withdrawn: str
    holds: bool  # a posting: once it has hung its days

    @property
    def way(self) -> str:
        return WORDS[self.channel]


async def proofs_at(rights: Sequence[UUID], at: datetime) -> list[Proof]:
    """What was written of a door's rights, each act once, the newest first."""
    found = await rows(
        f"""select distinct d.channel, d.at, d.manner, d.photo, p.name as by_name,
                  d.withdrawn_at, d.why_withdrawn,
                  d.withdrawn_at is null and held.since is not null as holds
             from delivery d left join person p on p.id = d.by
             left join {HOLDS} on held.since is not null
            where d."right" = any($1::uuid[]) order by d.at desc, d.channel""",
        list(rights), at,
    )  # fmt: skip
    return [Proof(**dict(each)) for each in found]


@dataclass(frozen=True, slots=True)
class Tried:
    """A visit in vain."""

    at: datetime
    reason: str
    note: str
    by_name: str

    @property
    def words(self) -> str:
        return REASONS.get(self.reason, self.reason) + (f"：{self.note}" if self.note else "")


async def tries_at(rights: Sequence[UUID]) -> list[Tried]:
    """The visits in vain, each once, the newest first."""
    found = await rows(
        """select distinct t.at, t.reason, t.note, p.name as by_name
             from delivery_try t join person p on p.id = t.by
            where t."right" = any($1::uuid[]) order by t.at desc""",
        list(rights),
    )
    return [Tried(**dict(each)) for each in found]


async def rooms_of(rights: Sequence[UUID]) -> list[str]:
    """All homes of a door, as they are said in the estate."""
    found = await rows(
        """select distinct b.name as building, u.entrance, u.room, b.sort, u.sort as unit_sort
             from right_unit f join unit u on u.id = f.unit join place b on b.id = f.building
            where f."right" = any($1::uuid[]) order by b.sort, u.sort""",
        list(rights),
    )
    return [unit_name(each["building"], each["entrance"], each["room"]) for each in found]


async def photo_of(poll: UUID, sha256: str) -> bool:
    """Whether some delivery of this poll rests on this photo."""
    return (
        await row(
            """select 1 as found from delivery d join voting_right r on r.id = d."right"
                 join question q on q.id = r.question
                where q.poll = $1 and d.photo = $2 limit 1""",
            poll, sha256,
        )
        is not None
    )  # fmt: skip
