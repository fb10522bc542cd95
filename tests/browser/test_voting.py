"""Voting in a real browser: by touch, by keyboard, without scripts, at 24 px; and whatever a hand
or a network does to it, a choice is neither lost nor cast twice."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from coordination import clock, db
from coordination.law.classes import MatterClass
from coordination.people.tables import Person
from tests.ballots.a_vote import Vote, a_vote, a_voter, freeze
from tests.browser.conftest import be
from tests.browser.screens import Screen, Windows
from tests.builders import an_estate

TWO = (MatterClass.MANAGER, MatterClass.SPEND_FUND)
CASTS = """
select count(*) from ballot b join voting_right r on r.id = b."right" where r.question = any($1)
"""


@pytest.fixture
async def vote(rows) -> Vote:
    """A vote with two questions that has run for three days, in an estate of its own."""
    now = clock.now()
    return await a_vote(
        estate=await an_estate(f"{uuid4().hex[:4]}苑"),
        classes=TWO,
        opens_at=now - timedelta(days=3),
        closes_at=now + timedelta(days=12),
    )


@pytest.fixture
async def owner(vote: Vote) -> Person:
    person = await a_voter(vote)
    await freeze(vote)
    return person


async def casts(vote: Vote) -> int:
    """How many ballots there are, of both questions together."""
    return await db.value(CASTS, [question.id for question in vote.questions])


async def said(screen: Screen) -> list[str]:
    """The answers on the check page, question by question."""
    return await screen.page.locator(".answers dd:not(.change)").all_inner_texts()


async def go_to_check(screen: Screen, vote: Vote, *choices: str) -> None:
    """From the vote's page to the answers, checked once more."""
    await screen.open(f"{vote.path}/vote")
    await screen.press("开始投票")
    for choice in choices:
        await screen.choose(choice)
        await screen.press("下一步")
    assert await screen.heading() == "请核对您的选择"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
async def test_two_questions_take_six_screens_by_touch(
    windows: Windows, vote: Vote, owner: Person, scripts: bool, elder: bool
):
    phone = await windows.phone(scripts=scripts, elder=elder)
    await be(phone, owner)

    screens = [await phone.open(f"{vote.path}/vote")]
    screens.append(await phone.press("开始投票"))
    await phone.choose("不同意")
    screens.append(await phone.press("下一步"))
    await phone.choose("弃权")
    screens.append(await phone.press("下一步"))
    answers = await said(phone)
    screens.append(await phone.press("确认投票"))

    assert len(screens) == 5 <= 5 + 1, "the step-up is the sixth where it is due"
    assert not any(screen.select("[checked]") for screen in screens[1:3]), "nothing preselected"
    assert answers == ["不同意", "弃权"]
    assert await phone.heading() == "已经投出"
    assert await casts(vote) == 2


async def test_without_a_fresh_proof_the_sixth_screen_asks_for_it(
    windows: Windows, rows, demo, vote: Vote
):
    phone = await windows.phone()
    person = demo.people["谢婷"]  # a tenant with a password, who owns a home in the vote's estate
    row = await Person.objects().where(Person.name == person["name"]).first()
    assert row
    await a_voter(vote, person=row)
    await freeze(vote)
    await be(phone, row, stepped_up=False)

    await go_to_check(phone, vote, "同意", "同意")
    await phone.press("验证身份并投票")
    await phone.fill(proof="not my password")
    wrong = await phone.press("确认投票", expect=422)
    await phone.fill(proof=person["password"])
    await phone.press("确认投票")

    assert wrong.title and wrong.title.text.startswith("出错")
    assert await phone.heading() == "已经投出"
    assert await casts(vote) == 2


async def test_the_keyboard_alone_is_enough(windows: Windows, vote: Vote, owner: Person):
    desk = await windows.desk()
    await be(desk, owner)
    await desk.open(f"{vote.path}/vote")

    await _tab_to(desk, "开始投票")
    await desk.going(lambda: desk.page.keyboard.press("Enter"))
    for _ in vote.questions:
        await _tab_to(desk, "")
        await desk.page.keyboard.press("Space")
        await desk.page.keyboard.press("ArrowDown")
        await _tab_to(desk, "下一步")
        await desk.going(lambda: desk.page.keyboard.press("Enter"))
    answers = await said(desk)
    await _tab_to(desk, "确认投票")
    await desk.going(lambda: desk.page.keyboard.press("Enter"))

    assert answers == ["不同意", "不同意"]
    assert await desk.heading() == "已经投出"
    assert await casts(vote) == 2


async def _tab_to(screen: Screen, words: str) -> None:
    """Press Tab until the focus is on what says so; no words: on a radio. It must be seen there."""
    focus = screen.page.locator(":focus")
    for _ in range(40):
        await screen.page.keyboard.press("Tab")
        is_radio = await focus.get_attribute("type") == "radio"
        if is_radio if not words else (await focus.inner_text()).strip() == words:
            break
    else:
        raise AssertionError(f"Tab does not reach {words or 'the choices'}")
    seen = focus if words else screen.page.locator(".choice:focus-within")
    assert await seen.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"


async def test_back_and_refresh_keep_every_choice(windows: Windows, vote: Vote, owner: Person):
    phone = await windows.phone()
    await be(phone, owner)
    await go_to_check(phone, vote, "不同意", "弃权")

    await phone.page.reload()
    checked = await said(phone)
    await phone.page.go_back()
    await phone.page.reload()
    await phone.choose("同意")
    await phone.press("下一步")
    answers = await said(phone)

    assert checked == ["不同意", "弃权"]
    assert answers == ["不同意", "同意"]
    assert await casts(vote) == 0


async def test_back_after_the_receipt_and_sending_again_casts_nothing_more(
    windows: Windows, vote: Vote, owner: Person
):
    phone = await windows.phone()
    await be(phone, owner)
    await go_to_check(phone, vote, "同意", "同意")
    await phone.press("确认投票")

    await phone.page.reload()
    receipt = await phone.heading()
    await phone.page.go_back()
    await phone.look()
    again = await phone.press("确认投票")

    assert receipt == "已经投出"
    assert again.h1 and again.h1.text == "已经投出"
    assert await casts(vote) == 2


async def test_a_nervous_finger_casts_once(windows: Windows, vote: Vote, owner: Person):
    phone = await windows.phone()
    await be(phone, owner)
    await go_to_check(phone, vote, "同意", "不同意")
    button = phone.named("确认投票")

    await phone.going(lambda: button.evaluate("it => { it.click(); it.click(); it.click() }"))
    await phone.page.wait_for_url("**/receipts?fresh=1")

    assert await casts(vote) == 2


async def test_two_phones_of_one_owner_at_once_cast_one_paper(
    windows: Windows, vote: Vote, owner: Person
):
    phones = [await windows.phone(), await windows.phone()]
    for phone, choice in zip(phones, ("同意", "不同意"), strict=True):
        await be(phone, owner)
        await go_to_check(phone, vote, choice, choice)

    for phone in phones:
        await phone.press("确认投票")
    await phones[1].open(f"{vote.path}/receipts")

    # The second paper is the one change that is allowed; a third is refused in words.
    assert await casts(vote) == 4
    await phones[0].open(f"{vote.path}/vote")
    assert "查看回执" in await phones[0].text()


async def test_a_session_that_ends_half_way_loses_no_choice(
    windows: Windows, rows, demo, vote: Vote
):
    phone = await windows.phone()
    person = demo.people["马文斌"]
    row = await Person.objects().where(Person.name == person["name"]).first()
    assert row
    await a_voter(vote, person=row)
    await freeze(vote)
    await be(phone, row)
    await go_to_check(phone, vote, "不同意", "弃权")
    await phone.leave()

    await phone.press("确认投票")
    asked = await phone.heading()
    await phone.fill(name=person["phone"], password=person["password"])
    await phone.press("登录")
    answers = await said(phone)
    await phone.press("验证身份并投票")
    await phone.fill(proof=person["password"])
    await phone.press("确认投票")

    assert asked == "登录"
    assert answers == ["不同意", "弃权"]
    assert await phone.heading() == "已经投出"
    assert await casts(vote) == 2


async def test_a_changed_vote_shows_both_receipts_and_no_choice(
    windows: Windows, vote: Vote, owner: Person
):
    phone = await windows.phone()
    await be(phone, owner)
    await go_to_check(phone, vote, "同意", "同意")
    await phone.press("确认投票")
    await phone.open(f"{vote.path}/vote")
    await phone.press("更改我的表决票")
    await phone.choose("不同意")
    await phone.press("下一步")
    await phone.choose("弃权")
    await phone.press("下一步")
    await phone.press("确认投票")

    receipts = await phone.text()
    for line in await phone.page.get_by_text("核对用的数字").all():
        await line.click()
    opened = await phone.text()
    voted = await phone.open(f"{vote.path}/vote")

    assert receipts.count("以此为准") == 2 and receipts.count("已被更改") == 2
    assert not re.search("同意|弃权", opened)
    assert not voted.find("a", string="更改我的表决票"), "one change was allowed and made"
    assert await casts(vote) == 4
