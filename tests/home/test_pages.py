"""What each person finds at home, at 我的, and on their board; and what nobody does."""

import gzip
import re
from datetime import timedelta
from uuid import uuid4

from coordination.ballots.casting.actions import Submission, cast_ballots
from coordination.ballots.casting.papers import Paper
from coordination.ballots.polls.steps import take_step
from coordination.ballots.results.turnout import move_turnout
from coordination.ballots.tables import Step
from coordination.db import value
from coordination.errors import Refusal
from coordination.home.neighbourhood import read_neighbourhood
from coordination.people.sessions import open_session, token_hash
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.queries import place_of
from coordination.web.assets import assets
from tests.ballots.a_vote import a_vote, a_voter, freeze, rights_of
from tests.ballots.convening import a_convening, a_draft, a_published_roll, a_question
from tests.builders import (
    CLOSING,
    DURING,
    OPENING,
    a_body,
    a_building,
    a_person,
    a_role,
    a_unit,
    an_estate,
    an_owner,
)
from tests.conftest import Browser

PAGE_LIMIT = 60 * 1024


def words(page) -> str:
    """The text of a page with its spaces taken out."""
    return re.sub(r"\s+", "", page.select_one("main").text)


def links(page) -> set[str]:
    return {link["href"] for link in page.select("main a[href]")}


async def an_open_vote(**facts):
    """A running vote with one owner, whose rights are frozen."""
    vote = await a_vote(**facts)
    owner = await a_voter(vote, name="李秀英")
    await freeze(vote)
    await take_step(vote.poll.id, Step.OPENED, None, OPENING)
    return vote, owner


async def cast(vote, owner, choice: str = "approve", at=DURING) -> bytes:
    """Cast one choice on all the owner's rights; a tracker."""
    token = await open_session(owner.id, at, stepped_up=True)
    choices = dict.fromkeys(await rights_of(vote, owner), choice)
    paper = Paper(vote.poll.id, uuid4(), at, choices)
    [answer] = await cast_ballots([Submission(token_hash(token), paper)], at)
    assert not isinstance(answer, Refusal)
    return await value("select tracker from ballot order by cast_at desc limit 1")


# --- the way in ---------------------------------------------------------------------------------


async def test_an_empty_deployment_leads_to_its_first_run(browser: Browser):
    await browser.open("/", expect=303, follow=False)
    assert browser.response and browser.response.headers["location"] == "/setup"


async def test_one_estate_opens_at_once(browser: Browser):
    estate = await an_estate()

    page = await browser.open("/")

    assert page.h1.text == estate.name
    assert browser.response and browser.response.cookies["estate"] == str(estate.id)


async def test_of_several_estates_a_visitor_chooses_and_an_owner_comes_home(browser: Browser):
    mine, other = await an_estate("梧桐苑"), await an_estate("丁香苑")
    owner = await an_owner(await a_unit(await a_building(mine)))
    await read_neighbourhood()

    choice = await browser.open("/")
    assert links(choice) >= {f"/estates/{mine.id}", f"/estates/{other.id}"}
    found = await browser.open("/?name=丁香")
    assert {link for link in links(found) if "/estates/" in link} == {f"/estates/{other.id}"}

    await browser.sign_in(owner)
    assert (await browser.open("/")).h1.text == "梧桐苑"


async def test_who_owns_in_two_estates_sees_the_votes_that_wait_before_choosing(browser: Browser):
    vote, owner = await an_open_vote(title="续聘物业表决")
    other = await an_estate("丁香苑")
    await an_owner(await a_unit(await a_building(other)), person=owner)
    await read_neighbourhood()
    assert "续聘物业表决" not in words(await browser.open("/"))

    await browser.sign_in(owner)
    page = await browser.open("/")

    assert page.h1.text == "选择小区" and "您还有1项未投" in words(page)
    assert f"{vote.path}/vote" in links(page)

    browser.client.cookies.set("estate", str(other.id))
    page = await browser.open(f"{vote.path}/vote")
    assert vote.estate.name in page.select_one("a.estate").text, "and which of them this is"


async def test_of_several_estates_an_office_comes_to_its_own(browser: Browser):
    await an_estate("梧桐苑")
    theirs = await an_estate("青松里")
    await browser.sign_in(await a_role(RoleKind.PROPERTY_MANAGER, theirs))

    page = await browser.open("/")

    assert "青松里" in words(page) and "选择小区" not in words(page)


async def test_an_unknown_estate_is_not_found(browser: Browser):
    estate = await an_estate()
    await browser.open(f"/estates/{estate.parent}", expect=404)
    await browser.open("/estates/not-a-number", expect=404)


# --- the estate's home --------------------------------------------------------------------------


async def test_empty_lists_say_what_comes_next(browser: Browser):
    estate = await an_estate()

    page = words(await browser.open(f"/estates/{estate.id}"))

    assert "现在没有正在进行的表决" in page and "公告" in page
    assert "还没有公告" in page and "还没有结果" in page


async def test_everybody_sees_what_runs_how_long_and_how_many(browser: Browser):
    vote, owner = await an_open_vote(title="续聘物业表决")
    await move_turnout(OPENING)

    page = await browser.open(f"/estates/{vote.estate.id}")

    assert "续聘物业表决" in words(page) and "还剩12天" in words(page)
    assert "0/1人" in words(page)
    assert owner.name not in words(page), "nobody's name stands on a public page"


async def test_a_poll_that_is_still_a_draft_is_nobodys_to_see(browser: Browser):
    convening = await a_convening()
    draft = await a_draft(convening)
    await a_question(convening, draft)

    page = await browser.open(f"/estates/{convening.estate.id}")

    assert draft.title not in words(page)
    assert str(draft.id) not in str(page)


async def test_a_roll_that_is_out_is_announced_as_coming(browser: Browser):
    convening = await a_convening()
    poll = await a_published_roll(convening)

    page = await browser.open(f"/estates/{convening.estate.id}")

    assert f"/ballots/{poll.id}" in links(page)
    assert "近期安排" in words(page) and "开始投票·现在：公布名册" in words(page)


async def test_an_owner_is_told_how_many_votes_wait_and_comes_to_them_in_one_tap(
    browser: Browser, time_is
):
    vote, owner = await an_open_vote()
    await browser.sign_in(owner)

    page = await browser.open(f"/estates/{vote.estate.id}")
    assert "您还有1项未投" in words(page)
    assert f"{vote.path}/vote" in links(page)

    await cast(vote, owner)
    after = words(await browser.open(f"/estates/{vote.estate.id}"))
    assert "未投" not in after

    time_is(CLOSING + timedelta(minutes=1))
    assert "未投" not in words(await browser.open(f"/estates/{vote.estate.id}"))


async def test_an_owner_of_another_estate_has_nothing_to_vote_here(browser: Browser):
    vote, _ = await an_open_vote()
    elsewhere = await an_owner(await a_unit(await a_building(await an_estate("丁香苑"))))
    await browser.sign_in(elsewhere)

    page = await browser.open(f"/estates/{vote.estate.id}")

    assert "未投" not in words(page)
    assert f"{vote.path}/vote" not in links(page)


async def test_who_is_not_bound_yet_is_shown_the_way(browser: Browser):
    estate = await an_estate()
    assert "/join?next=/bind" in links(await browser.open(f"/estates/{estate.id}"))

    await browser.sign_in(await a_person("马文斌"))
    assert "/bind" in links(await browser.open(f"/estates/{estate.id}"))


async def test_the_officer_of_the_community_can_be_called(browser: Browser):
    estate = await an_estate()
    community = await place_of(estate.parent)
    await a_body(BodyKind.RESIDENTS_COMMITTEE, community, "梧桐社区居民委员会")
    await read_neighbourhood()

    page = await browser.open(f"/estates/{estate.id}")

    assert "tel:02787000000" in {link["href"] for link in page.select("main a[href^=tel]")}
    browser.client.cookies.set("elder", "1")
    elder = await browser.open(f"/estates/{estate.id}")
    assert elder.select_one("header a.call")["href"] == "tel:02787000000"


async def test_choices_and_counts_of_a_running_vote_are_nowhere(browser: Browser):
    vote, owner = await an_open_vote()
    await cast(vote, owner, "reject")
    await move_turnout(DURING)
    paths = (f"/estates/{vote.estate.id}", "/me", "/work", "/audit/look-ups")
    people = [
        owner,
        await a_role(RoleKind.OPERATOR, None),
        await a_role(RoleKind.SUPERVISOR, vote.estate),
        await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body),
    ]
    for person in people:
        await browser.sign_in(person)
        for path in paths:
            answer = await browser.client.get(path, headers={"Accept": "text/html"})
            body = re.sub(r"<header.*?</header>", "", answer.text, flags=re.S)
            assert "不同意" not in body and "reject" not in body, (person.name, path)


# --- weight and speed ---------------------------------------------------------------------------


async def test_the_home_asks_the_database_once_and_thrice_for_who_is_signed_in(
    browser: Browser, statements
):
    vote, owner = await an_open_vote()
    path = f"/estates/{vote.estate.id}"

    statements.clear()
    await browser.open(path)
    assert len(statements) == 1

    await browser.sign_in(owner)
    statements.clear()
    await browser.open(path)
    assert len(statements) == 3, statements


async def test_the_home_weighs_no_more_than_60_kb_with_everything(browser: Browser):
    vote, owner = await an_open_vote()
    await browser.sign_in(owner)

    page = await browser.open(f"/estates/{vote.estate.id}")

    files = [tag.get("src") or tag["href"] for tag in page.select("script[src], link[href]")]
    parts = [assets()[file.split("?")[0].removeprefix("/static/")].squeezed for file in files]
    whole = len(gzip.compress(browser.response.content, 4)) + sum(map(len, parts))
    assert len(files) >= 4 and whole <= PAGE_LIMIT, whole


# --- 我的 ---------------------------------------------------------------------------------------
