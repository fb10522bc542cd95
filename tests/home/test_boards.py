"""我的 and the boards of offices: what waits for each, and what is nobody's to see."""

import json
from uuid import uuid4

import pytest

from coordination.home.neighbourhood import read_neighbourhood
from coordination.matters.tables import Matter, Stage
from coordination.people.queries import person_of
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from coordination.places.tables import PlaceKind
from tests.ballots.a_vote import a_voter
from tests.ballots.convening import a_convening, a_draft, a_published_roll
from tests.builders import (
    DURING,
    a_building,
    a_place,
    a_role,
    a_unit,
    an_estate,
)
from tests.conftest import Browser
from tests.home.test_pages import an_open_vote, cast, links, words


async def test_my_page_shows_my_homes_my_votes_and_my_receipts(browser: Browser):
    vote, owner = await an_open_vote(title="续聘物业表决")
    await a_voter(vote, name="王五")
    await browser.sign_in(owner)

    before = await browser.open("/me")
    assert before.h1.text == owner.name
    assert f"{vote.path}/vote" in links(before) and "89.50平方米" in words(before)
    assert "1001" not in words(before), "a neighbour's home is not mine"

    await cast(vote, owner)
    assert f"{vote.path}/receipts" in links(await browser.open("/me"))


async def test_my_page_asks_who_i_am(browser: Browser):
    await browser.open("/me", expect=303, follow=False)
    assert browser.response.headers["location"].startswith("/sign-in")


async def test_my_copy_has_my_ballots_without_the_choice_and_nobody_elses(browser: Browser):
    vote, owner = await an_open_vote()
    other = await a_voter(vote, name="王五")
    await cast(vote, other, "reject")
    await cast(vote, owner, "approve")
    await browser.sign_in(owner)

    answer = await browser.client.get("/me/export")
    said = json.loads(answer.text)

    [right] = said["ballots"]["rights"]
    assert (right["poll"], right["ballot"]["ordinal"]) == (vote.poll.title, 1)
    assert "approve" not in answer.text and "reject" not in answer.text


# --- boards -------------------------------------------------------------------------------------


async def test_a_member_is_asked_for_the_next_step_and_the_proposer_is_not(browser: Browser):
    convening = await a_convening()
    poll = await a_published_roll(convening)
    draft = await a_draft(convening)

    await browser.sign_in(await person_of(convening.second.id))
    page = await browser.open("/work")

    assert f"/ballots/{draft.id}/convening" in links(page)
    assert "继续起草" in words(page)
    assert poll.title in words(page)


async def test_a_member_of_another_committee_sees_none_of_it(browser: Browser):
    convening = await a_convening()
    poll = await a_published_roll(convening)
    elsewhere = await a_convening("丁香苑")

    await browser.sign_in(await person_of(elsewhere.second.id))
    page = await browser.open("/work")

    assert str(poll.id) not in str(page)


async def a_raised_matter(estate, title: str, person) -> None:
    await Matter(
        id=uuid4(), place=estate.id, title=title, text=title, stage=Stage.RAISED,
        opened_at=DURING, opened_by=person.id,
    ).save()  # fmt: skip


async def test_a_clerk_sees_what_waits_in_the_own_community_alone(browser: Browser):
    mine, other = await an_estate("梧桐苑"), await an_estate("丁香苑")
    for estate in (mine, other):
        await a_unit(await a_building(estate), area_cm2=None)
    empty = await a_place(PlaceKind.ESTATE, "海棠苑", await place_of(mine.parent))
    worker = await a_role(RoleKind.COMMUNITY_WORKER, await place_of(mine.parent))
    for estate, title in ((mine, "充电棚建在哪里"), (other, "别处的事"), (other, "别处的又一件事")):
        await a_raised_matter(estate, title, worker)
    await browser.sign_in(worker)

    page = await browser.open("/work")

    assert "补录缺面积或缺业主的房屋" in words(page)
    [matters] = [cell for cell in page.select("main a") if cell["href"] == "/desk/matters"]
    assert "答复居民提出的事项" in matters.text and "1 项" in matters.text
    assert f"/registry/{mine.id}" in links(page)
    assert f"/registry/{empty.id}/imports" in links(page) and str(page).count("上传业主名册") == 1
    assert str(other.id) not in str(page) and "丁香苑" not in words(page)


async def test_the_board_of_a_clerk_asks_no_more_for_more_votes(browser: Browser, statements):
    vote, _ = await an_open_vote()
    community = await place_of(vote.estate.parent)
    await browser.sign_in(await a_role(RoleKind.COMMUNITY_WORKER, community))
    await browser.open("/work")

    statements.clear()
    await browser.open("/work")
    asked = len(statements)
    for title in ("第二次表决", "第三次表决"):
        estate = await a_place(PlaceKind.ESTATE, f"{title}的小区", community)
        await an_open_vote(estate=estate, title=title)
    statements.clear()
    page = await browser.open("/work")

    assert "第二次表决" in words(page) and "第三次表决" in words(page)
    assert len(statements) == asked <= 32, statements


async def test_the_operator_sees_what_is_still_to_be_set_up(browser: Browser):
    await an_estate()
    await browser.sign_in(await a_role(RoleKind.OPERATOR, None))

    page = words(await browser.open("/work"))

    assert "小区还没有名册" in page and "给社区工作人员授予身份" in page and "接通短信" in page
    assert "演示" not in page, "there is no demo here"


async def test_the_supervisor_compares_the_estates_of_the_own_community(browser: Browser):
    vote, _ = await an_open_vote()
    other = await an_estate("丁香苑")
    await browser.sign_in(await a_role(RoleKind.SUPERVISOR, await place_of(vote.estate.parent)))

    assert "/overview" in links(await browser.open("/work"))
    page = await browser.open("/overview")

    [row] = ["".join(row.text.split()) for row in page.select("tbody tr")]
    assert row.startswith(vote.estate.name) and row.endswith("正在1，即将0")
    assert other.name not in words(page)


async def test_the_property_manager_has_no_board_and_is_told_why(browser: Browser):
    vote, _ = await an_open_vote()
    await browser.sign_in(await a_role(RoleKind.PROPERTY_MANAGER, vote.estate))

    page = await browser.open("/work")

    assert "物业服务企业不组织" in words(page)
    assert not [link for link in links(page) if "ballots" in link]


async def test_a_resident_has_no_board(browser: Browser):
    vote, owner = await an_open_vote()
    await browser.sign_in(owner)
    await browser.open("/work", expect=403)


async def test_an_office_without_its_second_factor_does_not_open_the_board(browser: Browser):
    operator = await a_role(RoleKind.OPERATOR, None)
    await browser.sign_in(operator, second_factor=False)

    answer = await browser.client.get("/work", headers={"Accept": "text/html"})

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/second-factor")


@pytest.mark.parametrize("kind", list(RoleKind))
async def test_no_link_of_anybodys_menu_leads_nowhere(browser: Browser, kind: RoleKind, app):
    estate = await an_estate()
    place = None if kind is RoleKind.OPERATOR else estate
    await browser.sign_in(await a_role(kind, place))
    await read_neighbourhood()

    page = await browser.open("/me")

    menu = {link["href"] for link in page.select("nav a[href], footer a[href], header a[href]")}
    for path in sorted(menu - {"#sections"}):
        if path.startswith(("tel:", "/elder")):
            continue
        answer = await browser.client.get(
            path, headers={"Accept": "text/html"}, follow_redirects=True
        )
        assert answer.status_code == 200, (kind, path, answer.status_code)


# --- help ---------------------------------------------------------------------------------------


async def test_the_help_says_plainly_what_is_not_promised(browser: Browser):
    await an_estate()

    page = words(await browser.open("/help"))

    assert "又拿着加密密钥的人，仍然有办法读到选择" in page
    assert "知道您在哪一刻投票的人" in page
    assert "复算不能发现：有人替没有投票的业主多投了一票" in page
    assert "把回执给别人看，别人就能知道您投了什么" in page
    assert "uvruncoordinationrecountpackage.json" in page
    for path in ("/privacy", "/accessibility"):
        await browser.open(path)
