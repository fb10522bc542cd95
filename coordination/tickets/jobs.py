"""What the worker runs once something happened to a ticket: each slice below hears of it.

Every one of them bears hearing twice.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from coordination.files import forget_waiting
from coordination.tickets.doors.webhooks.actions import note_deliveries
from coordination.tickets.events import HAPPENED
from coordination.tickets.recomputing import recompute_nightly
from coordination.tickets.visiting.telling import tell_of
from coordination.tickets.watching import digest, sweeping
from coordination.tickets.watching.telling import tell_staff

HOUR = 3600.0
Hearer = Callable[[UUID, int, datetime], Awaitable[object]]
HEARERS: tuple[Hearer, ...] = (tell_of, tell_staff, note_deliveries)


async def happened(which: str, at: datetime) -> None:
    """`which` is "ticket:ordinal"."""
    ticket, _, ordinal = which.partition(":")
    for hear in HEARERS:
        await hear(UUID(ticket), int(ordinal), at)


JOBS = {HAPPENED: happened}
SWEEPS: list = [
    (sweeping.EVERY, sweeping.sweep_tickets),
    (digest.EVERY, digest.tell_digests),
    (HOUR, recompute_nightly),
    (HOUR, forget_waiting),
]
