"""An election on the pages: an owner stands and votes on a phone, a member runs it."""

from datetime import timedelta

import pytest

from coordination.ballots.elections.queries import election_for
from coordination.people.tables import BodyKind, RoleKind
from tests.ballots.convening import (
    TODAY,
)
from tests.ballots.electing import FINAL, OPENS, SETTLED, SHOWN, running, the_person
from tests.builders import a_body, a_role

pytestmark = pytest.mark.usefixtures("database")


async def test_an_owner_elects_on_the_phone_and_the_page_refuses_one_name_too_many(
    browser, time_is
):
    run = await (await running()).call()
    people = run.convening.owners
    await run.settle(people[:6])
    await run.open()
    time_is(OPENS + timedelta(days=1))
    await browser.sign_in(people[7])

    page = await browser.open(f"/ballots/{run.poll.id}/vote")
    page = await browser.open(page.find("a", string="开始投票")["href"])
    assert len(page.select("input[type=checkbox][name=choice]")) == 6 + 2
    assert "愿意服务" in page.main.text
    where = f"/ballots/{run.poll.id}/paper"
    page = await browser.send(where, expect=422, choice=["1", "2", "3", "4", "5", "6"])
    assert "您选了 6 人，最多选 5 人，请去掉 1 人" in page.main.text
    assert len(page.select("input[checked]")) == 6
    page = await browser.send(where, expect=422, choice=["1", "abstain"])
    assert "只能单独选" in page.main.text
    page = await browser.send(where, expect=422)
    assert "请选择候选人，最多 5 人" in page.main.text
    page = await browser.send(where, choice=["2", "4", "1"])
    names = [person.name for person in people]
    assert f"1号 {names[0]}、2号 {names[1]}、4号 {names[3]}" in page.main.text
    page = await browser.send(f"/ballots/{run.poll.id}/casts")
    assert page.h1.text == "已经投出"


async def test_a_result_says_who_was_elected_on_page_print_and_table(browser, time_is):
    run = await (await running()).call()
    people = run.convening.owners
    await run.settle(people[:6])
    await run.open()
    for person in people[:6]:
        await run.vote(person, "1,2,3,4,5")
    await run.finish()
    time_is(FINAL)

    page = await browser.open(f"/ballots/{run.poll.id}/result")
    assert "选出 5 人" in page.main.text
    stood = [one.text for one in page.select("td .tag")]
    tie = "（得票与他人相同，按事先公布的次序）"
    assert stood == [*(f"✓ 当选，第 {n} 名{tie}" for n in range(1, 6)), "· 未当选"]
    pdf = await browser.client.get(f"/ballots/{run.poll.id}/result/result.pdf")
    csv = await browser.client.get(f"/ballots/{run.poll.id}/result/result.csv")
    assert pdf.content.startswith(b"%PDF")
    assert f"1号 {people[0].name}" in csv.text
    assert "当选" in csv.text


async def test_a_member_runs_an_election_on_the_pages_and_an_owner_stands(browser, time_is):
    time_is(TODAY)
    run = await running()
    hub = f"/ballots/{run.poll.id}/questions/{run.question.id}/candidates"
    await browser.sign_in(await the_person(run.clerk))
    await browser.open(hub)
    page = await browser.send(hub, expect=422, nominate_until="2026-03-04T09:00")
    assert "报名期不少于7天" in page.main.text
    page = await browser.send(hub, nominate_until="2026-03-10T09:00")
    assert "正在报名" in page.main.text
    election = await election_for(run.question.id)
    public = f"/ballots/elections/{election}"

    await browser.sign_in(run.convening.owners[0])
    page = await browser.open(public)
    assert "应选委员 5 人" in page.main.text
    await browser.open(f"{public}/nomination")
    stranger = {"whom": "other", "room": "1栋1单元101", "name": "某某", "about": "好"}
    page = await browser.send(f"{public}/nomination", expect=422, **stranger)
    assert "登记中没有这个房号的这位业主" in page.main.text
    page = await browser.send(
        f"{public}/nomination", whom="other", room="1幢1单元102室", about="热心",
        name=run.convening.owners[1].name,
    )  # fmt: skip
    await browser.open(f"{public}/nomination")
    own = str(await run.owner(run.convening.owners[0]))
    page = await browser.send(f"{public}/nomination", whom=own, about="会计，愿意服务")
    assert "已报名，等待审核" in page.main.text

    await browser.sign_in(run.convening.owners[1])
    page = await browser.open(public)
    form = page.find("form", action=lambda it: it.endswith("/consent"))
    page = await browser.send(form["action"])
    assert "已报名，等待审核" in page.main.text


def answers_in(page):
    return page.find_all("form", action=lambda it: it.endswith("/answer"))


async def answer_both(browser, page):
    """A refused answer keeps its words, and only its own form speaks of them."""
    first, _ = answers_in(page)
    page = await browser.send(first["action"], expect=422, upheld="no", gist="任职情况")
    first, second = answers_in(page)
    assert "请填写答复" in first.text and "请填写答复" not in second.text
    kept = [each.find(attrs={"name": "gist"}).get("value") for each in (first, second)]
    assert kept == ["任职情况", ""]
    for each in (first, second):
        await browser.send(each["action"], upheld="no", gist="任职情况", answer="经核实不成立")


async def test_a_member_checks_publishes_answers_and_settles_on_one_page(browser, time_is):
    time_is(TODAY)
    run = await (await running()).call()
    await run.stand(*run.convening.owners[:2])
    hub = f"/ballots/{run.poll.id}/questions/{run.question.id}/candidates"
    public = f"/ballots/elections/{run.election}"
    await browser.sign_in(await the_person(run.clerk))
    page = await browser.open(hub)
    for _ in range(2):
        form = page.find("form", action=lambda it: it.endswith("/check"))
        page = await browser.send(form["action"], admitted="yes")
    time_is(SHOWN)
    await browser.sign_in(await the_person(run.clerk))
    await browser.open(hub)
    page = await browser.send(f"{hub}/list")
    assert "公示到" in page.main.text

    await browser.sign_in(run.convening.owners[3])
    page = await browser.open(public)
    await browser.open(page.select_one("a[href$='/objection']")["href"])
    page = await browser.send(browser.response.url.path, text="他在物业上班")
    assert "第1号异议" in page.main.text
    assert "物业上班" not in page.main.text
    await browser.open(page.select("a[href$='/objection']")[1]["href"])
    await browser.send(browser.response.url.path, text="他住在别处")

    time_is(SETTLED)
    await browser.sign_in(await the_person(run.clerk))
    page = await browser.open(hub)
    assert not page.find("form", action=f"{hub}/settlement"), "objections wait"
    await answer_both(browser, page)
    assert (await browser.open(hub)).find("form", action=f"{hub}/settlement")
    page = await browser.send(f"{hub}/settlement")
    assert "候选人名单已经确定" in page.main.text
    assert "1号" in (await browser.open(public)).main.text


async def test_the_street_names_the_preparatory_group_and_everybody_reads_it(browser, time_is):
    time_is(TODAY)
    run = await running()
    group = await a_body(BodyKind.PREPARATORY_GROUP, run.convening.estate, "梧桐苑筹备组")
    page = await browser.open("/ballots/groups")
    assert "梧桐苑筹备组" in page.main.text
    page = await browser.open(f"/ballots/groups/{group.id}")
    assert "组长应由街道办事处" in page.main.text
    assert not page.main.select("form")

    officer = await a_role(RoleKind.SUBDISTRICT_OFFICER, run.convening.estate)
    await browser.sign_in(officer)
    here = f"/ballots/groups/{group.id}"
    await browser.open(here)
    page = await browser.send(here, expect=422, members="吴刚，街道（乡镇）代表，组长\n张三，路人")
    assert "第2行“张三，路人”看不懂" in page.main.text
    owners = "\n".join(f"业主{n}，业主代表" for n in range(3))
    members = f"吴刚，街道（乡镇）代表，组长\n李某，居民委员会代表\n{owners}"
    page = await browser.send(here, members=members)
    assert "组成符合规定" in page.main.text
