"""A matter hears of its vote: a line for each step, and its stage waits until the vote is over."""

from dataclasses import replace
from uuid import uuid4

import pytest

from coordination.ballots.polls.drafting import draft_poll
from coordination.ballots.polls.endings import withdraw_poll
from coordination.db import rows
from coordination.errors import NotFound
from coordination.matters.actions import write_line
from coordination.matters.tables import Duty, Matter, Stage
from tests.ballots.convening import FACTS, TODAY, a_convening, a_published_roll, a_question

pytestmark = pytest.mark.usefixtures("database")


async def test_each_step_of_a_vote_is_a_line_of_its_matter_and_the_stage_waits_meanwhile():
    convening = await a_convening()
    matter = Matter(
        id=uuid4(), place=convening.estate.id, title="电梯老化", text="1栋电梯停运",
        stage=Stage.DECIDED, opened_at=TODAY, opened_by=convening.proposer.id,
    )  # fmt: skip
    await matter.save()
    poll = await draft_poll(
        convening.proposer, convening.estate, convening.committee.id,
        replace(FACTS, matter=matter.id), TODAY,
    )  # fmt: skip
    await a_question(convening, poll)
    await a_published_roll(convening, poll)

    waits = await Duty.select(Duty.label, Duty.settled_at)
    await withdraw_poll(convening.proposer, poll.id, "另行协商。", TODAY)

    lines = await rows("select text, link, person, stage from timeline_line order by text")
    assert waits == [{"label": "业主大会表决：2026年第一次业主大会", "settled_at": None}]
    assert [line["text"].partition("：")[2] for line in lines] == [
        "公布名册、受理异议", "已撤回。另行协商。", "起草",
    ]  # fmt: skip
    [draft] = [line for line in lines if line["text"].endswith("起草")]
    assert (draft["text"], draft["link"]) == ("业主大会表决：起草", "")  # not yet for everybody
    assert {(line["link"], line["person"], line["stage"]) for line in lines if line != draft} == {
        (f"/ballots/{poll.id}", convening.proposer.id, "decided")
    }
    assert (draft["person"], draft["stage"]) == (convening.proposer.id, "decided")
    assert (await Duty.select(Duty.settled_at)) == [{"settled_at": TODAY}]


async def test_a_line_needs_a_matter():
    with pytest.raises(NotFound):
        await write_line(uuid4(), "一行", TODAY)
