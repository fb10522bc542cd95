"""Keys as their page shows them, and what they were used for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination.db import row, rows
from coordination.errors import NotFound

# One statement: the key, a line in its log, and once a minute when it was last used.
SHOW = """
with found as (
  select k.id, k.name, k.body, k.place, p.path, k.scopes, k.per_minute
  from api_key k join place p on p.id = k.place where k.key_hash = $1 and k.revoked_at is null
),
noted as (
  insert into api_call (id, key, at, method, path, source)
  select gen_random_uuid(), id, $2, $3, $4, $5 from found
),
touched as (
  update api_key set last_used_at = $2 from found
  where api_key.id = found.id
    and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')
)
select * from found
"""


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key, as far as it is ever shown again."""

    id: UUID
    name: str
    body: UUID
    body_name: str
    place: UUID
    place_name: str
    scopes: tuple[str, ...]
    tail: str
    per_minute: int
    made_at: datetime
    made_by: str
    last_used_at: datetime | None
    revoked_at: datetime | None
    calls: int  # in the last thirty days


KEYS = """
select k.id, k.name, k.body, b.name as body_name, k.place, p.name as place_name, k.scopes, k.tail,
       k.per_minute, k.made_at, m.name as made_by, k.last_used_at, k.revoked_at,
       (select count(*) from api_call c where c.key = k.id
         and c.at > $1::timestamptz - interval '30 days') as calls
from api_key k join body b on b.id = k.body join place p on p.id = k.place
join person m on m.id = k.made_by
"""


async def keys_of(bodies: Sequence[UUID] | None, at: datetime) -> list[KeyLine]:
    """The keys of these bodies (None: of all), those in force first, the newest first."""
    found = await rows(
        f"""{KEYS} where $2::uuid[] is null or k.body = any($2)
            order by k.revoked_at is not null, k.made_at desc, k.id limit 200""",
        at, None if bodies is None else list(bodies),
    )  # fmt: skip
    return [_line(each) for each in found]


async def key_of(key: UUID, at: datetime) -> KeyLine:
    """NotFound: there is no such key."""
    found = await row(f"{KEYS} where k.id = $2", at, key)
    if found is None:
        raise NotFound("没有这个密钥。")
    return _line(found)


def _line(found: asyncpg.Record) -> KeyLine:
    return KeyLine(**{**dict(found), "scopes": tuple(found["scopes"])})


async def calls_of(key: UUID, limit: int = 50) -> list[asyncpg.Record]:
    """The last requests made with a key: at, method, path, source."""
    return await rows(
        "select at, method, path, source from api_call where key = $1 order by at desc limit $2",
        key, limit,
    )  # fmt: skip


async def bodies_to_key(bodies: Sequence[UUID] | None) -> list[asyncpg.Record]:
    """Bodies that may have keys: these, or all that have a place."""
    return await rows(
        """select b.id, b.name, b.place from body b where b.place is not null
             and ($1::uuid[] is null or b.id = any($1)) order by b.name, b.id""",
        None if bodies is None else list(bodies),
    )
