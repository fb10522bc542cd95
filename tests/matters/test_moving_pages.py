"""The pages on which staff move a matter on, and residents judge it."""

import pytest

from coordination.matters.actions import open_duty
from coordination.matters.tables import Grade, Stage
from coordination.people.tables import Person
from tests.conftest import Browser
from tests.matters.a_matter import (
    DAY,
    RAISED,
    Town,
    a_decided,
    a_discussed,
    a_topic,
    a_town,
    an_evaluated,
    row_of,
    standing_of,
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


async def test_strangers_and_the_property_company_are_offered_nothing_and_refused(
    town, browser, time_is
):
    time_is(RAISED + DAY)
    matter = await a_topic(town)
    await signed_in(browser, town.manager)

    page = await browser.open(f"/matters/{matter}")
    assert not page.select("main form")
    await browser.open("/matters/new")
    for act in ("supports", "answers", "adoptions", "screenings"):
        fields = {"words": "随便写写", "decision": "declined"} if act != "supports" else {}
        await browser.send(f"/matters/{matter}/{act}", expect=403, **fields)
    assert (await standing_of(matter)).stage is Stage.RAISED


async def test_the_community_answers_adopts_and_screens_from_its_inbox(town, browser, time_is):
    time_is(RAISED + 20 * DAY)
    matter = await a_topic(town)
    elsewhere = await a_topic(await a_town("银杏苑"))
    await signed_in(browser, town.worker)

    page = await browser.open("/desk/matters")
    assert f"/matters/{matter}" in str(page) and f"/matters/{elsewhere}" not in str(page)
    assert "超期" in words_of(page)
    await browser.open(f"/matters/{matter}")
    await browser.send(f"/matters/{matter}/adoptions", words="")
    page = await browser.send(
        f"/matters/{matter}/screenings", expect=422, decision="to_ballot", words="业主来定。"
    )
    assert page.select_one("#f-reserved-error") and "业主来定。" in page.text
    page = await browser.send(
        f"/matters/{matter}/screenings", decision="listed", words="列入下次联席会议。"
    )

    assert "列入议事：列入下次联席会议。" in words_of(page)
    assert (await standing_of(matter)).stage is Stage.DISCUSSED


async def test_what_is_missing_is_said_and_no_word_is_lost(town, browser, time_is):
    time_is(RAISED + 4 * DAY)
    matter = await a_discussed(town)
    await open_duty(matter, "开听证会")
    await signed_in(browser, town.member)

    await browser.open(f"/matters/{matter}")
    page = await browser.send(
        f"/matters/{matter}/advances", expect=422, words="会上谈了很久。",
        parties=str(town.owners.id),
    )  # fmt: skip
    assert "还有未完成的事项：开听证会；至少 2 方到会才算议过" in page.select_one(
        ".error-summary").text  # fmt: skip
    assert "会上谈了很久。" in page.select_one("[name=words]").text
    await browser.send(f"/matters/{matter}/advances", expect=422, words="x", parties="not-an-id")

    assert (await standing_of(matter)).stage is Stage.DISCUSSED


async def test_a_matter_is_moved_to_its_evaluation_by_hand(town, browser, time_is):
    time_is(RAISED + 4 * DAY)
    matter = await a_decided(town)
    await signed_in(browser, town.worker)

    await browser.open(f"/matters/{matter}")
    await browser.send(f"/matters/{matter}/advances", expect=422, words="公开收支。", way="")
    page = await browser.send(
        f"/matters/{matter}/advances", words="公开收支。", way="consensus", carried="yes",
        holder=str(town.company.id),
    )  # fmt: skip
    assert "现在由谁负责 梧桐苑物业" in words_of(page)
    page = await browser.send(f"/matters/{matter}/advances", words="已经张贴。")

    assert "第 6 步，共 6 步：公众评事" in words_of(page)
    assert "公众评价到" in words_of(page)


async def test_a_decision_not_to_do_it_ends_it(town, browser, time_is):
    time_is(RAISED + 4 * DAY)
    matter = await a_decided(town)
    await signed_in(browser, town.worker)

    await browser.open(f"/matters/{matter}")
    page = await browser.send(
        f"/matters/{matter}/advances", words="各方不同意。", way="consensus",
        carried="not_resolved",
    )  # fmt: skip

    assert "议决不办" in words_of(page)
    assert (await row_of(matter)).closed_at == RAISED + 4 * DAY


async def test_residents_judge_without_a_name(town, browser, time_is):
    time_is(RAISED + 6 * DAY)
    matter = await an_evaluated(town)
    await signed_in(browser, town.resident)

    await browser.open(f"/matters/{matter}")
    await browser.send(f"/matters/{matter}/evaluations", expect=422, words="没有选")
    page = await browser.send(
        f"/matters/{matter}/evaluations", grade=Grade.FAIR.value, words="比以前好"
    )
    assert "您已评价" in words_of(page)
    browser.sign_out()
    said = words_of(await browser.open(f"/matters/{matter}"))

    assert "1 / 1 人满意或基本满意，100.00%" in said
    assert "基本满意：比以前好" in said and "业主0" not in said
