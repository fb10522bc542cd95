"""What a poll does by itself at its time: open, close, be counted, become final.

The worker's sweep asks every second; each poll moves in a transaction of its own, under its
lock, so that many workers take each step once. Nobody publishes a count, nobody holds one back:
the seals are opened by the step that publishes what they held.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog

from coordination import db
from coordination.ballots.ballot_tables import Result, ResultObjection
from coordination.ballots.delivery.receipts import receipts_of_notice
from coordination.ballots.package import Publication, as_json, build, restated
from coordination.ballots.paper.settling import settle_or_wait, settled_by
from coordination.ballots.polls.queries import estate_of
from coordination.ballots.polls.stalls import forget_stall, note_stall, note_wait
from coordination.ballots.polls.state import PollState
from coordination.ballots.polls.steps import lock_poll, take_step
from coordination.ballots.results.announcing import announce_result, summary_of
from coordination.ballots.results.counting import all_question_facts, poll_facts
from coordination.ballots.sequencing.showing import show_whole_board
from coordination.ballots.tables import Poll, Step
from coordination.ballots.witnessing.closing import closed_board
from coordination.law.periods import day_of, objection_ends, publicity_ends
from coordination.matters.following import follow_vote
from coordination.places.calendar import working_days

CANDIDATES = """
select p.id from poll p
 where (p.opens_at <= $1 and exists (select 1 from poll_step s where s.poll = p.id
                                      and s.step = 'noticed'))
   and not exists (select 1 from poll_step s where s.poll = p.id
                    and s.step in ('archived', 'withdrawn', 'revoked', 'reissued'))
"""
OBJECTIONS = "对初步统计结果有异议的业主，请在公示期内登录本系统提出，或书面交给召集人。"
CARRIED = "carried"  # the outcome of a question
RESULT_HANGS = 15  # days, as 清远市物业管理条例 art. 17 asks; ours elsewhere
log = structlog.get_logger()


async def advance_polls(at: datetime) -> int:
    """Let every poll take the steps that are due; how many were taken. For the sweep.

    One that cannot be counted (a wrong key, a broken seal) is noted and stops no other.
    """
    taken = 0
    for row in await db.rows(CANDIDATES, at):
        try:
            while await advance_poll(row["id"], at):
                taken += 1
        except Exception as broken:  # noqa: BLE001 - one poll must not stop the others' clocks
            log.error("poll_stuck", poll=str(row["id"]), error=type(broken).__name__)
            await note_stall(row["id"], broken, at)
    return taken


async def advance_poll(poll_id: UUID, at: datetime) -> Step | None:
    """Take the one step that is due, if any."""
    async with db.transaction():
        # Casting holds this lock shared: who is still on the way is waited for, then counted.
        await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 278))", str(poll_id))
        poll, state = await lock_poll(poll_id)
        step = state.due(at)
        if step is Step.COUNTED and not await settle_or_wait(poll, state, at):
            await note_wait(poll_id, await settled_by(poll, state), at)
            return None
        if step is Step.COUNTED:
            await take_step(poll_id, Step.COUNTED, None, at)
            await show_whole_board(poll_id, at)
            await _publish_preliminary(poll, state, at)
        elif step:
            await take_step(poll_id, step, None, at)
        elif _has_hung(state, at):
            step = Step.ARCHIVED
            await take_step(poll_id, step, None, at)
        elif await _may_become_final(poll, state, at):
            step = Step.FINAL
            await _publish_final(poll, at)
        if step:
            await forget_stall(poll_id)
        return step


def _has_hung(state: PollState, at: datetime) -> bool:
    """The final result has been posted for its time; it stays readable for good."""
    final = state.when(Step.FINAL)
    return (
        state.current is Step.FINAL
        and final is not None
        and at >= publicity_ends(final.at, RESULT_HANGS)
    )


async def _may_become_final(poll: Poll, state: PollState, at: datetime) -> bool:
    """After the objection period, when every objection is answered."""
    if state.current is not Step.PRELIMINARY:
        return False
    found = await Result.select(Result.objections_until).where(Result.poll == poll.id).first()
    if found is None or at < found["objections_until"]:
        return False
    return not await ResultObjection.exists().where(
        ResultObjection.poll == poll.id, ResultObjection.answered_at.is_null()
    )


async def _publish_preliminary(poll: Poll, state: PollState, at: datetime) -> None:
    """Count, and publish what was counted, in the one transaction that opens the seals."""
    until = objection_ends(at, poll.objection_days, await working_days())
    publication = Publication(
        stage=Step.PRELIMINARY.value,
        counted_at=at,
        objections_from=day_of(at),
        objections_until=_last_day(until),
        objections=f"{OBJECTIONS}联系：{poll.contact}",
    )
    announced = state.when(Step.NOTICED)
    if announced and announced.notice:  # what no sweep has written down yet
        await receipts_of_notice(poll.id, announced.notice, at)
    facts = await all_question_facts(poll, state)
    board = await closed_board(poll)
    package = build(await poll_facts(poll, state), facts, publication, poll.package_form, board)
    await _publish(poll, Step.PRELIMINARY, package, at, until)


async def _publish_final(poll: Poll, at: datetime) -> None:
    """The preliminary result becomes final as it hung: nothing is opened or counted again."""
    first = await Result.objects().get(Result.poll == poll.id).output(load_json=True)
    assert first and first.objections_until, "it became final after its period"
    package: Any = first.package
    await _publish(poll, Step.FINAL, restated(package, Step.FINAL), at, first.objections_until)
    if poll.matter:
        carried = [one["outcome"] == CARRIED for one in package["questions"]]
        await follow_vote(
            poll.matter, summary_of(package), at, carried=carried, link=f"/ballots/{poll.id}/result"
        )


async def _publish(
    poll: Poll, step: Step, package: dict[str, Any], at: datetime, until: datetime
) -> None:
    """Write the result as a row, announce it under its number, take the step."""
    notice = await announce_result(poll, await estate_of(poll), step, package, at, until)
    await Result(
        id=uuid4(), poll=poll.id, kind=step.value, package=as_json(package).decode(),
        sha256=str(package["sha256"]), published_at=at, notice=notice.id,
        objections_until=until,
    ).save()  # fmt: skip
    await take_step(poll.id, step, None, at, notice=notice.id)


def _last_day(until: datetime) -> date:
    """`until` is 24:00 of the last day, that is 00:00 of the next."""
    return day_of(until) - timedelta(days=1)
