"""Ballots cast with receipt per second, beside the floor and the raw database.

All insert durably into the same server; one light client process drives floor and cast. They
take turns, and each counts by the best of its turns: what else the machine does meanwhile slows
one turn and not the others. At last the cast once more while others poll the turnout.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from coordination import clock
from coordination.ballots.casting.papers import fresh_paper
from coordination.db import close_pool, open_pool
from coordination.people.sessions import COOKIE, token_hash
from coordination.web.csrf import HEADER, issue_token
from tests.ballots.a_vote import a_vote
from tests.ballots.electorate import Seat, seat_owners
from tests.benchmarks import load
from tests.benchmarks.load import Load, Pollers
from tests.benchmarks.servers import Database, say, serving

CLIENTS, WORKERS, TURNS = (32, 64, 128), (1, 2), 3
POLLING = 64  # clients that cast while others poll
POLLERS, EVERY = 100, 1.0  # seconds; the page itself asks once a minute
FLOOR = load.request("GET", "/")


async def electorate(count: int) -> tuple[UUID, list[Seat]]:
    """A running poll of `count` owners, all signed in."""
    await open_pool(4)
    try:
        now = clock.now()
        vote = await a_vote(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9))
        return vote.poll.id, await seat_owners(vote, count, now, own_weights=False)
    finally:
        await close_pool()


def papers(poll: UUID, seats: list[Seat]) -> list[bytes]:
    """The prepared requests: each voter's own paper, session and form token."""
    now = clock.now()
    made = []
    for seat in seats:
        headers = {
            "Content-Type": "application/json",
            "Cookie": f"{COOKIE}={seat.token}",
            "Sec-Fetch-Site": "same-origin",
            HEADER: issue_token(token_hash(seat.token)),
        }
        choices = {str(right): "approve" for right in seat.rights}
        body = json.dumps({"paper": fresh_paper(poll, now).sealed(), "choices": choices}).encode()
        made.append(load.request("POST", f"/ballots/{poll}/casts", body, headers))
    return made


def raw(base: Database, clients: int, seconds: int) -> float:
    """pgbench's transactions per second for the floor's INSERT, prepared."""
    script = base.folder / "insert.sql"
    script.write_text("insert into floor_row (body) values (decode(repeat('00', 64), 'hex'));")
    said = base.pgbench(
        "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds),
        "-f", str(script),
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", said)
    assert found, said
    return float(found[1])


def measure(base: Database, quick: bool) -> None:
    """Floor, raw and cast, at 32 and 128 clients; the cast with one and with two processes."""
    count, turns = (3_000, 1) if quick else (8_000, TURNS)
    ballots = count * turns * (len(CLIENTS) * len(WORKERS) + 2)
    poll, seats = asyncio.run(electorate(ballots))
    ready = iter(papers(poll, seats))
    for clients in CLIENTS:
        runs = Runs(clients)
        for _ in range(turns):
            with serving("floor", base.owner) as port:
                runs.floor.append(load.run(port, clients, iter([FLOOR] * count)))
            runs.raw.append(raw(base, clients, 2 if quick else 4))
            for workers, cast in runs.cast.items():
                with serving("app", base.app, workers) as port:
                    some = [next(ready) for _ in range(count)]
                    cast.append(load.run(port, clients, iter(some)))
        runs.tell()
    polled(base, poll, ready, count, turns)


def polled(base: Database, poll: UUID, ready: Iterator[bytes], count: int, turns: int) -> None:
    """The cast with and without a hundred phones that look at the turnout, in turns."""
    headers = {"Accept-Encoding": "gzip", "Cookie": "visitor=a-visitor-who-was-here-before"}
    looking = load.request("GET", f"/ballots/{poll}/turnout", headers=headers)
    alone: list[Load] = []
    beside: list[Load] = []
    with serving("app", base.app) as port:
        for _ in range(turns):
            for runs, others in ((alone, None), (beside, Pollers(POLLERS, EVERY, looking))):
                some = iter([next(ready) for _ in range(count)])
                runs.append(load.run(port, POLLING, some, others))
    slower = 1 - _best(beside).per_second / _best(alone).per_second
    say(
        "polled", clients=POLLING, pollers=POLLERS, every=EVERY, slower=round(slower, 3),
        alone=_turns(alone), beside=_turns(beside), p99_ms=_best(beside).quantile_ms(0.99),
    )  # fmt: skip


@dataclass(slots=True)
class Runs:
    """What each turn came to."""

    clients: int
    floor: list[Load] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    cast: dict[int, list[Load]] = field(default_factory=lambda: {n: [] for n in WORKERS})

    def tell(self) -> None:
        floor, fastest = _best(self.floor), max(self.raw)
        say("floor", clients=self.clients, **floor.figures(), turns=_turns(self.floor))
        say("raw", clients=self.clients, per_second=round(fastest), turns=_rounded(self.raw))
        for workers, runs in self.cast.items():
            best = _best(runs)
            assert set(best.statuses) == {201}, best.statuses
            say(
                "cast", workers=workers, clients=self.clients,
                of_floor=round(best.per_second / floor.per_second, 2),
                of_raw=round(best.per_second / fastest, 2),
                of_floor_by_turn=[
                    round(cast.per_second / beside.per_second, 2)
                    for cast, beside in zip(runs, self.floor, strict=True)
                ],
                **best.figures(), turns=_turns(runs),
            )  # fmt: skip


def _best(runs: list[Load]) -> Load:
    return max(runs, key=lambda run: run.per_second)


def _turns(runs: list[Load]) -> list[int]:
    """The speed of each turn: how much the machine was disturbed."""
    return _rounded([run.per_second for run in runs])


def _rounded(speeds: list[float]) -> list[int]:
    return [round(speed) for speed in speeds]
