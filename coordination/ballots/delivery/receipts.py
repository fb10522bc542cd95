"""Receipts of messages 回执 that record themselves: an SMS that the gateway says came, an e-mail
likewise, and a message that its reader opened. What only lies unread reached nobody."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from nacl.exceptions import CryptoError

from coordination.ballots.polls.telling import NOTICED
from coordination.db import execute, rows, transaction, value
from coordination.people.secrecy import open_sealed, phone_hash

BY_ACCOUNT = """
insert into delivery (id, "right", channel, at, manner, entered_at, why_withdrawn)
select distinct on (v."right") gen_random_uuid(), v."right", 'message', m.reached, m.manner, $3, ''
  from (select person, least(read_at, case when channel <> 'in_app' then delivered_at end)
                 as reached,
               case when read_at is not null then '站内消息已读'
                    when channel = 'sms' then '短信送达回执' else '邮件送达回执' end as manner
          from message where event = $1 and link = $2
           and (read_at is not null or channel <> 'in_app' and delivered_at is not null)
       ) as m
  cross join lateral (
    select v."right", exists (select from delivery d where d."right" = v."right"
                               and d.channel = 'message' and d.withdrawn_at is null) as known
      from (select owner from acting where person = m.person offset 0) as a
     cross join lateral (select "right" from right_holder
                          where owner = a.owner and until is null offset 0) as v
      join voting_right r on r.id = v."right"
      join question q on q.id = r.question and q.poll = $4 offset 0) as v
 where not v.known
 order by v."right", m.reached
on conflict ("right", channel) where withdrawn_at is null do nothing
"""
BY_PHONE = """
insert into delivery (id, "right", channel, at, manner, entered_at, why_withdrawn)
select distinct on (h."right") gen_random_uuid(), h."right", 'message', p.at, $5, $3, ''
  from unnest($1::bytea[], $2::timestamptz[]) as p (hash, at)
  cross join lateral (
    select h."right" from owner o join right_holder h on h.owner = o.id and h.until is null
      join voting_right r on r.id = h."right"
      join question q on q.id = r.question and q.poll = $4
     where o.phone_hash = p.hash offset 0) as h
 order by h."right", p.at
on conflict ("right", channel) where withdrawn_at is null do nothing
"""
TO_PHONE = "登记手机短信送达回执"
PHONED = """
select address_sealed, delivered_at from message
 where person is null and event = $1 and link = $2 and delivered_at >= $3
   and address_sealed is not null
"""
RUNNING = """
select s.poll, s.notice from poll_step s where s.step = 'noticed'
   and not exists (select from poll_step e where e.poll = s.poll
                    and e.step in ('counted', 'withdrawn', 'revoked', 'reissued'))
"""
EVER = datetime.fromisoformat("2000-01-01T00:00:00+08:00")


async def gather_receipts(at: datetime) -> int:
    """Write down whom the notices of running votes have reached; of how many votes. For the
    sweep."""
    running = await rows(RUNNING)
    for each in running:
        await receipts_of_notice(each["poll"], each["notice"], at)
    return len(running)


async def receipts_of_notice(poll: UUID, notice: UUID, at: datetime) -> None:
    """The same of one vote, in the caller's transaction if there is one: what came since."""
    link = f"/notices/{notice}"
    async with transaction():
        await execute(BY_ACCOUNT, NOTICED, link, at, poll)
        since = await value(
            """select max(d.at) from delivery d join voting_right r on r.id = d."right"
                join question q on q.id = r.question
               where q.poll = $1 and d.channel = 'message' and d.manner = $2""",
            poll, TO_PHONE,
        )  # fmt: skip
        hashes, moments = [], []
        for row in await rows(PHONED, NOTICED, link, since or EVER):
            with suppress(CryptoError):  # one that does not open reached nobody
                phone = open_sealed(row["address_sealed"], "address")
                hashes.append(phone_hash(phone))
                moments.append(row["delivered_at"])
        if hashes:
            await execute(BY_PHONE, hashes, moments, at, poll, TO_PHONE)
