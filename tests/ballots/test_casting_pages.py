"""The paper as a voter meets it, screen by screen, without JavaScript."""

import re
from datetime import timedelta

from coordination.ballots.ballot_tables import Ballot
from coordination.ballots.sequencing.queries import board_of, vkey_of
from coordination.law.classes import MatterClass
from coordination.people import second_factor
from tests.ballots.a_vote import a_vote, a_voter, on_the_roll, owners_of, rights_of
from tests.builders import CLOSING, OPENING, a_person, a_unit, an_owner
from tests.people.accounts import PASSWORD, PHONE, an_account, code_sent_to


async def choose(browser, choice: str):
    """Answer the question on the screen and go on."""
    form = browser.page.select_one("form[action$='/paper']")
    return await browser.send(form["action"], choice=choice)


async def begin(browser, vote):
    page = await browser.open(f"{vote.path}/vote")
    return await browser.open(page.find("a", string="开始投票")["href"])


async def test_an_owner_votes_in_five_screens_and_holds_a_receipt(browser):
    vote = await a_vote()
    owner = await a_voter(vote)
    await browser.sign_in(owner)

    question = await begin(browser, vote)
    check = await choose(browser, "reject")
    receipt = await browser.send(f"{vote.path}/casts")

    assert [i["value"] for i in question.select("[type=radio]")] == ["approve", "reject", "abstain"]
    assert not question.select("[checked]")
    assert "不同意" in check.text
    assert receipt.h1.text == "已经投出"
    assert "不同意" not in receipt.text
    assert await Ballot.count() == 1


async def test_the_check_page_says_how_often_one_may_change_after_this_cast(browser):
    vote = await a_vote(changes_allowed=1)
    owner = await a_voter(vote)
    await browser.sign_in(owner)

    await begin(browser, vote)
    first = await choose(browser, "reject")
    await browser.send(f"{vote.path}/casts")
    page = await browser.open(f"{vote.path}/vote")
    await browser.open(page.find("a", string="更改我的表决票")["href"])
    change = await choose(browser, "approve")

    assert "还可以更改 1 次" in first.text
    assert "还可以更改" not in change.text and "这是最后一次更改" in change.text


async def test_two_questions_are_two_screens_and_the_check_page_leads_back_to_each(browser):
    vote = await a_vote(classes=(MatterClass.MANAGER, MatterClass.COMMON_USE))
    owner = await a_voter(vote)
    await browser.sign_in(owner)

    await begin(browser, vote)
    second = await choose(browser, "approve")
    check = await choose(browser, "abstain")
    again = await browser.open(check.select("dd.change a")[0]["href"])
    await browser.open(check.select("dd.change a")[1]["href"])
    await choose(browser, "reject")
    await browser.send(f"{vote.path}/casts")

    assert "第 2 题，共 2 题" in second.text
    assert again.select_one("[checked]")["value"] == "approve"
    assert await Ballot.count() == 2


async def test_a_screen_without_a_choice_says_so_and_goes_nowhere(browser):
    vote = await a_vote()
    await browser.sign_in(await a_voter(vote))
    await begin(browser, vote)

    page = await browser.send(f"{vote.path}/paper", expect=422)

    assert "请选择" in page.select_one(".error-summary").text
    assert page.title.text.startswith("出错")


async def test_choices_survive_a_sign_in_half_way(browser):
    vote = await a_vote()
    owner = await a_voter(vote)
    await browser.sign_in(owner)
    await begin(browser, vote)
    await choose(browser, "abstain")
    paper = browser.page.select_one("input[name=paper]")["value"]
    browser.sign_out()

    sent = await browser.client.post(
        f"{vote.path}/casts", data={"paper": paper}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    back = sent.headers["location"]
    await browser.sign_in(owner)
    page = await browser.open(browser.client.base_url.join(back).params["next"])

    assert sent.status_code == 303 and back.startswith("/sign-in?next=")
    assert "弃权" in page.select_one(".answers").text
    assert await Ballot.count() == 0


async def test_without_a_fresh_proof_the_password_casts(browser):
    vote = await a_vote()
    owner = await an_account()
    await browser.sign_in(await a_voter(vote, person=owner), stepped_up=False)
    await begin(browser, vote)
    check = await choose(browser, "approve")

    page = await browser.open(check.find("a", string="验证身份并投票")["href"])
    sent = await browser.client.post(
        f"{vote.path}/casts",
        data={i["name"]: i["value"] for i in page.select("form input[type=hidden]")},
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert page.select_one("input[type=password]")
    assert "/confirm?" in sent.headers["location"]
    assert await Ballot.count() == 0

    page = await browser.send(f"{vote.path}/confirm", proof=PASSWORD)

    assert page.h1.text == "已经投出"


async def test_who_has_no_password_is_not_asked_for_one_but_for_a_code(browser, monkeypatch):
    vote = await a_vote()
    owner = await an_account(password=None)
    await browser.sign_in(await a_voter(vote, person=owner), stepped_up=False)
    monkeypatch.setattr(second_factor, "reaches_phones", lambda: True)
    await begin(browser, vote)
    await choose(browser, "approve")

    asked = await browser.send(f"{vote.path}/codes")
    page = await browser.send(f"{vote.path}/confirm", proof=await code_sent_to(PHONE))

    assert not asked.select_one("input[type=password]")
    assert page.h1.text == "已经投出"


async def test_a_page_of_before_the_close_is_taken_for_a_minute_more(browser, time_is):
    vote = await a_vote()
    owner = await a_voter(vote)
    time_is(CLOSING - timedelta(minutes=2))
    await browser.sign_in(owner)
    await begin(browser, vote)
    await choose(browser, "approve")
    time_is(CLOSING + timedelta(seconds=30))

    page = await browser.send(f"{vote.path}/casts")

    assert page.h1.text == "已经投出"


async def test_a_late_paper_is_refused_in_words_and_nothing_is_written(browser, time_is):
    vote = await a_vote()
    owner = await a_voter(vote)
    time_is(CLOSING - timedelta(minutes=2))
    await browser.sign_in(owner)
    await begin(browser, vote)
    await choose(browser, "approve")
    time_is(CLOSING + timedelta(seconds=61))

    page = await browser.send(f"{vote.path}/casts")

    assert "已经截止" in page.text
    assert await Ballot.count() == 0


async def test_before_the_opening_there_is_no_paper(browser, time_is):
    vote = await a_vote()
    time_is(OPENING - timedelta(days=1))
    await browser.sign_in(await a_voter(vote))

    page = await browser.open(f"{vote.path}/vote")

    assert "还没有开始" in page.text
    assert not page.find("a", string="开始投票")


async def test_who_is_not_on_the_roll_finds_nothing(browser):
    vote = await a_vote(title="秘密的表决")
    await a_voter(vote)
    await browser.sign_in(await a_person("路人"))

    for page in ("vote", "receipts", "confirm"):
        refused = await browser.open(f"{vote.path}/{page}", expect=404)
        assert "秘密的表决" not in refused.text


async def test_a_form_of_another_site_casts_nothing(browser):
    vote = await a_vote()
    await browser.sign_in(await a_voter(vote))
    await begin(browser, vote)
    await choose(browser, "approve")
    fields = {i["name"]: i["value"] for i in browser.page.select("form input[type=hidden]")}

    foreign = await browser.client.post(
        f"{vote.path}/casts", data=fields, headers={"Sec-Fetch-Site": "cross-site"}
    )
    bare = await browser.client.post(
        f"{vote.path}/casts", data={"paper": fields["paper"]}, headers={"Origin": "http://test"}
    )

    assert "refused=foreign-page" in foreign.headers["location"]
    assert "refused=stale-page" in bare.headers["location"]
    assert await Ballot.count() == 0


async def test_a_co_owner_says_that_the_other_agrees_and_then_votes(browser):
    vote = await a_vote()
    unit = await a_unit(vote.building, "201")
    wife, husband = await an_owner(unit, name="李秀英"), await an_owner(unit, name="王建国")
    await on_the_roll(vote, await owners_of(unit), unit, 895_000)
    await browser.sign_in(wife)

    asked = await browser.open(f"{vote.path}/vote")
    await browser.send(f"{vote.path}/representatives")
    await begin(browser, vote)
    await choose(browser, "approve")
    await browser.send(f"{vote.path}/casts")
    await browser.sign_in(husband)
    told = await browser.open(f"{vote.path}/vote")

    assert not asked.find("a", string="开始投票")
    assert "由另一位共有人投票" in told.text
    assert await Ballot.count() == 1


async def test_the_receipt_file_is_for_its_holder_alone_and_after_a_fresh_proof(browser):
    vote = await a_vote()
    owner, neighbour = await a_voter(vote), await a_voter(vote, name="王桂兰")
    await browser.sign_in(owner)
    await begin(browser, vote)
    await choose(browser, "approve")
    await browser.send(f"{vote.path}/casts")
    [right] = await rights_of(vote, owner)

    mine = await browser.client.get(f"{vote.path}/receipts/{right}/file")
    await browser.sign_in(neighbour)
    theirs = await browser.client.get(f"{vote.path}/receipts/{right}/file")
    await browser.sign_in(owner, stepped_up=False)
    stale = await browser.client.get(f"{vote.path}/receipts/{right}/file")

    assert mine.json()["cast"]["ordinal"] == 1
    assert mine.headers["cache-control"] == "no-store"
    assert (theirs.status_code, stale.status_code) == (404, 303)
    assert stale.headers["location"].startswith("/step-up?next=")
    assert mine.json()["cast"]["nonce"] not in theirs.text + stale.text


async def test_the_receipt_s_page_says_where_the_ballot_stands_and_gives_a_check_to_keep(browser):
    vote = await a_vote()
    other, owner = await a_voter(vote, name="王桂兰"), await a_voter(vote)
    for voter in (other, owner):
        await browser.sign_in(voter)
        await begin(browser, vote)
        await choose(browser, "approve")
        page = await browser.send(f"{vote.path}/casts")
    vkey = vkey_of(await board_of(vote.poll.id))

    check = await browser.client.get(f"{vote.path}/receipts/checker")
    await browser.sign_in(await a_person("外人"))
    outside = await browser.client.get(f"{vote.path}/receipts/checker")

    assert "您的票是公示票箱里的第 2 张" in page.text and "服务器已核对" in page.text
    assert page.select_one("[data-receipt]")["data-vkey"] == vkey
    assert page.select_one("[data-receipt]").has_attr("hidden"), "until a script can do it"
    assert check.headers["content-disposition"].startswith("attachment")
    assert vkey in check.text and "crypto.subtle" in check.text
    assert not re.search(r"src=|https?:", check.text), "it asks nobody for anything"
    assert outside.status_code == 404
