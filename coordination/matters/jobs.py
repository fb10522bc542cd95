"""What the worker runs for matters."""

from coordination.matters.sweeping import EVERY, sweep_matters

JOBS: dict = {}
SWEEPS = [(EVERY, sweep_matters)]
