"""What the worker runs for the doors: confirmed sheets, webhooks, and forgetting in time."""

from datetime import datetime
from uuid import UUID

from coordination.places.values import whole_setting
from coordination.tickets.doors.imports.actions import WRITE, forget_uploads
from coordination.tickets.doors.imports.undoing_actions import UNDO, take_back
from coordination.tickets.doors.imports.writing_actions import write_tickets
from coordination.tickets.doors.keys.actions import forget_calls
from coordination.tickets.doors.webhooks.sending import forget_deliveries, send_due

HOUR, OFTEN = 3600.0, 2.0  # seconds


async def write(batch: str, _: datetime) -> None:
    """Write a confirmed sheet; its own moment is when it was confirmed."""
    await write_tickets(UUID(batch))


async def undo(which: str, _: datetime) -> None:
    """Take an import back; its own moment is when it was asked for."""
    await take_back(which)


async def forget(at: datetime) -> None:
    """Uploaded files go after the days that the deployment's setting says; logs in their time."""
    await forget_uploads(at, await whole_setting("upload_kept_days", None, at))
    await forget_calls(at)
    await forget_deliveries(at)


JOBS = {WRITE: write, UNDO: undo}
SWEEPS = [(HOUR, forget), (OFTEN, send_due)]
