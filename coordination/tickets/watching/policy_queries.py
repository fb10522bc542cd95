"""The versions of the clocks 时限, as a page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.law.policies import Policy
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.calendar import read_policy

VERSION = """
select v.version, v.place, v.since, v.reason, v.clocks::text as clocks, p.name as place_name,
       w.name as by_name,
       lead(v.since) over (partition by v.place order by v.since, v.version) as until,
       (select count(*) from ticket t where t.policy = v.version
           and t.state not in ('closed', 'merged', 'withdrawn')) as open
  from response_policy v left join place p on p.id = v.place left join person w on w.id = v.by
"""


@dataclass(frozen=True, slots=True)
class Version:
    """One version: what it promises, where, from when until when, why."""

    version: int
    place: UUID | None
    place_name: str | None
    policy: Policy
    since: datetime
    until: datetime | None
    reason: str
    by_name: str | None
    open: int  # tickets that are kept to it

    @property
    def where(self) -> str:
        return self.place_name or "全部小区"

    def state(self, at: datetime) -> str:
        if at < self.since:
            return "还没有生效"
        return "已被替换" if self.until and self.until <= at else "正在使用"


async def versions() -> list[Version]:
    """Every version, the newest first."""
    return [_read(one) for one in await rows(f"{VERSION} order by v.version desc")]


async def version_of(number: int) -> Version:
    """NotFound: no such version."""
    found = await row(f"select * from ({VERSION}) as v where version = $1", number)
    if found is None:
        raise NotFound("没有这一版时限。")
    return _read(found)


def _read(found: Record) -> Version:
    told = dict(found)
    policy = read_policy(told.pop("clocks"))
    return Version(policy=policy, **told)


async def places_offered(paths: Sequence[str | None]) -> list[Place]:
    """For which places a version may be written: districts and streets; a None: all of them."""
    kinds = [PlaceKind.DISTRICT.value, PlaceKind.SUBDISTRICT.value]
    found = await Place.objects().where(Place.kind.is_in(kinds)).order_by(Place.sort, Place.name)
    if None in paths:
        return found
    return [one for one in found if any(one.path.startswith(path) for path in paths if path)]
