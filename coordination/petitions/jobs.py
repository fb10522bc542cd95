"""What the worker runs for petitions. That an answer is late, the matter's own sweep tells."""

from coordination.petitions.actions import lapse_petitions

JOBS: dict = {}
SWEEPS = [(60.0, lapse_petitions)]
