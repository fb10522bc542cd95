"""What the tests of telling share: the worker's part for tickets, and what people were told."""

from datetime import datetime

from coordination.db import execute, rows
from coordination.people.askers import Asker
from coordination.tickets.events import HAPPENED
from coordination.tickets.jobs import happened


async def all_hear(at: datetime) -> None:
    """Run what waits of the events' jobs, as a worker does; each of them twice, as it may be."""
    waiting = await rows(
        "select id, payload from pgqueuer where entrypoint = $1 order by id", HAPPENED
    )
    for one in waiting:
        for _ in range(2):
            await happened(bytes(one["payload"]).decode(), at)
    await execute("delete from pgqueuer where id = any($1)", [one["id"] for one in waiting])


async def heard(who: Asker, channel: str = "in_app") -> list[str]:
    """What they were told of tickets, the first first."""
    found = await rows(
        """select title from message where person = $1 and channel = $2 and event like 'desk-%'
           order by queued_at, id""",
        who.id,
        channel,
    )
    return [one["title"] for one in found]


async def messages(who: Asker, channel: str):
    """Texts and urgency."""
    return await rows(
        """select title, text, urgent, link, queued_at from message
            where person = $1 and channel = $2 and event like 'desk-%' order by queued_at, id""",
        who.id,
        channel,
    )


async def has_phones(*people: Asker) -> None:
    """So that an SMS to them is written."""
    await execute(
        "update person set phone_sealed = 'x' where id = any($1)", [one.id for one in people]
    )
