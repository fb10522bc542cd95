"""An application that nobody answered: once its time has come it is void, and who asked is told.

Nothing is written to it. That the time has come says it all; the message is what must come once.
"""

from datetime import datetime

from coordination.db import rows, transaction
from coordination.people.outbox import tell
from coordination.web.formats import local_time

EVERY = 300.0  # seconds
EVENT = "room-lapsed"
# Older ones are history: a worker that was away for longer tells nobody about last month.
LAPSED = """
select a.id, a.person, a.starts_at, r.name as room, b.name as body, b.phone
  from room_application a join room r on r.id = a.room join body b on b.id = r.body
 where a.state = 'asked' and a.starts_at <= $1 and a.starts_at > $1 - interval '7 days'
   and not exists (select from message m where m.person = a.person and m.event = $2
                      and m.link = '/rooms/applications/' || a.id)
 order by a.starts_at, a.id limit 100 for update of a skip locked
"""


async def tell_lapsed(at: datetime) -> int:
    """Tell who was never answered, once; how many. For the worker."""
    async with transaction():
        lapsed = await rows(LAPSED, at, EVENT)
        for one in lapsed:
            await tell(
                one["person"], EVENT, "场地申请没有人答复",
                f"{one['room']}，{local_time(one['starts_at'])}起的申请没有得到答复，已经作废。"
                f"请向{one['body']}（{one['phone']}）催问，或者换个时间再申请。",
                at=at, link=f"/rooms/applications/{one['id']}",
            )  # fmt: skip
        return len(lapsed)
