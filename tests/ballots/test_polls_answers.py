"""What a ballot offers, and whether silence counts: chosen knowingly, refused in plain words."""

from dataclasses import replace
from datetime import date

import pytest

from coordination import files
from coordination.ballots.polls.answer_words import IF_SILENT
from coordination.ballots.polls.answers import Answers, choose_answers
from coordination.ballots.polls.queries import load_poll, questions_of
from coordination.ballots.polls.questions import add_question, remove_question
from coordination.ballots.polls.silence import (
    QuotedRule,
    RuleEnded,
    choose_silence,
    end_rule,
    record_rule,
    rules_of,
)
from coordination.ballots.tables import Poll
from coordination.db import rows
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.law.classes import MatterClass
from coordination.law.election import TieRule
from coordination.notices.queries import read_notice
from tests.ballots.convening import (
    TODAY,
    WORDS,
    a_convening,
    a_draft,
    a_noticed_poll,
    a_question,
    an_outsider,
)
from tests.ballots.test_polls_pages import convening
from tests.test_files import PDF

__all__ = ["convening"]
pytestmark = pytest.mark.usefixtures("database")
TEXT = "表决票送达后不投票的，视为同意多数意见。送达即视为参与表决。"


async def a_rule(convening, takes_part: str = "送达即视为参与表决", text: str = TEXT):
    document = await files.store(PDF, at=TODAY, by=convening.proposer.id)
    rule = QuotedRule("业主大会议事规则第二十条", text, takes_part, date(2024, 5, 1), document)
    return await record_rule(convening.proposer, convening.estate, rule, TODAY)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("甲公司",), "2 到 10 个方案"),
        (tuple(f"方案{n}" for n in range(11)), "现在有 11 个"),
        (("甲公司", "甲公司"), "写得一样"),
        (("甲公司", "弃权"), "不能把方案叫作“弃权”"),
        (("甲公司", "none_of_these"), "不能把方案叫作"),
        (("甲公司", "乙" * 41), "最多 40 个字"),
    ],
)
async def test_options_that_no_ballot_can_offer_are_refused(convening, options, told):
    question = await a_question(convening, await a_draft(convening))

    with pytest.raises(Invalid) as refused:
        await choose_answers(convening.proposer, question.id, Answers(options), TODAY)

    assert told in refused.value.fields["options"]


@pytest.mark.parametrize(
    ("seats", "told"),
    [(6, "双数"), (13, "5 至 11 人"), (3, "没有 3 人业主委员会的规定"), (5, None), (11, None)],
)
async def test_a_committee_has_an_odd_number_of_seats(convening, seats, told):
    poll = await a_draft(convening)
    question = await a_question(convening, poll, matter=MatterClass.COMMITTEE, reason="选举")
    answers = Answers((), seats, TieRule.LOT)

    if told:
        with pytest.raises(Invalid) as refused:
            await choose_answers(convening.proposer, question.id, answers, TODAY)
        assert told in refused.value.fields["seats"]
    else:
        await choose_answers(convening.proposer, question.id, answers, TODAY)
        assert (await questions_of(poll.id))[0].seats == seats


async def test_only_a_matter_of_electing_elects(convening):
    question = await a_question(convening, await a_draft(convening))

    with pytest.raises(Invalid) as refused:
        await choose_answers(convening.proposer, question.id, Answers((), 5, TieRule.LOT), TODAY)

    assert "第三项" in refused.value.fields["kind"]


async def test_a_convener_offers_three_companies_and_the_notice_lists_them(browser, convening):
    poll = await a_draft(convening)
    question = await a_question(convening, poll)
    here = f"/ballots/{poll.id}/questions/{question.id}/answers"

    page = await browser.open(here)
    assert page.h1.text == "“选聘物业服务企业”请业主怎样表决？"
    assert [one["value"] for one in page.select("input[name=kind]")] == ["motion", "options"]
    page = await browser.send(here, expect=422, kind="options", options="甲公司")
    assert "2 到 10 个方案" in page.main.text
    assert "甲公司" in page.select_one("textarea[name=options]").text
    page = await browser.send(here, kind="options", options="甲公司\n乙公司\n\n 丙公司 ")
    assert "甲公司、乙公司、丙公司、都不同意、弃权" in page.main.text
    await a_noticed_poll(convening, await load_poll(poll.id))

    (notice,) = await rows("select id from notice where kind = 'ballot'")
    said = str((await read_notice(notice["id"])).facts)
    assert "甲公司；乙公司；丙公司；都不同意；弃权" in said


async def test_a_rule_on_silence_is_quoted_whole_with_its_document(browser, convening):
    poll = await a_draft(convening)
    await a_question(convening, poll)
    here = f"/ballots/{poll.id}/silence/new"

    await browser.open(f"/ballots/{poll.id}/silence")
    await browser.open(here)
    page = await browser.send(
        here, expect=422, source="议事规则第二十条", text=TEXT, takes_part_words="送达就算参与",
        adopted_on="2024-05-01", files={"file": ("规约.pdf", PDF, "application/pdf")},
    )  # fmt: skip
    assert "这句话不在上面的原文里" in page.main.text
    page = await browser.send(
        here, expect=422, source="议事规则第二十条", text=TEXT, adopted_on="2024-05-01"
    )
    assert "请选择一个 PDF 文件或照片" in page.main.text
    page = await browser.send(
        here, source="议事规则第二十条", text=TEXT, takes_part_words="送达即视为参与表决",
        adopted_on="2024-05-01", files={"file": ("规约.pdf", PDF, "application/pdf")},
    )  # fmt: skip
    assert "送达不投票的按规约计入多数意见" in page.main.text
    await a_noticed_poll(convening, await load_poll(poll.id))

    (notice,) = await rows("select id from notice where kind = 'ballot'")
    said = str((await read_notice(notice["id"])).facts)
    assert f"“{TEXT}”" in said
    assert "送达即视为参与表决，计入参与比例" in said
    file = await browser.client.get(f"/ballots/{poll.id}/silence-rule")
    assert (file.status_code, file.content) == (200, PDF)


async def test_without_a_rule_of_this_estate_in_force_silence_counts_for_nothing(convening):
    poll = await a_draft(convening)
    theirs = await a_rule(await a_convening("丁香苑"))
    mine = await a_rule(convening, takes_part="")
    await end_rule(convening.proposer, mine.id, TODAY)

    with pytest.raises(NotFound):
        await choose_silence(convening.proposer, poll.id, theirs.id, TODAY)
    with pytest.raises(RuleEnded):
        await choose_silence(convening.proposer, poll.id, mine.id, TODAY)
    with pytest.raises(NotAllowed):
        await end_rule(await an_outsider(), theirs.id, TODAY)
    assert await rules_of(convening.estate.id) == []
    assert (await Poll.objects().get(Poll.id == poll.id)).silence is None


async def test_what_happens_to_who_does_nothing_follows_the_rule_that_is_chosen(convening):
    poll = await a_draft(convening)
    question = await a_question(convening, poll)
    await rows("update question set if_silent = $2 where id = $1", question.id, IF_SILENT)
    rule = await a_rule(convening, takes_part="")

    await choose_silence(convening.proposer, poll.id, rule.id, TODAY)
    (chosen,) = await questions_of(poll.id)
    words = replace(WORDS, title="又一件", if_silent=IF_SILENT)
    later = await add_question(convening.proposer, poll.id, words, TODAY)
    (_, added) = await questions_of(poll.id)
    await remove_question(convening.proposer, later.id, TODAY)
    await choose_silence(convening.proposer, poll.id, None, TODAY)
    (dropped,) = await questions_of(poll.id)

    assert added.if_silent == chosen.if_silent
    assert "计入多数意见" in chosen.if_silent
    assert "不计入参与比例" in chosen.if_silent
    assert dropped.if_silent == IF_SILENT
