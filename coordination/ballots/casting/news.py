"""Every cast is told, without the choice: to the account, and to the phones in the register.

So that a ballot put in for somebody is noticed by them (nothing on the board would show it).
"""

from datetime import datetime
from uuid import UUID

from coordination import db
from coordination.people.outbox import ORDINARY, tell, tell_address
from coordination.people.secrecy import open_phone

BATCH = 200

TAKE = """
delete from cast_news where id in
  (select id from cast_news order by at limit $1 for update skip locked)
returning poll, person
"""
REGISTERED = """
select distinct o.phone_sealed, o.phone_hash
  from acting a join owner o on o.id = a.owner
  join right_holder h on h.owner = o.id and h.until is null
  join voting_right r on r.id = h."right" join question q on q.id = r.question
 where a.person = $1 and q.poll = $2 and o.phone_sealed is not null
"""


async def tell_casts(at: datetime) -> int:
    """Write the messages for casts not yet told of; how many casts. For the worker's sweep."""
    async with db.transaction():
        taken = await db.rows(TAKE, BATCH)
        titles: dict[UUID, str] = {}
        for row in taken:
            poll = row["poll"]
            if poll not in titles:
                titles[poll] = await db.value("select title from poll where id = $1", poll)
            await _tell_one(poll, titles[poll], row["person"], at)
    return len(taken)


async def _tell_one(poll: UUID, title: str, person: UUID, at: datetime) -> None:
    await tell(
        person,
        "ballot-cast",
        "您的表决票已收到",
        f"您对「{title}」的表决票已收到。如非本人投票，请立即致电公告上的联系人。",
        link=f"/ballots/{poll}/receipts",
        channels=ORDINARY,
        urgent=True,
        at=at,
    )
    for row in await db.rows(REGISTERED, person, poll):
        await tell_address(
            open_phone(row["phone_sealed"]),
            "ballot-cast",
            "您的表决票已收到",
            "您的业主大会表决票已收到。如非本人投票，请立即致电公告上的联系人。",
            urgent=True,
            at=at,
        )
