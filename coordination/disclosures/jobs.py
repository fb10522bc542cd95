"""What the worker runs for disclosures."""

from coordination.disclosures.consultations.actions import count_closed
from coordination.disclosures.opening import EVERY, sweep_disclosures
from coordination.disclosures.registers import terms
from coordination.disclosures.rooms import lapsing

JOBS: dict = {}
SWEEPS = [
    (EVERY, sweep_disclosures),
    (30.0, count_closed),
    (terms.EVERY, terms.tell_terms),
    (lapsing.EVERY, lapsing.tell_lapsed),
]
