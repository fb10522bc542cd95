"""The first run: it names operator, community and estate once, and is closed ever after."""

import asyncio
from dataclasses import replace

import pytest

from coordination.db import rows, value
from coordination.errors import Invalid, NotFound
from coordination.home.deployment import founding
from coordination.home.deployment.founding import (
    Names,
    found_deployment,
    needs_code,
    setup_code,
)
from coordination.people.role_actions import AlreadyFounded
from coordination.people.tables import RoleKind
from coordination.settings import settings
from tests.builders import DURING, a_role

GIVEN = {
    "operator": "王运营", "login": "wang", "phone": "13800138000", "password": "会唱歌的梧桐树开花",
    "body": "纸坊街道办", "subdistrict": "纸坊街道", "community": "北华社区", "estate": "梧桐苑",
}  # fmt: skip
NAMES = Names(**GIVEN)


async def places() -> list[tuple[str, str]]:
    found = await rows("select kind, name from place order by path")
    return sorted(((each["kind"], each["name"]) for each in found), key=str)


async def test_the_first_page_names_who_runs_it_and_where(browser):
    page = await browser.open("/setup")
    assert page.select_one("input[name=code]"), "the browser asks for an address not of here"

    page = await browser.send("/setup", code=setup_code(), **GIVEN)

    assert page.h1
    assert str(browser.response.url).endswith("/sign-in?next=/places")
    assert await places() == [
        ("community", "北华社区"), ("estate", "梧桐苑"), ("subdistrict", "纸坊街道"),
    ]  # fmt: skip
    assert await value("select kind from role") == "operator"
    assert await value("select count(*) from calendar_day") > 500


async def test_afterwards_the_page_is_closed(browser):
    form = await browser.open("/setup")
    await browser.send("/setup", code=setup_code(), **GIVEN)

    await browser.open("/setup", expect=404)
    browser.page = form  # of somebody who had it open meanwhile
    await browser.send("/setup", code=setup_code(), **GIVEN, expect=404)

    assert await value("select count(*) from person") == 1


async def test_whoever_has_an_operator_has_no_first_run(browser):
    await a_role(RoleKind.OPERATOR, None)

    await browser.open("/setup", expect=404)


async def test_two_at_once_leave_one_deployment(database):
    other = replace(NAMES, login="li", phone="13900139000", community="南华社区")

    done = await asyncio.gather(
        found_deployment(NAMES, None, "10.0.0.1", DURING),
        found_deployment(other, None, "10.0.0.2", DURING),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in done) == ["AlreadyFounded", "Place"]
    assert len(await places()) == 3
    assert await value("select count(*) from person") == 1


async def test_once_founded_nobody_founds_again(database):
    await found_deployment(NAMES, None, "10.0.0.1", DURING)

    with pytest.raises((NotFound, AlreadyFounded)):
        await found_deployment(NAMES, None, "10.0.0.1", DURING)


async def test_a_wrong_code_opens_nothing(browser):
    await browser.open("/setup")

    page = await browser.send("/setup", code="AAAA-BBBB-CCCC", **GIVEN, expect=422)

    assert page.select_one(".field.wrong input[name=code]")
    assert page.select_one("input[name=estate]")["value"] == "梧桐苑"
    assert not page.select_one("input[name=password]").get("value")
    assert await places() == []


async def test_codes_are_not_guessed_without_end(browser):
    for _ in range(5):
        await browser.open("/setup")
        await browser.send("/setup", code="AAAA-BBBB-CCCC", **GIVEN, expect=422)
    await browser.open("/setup")

    await browser.send("/setup", code=setup_code(), **GIVEN, expect=429)

    assert await places() == []


async def test_what_is_missing_is_said_at_once_and_nothing_is_made(browser):
    await browser.open("/setup")

    page = await browser.send(
        "/setup", code=setup_code(), **(GIVEN | {"estate": "", "operator": ""}), expect=422
    )

    wrong = {box["name"] for box in page.select(".field.wrong input")}
    assert wrong == {"estate", "operator"}
    assert await places() == []


async def test_a_weak_password_makes_nothing(browser):
    await browser.open("/setup")

    page = await browser.send(
        "/setup", code=setup_code(), **(GIVEN | {"password": "12345678"}), expect=422
    )

    assert page.select_one(".field.wrong input[name=password]")
    assert await places() == []
    assert await value("select count(*) from person") == 0


async def test_a_name_that_is_too_long_makes_nothing(database):
    with pytest.raises(Invalid) as refused:
        await found_deployment(replace(NAMES, community="长" * 51), None, "10.0.0.1", DURING)

    assert set(refused.value.fields) == {"community"}
    assert await value("select count(*) from person") == 0


def test_the_code_follows_from_the_key_and_is_the_same_in_every_process():
    assert setup_code() == setup_code()
    assert len(setup_code().replace("-", "")) == 12


@pytest.mark.parametrize(
    ("client", "host", "headers", "asked"),
    [
        ("127.0.0.1", "127.0.0.1:8000", set(), False),
        ("127.0.0.1", "localhost:8000", {"accept", "cookie"}, False),
        ("::1", "[::1]:8000", set(), False),
        ("10.0.0.7", "127.0.0.1:8000", set(), True),
        ("127.0.0.1", "vote.example.cn", set(), True),
        ("127.0.0.1", "127.0.0.1:8000", {"x-forwarded-for"}, True),
        ("127.0.0.1", "127.0.0.1:8000", {"via"}, True),
        ("", "127.0.0.1:8000", set(), True),
        ("127.0.0.1", "", set(), True),
    ],
)
def test_only_a_browser_on_this_machine_goes_without_the_code(client, host, headers, asked):
    assert needs_code(client, host, frozenset(headers)) == asked


@pytest.mark.parametrize("given", [{"proxied": True}, {"public_url": "https://vote.example.cn"}])
def test_a_deployment_for_others_always_asks(monkeypatch, given):
    monkeypatch.setattr(founding, "settings", lambda: replace(settings(), **given))

    assert needs_code("127.0.0.1", "127.0.0.1:8000", frozenset())


async def test_from_this_machine_the_page_asks_no_code(app, browser):
    browser.client.base_url = "http://127.0.0.1:8000"
    page = await browser.open("/setup")
    assert not page.select("input[name=code]")

    await browser.send("/setup", **GIVEN)

    assert len(await places()) == 3
