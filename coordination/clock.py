"""The only place that asks what time it is. Actions and rules are told.

In the demo the clock can be moved forward (`places.moving_clock`), so that the whole road of a
poll is walked in one sitting; `shift` is then what the database says, in every process.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

shift = timedelta(0)


def now() -> datetime:
    """The service's time, aware, in UTC."""
    return datetime.now(UTC) + shift


def move_by(distance: timedelta) -> None:
    """Set how far this process's clock stands ahead of the machine's."""
    global shift
    shift = distance
