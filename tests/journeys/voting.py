"""The vote: on phones, with co-owners and an owner of three homes; turnout, no choices."""

import asyncio
import re
from datetime import datetime, timedelta

import httpx

from coordination import clock
from coordination.ballots.results.turnout import move_turnout
from coordination.people.sessions import COOKIE, open_session
from tests.browser.screens import Screen
from tests.journeys.the_roll import (
    CHOSEN,
    FIRST_CHOICE_OF_LETTER,
    HUSBAND,
    LETTER,
    THREE,
    WIFE,
    Owner,
    expected,
)
from tests.journeys.town import PASSWORD, Town, person_named
from tests.waiting import until

WORDS = {"approve": "同意", "reject": "不同意", "abstain": "弃权"}


async def when_an_owner_votes_and_changes_once(town: Town) -> None:
    """At 390 px, from the home page to the receipt."""
    phone = await town.phone(LETTER.name)
    await phone.open("/")
    assert "您还有 2 项未投" in await phone.text()
    await phone.press("去投票")
    await phone.press("开始投票")
    await _choose(phone, FIRST_CHOICE_OF_LETTER)
    await phone.press("验证身份并投票")
    await phone.fill(proof=PASSWORD)
    await phone.press("确认投票")
    assert await phone.heading() == "已经投出"

    await phone.open(f"{town.poll}/vote")
    await phone.press("更改我的表决票")
    await _choose(phone, CHOSEN[LETTER])
    await phone.press("确认投票")
    assert (await phone.text()).count("已被更改") == 2

    await phone.open(f"{town.poll}/vote")
    assert not await phone.page.get_by_text("更改我的表决票").count()


async def when_one_of_two_co_owners_votes(town: Town) -> None:
    """The two are one person."""
    phone = await _signed_in(town, HUSBAND)
    await phone.open(f"{town.poll}/vote")
    assert not await phone.page.get_by_text("开始投票").count(), "the other is asked first"
    await phone.press("其他共有人同意由我投票")
    await phone.press("开始投票")
    await _choose(phone, CHOSEN[HUSBAND])
    await phone.press("确认投票")

    hers = await _signed_in(town, WIFE)
    await hers.open(f"{town.poll}/vote")
    assert "由另一位共有人投票" in await hers.text()


async def when_an_owner_of_three_homes_votes(town: Town) -> None:
    """Three homes, one person, their areas together."""
    phone = await _signed_in(town, THREE)
    await phone.open(f"{town.poll}/vote")
    words = await phone.text()
    area = sum(unit.cm2 for unit in town.units if unit.owners == (THREE,))
    assert "1栋1单元301、1栋1单元302、2栋1单元101" in words and "计 1 人" in words
    assert f"{area / 10_000:.2f} 平方米" in words
    await phone.press("开始投票")
    await _choose(phone, CHOSEN[THREE])
    await phone.press("确认投票")


async def when_the_others_vote(town: Town) -> None:
    """By the API, many at once."""
    await move_turnout(clock.now())  # as the worker does twice a minute
    others = [owner for owner in CHOSEN if owner not in (LETTER, HUSBAND, THREE)]
    async with httpx.AsyncClient(base_url=town.service.address, trust_env=False) as client:
        await asyncio.gather(*(_cast(town, client, owner) for owner in others))


async def then_turnout_is_public(town: Town) -> None:
    await town.put_clock_to(clock.now() + timedelta(minutes=11))
    await move_turnout(clock.now())
    stranger = await town.phone("a stranger")
    page = await stranger.open(town.poll)
    shown = [" ".join(row.text.split()) for row in page.select("#turnout .turnout .figure")]

    persons, _ = expected(town.units, 0).voted
    assert shown[0].startswith(f"{persons} / 34 人")
    # 1栋 has 16 in the one question and 17 in the other: both together would tell of one owner.
    assert "/ 16 人" in shown[1] and "/ 17 人" not in " ".join(shown)
    assert [row.text for row in page.select("#turnout .turnout .what")][:3] == [
        "全体", "1栋", "2栋",
    ]  # fmt: skip


async def then_nobody_sees_a_choice_or_a_count(town: Town) -> None:
    for who in ("operator", "worker", "chair", "second"):
        desk = await town.desk(who)
        await desk.open(f"{town.poll}/result", expect=404)
        await desk.open(f"{town.poll}/result/package.json", expect=404)
        await desk.open(f"{town.poll}/receipts", expect=404)
    phone = await town.phone(LETTER.name)
    await phone.open(f"{town.poll}/receipts")
    if "/step-up" in phone.path:
        await phone.fill(password=PASSWORD)
        await phone.press("用密码确认")
    for line in await phone.page.get_by_text("核对用的数字").all():
        await line.click()
    assert not re.search("同意|弃权", await phone.text()), "not even on a receipt"


async def then_it_closes_by_itself(town: Town) -> None:
    async with httpx.AsyncClient(base_url=town.service.address, trust_env=False) as client:
        said = (await client.get(f"/api/v1/polls/{town.poll.rpartition('/')[2]}")).json()
    await town.put_clock_to(datetime.fromisoformat(said["closes_at"]) + timedelta(minutes=1))
    stranger = await town.phone("a stranger")

    async def is_counted() -> bool:
        await stranger.open(town.poll)
        return bool(await stranger.page.get_by_text("查看结果").count())

    await until(is_counted, "the vote is counted")
    await stranger.press("查看结果")
    assert "初步统计结果（询异）" in await stranger.heading()


async def _choose(phone: Screen, choices: tuple[str, str]) -> None:
    for choice in choices:
        await phone.page.get_by_text(WORDS[choice], exact=True).tap()
        await phone.press("下一步")
    assert await phone.heading() == "请核对您的选择"


async def _signed_in(town: Town, owner: Owner) -> Screen:
    phone = await town.phone(owner.name)
    await phone.take_session(await _session(owner))
    return phone


async def _session(owner: Owner) -> str:
    person = await person_named(owner.name)
    return await open_session(person.id, clock.now(), stepped_up=True, device="手机")


async def _cast(town: Town, client: httpx.AsyncClient, owner: Owner) -> None:
    path = f"/api/v1/polls/{town.poll.rpartition('/')[2]}"
    cookies = {"cookie": f"{COOKIE}={await _session(owner)}"}
    paper = (await client.get(f"{path}/paper", headers=cookies)).json()
    choices = {
        right["right"]: CHOSEN[owner][right["title"].startswith("使用")]
        for right in paper["rights"]
    }
    taken = await client.post(
        f"{path}/casts",
        json={"paper": paper["paper"], "choices": choices},
        headers=cookies | {"x-csrftoken": paper["token"]},
    )
    assert taken.status_code == 201, taken.text
