"""The desk's list over a district's tickets at 8 clients: filters, deep pages, and their plans."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass

from coordination import clock
from coordination.db import rows, value
from coordination.people.askers import Asker
from coordination.people.sessions import COOKIE, look_up, open_session
from coordination.people.tables import BodyKind, RoleKind
from coordination.tickets.desk.filters import Filter, read_cursor, read_filter
from coordination.tickets.desk.queries import Asked, listed, statement
from coordination.tickets.desk.scope import scope_of
from tests.benchmarks import load
from tests.benchmarks.servers import Database, say, serving
from tests.benchmarks.ticket_lives import District
from tests.builders import a_body, a_person, a_role

CLIENTS, COUNT, DEEP = 8, 400, 150  # requests of each kind; how many pages deep
USED = re.compile(
    r"(?:Index Scan|Index Only Scan|Bitmap Index Scan)(?: Backward)? (?:using|on) (\w+)"
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the list, and the cookie of their session."""

    asker: Asker
    token: str


async def a_reader(kind: RoleKind, place, body) -> Reader:
    person = await a_role(kind, place, body=body, person=await a_person(kind.value))
    now = clock.now()
    token = await open_session(person.id, now, stepped_up=True, second_factor=True)
    asker = await look_up(token, now)
    assert asker
    return Reader(asker, token)


async def lists(base: Database, district: District) -> None:
    """p95 of each kind of page for an officer of the whole district, one worker process and two."""
    office = await a_body(BodyKind.SUBDISTRICT_OFFICE, district.place, "区治理中心")
    reader = await a_reader(RoleKind.SUBDISTRICT_OFFICER, district.place, office)
    asked = await _pages(reader, district)
    for name, query in asked.items():
        say(f"plan of {name}", indexes=await _indexes(reader, query))
    tickets = await value("select count(*) from ticket")
    for workers in (1, 2):
        with serving("app", base.app, workers) as port:
            for name, query in asked.items():
                run = await asyncio.to_thread(
                    load.run, port, CLIENTS, _requests(f"/desk/tickets{query}", reader.token)
                )
                assert set(run.statuses) == {200}, (name, run.statuses)
                say(f"list {name}", workers=workers, clients=CLIENTS, tickets=tickets,
                    p95_ms=run.quantile_ms(0.95), **run.figures())  # fmt: skip


async def _pages(reader: Reader, district: District) -> dict[str, str]:
    """The query of each kind of page."""
    estate, _ = district.estates[7]
    category = await value("select category from ticket limit 1")
    return {
        "first": "",
        "overdue": Filter(pile="overdue").query(),
        "category": Filter(category=category).query(),
        "state": Filter(state="handling").query(),
        "building": Filter(estate=estate, building=district.buildings[estate][0]).query(),
        "all": Filter(show="all").query(),
        "done of a category": Filter(show="done", category=category).query(),
        "deep": await _deep(reader, Filter()),
        "deep of all": await _deep(reader, Filter(show="all")),
    }


async def _deep(reader: Reader, filter_: Filter) -> str:
    """The query of a page far down."""
    now = clock.now()
    scope = await scope_of(reader.asker, now)
    lines = await listed(scope, filter_, reader.asker.id, now, None, 50 * DEEP)
    return filter_.query(after=str(lines[-1].cursor))


async def _indexes(reader: Reader, query: str) -> list[str]:
    """The indexes that the plan of this page uses, each once."""
    now = clock.now()
    parts = dict(each.split("=", 1) for each in query.lstrip("?").split("&") if each)
    asked = Asked(await scope_of(reader.asker, now), reader.asker.id, now)
    after = read_cursor(parts.get("after", "").replace("%3A", ":").replace("%2B", "+"))
    sql = statement(asked, read_filter(parts), after, 51)
    plan = "\n".join(each[0] for each in await rows(f"explain {sql}", *asked.values))
    return sorted(set(USED.findall(plan)))


def _requests(path: str, token: str) -> Iterator[bytes]:
    headers = {"Accept": "text/html", "Accept-Encoding": "gzip", "Cookie": f"{COOKIE}={token}"}
    return iter([load.request("GET", path, headers=headers)] * COUNT)
