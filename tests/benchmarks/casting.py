"""Ballots cast with receipt per second, beside the floor and the raw database.

All insert durably into the same server; one light client process drives floor and cast. They
take turns, and each counts by the best of its turns: what else the machine does meanwhile slows
one turn and not the others.
"""

import asyncio
import json
import re
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
from tests.benchmarks.load import Load
from tests.benchmarks.servers import Database, say, serving

CLIENTS, WORKERS, TURNS = (32, 128), (1, 2), 3


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
    poll, seats = asyncio.run(electorate(count * turns * len(CLIENTS) * len(WORKERS)))
    ready = iter(papers(poll, seats))
    floors: dict[int, list[Load]] = {clients: [] for clients in CLIENTS}
    raws: dict[int, list[float]] = {clients: [] for clients in CLIENTS}
    casts: dict[tuple[int, int], list[Load]] = {(w, c): [] for w in WORKERS for c in CLIENTS}
    for _ in range(turns):
        with serving("floor", base.owner) as port:
            for clients in CLIENTS:
                floors[clients].append(
                    load.run(port, clients, iter([load.request("GET", "/")] * count))
                )
        for clients in CLIENTS:
            raws[clients].append(raw(base, clients, 2 if quick else 5))
        for workers in WORKERS:
            with serving("app", base.app, workers) as port:
                for clients in CLIENTS:
                    some = [next(ready) for _ in range(count)]
                    casts[workers, clients].append(load.run(port, clients, iter(some)))
    _tell(floors, raws, casts)


def _tell(
    floors: dict[int, list[Load]],
    raws: dict[int, list[float]],
    casts: dict[tuple[int, int], list[Load]],
) -> None:
    for clients, runs in floors.items():
        say("floor", clients=clients, **_best(runs).figures(), turns=_turns(runs))
    for clients, speeds in raws.items():
        say("raw", clients=clients, per_second=round(max(speeds)), turns=list(map(round, speeds)))
    for (workers, clients), runs in casts.items():
        best = _best(runs)
        assert set(best.statuses) == {201}, best.statuses
        say(
            "cast", workers=workers, clients=clients,
            of_floor=round(best.per_second / _best(floors[clients]).per_second, 2),
            of_raw=round(best.per_second / max(raws[clients]), 2),
            **best.figures(), turns=_turns(runs),
        )  # fmt: skip


def _best(runs: list[Load]) -> Load:
    return max(runs, key=lambda run: run.per_second)


def _turns(runs: list[Load]) -> list[int]:
    """The speed of each turn: how much the machine was disturbed."""
    return [round(run.per_second) for run in runs]
