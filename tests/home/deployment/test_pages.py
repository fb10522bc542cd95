"""Places, settings, calendar and the demo's clock, as operator and community meet them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coordination import clock
from coordination.db import value
from coordination.home.deployment import time_pages
from coordination.people.tables import RoleKind
from coordination.places import moving_clock
from coordination.places.calendar import seed_calendar, working_days
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind
from coordination.places.values import setting
from coordination.settings import settings
from tests.builders import DURING, a_building, a_role, an_estate


@pytest.fixture
async def operator(browser):
    person = await a_role(RoleKind.OPERATOR, None)
    await browser.sign_in(person)
    return person


async def a_worker_of(estate: Place):
    return await a_role(RoleKind.COMMUNITY_WORKER, await place_of(estate.parent))


async def test_an_operator_names_places_step_by_step(browser, operator):
    await browser.open("/places")
    await browser.send("/places", kind="subdistrict", name="纸坊街道")
    for name in ("北华社区", "梧桐苑", "1栋"):
        here = browser.response.url.path
        page = await browser.send(f"{here}/parts", name=name)
        link = next(a for a in page.select("a.weui-cell") if name in a.text)
        page = await browser.open(link["href"])

    assert page.h1.text == "1栋"
    building = await Place.objects().get(Place.kind == PlaceKind.BUILDING)
    assert building.key == "1"


async def test_the_same_name_twice_is_said_at_the_field(browser, operator):
    estate = await an_estate()
    await a_building(estate, "1")
    await browser.open(f"/places/{estate.id}")

    page = await browser.send(f"/places/{estate.id}/parts", name="一幢", expect=422)

    assert page.select_one("details[open] .field.wrong input[name=name]")["value"] == "一幢"
    assert page.title.text.startswith("出错")


async def test_a_place_is_corrected(browser, operator):
    estate = await an_estate()
    await browser.open(f"/places/{estate.id}")

    page = await browser.send(f"/places/{estate.id}", name="梧桐苑一期", address="梧桐路1号")

    assert page.h1.text == "梧桐苑一期"
    assert (await place_of(estate.id)).address == "梧桐路1号"


async def test_a_community_sees_and_names_what_is_its_own(browser):
    estate, elsewhere = await an_estate(), await an_estate("丁香苑")
    await browser.sign_in(await a_worker_of(estate))

    page = await browser.open("/places")
    assert "梧桐苑社区" in page.text and "丁香苑" not in page.text
    assert not page.select("form[action='/places']")
    await browser.open(f"/places/{estate.parent}")
    page = await browser.send(f"/places/{estate.parent}/parts", name="新苑")
    assert "新苑" in page.text
    for where in (elsewhere.id, elsewhere.parent):
        await browser.open(f"/places/{estate.id}")
        await browser.send(f"/places/{where}/parts", kind="building", name="9栋", expect=404)
        await browser.open(f"/places/{where}", expect=404)
        await browser.open(f"/places/{where}/settings", expect=404)
    await browser.open("/settings", expect=404)


@pytest.mark.parametrize(
    "kind", [RoleKind.PROPERTY_MANAGER, RoleKind.COMMITTEE_MEMBER, RoleKind.SUPERVISOR]
)
async def test_others_have_no_business_here(browser, kind):
    estate = await an_estate()
    await browser.sign_in(await a_role(kind, estate))

    for path in ("/places", f"/places/{estate.id}", "/settings", "/calendar", "/clock"):
        await browser.open(path, expect=403)


async def test_settings_show_their_source_and_history(browser, operator):
    estate = await an_estate()
    here = f"/places/{estate.id}/settings"
    page = await browser.open(here)
    row = next(tr for tr in page.select("tbody tr") if "投票公告提前期" in tr.text)
    assert "15 天" in row.text and "《物业管理条例》第十四条" in row.text and "默认值" in row.text

    await browser.open(f"{here}/notice_days")
    page = await browser.send(f"{here}/notice_days", value="20", reason="议事规则第八条")

    assert await setting("notice_days", estate) == 20
    assert [td.text for td in page.select("tbody td")][1:] == [
        "梧桐苑", "20 天", "operator", "议事规则第八条",
    ]  # fmt: skip
    page = await browser.send(
        f"{here}/notice_days", value="20", inherit="yes", reason="恢复统一规定"
    )
    assert await setting("notice_days", estate) == 15


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [("parking_counts", "yes", True), ("online_vote", "city_system_only", "city_system_only")],
)
async def test_each_kind_of_setting_has_its_form(browser, operator, name, value, kept):
    await browser.open(f"/settings/{name}")

    await browser.send(f"/settings/{name}", value=value, reason="统一规定")

    assert await setting(name, None) == kept


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("notice_days", {"value": "14", "reason": "想快些"}, "value"),
        ("notice_days", {"value": "二十", "reason": "想快些"}, "value"),
        ("notice_days", {"value": "20", "reason": ""}, "reason"),
        ("parking_counts", {"value": "maybe", "reason": "不知道"}, "value"),
    ],
)
async def test_what_a_setting_cannot_be_is_said_at_its_field(browser, operator, name, given, field):
    await browser.open(f"/settings/{name}")

    page = await browser.send(f"/settings/{name}", **given, expect=422)

    assert page.select_one(f".wrong [name={field}]")
    assert await value("select count(*) from setting") == 0


async def test_a_community_reads_but_does_not_change_what_guards_secrecy(browser):
    estate = await an_estate()
    await browser.sign_in(await a_worker_of(estate))

    page = await browser.open(f"/places/{estate.id}/settings/turnout_minutes")
    assert not page.select("main form")
    await browser.send(
        f"/places/{estate.id}/settings/turnout_minutes", value="20", reason="想快些", expect=403
    )


async def test_no_such_setting_is_no_page(browser, operator):
    await browser.open("/settings/no_such", expect=404)


async def test_the_calendar_warns_and_is_written_by_the_operator(browser, operator):
    await seed_calendar()
    page = await browser.open("/calendar?year=2031")
    assert "暂按周一至周五" in page.text

    await browser.send("/calendar", day="2031-10-01", working="no", note="国庆节")

    assert not (await working_days())(DURING.date().replace(year=2031, month=10, day=1))


async def test_a_missing_next_year_is_shown_from_december(browser, operator, time_is):
    await seed_calendar()
    await browser.sign_in(operator)
    assert not (await browser.open("/calendar")).select(".panel.bad")
    time_is(DURING.replace(month=12, day=2))
    await browser.sign_in(operator)

    page = await browser.open("/calendar")

    assert "2027 年的节假日还没有录入" in page.text


async def test_a_community_reads_the_calendar(browser):
    await browser.sign_in(await a_worker_of(await an_estate()))

    page = await browser.open("/calendar?year=99999")

    assert page.h1.text == "2026 年工作日历"
    assert not page.select("main form")


@pytest.mark.parametrize(
    "given",
    [
        {"day": "", "working": "no", "note": "国庆节"},
        {"day": "2031-10-01", "working": "", "note": "国庆节"},
        {"day": "2031-10-01", "working": "no", "note": ""},
        {"day": "0001-01-01", "working": "no", "note": "元旦"},
    ],
)
async def test_a_day_is_written_in_full(browser, operator, given):
    await browser.open("/calendar")

    await browser.send("/calendar", **given, expect=422)

    assert await value("select count(*) from calendar_day") == 0


@pytest.fixture
def demo(monkeypatch):
    for module in (moving_clock, time_pages):
        monkeypatch.setattr(module, "settings", lambda: replace(settings(), demo=True))
    yield
    clock.move_by(timedelta(0))


async def test_the_demos_clock_is_put_forward(browser, operator, demo):
    await browser.open("/clock")
    await browser.send("/clock", hours="24")
    assert clock.shift == timedelta(days=1)

    await browser.send("/clock", until="2026-03-06T09:00")

    assert clock.shift == timedelta(days=3), "the tests' clock stands still at 4 March, 09:00"


@pytest.mark.parametrize("given", [{"until": "2026-03-01T09:00"}, {"until": ""}, {"hours": "-5"}])
async def test_the_clock_does_not_go_back(browser, operator, demo, given):
    await browser.open("/clock")

    await browser.send("/clock", **given, expect=422)

    assert clock.shift == timedelta(0)


async def test_outside_the_demo_there_is_no_clock(browser, operator):
    await browser.open("/clock", expect=404)
    await browser.open("/places")
    await browser.send("/clock", hours="24", expect=404)
