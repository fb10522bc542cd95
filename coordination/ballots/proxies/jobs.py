"""What the worker does for proxies."""

from coordination.ballots.proxies.telling import tell_used

SWEEPS = ((2.0, tell_used),)
