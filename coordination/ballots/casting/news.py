"""Every cast is told, without the choice: to the account, and to the phones in the register.

So that a ballot put in for somebody is noticed by them (nothing on the board would show it).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from coordination import db
from coordination.people.outbox import ORDINARY, tell, tell_phones
from coordination.people.secrecy import open_phone

BATCH = 5000

TAKE = """
delete from cast_news where id in
  (select id from cast_news order by at limit $1 for update skip locked)
returning poll, person
"""
# Of each person by themselves: found by index, however many are asked about.
REGISTERED = """
select found.phone_sealed from unnest($1::uuid[]) as t (person), lateral (
  select distinct on (coalesce(o.phone_hash, o.phone_sealed)) o.phone_sealed
    from acting a join owner o on o.id = a.owner
    join right_holder h on h.owner = o.id and h.until is null
    join voting_right r on r.id = h."right" join question q on q.id = r.question
   where a.person = t.person and q.poll = $2 and o.phone_sealed is not null
) as found
"""
TITLE, FROM_WHOM = "您的表决票已收到", "如非本人投票，请立即致电公告上的联系人。"


async def tell_casts(at: datetime) -> int:
    """Write the messages for casts not yet told of; how many casts. For the worker's sweep."""
    async with db.transaction():
        casts = Counter((row["poll"], row["person"]) for row in await db.rows(TAKE, BATCH))
        told = casts.total()
        while casts:  # once over, but for who cast twice meanwhile
            by_poll: dict[UUID, list[UUID]] = {}
            for poll, person in casts:
                by_poll.setdefault(poll, []).append(person)
            for poll, persons in by_poll.items():
                await _tell(poll, persons, at)
            casts -= Counter(casts.keys())
    return told


async def _tell(poll: UUID, persons: Sequence[UUID], at: datetime) -> None:
    title = await db.value("select title from poll where id = $1", poll)
    await tell(
        persons, "ballot-cast", TITLE, f"您对「{title}」的表决票已收到。{FROM_WHOM}",
        link=f"/ballots/{poll}/receipts", channels=ORDINARY, urgent=True, at=at,
    )  # fmt: skip
    registered = await db.rows(REGISTERED, persons, poll)
    phones = [open_phone(row["phone_sealed"]) for row in registered]
    if phones:
        await tell_phones(
            phones, "ballot-cast", TITLE, f"您的业主大会表决票已收到。{FROM_WHOM}",
            urgent=True, at=at,
        )  # fmt: skip
