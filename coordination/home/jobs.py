"""What the worker does for home: the demo's history, a check of the audit log."""

from coordination.home.demo.history_actions import LOAD_HISTORY, load_history

JOBS = {LOAD_HISTORY: load_history}
SWEEPS = ()
