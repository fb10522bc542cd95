"""The road of a matter through its six stages, refused and let through at each."""

import asyncio

import pytest

from coordination.db import rows, value
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.law.classes import MatterClass
from coordination.matters.actions import OWNERS_VOTE, open_duty, settle_duty
from coordination.matters.advancing import (
    Finding,
    NotReady,
    ReservedToOwners,
    advance_matter,
)
from coordination.matters.evaluating import (
    AlreadyEvaluated,
    NotOpenForEvaluation,
    conclude_evaluations,
    evaluate_matter,
)
from coordination.matters.following import follow_question
from coordination.matters.raising import (
    support_matter,
)
from coordination.matters.screening import screen_matter
from coordination.matters.steps import OutOfOrder
from coordination.matters.sweeping import sweep_matters
from coordination.matters.tables import Grade, Stage, StepKind, Way
from tests.matters.a_matter import (
    DAY,
    RAISED,
    a_carried_out,
    a_decided,
    a_discussed,
    a_screened,
    a_topic,
    a_town,
    an_evaluated,
    met,
    row_of,
    standing_of,
)

pytestmark = pytest.mark.usefixtures("database")


async def lines_of(matter) -> list[str]:
    found = await rows("select text from timeline_line where matter = $1 order by number", matter)
    return [one["text"] for one in found]


@pytest.mark.parametrize(
    ("decision", "stage", "over"),
    [
        (StepKind.LISTED, Stage.DISCUSSED, False),
        (StepKind.TO_TICKET, Stage.SCREENED, True),
        (StepKind.DECLINED, Stage.SCREENED, True),
    ],
)
async def test_each_screening_decision_is_a_public_answer(decision, stage, over):
    town = await a_town()
    matter = await a_screened(town)

    await screen_matter(town.worker, matter, decision, "理由写在这里。", RAISED + 2 * DAY)

    standing = await standing_of(matter)
    assert (standing.stage, standing.is_over) == (stage, over)
    assert (await lines_of(matter))[-1].endswith("：理由写在这里。")
    told = await rows("""select distinct person from message
        where title = '您支持的事项有答复' and channel = 'in_app'""")
    assert [one["person"] for one in told] == [town.resident.id]


async def test_what_goes_to_the_owners_vote_names_its_class():
    town = await a_town()
    matter = await a_screened(town)

    with pytest.raises(Invalid) as refused:
        await screen_matter(town.worker, matter, StepKind.TO_BALLOT, "由业主定。", RAISED)
    assert list(refused.value.fields) == ["reserved"]
    with pytest.raises(Invalid):
        await screen_matter(town.worker, matter, StepKind.HELD, "跳过议事。", RAISED)


async def test_a_stage_is_not_left_while_a_duty_is_open_or_a_party_met_alone():
    town = await a_town()
    matter = await a_discussed(town)
    await open_duty(matter, "先开听证会")

    with pytest.raises(NotReady, match="还有未完成的事项：先开听证会；至少 2 方到会才算议过"):
        await advance_matter(
            town.worker, matter, Stage.DECIDED, Finding("开了会", (town.committee.id,)), RAISED
        )
    await settle_duty(matter, "先开听证会", RAISED)
    with pytest.raises(NotReady):
        twice = Finding("开了会", (town.committee.id, town.committee.id))
        await advance_matter(town.worker, matter, Stage.DECIDED, twice, RAISED)
    with pytest.raises(OutOfOrder):
        await advance_matter(town.worker, matter, Stage.DONE, met(town), RAISED)
    with pytest.raises(NotAllowed):
        await advance_matter(town.manager, matter, Stage.DECIDED, met(town), RAISED)
    await advance_matter(town.member, matter, Stage.DECIDED, met(town), RAISED)

    assert (await standing_of(matter)).stage is Stage.DECIDED


async def test_what_only_the_owners_decide_waits_for_the_final_result_of_their_vote():
    town = await a_town()
    matter = await a_decided(town, reserved=MatterClass.COMMON_USE)
    by_meeting = Finding("会上都同意。", way=Way.CONSENSUS)
    by_vote = Finding("业主大会表决通过。", way=Way.BALLOT)

    with pytest.raises(ReservedToOwners, match="第二百七十八条") as refused:
        await advance_matter(town.worker, matter, Stage.DONE, by_meeting, RAISED)
    assert refused.value.rule == "民法典第二百七十八条"
    await open_duty(matter, f"{OWNERS_VOTE}第一次")
    await settle_duty(matter, f"{OWNERS_VOTE}第一次", RAISED, dropped=True)
    with pytest.raises(NotReady, match="还没有最终结果"):
        await advance_matter(town.worker, matter, Stage.DONE, by_vote, RAISED)
    await open_duty(matter, f"{OWNERS_VOTE}第二次")
    with pytest.raises(NotReady, match="还有未完成的事项：业主大会表决：第二次"):
        await advance_matter(town.worker, matter, Stage.DONE, by_vote, RAISED)
    await settle_duty(matter, f"{OWNERS_VOTE}第二次", RAISED)
    await advance_matter(town.worker, matter, Stage.DONE, by_vote, RAISED)

    assert (await standing_of(matter)).stage is Stage.DONE


async def test_a_meeting_may_put_a_matter_to_the_owners():
    town = await a_town()
    matter = await a_discussed(town)
    await follow_question(matter, MatterClass.COMMON_USE)
    await advance_matter(town.worker, matter, Stage.DECIDED, met(town), RAISED + 3 * DAY)

    with pytest.raises(ReservedToOwners):
        await advance_matter(
            town.worker, matter, Stage.DONE, Finding("会上定了", way=Way.SHOW_OF_HANDS), RAISED
        )


async def test_it_may_be_decided_not_to_do_it():
    town = await a_town()
    matter = await a_decided(town)

    refused = Finding("各方不同意。", way=Way.SHOW_OF_HANDS)
    await advance_matter(town.worker, matter, None, refused, RAISED + 4 * DAY)

    assert (await standing_of(matter)).label == "议决不办"


async def test_whoever_carries_it_out_is_named_with_the_decision():
    town = await a_town()

    matter = await row_of(await a_carried_out(town))

    assert (matter.stage, matter.holder) == ("done", town.company.id)
    assert matter.held_since == RAISED + 4 * DAY


async def test_enough_good_judgements_end_it_at_once(as_owner):
    await as_owner.execute("""insert into setting (id, place, name, value, since, reason, rank)
        values (gen_random_uuid(), null, 'evaluation_enough', '5', '2026-01-01', '测试', 1)""")
    town = await a_town()
    matter = await an_evaluated(town)
    at = RAISED + 6 * DAY

    for who, grade in zip(
        (town.resident, *town.neighbours[:4]), ("good", "fair", "good", "poor", "poor"), strict=True
    ):
        await evaluate_matter(who, matter, Grade(grade), "", at)

    standing = await standing_of(matter)
    assert (standing.is_over, standing.label) == (True, "公众评价合格，办结")
    assert (await lines_of(matter))[-1] == (
        "公众评价合格，办结：5 人评价，满意 2 人、基本满意 1 人、不满意 2 人（合格线 60%）"
    )


async def test_a_poor_judgement_sends_it_back_when_the_days_are_over_once_with_two_workers():
    town = await a_town()
    matter = await an_evaluated(town)
    await evaluate_matter(town.resident, matter, Grade.POOR, "没看到收支表", RAISED + 6 * DAY)
    await evaluate_matter(town.neighbours[0], matter, Grade.GOOD, "", RAISED + 6 * DAY)
    ends = (await row_of(matter)).evaluation_ends
    assert ends

    early = await conclude_evaluations(ends - DAY)
    late = await asyncio.gather(conclude_evaluations(ends), conclude_evaluations(ends))

    assert (early, sorted(late)) == (0, [0, 1])
    standing = await standing_of(matter)
    assert (standing.stage, standing.round) == (Stage.DISCUSSED, 1)
    assert await value("select count(*) from matter_step where kind = 'sent_back'") == 1
    assert (await row_of(matter)).holder == town.committee.id


async def test_one_judges_once_in_time_and_nobody_their_own_work():
    town, other = await a_town(), await a_town("银杏苑")
    matter = await an_evaluated(town)
    at = RAISED + 6 * DAY
    ends = (await row_of(matter)).evaluation_ends
    await evaluate_matter(town.resident, matter, Grade.GOOD, "", at)

    with pytest.raises(AlreadyEvaluated):
        await evaluate_matter(town.resident, matter, Grade.POOR, "", at)
    with pytest.raises(NotAllowed):
        await evaluate_matter(town.manager, matter, Grade.GOOD, "", at)
    with pytest.raises(NotAllowed):
        await evaluate_matter(other.resident, matter, Grade.POOR, "", at)
    with pytest.raises(NotOpenForEvaluation):
        await evaluate_matter(town.neighbours[0], matter, Grade.GOOD, "", ends)
    with pytest.raises(Invalid):
        await evaluate_matter(town.neighbours[0], matter, Grade.GOOD, "问13812345678", at)
    assert await value("select count(*) from evaluation") == 1


async def test_a_late_answer_is_told_in_public_once_with_two_workers():
    town = await a_town()
    matter = await a_topic(town)
    due = await value("select due_at from duty")

    await sweep_matters(due - DAY)
    assert await lines_of(matter) == ["提出"]
    await asyncio.gather(sweep_matters(due), sweep_matters(due))
    await sweep_matters(due + DAY)

    assert await lines_of(matter) == ["提出", "超期：答复点事，应在 2026年3月17日 00:00 前完成"]
    told = await value("""select count(*) from message
        where title = '事项超期' and channel = 'in_app'""")
    assert told == 2


async def test_steps_are_only_ever_added(as_owner):
    town = await a_town()
    await a_topic(town)

    for statement in ("update matter_step set words = 'x'", "delete from matter_step"):
        with pytest.raises(Exception, match="only ever added"):
            await as_owner.execute(statement)


async def test_a_matter_that_there_is_not():
    town = await a_town()

    with pytest.raises(NotFound):
        await support_matter(town.resident, town.estate.id, RAISED)
