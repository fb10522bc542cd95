"""The room's screen with 200 followers, minutes that two save at once, the page of a matter with a
thousand events, the home page of an estate with all of it."""

import asyncio
import gzip
import random
import re
import time
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

import asyncpg

from coordination import clock
from coordination.db import close_pool, open_pool, rows
from coordination.matters.raising import raise_matter
from coordination.matters.reading import TIMELINE
from coordination.matters.tables import Door
from coordination.meetings.calling.actions import MeetingFacts, plan_meeting
from coordination.meetings.calling.agenda import add_topic
from coordination.meetings.calling.noticing import announce_meeting
from coordination.meetings.minutes.drafting import generate_minutes
from coordination.meetings.minutes.editing import parts_of, save_part
from coordination.meetings.queries import items_of
from coordination.meetings.room.presence import check_in, close_meeting, open_meeting
from coordination.meetings.tables import Meeting
from coordination.people.sessions import COOKIE, open_session
from coordination.web.csrf import holder, issue_token
from tests.benchmarks import load
from tests.benchmarks.room_followers import Follower
from tests.benchmarks.servers import Database, say, serving
from tests.meetings.a_meeting import Town, a_town, again

Made = TypeVar("Made")
FOLLOWERS, MOVES, PAUSE = 200, 40, 1.2
SAVES, EVENTS = 1_000, 1_000
LISTENING = """select pid from pg_stat_activity
                where query ilike 'listen%' or query = 'select 1'"""


@dataclass(frozen=True, slots=True)
class Room:
    """An open meeting with ten points, who chairs it, and by which session."""

    town: Town
    meeting: Meeting
    token: str


async def a_room() -> Room:
    town, now = await a_town(), clock.now()
    for who in ("worker", "manager", "helper", "councillor"):
        setattr(town, who, await again(getattr(town, who), now))
    town.members[0] = await again(town.members[0], now)
    called, starts = now - timedelta(days=6), now - timedelta(minutes=30)
    facts = MeetingFacts("四方联席会议", starts, 90, "社区二楼", "居委会 027-87000000")
    meeting = await plan_meeting(town.worker, town.estate, "four_party", facts, called)
    for number in range(10):
        text = "居民在工单里多次反映。" * 8
        await add_topic(town.worker, meeting.id, f"议题{number}号", text, None, called)
    await announce_meeting(town.worker, meeting.id, called)
    await open_meeting(town.worker, meeting.id, starts)
    found = await Meeting.objects().get(Meeting.id == meeting.id)
    assert found
    for one in (town.members[0], town.manager, town.helper, town.councillor, town.worker):
        await check_in(one, str(found.room_code), starts)
    token = await open_session(town.worker.id, now, stepped_up=True, second_factor=True)
    return Room(town, found, token)


async def following(base: Database, room: Room, port: int, followers: int, moves: int) -> None:
    """From the chair's click to the last follower; the listeners are lost half-way."""
    items = [one for one in await items_of(room.meeting.id) if one.title.startswith("议题")]
    marks: dict[str, bytes] = {}
    ready = asyncio.Semaphore(0)
    screens = [Follower(port, str(room.meeting.id)) for _ in range(followers)]
    tasks = [asyncio.create_task(one.follow(ready, marks)) for one in screens]
    for _ in range(followers):
        await asyncio.wait_for(ready.acquire(), 60)
    clicked: dict[str, float] = {}
    for step in range(moves):
        if step == moves // 2:
            await _lose_listeners(base)
        item = items[step % len(items)]
        marks.clear()
        marks[str(step)] = f"<h2>{item.title}</h2>".encode()
        clicked[str(step)] = time.perf_counter()
        await asyncio.to_thread(_click, port, room, step, item.id)
        await asyncio.sleep(PAUSE)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    _say_following(screens, clicked, moves)


def _say_following(screens: list[Follower], clicked: dict[str, float], moves: int) -> None:
    waits = {
        step: sorted(one.shown_at[step] - at for one in screens if step in one.shown_at)
        for step, at in clicked.items()
    }
    missed = sum(len(screens) - len(each) for each in waits.values())
    last = sorted(each[-1] for each in waits.values() if each)
    every = sorted(one for each in waits.values() for one in each)
    say("room screen", followers=len(screens), steps=moves, missed=missed,
        last_follower_p50_ms=_ms(last, 0.5), last_follower_p99_ms=_ms(last, 0.99),
        any_follower_p99_ms=_ms(every, 0.99), listeners_lost_at=moves // 2)  # fmt: skip


async def _lose_listeners(base: Database) -> None:
    owner = await asyncpg.connect(base.owner)
    lost = await owner.fetch(LISTENING)
    for one in lost:
        await owner.execute("select pg_terminate_backend($1)", one["pid"])
    await owner.close()
    assert lost, "no connection that listens was found"


def _click(port: int, room: Room, revision: int, item: object) -> None:
    """As the chair's form sends it."""
    path = f"/meetings/{room.meeting.id}/moves"
    fields = {"revision": revision, "item": item, "minutes": 0}
    run = load.run(port, 1, iter([_form(path, room.token, fields)]))
    assert set(run.statuses) == {303}, run.statuses


def _form(path: str, token: str, fields: dict[str, object]) -> bytes:
    sent = {**fields, "_csrf_token": issue_token(holder({COOKIE: token}))}
    headers = {
        "Accept": "text/html", "Cookie": f"{COOKIE}={token}", "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    return load.request("POST", path, urlencode(sent).encode(), headers)


async def saving(room: Room, saves: int) -> None:
    """Two editors of one part, each going on from what their own page stands on: no word lost."""
    town, now = room.town, clock.now()
    await close_meeting(town.worker, room.meeting.id, now)
    await generate_minutes(town.worker, room.meeting.id, now)
    part, first = (await parts_of(room.meeting.id))[1]
    chance = random.Random(4)
    begun, took = time.perf_counter(), []

    async def write(name: str) -> list[str]:
        stands_on, lines, words = first.revision, first.text.splitlines(), []
        for number in range(saves // 2):
            words.append(f"{name}{number:04d}")
            lines.insert(number if name == "甲" else len(lines), words[-1])
            at = time.perf_counter()
            saved = await save_part(
                town.worker, part.id, stands_on, "\n".join(lines), clock.now()
            )  # fmt: skip
            took.append(time.perf_counter() - at)
            stands_on = saved.based_on
            await asyncio.sleep(chance.random() / 500)
        return words

    said = await asyncio.gather(write("甲"), write("乙"))
    seconds = time.perf_counter() - begun
    kept = dict((one.id, text.text) for one, text in await parts_of(room.meeting.id))[part.id]
    lost = [word for words in said for word in words if word not in kept]
    assert not lost, f"{len(lost)} words are gone, the first is {lost[0]}"
    say("minutes autosave", saves=len(took), seconds=round(seconds, 1), lost=len(lost),
        p50_ms=_ms(sorted(took), 0.5), p99_ms=_ms(sorted(took), 0.99))  # fmt: skip


async def a_long_matter(base: Database, town: Town, events: int) -> UUID:
    now = clock.now()
    matter = await raise_matter(
        town.worker, town.estate, "车位月费要公开", "请公开依据，一起商量。", now, door=Door.PARTY
    )
    owner = await asyncpg.connect(base.owner)
    await owner.execute(
        """insert into timeline_line (id, matter, at, stage, text, link, body)
           select gen_random_uuid(), $1, $2::timestamptz + n * interval '1 minute', 'raised',
                  '工单 #' || n || '：进展。物业到现场看过，约了维修单位', '/tickets/x', $3
             from generate_series(1, $4) n""",
        matter, now, town.community.id, events,
    )  # fmt: skip
    await owner.execute("analyze timeline_line")
    await owner.close()
    plan = "\n".join(
        one[0] for one in await rows(f"explain {TIMELINE}", matter, None, None, 31)
    )  # fmt: skip
    say("plan of a timeline", indexes=sorted(set(re.findall(r"using (\w+)", plan))))
    return matter


def reading(base: Database, pages: dict[str, str], count: int) -> None:
    """p95 of each page, how many a second, and its size over the wire."""
    for workers in (1, 2):
        with serving("app", base.app, workers) as port:
            for name, path in pages.items():
                request = load.request(
                    "GET", path, headers={"Accept": "text/html", "Accept-Encoding": "gzip"}
                )
                run = load.run(port, 8, iter([request] * count))
                assert set(run.statuses) == {200}, (name, run.statuses)
                say(name, workers=workers, clients=8, p95_ms=run.quantile_ms(0.95),
                    **run.figures())  # fmt: skip


def _ms(ordered: list[float], share: float) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)


def measure(base: Database, quick: bool) -> None:
    """All of it, on one database."""
    followers, moves, saves = (40, 6, 200) if quick else (FOLLOWERS, MOVES, SAVES)
    room = asyncio.run(_opened(a_room))
    with serving("app", base.app, 2) as port:
        asyncio.run(_opened(lambda: following(base, room, port, followers, moves)))
    asyncio.run(_opened(lambda: saving(room, saves)))
    matter = asyncio.run(_opened(lambda: a_long_matter(base, room.town, EVENTS)))
    pages = {
        f"matter with {EVENTS} events": f"/matters/{matter}",
        "home of an estate": f"/estates/{room.town.estate.id}",
        "meetings": "/meetings",
        "meeting": f"/meetings/{room.meeting.id}",
        "tasks": "/meetings/actions",
    }
    reading(base, pages, 200 if quick else 1_500)
    sizes(base, pages)


async def _opened(do: Callable[[], Awaitable[Made]]) -> Made:
    await open_pool(4)
    try:
        return await do()
    finally:
        await close_pool()


def sizes(base: Database, pages: dict[str, str]) -> None:
    """What a phone takes over the wire, the page alone and with what it loads beside."""
    with serving("app", base.app, 1) as port:
        for name, path in pages.items():
            page = _fetched(port, path)
            beside = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode()))
            total = len(gzip.compress(page)) + sum(
                len(gzip.compress(_fetched(port, one))) for one in beside
            )
            say(f"size of {name}", page_kb=round(len(gzip.compress(page)) / 1024, 1),
                with_style_and_script_kb=round(total / 1024, 1))  # fmt: skip


def _fetched(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.read()
