"""What the worker runs for the doors: confirmed sheets, and forgetting uploaded files."""

from datetime import datetime
from uuid import UUID

from coordination.places.values import whole_setting
from coordination.tickets.doors.imports.actions import WRITE, forget_uploads
from coordination.tickets.doors.imports.writing_actions import write_tickets

HOUR = 3600.0


async def write(batch: str, _: datetime) -> None:
    """Write a confirmed sheet; its own moment is when it was confirmed."""
    await write_tickets(UUID(batch))


async def forget(at: datetime) -> None:
    """Uploaded files go after the days that the deployment's setting says."""
    await forget_uploads(at, await whole_setting("upload_kept_days", None, at))


JOBS = {WRITE: write}
SWEEPS = [(HOUR, forget)]
