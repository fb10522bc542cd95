"""The application as a whole: what every answer carries, and that nothing sent breaks a page."""

import re
from collections.abc import Iterator
from itertools import cycle, product
from uuid import uuid4

import pytest

from coordination.ballots.results.clockwork import advance_poll
from coordination.files import LARGEST
from coordination.people.sessions import COOKIE, open_session
from coordination.people.tables import Person, RoleKind
from coordination.settings import TEMPLATES
from coordination.web.csrf import FIELD, issue_token
from coordination.web.security import HEADERS
from tests.ballots.a_vote import a_vote, a_voter, freeze, rights_of
from tests.builders import DURING, OPENING, a_role, a_unit, an_estate
from tests.every_route import NASTY, addresses, fields_of, handlers_of, queries_of

SHORT = ("\x00", "x" * 4_000, "-1", "9" * 23, "0001-01-01T00:00", "9999-12-31", str(uuid4()))
FILES = {"file": ("\x00.xlsx", b"PK\x03\x04\xff"), "photo": ("", b"")}
FAREWELLS = ("/consent/withdrawal", "/me/closing")  # after them a person can do nothing more
OWN_PAGE = {"sec-fetch-site": "same-origin"}  # then a token of any session of ours will do
STAFF = (
    RoleKind.COMMITTEE_MEMBER,
    RoleKind.COMMUNITY_WORKER,
    RoleKind.PROPERTY_MANAGER,
    RoleKind.OPERATOR,
)


@pytest.mark.parametrize(
    "path",
    [
        "/ballots",
        "/sign-in",
        "/nowhere",
        "/ballots/not-a-uuid",
        "/static/coordination.css",
        "/static/nothing.css",
        "/health",
        "/ready",
        "/api/v1/polls",
        "/api/v1/nowhere",
        "/api/openapi.json",
        "/ballots/x/casts",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_every_answer_keeps_the_page_to_itself(browser, method, path):
    answer = await browser.client.request(method, path)

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


async def test_no_policy_allows_anything_inline_or_of_another_host():
    policy = HEADERS["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy


async def test_health_says_alive_and_ready_says_what_is_missing(browser):
    health = await browser.client.get("/health")
    ready = await browser.client.get("/ready")

    assert (health.status_code, health.text) == (200, "ok")
    assert ready.json() == {"database": True, "migrations": True, "worker": False}
    assert ready.status_code == 503


async def test_an_unknown_page_is_a_page_that_leads_on(browser):
    page = await browser.open("/nowhere", expect=404)

    assert "没有找到" in page.text
    assert page.select("a[href='/']")


async def test_a_page_s_answer_is_not_kept_by_others(browser):
    answer = await browser.client.get("/sign-in")

    assert answer.headers["cache-control"] == "private, no-cache"


class World:
    """A running vote, someone in each of these roles near it, and whatever has an id."""

    def __init__(self, vote, ids: dict[str, list[str]], people: dict[str, Person]) -> None:
        self.vote, self.ids, self.people = vote, ids, people

    async def tokens(self) -> dict[str, str]:
        """A session of everybody, as after a sign-in that just happened; nobody has none."""
        fresh = {
            role: await open_session(person.id, DURING, stepped_up=True, second_factor=True)
            for role, person in self.people.items()
        }
        return {"nobody": "", **fresh}


@pytest.fixture
async def world(app) -> World:
    vote = await a_vote()
    owner = await a_voter(vote)
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    draft = await a_vote(estate=await an_estate("海棠苑"))
    unit = await a_unit(vote.building, "909")
    people = {"owner": owner}
    for role in STAFF:
        place = None if role is RoleKind.OPERATOR else vote.estate
        body = vote.body if role is RoleKind.COMMITTEE_MEMBER else None
        people[role.value] = await a_role(role, place, body=body)
    ids = {
        "poll_id": [vote.poll.id, draft.poll.id],
        "question_id": [vote.question.id],
        "right_id": await rights_of(vote, owner),
        "estate_id": [vote.estate.id],
        "place_id": [vote.estate.id, vote.building.id],
        "building_id": [vote.building.id],
        "unit_id": [unit.id],
        "person_id": [owner.id],
        "body_id": [vote.body.id],
    }
    return World(vote, {name: list(map(str, found)) for name, found in ids.items()}, people)


def carry(browser, token: str) -> None:
    """From now on ask with this session alone."""
    browser.client.cookies.clear()
    if token:
        browser.client.cookies.set(COOKIE, token)


class Asked:
    """What was asked, by whom, and which answers were in the 500s."""

    def __init__(self, browser) -> None:
        self.browser, self.count, self.broken = browser, 0, []

    async def ask(self, role: str, token: str, method: str, address: str, **sent) -> bool:
        """Ask for it; whether the answer was not to turn this role away."""
        carry(self.browser, token)
        answer = await self.browser.client.request(method, address, **sent)
        self.count += 1
        if answer.status_code >= 500 and address != "/ready":
            told = {key: str(value)[:80] for key, value in sent.items() if key != "headers"}
            self.broken.append((role, address[:200], told, answer.status_code))
        to_the_door = answer.headers.get("location", "").startswith("/sign-in")
        return answer.status_code not in (401, 403, 404) and not to_the_door


def by_turns(let_in: dict[str, bool]) -> Iterator[str]:
    """Round and round those who were not turned away; everybody, where all were."""
    return cycle([role for role, may in let_in.items() if may] or let_in)


@pytest.mark.timeout(300)  # thousands of answers
async def test_no_page_answers_in_the_500s(app, browser, world):
    """Everybody opens every address with ids that there are and with nonsense. Those who are let
    in send each nonsense in every name of its query, by turns."""
    tokens, asked = await world.tokens(), Asked(browser)

    for path, method, handler in handlers_of(app):
        if method != "GET":
            continue
        first, *others = addresses(path, world.ids)
        let_in = {role: await asked.ask(role, own, "GET", first) for role, own in tokens.items()}
        for address in others:
            for role, token in tokens.items():
                await asked.ask(role, token, "GET", address)
        readers = by_turns(let_in)
        for query in ({name: nasty} for name in queries_of(handler) for nasty in NASTY):
            role = next(readers)
            await asked.ask(role, tokens[role], "GET", first, params=query)

    assert asked.broken == []
    assert asked.count > 300 * len(tokens)


@pytest.mark.timeout(300)
async def test_no_form_answers_in_the_500s(app, browser, world):
    """Everybody sends every form empty and with files that are none; those who are let in, with
    the same nonsense in each of its fields. Where all are turned away, they do so by turns."""
    asked, form = Asked(browser), {FIELD: issue_token(b"")}

    for path, method, handler in sorted(handlers_of(app), key=lambda one: one[0] in FAREWELLS):
        if method != "POST":
            continue
        address, tokens, let_in = next(addresses(path, world.ids)), await world.tokens(), {}
        for role, token in tokens.items():
            let_in[role] = await asked.ask(
                role, token, "POST", address, data=form, headers=OWN_PAGE
            )
            await asked.ask(role, token, "POST", address, data=form, files=FILES, headers=OWN_PAGE)
        names, writers = fields_of(handler), [role for role, may in let_in.items() if may]
        sent = product(writers, SHORT) if writers else zip(cycle(tokens), SHORT, strict=False)
        for role, nasty in sent if names else ():
            nonsense = form | dict.fromkeys(names, nasty)
            await asked.ask(role, tokens[role], "POST", address, data=nonsense, headers=OWN_PAGE)

    assert asked.broken == []
    assert asked.count > 100 * len(world.people)


@pytest.mark.parametrize(
    "body",
    [
        b"\x00" * 100,
        b"--x\r\n\r\n",
        b"--x\r\nContent-Disposition: form-data\r\n\r\n",
        b"%ff=%00&=&",
    ],
)
@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary=x", "multipart/form-data", "application/x-www-form-urlencoded"],
)
async def test_no_malformed_body_breaks_a_form(browser, kind, body):
    for path in ("/sign-in", f"/ballots/{uuid4()}/casts", "/join"):
        answer = await browser.client.post(path, content=body, headers={"content-type": kind})

        assert answer.status_code < 500, (path, answer.text)


CLAIMED = ("accept", "cookie", "referer", "origin", "hx-current-url", "sec-fetch-site",
           "x-csrftoken", "if-none-match", "content-type", "x-forwarded-for", "authorization",
           "host", "range")  # fmt: skip


@pytest.mark.parametrize("name", CLAIMED)
async def test_no_header_breaks_a_page_or_the_api(browser, name):
    for value in (b"http://[", b"\xff\xfe", b";=;", b"a/b;q=x", b"9" * 400, b"sid=\xff", b"a:b"):
        for method, path in (
            ("GET", "/ballots"),
            ("GET", "/nowhere"),
            ("POST", "/sign-in"),
            ("POST", f"/ballots/{uuid4()}/casts"),
            ("GET", "/api/v1/polls?estate=1"),
            ("POST", f"/api/v1/polls/{uuid4()}/objections"),
        ):
            browser.client.cookies.clear()
            answer = await browser.client.request(
                method, path, headers=[(name.encode(), value), (b"hx-request", b"true")]
            )

            assert answer.status_code < 500, (method, path, value)


MULTIPART = re.compile(r'<form[^>]*action="([^"?]*)[^"]*"[^>]*enctype="multipart')


def test_every_form_with_a_file_takes_one_as_large_as_files_may_be(app):
    texts = [path.read_text() for path in TEMPLATES.rglob("*.html")]
    tails = {tail.rpartition("}}")[2] for text in texts for tail in MULTIPART.findall(text)} - {""}
    routes = [(path, handler) for path, method, handler in handlers_of(app) if method == "POST"]

    refusing = [
        tail
        for tail in tails
        if not any(
            (handler.resolve_request_max_body_size() or 0) > LARGEST
            for path, handler in routes
            if path.endswith(tail)
        )
    ]

    assert (refusing, len(tails) > 12) == ([], True)
