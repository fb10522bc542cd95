"""What the tests of the sweep share: moments, and what the clocks wrote."""

from datetime import datetime, timedelta

from coordination.tickets.kinds import EventKind
from coordination.tickets.storing import events_of
from coordination.tickets.tables import Ticket

SECOND = timedelta(seconds=1)


def on(moment: str) -> datetime:
    return datetime.fromisoformat(f"2026-{moment}+08:00")


async def told(ticket, *kinds):
    """What the clocks wrote: kind, the fact that says which, when."""
    wanted = kinds or (EventKind.REMIND, EventKind.BREACH, EventKind.ESCALATE)
    return [
        (one.kind.value, one.facts.get("reason") or one.facts.get("clock"), one.at)
        for one in await events_of(ticket.id)
        if one.kind in wanted
    ]


async def stored(ticket):
    found = await Ticket.objects().get(Ticket.id == ticket.id)
    assert found
    return found
