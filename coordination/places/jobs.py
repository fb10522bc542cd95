"""What the worker runs for places: the published holidays, entered at its start and daily."""

from datetime import datetime

from coordination.places.calendar import seed_calendar

DAY = 86_400.0


async def know_holidays(_: datetime) -> None:
    """Enter the holidays that this version knows and the calendar does not."""
    await seed_calendar()


JOBS = {}
SWEEPS = [(DAY, know_holidays)]
