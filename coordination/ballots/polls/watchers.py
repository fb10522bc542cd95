"""Who is to watch a poll's board 见证单位: the parties of the estate, with the keys they have."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination import db
from coordination.ballots.checkpoints import COSIGNED, verifier_key
from coordination.ballots.polls.bound_keys import Bound
from coordination.ballots.tables import Poll
from coordination.law.periods import day_of
from coordination.people.tables import BodyKind

# Expected of every poll, as is who convenes it; others may witness too.
PARTIES = (
    BodyKind.OWNERS_COMMITTEE,
    BodyKind.RESIDENTS_COMMITTEE,
    BodyKind.PROPERTY_COMPANY,
)
# The parties of the estate, who convenes, and every other body around it that has a key.
PARTIES_OF = """
select w.id as poll, b.id, b.kind, b.name, k.id as key, k.name as key_name, k.public_key
  from poll w join place e on e.id = w.estate
  join place p on starts_with(e.path, p.path) join body b on b.place = p.id
  left join witness_key k on k.body = b.id and k.ended_at is null
 where w.id = any($1) and b.kind <> 'operator'
   and (k.id is not null or b.kind = any($2) or b.id = w.convener)
   and (b.since is null or b.since <= $3) and (b.until is null or b.until > $3)
 order by array_position($2, b.kind::text), b.name
"""


async def watchers_of(polls: Sequence[UUID], at: datetime) -> dict[UUID, list[Any]]:
    """Of each poll each such body, with its key in force or none: id, kind, name, key, key_name,
    public_key."""
    found: dict[UUID, list[Any]] = {poll: [] for poll in polls}
    kinds = [kind.value for kind in PARTIES]
    for row in await db.rows(PARTIES_OF, list(polls), kinds, day_of(at)):
        found[row["poll"]].append(row)
    return found


async def parties_to_bind(poll: Poll, at: datetime) -> list[Bound]:
    """Who is to witness, with the keys in force: what entry 0 lays down when the notice is out."""
    found = await watchers_of([poll.id], at)
    return [Bound(row["name"], vkey_of(row)) for row in found[poll.id]]


def vkey_of(row: Any) -> str | None:
    """The key of a watcher as C2SP writes it."""
    return row["key"] and verifier_key(row["key_name"], row["public_key"], COSIGNED)
