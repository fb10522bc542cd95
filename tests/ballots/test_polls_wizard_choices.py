"""What a convener chooses knowingly while drafting: the matter that is decided, how open the
result will be."""

from uuid import uuid4

import pytest

from coordination.ballots.polls.drafting import PollFacts, PollRules, change_facts, change_rules
from coordination.ballots.polls.queries import load_poll, questions_of
from coordination.ballots.results.clockwork import advance_polls
from coordination.ballots.tables import Poll
from coordination.db import rows
from coordination.errors import Invalid
from coordination.matters.tables import Matter, Stage
from coordination.notices.queries import notices, read_notice
from coordination.notices.tables import NoticeKind
from tests.ballots.convening import TODAY, a_convening, a_draft, a_noticed_poll, a_question, days
from tests.ballots.test_polls_pages import begun, convening, sign_in

__all__ = ["convening"]
pytestmark = pytest.mark.usefixtures("database")


async def a_matter(convening, title: str, stage: Stage = Stage.DECIDED) -> Matter:
    matter = Matter(
        id=uuid4(), place=convening.estate.id, title=title, text=title, stage=stage,
        opened_at=TODAY, opened_by=convening.proposer.id,
    )  # fmt: skip
    await matter.save()
    return matter


async def test_the_wizard_offers_the_open_matters_of_this_estate_and_no_others(browser, convening):
    mine = await a_matter(convening, "电梯老化")
    await a_matter(convening, "去年的事", Stage.EVALUATED)
    await a_matter(await a_convening("丁香苑"), "别处的事")

    page = await browser.open("/ballots/new")
    offered = [option.text for option in page.select("select[name=matter] option")]
    await browser.send(
        "/ballots/new", title="换电梯", summary="换", contact="王 027", matter=str(mine.id)
    )

    assert offered == ["不关联事项", "电梯老化"]
    poll = await Poll.objects().first()
    assert poll and poll.matter == mine.id
    page = await browser.open(f"/ballots/{poll.id}/facts")
    assert page.select_one("option[selected]").text == "电梯老化"
    await browser.send(
        f"/ballots/{poll.id}/facts", title="换电梯", summary="换", contact="王 027", matter=""
    )
    assert (await load_poll(poll.id)).matter is None


async def test_without_matters_nothing_is_asked_and_anothers_matter_is_refused(browser, convening):
    page = await browser.open("/ballots/new")
    assert not page.select("[name=matter]")
    theirs = await a_matter(await a_convening("丁香苑"), "别处的事")
    poll = await a_draft(convening)

    for said in (str(theirs.id), "x"):
        await browser.open(f"/ballots/{poll.id}/facts")
        await browser.send(
            f"/ballots/{poll.id}/facts", title="表决", summary="换", contact="王 027",
            matter=said, expect=422,
        )  # fmt: skip
    with pytest.raises(Invalid):
        facts = PollFacts("表决", "换", "王 027", theirs.id)
        await change_facts(convening.proposer, poll.id, facts, TODAY)


async def test_notice_opening_and_result_stand_on_the_matters_timeline():
    convening = await a_convening()
    matter = await a_matter(convening, "电梯老化")
    poll = await a_draft(convening)
    await a_question(convening, poll)
    facts = PollFacts(poll.title, poll.summary, poll.contact, matter.id)
    await change_facts(convening.proposer, poll.id, facts, TODAY)
    poll = await a_noticed_poll(convening, poll)

    await advance_polls(poll.closes_at + days(1))
    await advance_polls(poll.closes_at + days(20))

    lines = [row["text"].partition("：")[2] for row in await rows(
        "select text from timeline_line where matter = $1", matter.id)]  # fmt: skip
    for said in ("已发布投票公告", "投票进行中", "初步结果公示（询异）", "结果公告"):
        assert said in lines


@pytest.mark.parametrize(
    ("chosen", "printed"),
    [("by_size", "只公布合计"), ("grouped", "按选择分组"), ("sums", "只公布合计")],
)
async def test_how_open_the_result_will_be_is_chosen_and_printed_in_the_notice(
    browser, convening, chosen, printed
):
    poll = await a_draft(convening)
    await a_question(convening, poll)
    page = await browser.open(f"/ballots/{poll.id}/rules")
    assert page.select_one("[name=package_form][checked]")["value"] == "by_size"

    await browser.send(
        f"/ballots/{poll.id}/rules", changes_allowed="1", parking_counts="no",
        invalid_takes_part="no", prevails="online", package_form=chosen,
    )  # fmt: skip
    page = await browser.open(f"/ballots/{poll.id}/rules")
    await a_noticed_poll(convening, poll)

    assert page.select_one("[name=package_form][checked]")["value"] == chosen
    [notice] = await notices(kind=NoticeKind.BALLOT)
    sections = (await read_notice(notice.id)).facts["sections"]
    [part] = [each for each in sections if each["heading"].startswith("结果怎样公布")]
    assert printed in str(part["rows"])


async def test_a_form_for_auditors_is_not_chosen_for_the_public():
    convening = await a_convening()
    poll = await a_draft(convening)

    with pytest.raises(Invalid):
        await change_rules(convening.proposer, poll.id, PollRules(1, False, False, "full"), TODAY)


async def test_an_election_is_asked_for_its_seats_and_the_last_look_says_what_the_ballot_offers(
    browser, convening
):
    poll = await begun(browser)
    here = f"/ballots/{poll.id}"
    page = await browser.open(f"{here}/questions/new")
    assert not page.select_one("input[name=title]")["value"], "an assembly's name asks nothing"
    await browser.send(f"{here}/questions/new", title="选举", text="选举委员", if_silent="不计入")
    [question] = await questions_of(poll.id)
    at = f"{here}/questions/{question.id}"

    page = await browser.send(f"{at}/class", matter_class="committee", reason="选举。")
    assert "请业主怎样表决" in page.h1.text
    page = await browser.send(f"{at}/answers", kind="election", seats="5", tie_rule="lot")
    assert "由谁表决" in page.h1.text
    page = await browser.send(f"{at}/scope", kind="estate")
    assert "下一步：征集“选举”的候选人" in page.main.text
    page = await browser.open(f"{here}/times")
    # 7 days of nominating after 2 March and 7 of publicity; then 15 full days of notice.
    assert "候选人名单可以确定：2026年3月18日" in page.main.text
    page = await browser.send(
        f"{here}/times", opens_at="2026-03-28T09:00", closes_at="2026-04-10T20:00", expect=422
    )
    assert "2026年4月3日" in page.select_one(".error-summary").text

    page = await browser.open(f"{here}/roll/publication")
    assert "选举 5 人，候选人还没有确定" in page.main.text


async def test_a_draft_left_lying_says_that_its_opening_can_no_longer_be_kept(
    browser, convening, time_is
):
    poll = await a_draft(convening)
    await a_question(convening, poll)
    page = await browser.open(f"/ballots/{poll.id}/convening")
    assert "名册最迟 2026年3月2日 公布" in page.main.text

    time_is(TODAY + days(2))
    await sign_in(browser, convening.proposer)
    page = await browser.open(f"/ballots/{poll.id}/convening")
    assert "已经来不及" in page.main.text
    assert page.select(f"a[href='/ballots/{poll.id}/times']")
    page = await browser.open(f"/ballots/{poll.id}/roll/publication")
    assert "还不能公布" in page.main.text
    assert not page.select("form[action$='/roll/publication']")
