"""What the worker does for meetings: the series plan ahead."""

from coordination.meetings.calling.series import plan_due

JOBS: dict = {}
SWEEPS = ((600.0, plan_due),)
