"""Two taps on one button do one thing, and both show what came of it."""

import asyncio

import httpx
import pytest

from coordination import db
from coordination.people.tables import RoleKind
from coordination.web.csrf import FIELD
from tests.builders import a_role
from tests.conftest import Browser

A_TAP = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
STREET = {"kind": "subdistrict", "name": "纸坊街道", "code": ""}


@pytest.fixture
async def places(browser: Browser) -> Browser:
    """The operator, before the form that adds a place."""
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))
    await browser.open("/places")
    return browser


async def tap(browser: Browser, **said: str) -> httpx.Response:
    """The form of the page last opened, as a browser sends it."""
    assert browser.page
    token = browser.page.select_one(f"main form input[name={FIELD}]")
    assert token
    data = {FIELD: str(token["value"])} | said
    return await browser.client.post("/places", data=data, headers=A_TAP)


async def places_made() -> int:
    return await db.value("select count(*) from place")


async def test_two_taps_at_once_make_one_place_and_both_lead_to_it(places):
    first, second = await asyncio.gather(tap(places, **STREET), tap(places, **STREET))

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert await places_made() == 1


async def test_a_second_tap_that_comes_when_the_first_is_done_shows_the_same(places):
    first = await tap(places, **STREET)
    second = await tap(places, **STREET)

    assert first.headers["location"] == second.headers["location"]
    assert await places_made() == 1


async def test_other_words_and_the_form_of_a_page_opened_again_are_another_sending(places):
    await tap(places, **STREET)
    await tap(places, **STREET | {"name": "安山街道"})
    await places.open("/places")
    await tap(places, **STREET | {"name": "安山街道"})

    assert await places_made() == 3


async def test_what_was_refused_may_be_sent_again_and_is_judged_anew(places):
    first = await tap(places, **STREET | {"name": ""})
    second = await tap(places, **STREET | {"name": ""})

    assert (first.status_code, second.status_code) == (422, 422)
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert await places_made() == 0


async def test_nobody_else_gets_the_answer_by_the_same_token(places):
    await tap(places, **STREET)
    places.client.cookies.clear()

    stranger = await tap(places, **STREET)

    assert stranger.headers.get("location", "").startswith("/sign-in")
    assert await places_made() == 1
