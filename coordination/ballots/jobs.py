"""What the worker does for ballots: sweeps that find what is due, and jobs by name."""

from coordination.ballots.casting.news import tell_casts
from coordination.ballots.delivery import jobs as delivery
from coordination.ballots.elections import jobs as elections
from coordination.ballots.paper import jobs as paper
from coordination.ballots.polls import jobs as polls
from coordination.ballots.proxies import jobs as proxies
from coordination.ballots.results.clockwork import advance_polls
from coordination.ballots.results.turnout import move_turnout
from coordination.ballots.roll import jobs as roll
from coordination.ballots.witnessing.reminding import remind_witnesses

JOBS = {**polls.JOBS, **roll.JOBS, **paper.JOBS, **elections.JOBS}
SWEEPS = (
    *proxies.SWEEPS,
    *delivery.SWEEPS,
    (1.0, advance_polls),
    (2.0, tell_casts),
    (30.0, move_turnout),
    (60.0, remind_witnesses),
    *elections.SWEEPS,
)
