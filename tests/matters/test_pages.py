"""The pages of matters: open to everybody without a name, acted on by whom they are for."""

import pytest

from coordination.db import execute, value
from coordination.matters.actions import open_duty, write_line
from coordination.matters.raising import raise_matter, support_matter
from coordination.matters.tables import Door
from coordination.people.tables import Person
from tests.conftest import Browser
from tests.matters.a_matter import (
    DAY,
    RAISED,
    TEXT,
    TITLE,
    Town,
    a_carried_out,
    a_discussed,
    a_screened,
    a_topic,
    a_town,
)


@pytest.fixture
async def town(database) -> Town:
    return await a_town()


async def signed_in(browser: Browser, who) -> None:
    person = await Person.objects().get(Person.id == who.id)
    assert person
    await browser.sign_in(person)


def words_of(page) -> str:
    return " ".join(page.select_one("main").get_text(" ").split())


async def test_everybody_reads_a_matter_and_nobody_whose_it_is(town, browser, time_is):
    time_is(RAISED + DAY)
    matter = await a_topic(town)
    await support_matter(town.neighbours[0], matter, RAISED)

    page = await browser.open(f"/matters/{matter}")

    said = words_of(page)
    assert TITLE in said and TEXT in said
    assert "第 1 步，共 6 步：百姓点事" in said
    assert "梧桐苑居委会 从 2026年3月2日 10:00 起" in said
    assert "答复点事 2026年3月16日 24:00 前 还剩13天14小时" in said
    assert "027-87000000" in said
    assert "支持的人 2 人 需要 5 人（近期活跃 6 人）" in said
    for name in ("业主0", "业主1", "社工"):
        assert name not in page.text
    [shared] = page.select("meta[property='og:description']")
    assert shared["content"] == "梧桐苑：正在点事，2 人支持。打开看办到哪一步。"


async def test_the_list_shows_an_estates_matters_by_stage(town, browser, time_is):
    time_is(RAISED + 9 * DAY)
    other = await a_town("银杏苑")
    await a_topic(other, title="别处的事别处议")
    await a_discussed(town)
    await a_topic(town, RAISED + DAY, title="楼道照明太暗了")

    page = await browser.open(f"/estates/{town.estate.id}/matters")
    titles = [one.text for one in page.select(".lines b")]
    assert titles == ["楼道照明太暗了", TITLE]
    page = await browser.open(f"/matters?estate={town.estate.id}&stage=discussed")
    assert [one.text for one in page.select(".lines b")] == [TITLE]
    page = await browser.open("/matters")
    assert len(page.select(".lines b")) == 3
    assert [one.text for one in page.select("#f-stage option")] == [
        "全部", "点事（2）", "提事（0）", "议事（1）", "决事（0）", "办事（0）", "评事（0）",
        "已结束（0）",
    ]  # fmt: skip


async def test_lists_go_on_where_the_page_before_ended(town, browser, time_is):
    time_is(RAISED + 40 * DAY)
    for number in range(23):
        await raise_matter(
            town.worker, town.estate, f"第{number}件事请议", TEXT, RAISED + number * DAY,
            door=Door.PARTY,
        )  # fmt: skip

    page = await browser.open(f"/matters?estate={town.estate.id}")
    first = [one.text for one in page.select(".lines b")]
    [more] = page.select("a[rel=next]")
    page = await browser.open(more["href"])
    rest = [one.text for one in page.select(".lines b")]

    assert (len(first), len(rest)) == (20, 3)
    assert len({*first, *rest}) == 23
    await browser.open("/matters?after=nonsense_0")


async def test_a_timeline_tells_the_newest_first_page_by_page(town, browser, time_is):
    time_is(RAISED + 9 * DAY)
    matter = await a_topic(town)
    for number in range(40):
        await write_line(matter, f"第{number}行", RAISED + DAY, link=f"/tickets/{number % 3}")

    page = await browser.open(f"/matters/{matter}")
    first = [one.text for one in page.select(".timeline b")]
    [more] = page.select("a[rel=next]")
    rest = [one.text for one in (await browser.open(more["href"])).select(".timeline b")]

    assert first == [f"第{number}行" for number in range(39, 9, -1)]
    assert rest == [*(f"第{number}行" for number in range(9, -1, -1)), "提出"]
    assert "相关工单 3 张" in words_of(page)


async def test_a_resident_raises_a_matter_and_sees_what_is_like_it_first(town, browser, time_is):
    time_is(RAISED)
    there = await a_topic(town)
    await signed_in(browser, town.neighbours[0])

    await browser.open(f"/matters/new?estate={town.estate.id}")
    sent = {"place": str(town.estate.id), "title": "车库收费涨得太快", "text": "想看看依据。"}
    page = await browser.send("/matters/new", **sent)
    assert f"/matters/{there}" in [one["href"] for one in page.select(".panel a")]
    assert page.select_one("[name=title]")["value"] == "车库收费涨得太快"
    page = await browser.send("/matters/new", **sent)

    assert page.h1.text == "车库收费涨得太快"
    assert await value("select count(*) from matter") == 2


async def test_a_wrong_form_comes_back_with_every_word(town, browser, time_is):
    time_is(RAISED)
    await signed_in(browser, town.resident)

    await browser.open("/matters/new")
    page = await browser.send(
        "/matters/new", expect=422, place=str(town.estate.id), title="门口太暗了", looked="yes",
        text="请给我打电话 13812345678 谈谈",
    )  # fmt: skip

    assert "请去掉手机号和身份证号" in page.select_one(".error-summary").text
    assert "13812345678" in page.select_one("[name=text]").text
    page = await browser.send("/matters/new", expect=422, place="x", title="", text="")
    assert len(page.select(".error-summary li")) == 3


async def test_who_owns_nothing_is_led_to_binding(town, browser, time_is):
    time_is(RAISED)
    other = await a_town("银杏苑")
    await signed_in(browser, other.manager)
    await browser.open("/matters/new")
    page = await browser.send(
        "/matters/new", expect=422, place=str(town.estate.id), title=TITLE, text=TEXT
    )
    assert "请选择地点" in page.select_one(".error-summary").text

    assert await value("select count(*) from matter") == 0


async def test_a_neighbour_supports_with_one_press(town, browser, time_is):
    time_is(RAISED + DAY)
    matter = await a_topic(town)
    await signed_in(browser, town.neighbours[0])

    await browser.open(f"/matters/{matter}")
    page = await browser.send(f"/matters/{matter}/supports")

    assert "您已支持" in words_of(page)
    assert not page.select(f"form[action='/matters/{matter}/supports']")
    await browser.open("/matters/new")
    await browser.send(f"/matters/{matter}/supports", expect=409)


async def test_a_late_duty_is_public(town, browser, time_is):
    matter = await a_carried_out(town)
    await open_duty(matter, "装好照明", RAISED + 5 * DAY)
    time_is(RAISED + 8 * DAY)

    said = words_of(await browser.open(f"/matters/{matter}"))

    assert "装好照明 2026年3月7日 10:00 前 已超期，已过3天" in said


async def test_a_matter_that_nobody_raised_here_is_shown_all_the_same(town, browser, time_is):
    time_is(RAISED + DAY)
    matter = await a_screened(town)
    await execute(
        """insert into matter (id, place, title, text, stage, opened_at, opened_by)
           select gen_random_uuid(), place, '别的来源', '别的来源', 'decided', opened_at, opened_by
             from matter where id = $1""",
        matter,
    )
    other = await value("select id from matter where title = '别的来源'")

    assert "正在决事" in words_of(await browser.open(f"/matters/{other}"))


@pytest.mark.parametrize("path", ["/matters/{0}", "/estates/{0}/matters", "/matters?estate={0}"])
async def test_nothing_there(town, browser, time_is, path):
    time_is(RAISED)
    await browser.open(path.format(town.building.id), expect=404)


async def test_a_thousand_lines_are_read_along_the_index(town, as_owner):
    matter = await a_topic(town)
    await execute(
        """insert into timeline_line (id, matter, at, stage, text, link)
           select gen_random_uuid(), $1, $2::timestamptz + n * interval '1 minute', 'raised',
                  '一行', ''
             from generate_series(1, 1000) n""",
        matter, RAISED,
    )  # fmt: skip
    await as_owner.execute("analyze timeline_line")

    plan = await as_owner.fetch(
        """explain select text from timeline_line where matter = $1
            order by at desc, number desc limit 31""".replace("$1", f"'{matter}'")
    )
    assert "timeline_of_matter" in " ".join(line[0] for line in plan)
