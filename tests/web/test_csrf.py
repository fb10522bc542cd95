"""A form is taken only from our own page, made for this very session, and no word is lost."""

import hashlib

import httpx
import pytest
from litestar import get, post
from litestar.params import URLEncodedBody
from litestar.response import Template

from coordination.web import csrf
from coordination.web.access import anyone
from coordination.web.security import SESSION_COOKIE, VISITOR_COOKIE
from tests.web.conftest import Visitor, a_site, visiting

FORM = (
    '{% extends "layout.html" %}{% block title %}表{% endblock %}{% block main %}<h1>表</h1>'
    '<form method="post" action="/form">{{ csrf_input | safe }}</form>{% endblock %}'
)
taken: list[dict] = []


@get("/form", guards=[anyone])
async def form() -> Template:
    return Template(template_str=FORM)


@post("/form", guards=[anyone])
async def send(data: URLEncodedBody[dict[str, str]]) -> None:
    taken.append(data)


@post("/upload", guards=[anyone])
async def upload() -> None:
    """Takes a file."""


SITE = a_site(form, send, upload)


@pytest.fixture(autouse=True)
def nothing_taken():
    taken.clear()


def signed_in(visitor: Visitor, token: str = "a-session") -> None:
    visitor.client.cookies.set(SESSION_COOKIE, token)


def code(response: httpx.Response) -> str:
    return response.json()["type"]


@pytest.mark.parametrize("session", [None, "a-session"], ids=["visitor", "signed in"])
async def test_the_form_of_our_page_is_taken(session):
    async with visiting(SITE) as visitor:
        if session:
            signed_in(visitor, session)
        token = await visitor.token("/form")
        response = await visitor.post("/form", {"_csrf_token": token, "room": "101"})

    assert response.status_code == 201
    assert taken == [{"_csrf_token": token, "room": "101"}]


async def test_the_token_may_stand_in_the_header():
    async with visiting(SITE) as visitor:
        token = await visitor.token("/form")
        response = await visitor.post("/form", {"room": "101"}, X_CSRFToken=token)

    assert response.status_code == 201


@pytest.mark.parametrize("where", ["field", "header"])
async def test_what_nobody_sees_in_a_form_does_not_arrive(where):
    async with visiting(SITE) as visitor:
        token = await visitor.token("/form")
        fields = {"_csrf_token": token} if where == "field" else {}
        headers = {"X_CSRFToken": token} if where == "header" else {}
        response = await visitor.post("/form", fields | {"room": "1\x0001\u202e"}, **headers)

    assert response.status_code == 201
    assert taken == [fields | {"room": "101"}]


async def test_an_upload_carries_its_token_among_its_fields():
    async with visiting(SITE) as visitor:
        token = await visitor.token("/form")
        sent = {"files": {"photo": ("a.jpg", b"...")}}
        good = await visitor.client.post("/upload", data={"_csrf_token": token}, **sent)
        bad = await visitor.client.post("/upload", data={"_csrf_token": "x"}, **sent)

    assert (good.status_code, bad.status_code) == (201, 403)


@pytest.mark.parametrize("browser", [{}, {"Sec_Fetch_Site": "same-origin"}], ids=["old", "new"])
@pytest.mark.parametrize("token", [None, "", "x", "A" * 59, "ü"])
async def test_a_forged_or_missing_token_is_refused_whatever_the_browser_says(token, browser):
    async with visiting(SITE) as visitor:
        await visitor.get("/form")
        data = {"room": "101"} | ({} if token is None else {"_csrf_token": token})
        response = await visitor.post("/form", data, Accept="application/json", **browser)

    assert (response.status_code, code(response)) == (403, "/problems/stale-page")
    assert taken == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://estate.test"},
        {"Origin": "http://elsewhere.test"},
        {"Origin": "http://estate.test.elsewhere.test"},
        {"Origin": "http://estate.test:81"},
        {"Origin": "null"},
    ],
    ids=str,
)
async def test_a_request_from_another_site_is_refused_even_with_a_good_token(headers):
    async with visiting(SITE) as visitor:
        token = await visitor.token("/form")
        response = await visitor.post(
            "/form", {"_csrf_token": token}, Accept="application/json", **headers
        )

    assert (response.status_code, code(response)) == (403, "/problems/foreign-page")
    assert taken == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec_Fetch_Site": "same-origin", "Origin": "null"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "http://estate.test"},
    ],
    ids=str,
)
async def test_a_request_from_our_page_is_taken_by_old_browsers_and_new(headers):
    async with visiting(SITE) as visitor:
        token = await visitor.token("/form")
        response = await visitor.post("/form", {"_csrf_token": token}, **headers)

    assert response.status_code == 201


async def test_a_token_made_for_another_session_is_refused():
    async with visiting(SITE) as attacker:
        signed_in(attacker, "the-attackers")
        token = await attacker.token("/form")
    async with visiting(SITE) as visitor:
        signed_in(visitor, "the-victims")
        response = await visitor.post("/form", {"_csrf_token": token})

    assert response.status_code == 403
    assert taken == []


async def test_a_planted_visitor_cookie_does_not_make_a_token_good_for_a_session():
    async with visiting(SITE) as attacker:
        token = await attacker.token("/form")
        planted = attacker.client.cookies[VISITOR_COOKIE]
    async with visiting(SITE) as visitor:
        visitor.client.cookies.set(VISITOR_COOKIE, planted)
        signed_in(visitor, "the-victims")
        response = await visitor.post("/form", {"_csrf_token": token})

    assert response.status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Sec_Fetch_Site": "same-origin"}, {"Origin": "http://estate.test"}], ids=str
)
async def test_who_signs_in_in_another_tab_keeps_the_words_typed_in_this_one(headers):
    async with visiting(SITE) as visitor:
        token = await visitor.token("/form")
        signed_in(visitor)
        response = await visitor.post("/form", {"_csrf_token": token}, **headers)

    assert response.status_code == 201


async def test_an_api_key_needs_no_token_and_does_not_excuse_a_cookie():
    async with visiting(SITE) as visitor:
        key = await visitor.post("/form", {"a": "b"}, Authorization="Bearer k")
        signed_in(visitor)
        both = await visitor.post("/form", {"a": "b"}, Authorization="Bearer k")

    assert (key.status_code, both.status_code) == (201, 403)


async def test_the_token_differs_on_every_page_so_its_length_in_a_compressed_page_tells_nothing():
    async with visiting(SITE) as visitor:
        signed_in(visitor)
        tokens = {await visitor.token("/form") for _ in range(3)}

    assert len(tokens) == 3
    held_by = hashlib.sha256(b"a-session").digest()
    assert all(csrf.csrf_ok(token, held_by) for token in tokens)


async def test_a_visitor_gets_one_cookie_that_no_script_reads_and_only_with_a_page():
    async with visiting(SITE) as visitor:
        first = await visitor.get("/form")
        second = await visitor.get("/form")
        style = await visitor.get("/static/coordination.css")

    assert "HttpOnly" in first.headers["set-cookie"]
    assert "SameSite=lax" in first.headers["set-cookie"]
    assert "set-cookie" not in second.headers
    assert "set-cookie" not in style.headers


def test_a_route_that_would_take_forms_unchecked_stops_the_start():
    async def mine(_) -> None: ...

    @post("/unchecked", guards=[anyone], before_request=mine)
    async def unchecked() -> None: ...

    with pytest.raises(RuntimeError, match="unchecked"):
        a_site(unchecked)


def test_a_route_that_declares_no_access_stops_the_start():
    @get("/open-by-accident")
    async def forgotten() -> None: ...

    with pytest.raises(RuntimeError, match="open-by-accident"):
        a_site(forgotten)
