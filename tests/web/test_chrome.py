"""The page around a page: tabs that lead somewhere, large print that stays, a banner that warns."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from litestar import get, post
from litestar.response import Template

from coordination import clock
from coordination.web import chrome as chrome_module
from coordination.web.access import anyone
from coordination.web.chrome import Chrome, Officer, Section, Tab, current_tab
from tests.conftest import well_made
from tests.web.conftest import a_site, visiting

PAGE = (
    '{% extends "layout.html" %}{% block title %}表决{% endblock %}{% block main %}<h1>表决</h1>'
    "{% endblock %}"
)
TABS = (
    Tab("首页", "/", "home"),
    Tab("议事", "/ballots", "vote", covers=("/matters",)),
    Tab("我的", "/me", "person", count=2),
)


@get(["/", "/ballots", "/ballots/7", "/matters/1", "/staff/polls"], guards=[anyone])
async def page() -> Template:
    return Template(template_str=PAGE)


@post("/ballots", guards=[anyone])
async def refused() -> Template:
    return Template(template_str=PAGE, status_code=422)


SITE = a_site(page, refused)


@pytest.mark.parametrize(
    ("path", "label"),
    [("/", "首页"), ("/ballots", "议事"), ("/ballots/7", "议事"), ("/matters/1", "议事")],
)
async def test_the_tab_of_this_page_is_marked_and_no_other(around, path, label):
    around(Chrome(person="李秀英", tabs=TABS))

    async with visiting(SITE) as visitor:
        soup = await visitor.page(path)

    [current] = soup.select(".tabs [aria-current=page]")
    assert current.select_one(".weui-tabbar__label").text == label


async def test_a_visitor_without_tabs_gets_none_and_no_empty_place(around):
    around(Chrome(sign_in="/sign-in"))

    async with visiting(SITE) as visitor:
        soup = await visitor.page("/ballots")

    assert not soup.select(".tabs, .sections, .call, .banner")
    assert soup.select_one(".tools a[href='/sign-in']")


async def test_staff_sections_stand_once_and_show_where_one_is(around):
    around(Chrome(person="王芳", sections=(Section("表决", (Tab("全部表决", "/staff/polls"),)),)))

    async with visiting(SITE) as visitor:
        soup = await visitor.page("/staff/polls")

    assert "staff" in soup.body["class"]
    assert [a.text for a in soup.select(".sections [aria-current]")] == ["全部表决"]


async def test_large_print_is_remembered_and_puts_the_officers_phone_on_top(around):
    around(Chrome(officer=Officer("王主任", "027-8700 0000", "社区专员")))

    async with visiting(SITE) as visitor:
        before = await visitor.page("/ballots/7")
        switch = before.select_one(".tools a[rel=nofollow]")
        there = await visitor.get(switch["href"])
        after = await visitor.page("/ballots/7")
        back = after.select_one(".tools a[rel=nofollow]")
        await visitor.get(back["href"])
        again = await visitor.page("/ballots/7")

    assert (switch.text, back.text) == ("长辈版", "标准版")
    assert (there.status_code, there.headers["location"]) == (303, "/ballots/7")
    assert not before.html.has_attr("data-elder") and not again.html.has_attr("data-elder")
    assert after.html.has_attr("data-elder")
    assert after.select_one("header .call")["href"] == "tel:02787000000"
    assert "Max-Age=31536000" in there.headers["set-cookie"]


async def test_the_switch_keeps_the_query_and_leads_nowhere_else(around):
    async with visiting(SITE) as visitor:
        soup = await visitor.page("/ballots?page=2&q=电梯")
        switch = await visitor.get(soup.select_one(".tools a[rel=nofollow]")["href"])
        lured = await visitor.get("/elder?on=1&next=//elsewhere.test/")

    assert switch.headers["location"] == "/ballots?page=2&q=%E7%94%B5%E6%A2%AF"
    assert lured.headers["location"] == "/"


async def test_a_refused_form_offers_no_switch_that_would_lose_its_words(around):
    async with visiting(SITE) as visitor:
        response = await visitor.post("/ballots", Authorization="key")

    assert not BeautifulSoup(response.text, "html.parser").select(".tools a[rel=nofollow]")


async def test_zoom_is_never_disabled_and_the_page_may_be_skipped_to():
    async with visiting(SITE) as visitor:
        soup = await visitor.page("/ballots")

    viewport = soup.select_one("meta[name=viewport]")["content"]
    assert "maximum-scale" not in viewport and "user-scalable" not in viewport
    assert soup.select_one(soup.select_one("a.skip")["href"]).name == "main"


async def test_the_demo_says_which_time_it_plays(monkeypatch):
    demo = chrome_module.settings().__class__
    real = chrome_module.settings()
    values = {name: getattr(real, name) for name in demo.__dataclass_fields__} | {"demo": True}
    monkeypatch.setattr(chrome_module, "settings", lambda: demo(**values))
    monkeypatch.setattr(
        clock, "now", lambda: datetime(2026, 3, 1, 1, tzinfo=UTC) + timedelta(days=1)
    )

    async with visiting(SITE) as visitor:
        soup = well_made(BeautifulSoup((await visitor.get("/")).text, "html.parser"))

    assert soup.select_one(".banner").text.strip() == "演示时间 2026年3月2日 09:00"


def test_of_two_tabs_that_fit_the_nearer_one_is_current():
    tabs = (Tab("我的", "/me"), Tab("回执", "/me/receipts"))

    assert current_tab(tabs, "/me/receipts/7") == tabs[1]
    assert current_tab(tabs, "/meetings") is None
