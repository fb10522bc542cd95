"""评事: how the public and the parties judge what was done, and what their judgement leads to."""

from datetime import datetime
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError

from coordination.db import row, rows, transaction
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.matters.permits import may_evaluate
from coordination.matters.queries import grades_of, is_neighbour
from coordination.matters.rules import quotes_a_person
from coordination.matters.state import Grades, Standing
from coordination.matters.steps import (
    CLOCK,
    Locked,
    lock_matter,
    residents_committee,
    take_step,
    tell_staff,
    tell_supporters,
)
from coordination.matters.tables import Evaluation, Grade, Stage, StepKind
from coordination.people.askers import Asker
from coordination.places.values import whole_setting

LONGEST = 300


class NotOpenForEvaluation(Conflict):
    """It is at another stage, or the period is over."""


class AlreadyEvaluated(Conflict):
    """One person judges once."""


async def evaluate_matter(
    asker: Asker, matter_id: UUID, grade: Grade, words: str, at: datetime
) -> Standing:
    """Judge it; with enough judgements the period ends at once.

    NotFound; NotAllowed: not of the place, or one's own work; NotOpenForEvaluation;
    AlreadyEvaluated; Invalid.
    """
    _check(words)
    async with transaction():
        held = await lock_matter(matter_id)
        neighbour = await is_neighbour(asker.id, held.place.path, at)
        if not may_evaluate(asker, held.reach, is_neighbour=neighbour):
            raise NotAllowed(
                "评价由这里的业主、居民和参与的单位作出；承办单位和物业公司的人不能评价自己办的事。"
            )
        ends = held.matter.evaluation_ends
        if not _is_open(held) or ends is None or at >= ends:
            raise NotOpenForEvaluation(f"这个事项现在“{held.standing.label}”，不在公众评价期。")
        judged = Evaluation(
            id=uuid4(), matter=matter_id, round=held.standing.round, person=asker.id, grade=grade,
            words=words.strip(), at=at,
        )  # fmt: skip
        try:
            async with transaction():
                await judged.save()
        except UniqueViolationError as twice:
            raise AlreadyEvaluated("您已经评价过了。") from twice
        grades = await grades_of(matter_id, held.standing.round)
        if grades.is_enough(await whole_setting("evaluation_enough", held.place, at)):
            await _conclude(held, grades, at)
        return held.standing


async def conclude_evaluations(at: datetime, limit: int = 100) -> int:
    """End the evaluations whose period is over; how many. Another worker's are passed over."""
    async with transaction():
        found = await rows(
            """select id from matter where stage = 'evaluated' and closed_at is null
                  and evaluation_ends <= $1
                order by evaluation_ends, id limit $2 for no key update skip locked""",
            at, limit,
        )  # fmt: skip
        for one in found:
            held = await lock_matter(one["id"])
            await _conclude(held, await grades_of(one["id"], held.standing.round), at)
        return len(found)


def _is_open(held: Locked) -> bool:
    return held.standing.stage is Stage.EVALUATED and not held.standing.is_over


async def _conclude(held: Locked, grades: Grades, at: datetime) -> None:
    percent = await whole_setting("evaluation_percent", held.place, at)
    verdict = grades.verdict(percent)
    said = (
        f"{grades.rated} 人评价，满意 {grades.good} 人、基本满意 {grades.fair} 人、"
        f"不满意 {grades.poor} 人（合格线 {percent}%）"
        if grades.rated
        else "评价期满，没有人评价"
    )
    columns = {}
    if verdict is StepKind.SENT_BACK:
        committee = await residents_committee(held.place, at)
        columns = {"evaluation_ends": None, "holder": committee, "held_since": at}
    facts = {"good": grades.good, "fair": grades.fair, "poor": grades.poor, "percent": percent}
    now = await take_step(held, verdict, CLOCK, at, said, facts=facts, **columns)
    await tell_supporters(held, "公众评价结束", f"{said}。{now.label}。", at)
    if verdict is StepKind.SENT_BACK:
        await tell_staff(held, "事项退回再议", f"{said}。请重新安排议事。", at)


def _check(words: str) -> None:
    if len(words.strip()) > LONGEST:
        raise Invalid("写得太长了。", words=f"最多 {LONGEST} 个字。")
    if quotes_a_person(words):
        raise Invalid("请去掉手机号和身份证号。", words="公众会看到，请去掉手机号和身份证号。")


async def has_evaluated(person: UUID, matter_id: UUID, round_: int) -> bool:
    """Whether this person has judged it in this round."""
    found = await row(
        "select id from evaluation where person = $1 and matter = $2 and round = $3",
        person, matter_id, round_,
    )  # fmt: skip
    return found is not None
