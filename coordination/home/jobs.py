"""What the worker does for home: a check of the audit log, the demo's history."""

from coordination.home.audit_actions import CHECK, check
from coordination.home.demo.history_actions import LOAD_HISTORY, load_history

JOBS = {CHECK: check, LOAD_HISTORY: load_history}
SWEEPS = ()
