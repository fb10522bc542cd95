"""Before the close a choice is nowhere but sealed: not in what the running service logs, stores,
shows or signals, whoever looks."""

import asyncio
import base64
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from coordination import clock, db
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.results.turnout import move_turnout
from coordination.db import DB
from coordination.law.classes import MatterClass
from coordination.people.sessions import COOKIE, open_session
from coordination.people.tables import RoleKind
from coordination.postgres_tools import run_tool
from coordination.web.csrf import FIELD, HEADER
from tests.ballots.a_vote import Vote, a_vote, a_voter, freeze
from tests.ballots.electorate import Seat, seat_owners
from tests.builders import a_role
from tests.every_route import handlers_of
from tests.faults.rush import Letter
from tests.faults.service import Running, a_web_server, a_worker, address_of
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("database")
OPTIONS = ("枣红色外墙涂料", "靛青色外墙涂料")
MOTION = ("approve", "reject", "abstain")
STAFF = (
    RoleKind.COMMITTEE_MEMBER,
    RoleKind.COMMUNITY_WORKER,
    RoleKind.PROPERTY_MANAGER,
    RoleKind.OPERATOR,
)
WORDS = (*OPTIONS, *MOTION, "不同意", "弃权")


def spelt(word: str) -> Iterator[bytes]:
    """The ways in which a word could lie in a file, a dump or a page."""
    raw = word.encode()
    yield raw
    yield raw.hex().encode()
    yield json.dumps(word)[1:-1].encode()
    yield quote(word).encode()
    yield base64.b64encode(raw[: len(raw) // 3 * 3])


def found(text: bytes, words: Iterable[str]) -> Counter[str]:
    """How often each word stands in it, however written."""
    counts = {word: sum(map(text.count, set(spelt(word)))) for word in words}
    return Counter({word: count for word, count in counts.items() if count})


def nonces_in(text: bytes, nonces: Iterable[str]) -> set[str]:
    """Those that stand in it, as hex or as base64: within the few long runs of such letters."""
    text = b"\n".join(re.findall(rb"[\w+/-]{42,}", text))
    raw = {nonce: bytes.fromhex(nonce) for nonce in nonces}
    return {
        nonce for nonce, it in raw.items()
        if nonce.encode() in text or base64.b64encode(it)[:42] in text
        or base64.urlsafe_b64encode(it)[:42] in text
    }  # fmt: skip


async def dumped(owner_address: str) -> Counter[bytes]:
    """The lines of a whole dump."""
    text = await asyncio.to_thread(run_tool, "pg_dump", owner_address, "--data-only")
    return Counter(text.encode().splitlines())


async def cast_in_every_way(web: Running, vote: Vote, seats: list[Seat]) -> list[str]:
    """By program and by form, changed, refused; the nonces of the receipts."""
    now, nonces = clock.now(), []
    async with httpx.AsyncClient(base_url=web.address, trust_env=False) as client:
        for n, seat in enumerate(seats):
            for letter in _letters(vote, seat, n, now):
                body = {"paper": letter.body["paper"], FIELD: letter.headers[HEADER]}
                form = await client.post(letter.path, data=body, headers=letter.headers)
                again = await client.post(letter.path, json=letter.body, headers=letter.headers)
                assert (form.status_code, again.status_code) == (303, 201), again.text
                nonces += [one["cast"]["nonce"] for one in again.json()["receipts"]]
        await _be_refused(client, vote, seats[0], now)
    return nonces


def _letters(vote: Vote, seat: Seat, n: int, at: datetime) -> list[Letter]:
    """One with a choice for each question; of every third owner a second, that changes both."""
    motion, option = seat.rights
    letters = []
    for turn in range(2 if n % 3 == 0 else 1):
        choices = {motion: MOTION[(n + turn) % 3], option: OPTIONS[(n + turn) % 2]}
        letter = Letter.of(seat, vote.poll.id, "", at)
        letter.body["paper"] = seat.paper(vote.poll.id, "", at).choosing(choices).sealed()
        letters.append(letter)
    return letters


async def _be_refused(client: httpx.AsyncClient, vote: Vote, seat: Seat, at: datetime) -> None:
    """Choices in clear, from one who may change no more, or that are no choices."""
    letter = Letter.of(seat, vote.poll.id, "approve", at)
    for choices in ({str(right): OPTIONS[0] for right in seat.rights}, {"x": OPTIONS[1]}, OPTIONS):
        answer = await client.post(
            letter.path, json=letter.body | {"choices": choices}, headers=letter.headers
        )
        assert answer.status_code in (409, 422), answer.text


@asynccontextmanager
async def listening(web: Running, vote: Vote) -> AsyncIterator[bytearray]:
    """To the poll's live events; what was heard."""
    heard = bytearray()

    async def listen() -> None:
        path = f"{web.address}/live/turnout/{vote.poll.id}"
        async with httpx.AsyncClient(timeout=None, trust_env=False) as client:
            await hear(client, path)

    async def hear(client: httpx.AsyncClient, path: str) -> None:
        async with client.stream("GET", path) as stream:
            async for part in stream.aiter_bytes():
                heard.extend(part)

    task = asyncio.create_task(listen())
    yield heard
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def pages_of(app: Any, vote: Vote) -> list[str]:
    """Every address that can be asked for, filled with what belongs to this vote."""
    known = {
        "poll_id": vote.poll.id, "question_id": vote.questions[1].id, "estate_id": vote.estate.id,
        "building_id": vote.building.id, "place_id": vote.estate.id, "body_id": vote.body.id,
    }  # fmt: skip
    paths = []
    for path, method, _ in handlers_of(app):
        filled = path
        for name, id in known.items():
            filled = filled.replace(f"{{{name}:uuid}}", str(id))
        if method == "GET" and ("{" not in filled or "{name:str}" in filled):
            paths += [filled.replace("{name:str}", name) for name in ("ballots.json", "lines.csv")]
    return sorted(set(paths))


async def seen_by(web: Running, paths: list[str], token: str | None) -> dict[str, bytes]:
    """What each page says to the holder of this session."""
    headers = {"Cookie": f"{COOKIE}={token}"} if token else {}
    limit = asyncio.Semaphore(8)
    async with httpx.AsyncClient(base_url=web.address, timeout=60, trust_env=False) as client:

        async def read(path: str) -> bytes:
            async with limit:
                answer = await client.get(path, headers=headers)
                assert answer.status_code < 500 or path == "/ready", path
                return answer.content

        return dict(zip(paths, await asyncio.gather(*map(read, paths)), strict=True))


async def sessions(vote: Vote) -> dict[str, str | None]:
    """Of everybody who could be curious: a visitor, each kind of staff, a neighbour."""
    now = clock.now()
    people = {"neighbour": await a_voter(vote, name="王桂兰")}
    for kind in STAFF:
        place = None if kind is RoleKind.OPERATOR else vote.estate
        people[kind.value] = await a_role(kind, place)
    return {"visitor": None} | {
        name: await open_session(one.id, now, stepped_up=True, second_factor=True)
        for name, one in people.items()
    }


def say_no_more(pages, before, nonces):
    """The same words as before anybody voted, and nowhere a nonce."""
    for path, page in pages.items():
        assert not nonces_in(page, nonces), path
        if path in before:
            assert found(page, WORDS) == found(before[path], WORDS), path
        else:  # the words of a motion stand there in another sense
            assert not found(page, OPTIONS), path


async def test_a_choice_is_in_no_log_no_row_no_page_and_no_event_before_the_close(
    tmp_path, server, made_app
):
    now = clock.now()
    vote = await a_vote(
        opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1),
        classes=(MatterClass.MANAGER, MatterClass.COMMON_USE), options=OPTIONS,
    )  # fmt: skip
    seats = await seat_owners(vote, 31, now)
    curious = await sessions(vote)
    await freeze(vote)
    await advance_poll(vote.poll.id, now)
    owner = address_of({**server.config, "database": DB.config["database"]})
    async with (
        a_web_server(tmp_path) as web,
        a_worker(tmp_path) as worker,
        listening(web, vote) as heard,
    ):
        await until(lambda: db.value("select exists(select from turnout_figure)"))
        paths = pages_of(made_app, vote)
        about_the_vote = [path for path in paths if str(vote.poll.id) in path]
        shown = {who: await seen_by(web, about_the_vote, one) for who, one in curious.items()}
        stored = await dumped(owner)

        nonces = await cast_in_every_way(web, vote, seats)
        await until(lambda: db.value("select not exists(select from cast_news)"))
        await move_turnout(clock.now() + timedelta(minutes=11))
        await until(lambda: b"changed" in heard)

        added = b"\n".join(await dumped(owner) - stored)
        assert len(nonces) == 2 * (31 + 11) and b"ballot-cast" in added
        for text in (added, bytes(heard)):
            assert not found(text, WORDS) and not nonces_in(text, nonces)
        for who, token in curious.items():
            say_no_more(await seen_by(web, paths, token), shown[who], nonces)
    for log in (web.log, worker.log):
        text = log.read_bytes()
        assert not found(text, WORDS) and not nonces_in(text, nonces)
