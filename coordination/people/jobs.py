"""Work of this slice for the worker: messages that wait, changes of phone, and what is over."""

from datetime import datetime, timedelta

from coordination import db
from coordination.people.counter_actions import carry_out_phone_changes
from coordination.people.outbox import WAITING
from coordination.people.sending import send_due
from coordination.web import limits

CODES_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=180)


async def send_waiting(_id: str, at: datetime) -> None:
    """Something was just told."""
    await send_due(at)


async def sweep_old(at: datetime) -> None:
    """Drop codes, ended sessions and windows of limits that nobody needs any more."""
    await db.execute("delete from one_time_code where expires_at < $1", at - CODES_KEPT)
    await db.execute(
        "delete from sign_in where coalesce(ended_at, expires_at) < $1", at - SESSIONS_KEPT
    )
    await limits.sweep(at)


JOBS = {WAITING: send_waiting}
SWEEPS = [(20.0, send_due), (60.0, carry_out_phone_changes), (3600.0, sweep_old)]
