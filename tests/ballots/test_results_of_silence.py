"""A choice among options, and silence by the estate's rule, on every form of the result."""

from datetime import timedelta

import pytest

from coordination.ballots.ballot_tables import Result
from coordination.ballots.casting.viewing import note_view
from coordination.ballots.polls.answers import Answers, choose_answers
from coordination.ballots.polls.queries import state_of
from coordination.ballots.polls.silence import choose_silence
from coordination.ballots.recount import recount
from coordination.ballots.results.clockwork import advance_polls
from tests.ballots.convening import (
    TODAY,
    a_convening,
    a_draft,
    a_noticed_poll,
    a_question,
)
from tests.ballots.electing import Running
from tests.ballots.test_polls_answers import a_rule
from tests.builders import a_unit, an_owner

pytestmark = pytest.mark.usefixtures("database")


async def a_vote_with_silence(*choices: str, takes_part: str, options=()) -> tuple[Running, dict]:
    """Nine owners of equal homes; so many vote, the rest were reached and stay silent, but one."""
    convening = await a_convening()
    for room in ("201", "202", "301", "302"):
        unit = await a_unit(convening.buildings[0], room)
        convening.owners.append(await an_owner(unit, name=f"业主{room}"))
    await an_owner(await a_unit(convening.buildings[0], "401"), name="没有账号", bound=False)
    poll = await a_draft(convening)
    question = await a_question(convening, poll)
    await choose_answers(convening.proposer, question.id, Answers(options), TODAY)
    rule = await a_rule(convening, takes_part=takes_part)
    await choose_silence(convening.proposer, poll.id, rule.id, TODAY)
    poll = await a_noticed_poll(convening, poll)
    run = Running(convening, poll, question)
    await advance_polls(poll.opens_at)
    for person in convening.owners:  # each opens the page of the vote, which is a proof
        await note_view(person.id, poll, await state_of(poll), poll.opens_at)
    for person, choice in zip(convening.owners, choices, strict=False):
        await run.vote(person, choice, poll.opens_at)
    await advance_polls(poll.closes_at + timedelta(minutes=2))
    [found] = await Result.objects().output(load_json=True)
    return run, found.package


async def test_silence_joins_the_majority_where_delivered_and_both_tallies_are_published(
    browser, time_is
):
    run, package = await a_vote_with_silence(
        "approve", "approve", "approve", "approve", "reject", takes_part="送达即视为参与表决"
    )
    question = package["questions"][0]

    assert question["delivered"]["persons"] == 8
    assert question["silence"]["added_to"] == "approve"
    assert question["silence"]["added"]["persons"] == len(question["silent"]["who"]) == 3
    assert question["participating"]["persons"] == 8
    assert question["cast_only"]["participating"]["persons"] == 5
    assert (question["outcome"], question["cast_only"]["outcome"]) == ("carried", "no_quorum")
    assert not [one for one in recount(package) if one.holds is False]

    time_is(run.poll.closes_at + timedelta(hours=1))
    page = await browser.open(f"/ballots/{run.poll.id}/result")
    assert "两种计票并列" in page.main.text
    assert "视为同意多数意见" in page.main.text
    assert "没有投票、也没有送达凭证的 1 人" in page.main.text
    table = await browser.client.get(f"/ballots/{run.poll.id}/result/result.csv")
    assert "（不计未表决票）" in table.text
    assert "业主大会议事规则第二十条" in table.text
    pdf = await browser.client.get(f"/ballots/{run.poll.id}/result/result.pdf")
    assert pdf.content.startswith(b"%PDF")


async def test_silence_that_does_not_take_part_helps_no_quorum(browser):
    _, package = await a_vote_with_silence(
        "approve", "approve", "approve", "approve", "reject", takes_part=""
    )
    question = package["questions"][0]

    assert question["participating"]["persons"] == 5
    assert question["consent_base"]["persons"] == 8
    assert question["outcome"] == "no_quorum"


async def test_without_one_leading_opinion_nothing_is_added(browser):
    _, package = await a_vote_with_silence(
        "甲公司", "甲公司", "乙公司", "乙公司", "none_of_these", "abstain",
        takes_part="送达即视为参与表决", options=("甲公司", "乙公司"),
    )  # fmt: skip
    question = package["questions"][0]

    assert [one["choice"] for one in question["choices"]] == [
        "甲公司", "乙公司", "none_of_these", "abstain",
    ]  # fmt: skip
    assert (question["silence"]["added_to"], question["winner"]) == (None, None)
    assert question["outcome"] == "not_carried"
