"""Ballots cast with receipt per second, beside the floor and the raw database.

All three insert durably into the same server; one light client process drives the first two.
"""

import asyncio
import hashlib
import itertools
import json
import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from coordination import clock
from coordination.ballots.board import draw_right
from coordination.ballots.casting.papers import fresh_paper
from coordination.ballots.commitments import freeze_right
from coordination.db import close_pool, open_pool
from coordination.web.csrf import HEADER, issue_token
from tests.ballots.a_vote import a_vote, a_voter
from tests.benchmarks import load
from tests.benchmarks.servers import Database, say, serving

CLIENTS = (32, 128)


async def electorate(base: Database, count: int) -> tuple[UUID, list[tuple[str, UUID]]]:
    """A running poll with `count` voters: its id, and (session token, right) of each.

    The first voter is made like all voters in tests; the rest are copies of the rows.
    """
    now = clock.now()
    vote = await a_vote(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9))
    first = await a_voter(vote)
    tokens = [secrets.token_urlsafe(32) for _ in range(count)]
    persons, owners, rights = ([uuid4() for _ in range(count)] for _ in range(3))
    connection = await asyncpg.connect(base.owner)
    await _copies(connection, "person", first.id, persons)
    [owner] = await connection.fetchrow("select owner from binding where person = $1", first.id)
    await connection.execute(
        """insert into owner select (o).* from (
             select jsonb_populate_record(x, jsonb_build_object('id', n.id, 'id_hash',
                    '\\x' || replace(n.id::text, '-', ''))) as o
               from owner x, unnest($2::uuid[]) as n(id) where x.id = $1) as made""",
        owner, owners,
    )  # fmt: skip
    await connection.execute(
        """insert into binding (id, person, owner, proof, at)
           select gen_random_uuid(), p, o, 'letter', $3
             from unnest($1::uuid[], $2::uuid[]) as n(p, o)""",
        persons, owners, now,
    )  # fmt: skip
    await _rights(connection, vote.question.id, rights)
    await connection.execute(
        """insert into right_holder (id, "right", owner, since, reason)
           select gen_random_uuid(), r, o, $3, ''
             from unnest($1::uuid[], $2::uuid[]) as n(r, o)""",
        rights, owners, now,
    )  # fmt: skip
    await _sessions(connection, tokens, persons, now)
    await connection.execute("analyze")
    await connection.close()
    return vote.poll.id, list(zip(tokens, rights, strict=True))


async def _rights(connection: asyncpg.Connection, question: UUID, ids: list[UUID]) -> None:
    frozen = [freeze_right(draw_right(), 895_000) for _ in range(min(len(ids), 100))]
    await connection.executemany(
        """insert into voting_right (id, question, number, area_cm2, salt, who, blinding, weight,
                                     holders)
           values ($1, $2, $3, $4, $5, $6, $7, $8, 1)""",
        [
            (right, question, draw_right(), one.area_cm2, one.salt,
             secrets.token_bytes(32), one.r, one.weight)
            for right, one in zip(ids, itertools.cycle(frozen), strict=False)
        ],
    )  # fmt: skip


async def _sessions(
    connection: asyncpg.Connection, tokens: list[str], persons: list[UUID], now: datetime
) -> None:
    await connection.executemany(
        """insert into sign_in (id, token_hash, person, opened_at, expires_at, stepped_up_at,
                                device)
           values (gen_random_uuid(), sha256($1), $2, $3, $4, $3, 'bench')""",
        [
            (token.encode(), person, now, now + timedelta(hours=1))
            for token, person in zip(tokens, persons, strict=True)
        ],
    )


async def _copies(connection: asyncpg.Connection, table: str, one: UUID, ids: list[UUID]) -> None:
    await connection.execute(
        f"""insert into {table} select (o).* from (
              select jsonb_populate_record(x, jsonb_build_object('id', n.id)) as o
                from {table} x, unnest($2::uuid[]) as n(id) where x.id = $1) as made""",
        one, ids,
    )  # fmt: skip


def papers(poll: UUID, voters: list[tuple[str, UUID]]) -> list[bytes]:
    """The prepared requests: each voter's own paper, session and form token."""
    now = clock.now()
    made = []
    for token, right in voters:
        paper = fresh_paper(poll, now).sealed()
        holder = hashlib.sha256(token.encode()).digest()
        headers = {
            "Content-Type": "application/json",
            "Cookie": f"sid={token}",
            "Sec-Fetch-Site": "same-origin",
            HEADER: issue_token(holder),
        }
        body = json.dumps({"paper": paper, "choices": {str(right): "approve"}}).encode()
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
    """Cast, floor and raw, at 32 and 128 clients, in one run."""
    count = 4_000 if quick else 30_000
    poll, voters = asyncio.run(_prepared(base, count * len(CLIENTS)))
    floor_requests = [load.request("GET", "/")] * count
    floor: dict[int, float] = {}
    with serving("floor", base.owner) as port:
        for clients in CLIENTS:
            done = load.run(port, clients, iter(floor_requests))
            floor[clients] = done.per_second
            say("floor", clients=clients, **done.figures())
    for clients in CLIENTS:
        say("raw", clients=clients, per_second=round(raw(base, clients, 3 if quick else 10)))
    ready = papers(poll, voters)
    with serving("app", base.app) as port:
        for clients in CLIENTS:
            some, ready = ready[:count], ready[count:]
            done = load.run(port, clients, iter(some))
            ratio = round(done.per_second / floor[clients], 2)
            say("cast", clients=clients, of_floor=ratio, **done.figures())


async def _prepared(base: Database, count: int) -> tuple[UUID, list[tuple[str, UUID]]]:
    await open_pool(4)
    try:
        return await electorate(base, count)
    finally:
        await close_pool()
