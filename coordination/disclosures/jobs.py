"""What the worker runs for disclosures."""

from coordination.disclosures.opening import EVERY, sweep_disclosures

JOBS: dict = {}
SWEEPS = [(EVERY, sweep_disclosures)]
