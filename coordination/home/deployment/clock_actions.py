"""Putting the demo's clock forward while people look on."""

from datetime import datetime, timedelta

from coordination.db import transaction
from coordination.people.askers import Asker
from coordination.people.sessions import keep_open
from coordination.places.moving_clock import put_forward, read_clock


async def put_clock_forward(asker: Asker, distance: timedelta, at: datetime) -> None:
    """Move the clock, and leave everybody signed in: days pass for the service, not for them.

    NotFound: no demo, or not its operator; Invalid."""
    async with transaction():
        await keep_open(distance, at)
        await put_forward(asker, distance, at)
    await read_clock()
