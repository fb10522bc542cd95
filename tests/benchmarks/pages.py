"""Pages per second at 8 clients: a visitor's and an owner's, in an estate of thousands."""

import asyncio
from datetime import timedelta

from coordination import clock
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.results.turnout import move_turnout
from coordination.db import close_pool, open_pool
from coordination.people.sessions import COOKIE
from tests.ballots.a_vote import Vote, a_vote, freeze
from tests.ballots.electorate import Seat, seat_owners
from tests.benchmarks import load
from tests.benchmarks.servers import Database, say, serving

CLIENTS, WORKERS, TURNS = 8, (1, 2), 3
OWNERS = 5_000


async def _an_estate_that_votes(owners: int) -> tuple[Vote, list[Seat]]:
    await open_pool(4)
    try:
        now = clock.now()
        vote = await a_vote(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9))
        seats = await seat_owners(vote, owners, now, own_weights=False)
        await freeze(vote)
        await advance_poll(vote.poll.id, now)
        await move_turnout(now)
        return vote, seats
    finally:
        await close_pool()


def measure(base: Database, quick: bool) -> None:
    """Each page with one process and with two, the best of three turns."""
    vote, seats = asyncio.run(_an_estate_that_votes(500 if quick else OWNERS))
    count, turns = (300, 1) if quick else (1_500, TURNS)
    pages = {
        "home_visitor": (f"/estates/{vote.estate.id}", False),
        "home_owner": (f"/estates/{vote.estate.id}", True),
        "poll": (vote.path, False),
        "turnout": (f"{vote.path}/turnout", False),
        "polls": ("/ballots", True),
    }
    for workers in WORKERS:
        with serving("app", base.app, workers) as port:
            for name, (path, signed_in) in pages.items():
                runs = [
                    load.run(port, CLIENTS, iter(_requests(path, seats, count, signed_in)))
                    for _ in range(turns)
                ]
                best = max(runs, key=lambda run: run.per_second)
                assert set(best.statuses) == {200}, (path, best.statuses)
                say(name, workers=workers, clients=CLIENTS, **best.figures(),
                    turns=[round(run.per_second) for run in runs])  # fmt: skip


def _requests(path: str, seats: list[Seat], count: int, signed_in: bool) -> list[bytes]:
    """One for each of many owners, or of a visitor; as a phone asks, compressed."""
    plain = {"Accept": "text/html", "Accept-Encoding": "gzip"}
    return [
        load.request("GET", path, headers=plain | ({"Cookie": f"{COOKIE}={seat.token}"}
                     if signed_in else {"Cookie": "visitor=a-visitor-who-was-here-before"}))
        for seat in (seats * (count // len(seats) + 1))[:count]
    ]  # fmt: skip
