"""提事: what the community does with a topic, and says in public: 采纳, 答复; 列入, 转工单,
转表决, 不列入."""

from datetime import datetime
from uuid import UUID

from coordination.db import transaction
from coordination.errors import Invalid, NotAllowed
from coordination.jobs import enqueue
from coordination.law.classes import MatterClass
from coordination.matters.actions import settle_duty
from coordination.matters.permits import may_screen
from coordination.matters.rules import quotes_a_person
from coordination.matters.state import STEP_WORDS, Standing
from coordination.matters.steps import (
    ANSWERING,
    SCREENING,
    Locked,
    actor_of,
    begin_screening,
    lock_matter,
    take_step,
    tell_supporters,
)
from coordination.matters.tables import StepKind
from coordination.people.askers import Asker

DECISIONS = (StepKind.LISTED, StepKind.TO_BALLOT, StepKind.TO_TICKET, StepKind.DECLINED)
LONGEST = 1000
TO_TICKET = "matter-to-ticket"  # the job that opens it, above


async def adopt_matter(asker: Asker, matter_id: UUID, words: str, at: datetime) -> Standing:
    """采纳: without waiting for support. NotFound, NotAllowed, OutOfOrder; Invalid."""
    async with transaction():
        held = await _screened_by(asker, matter_id)
        _check(words, optional=True)
        actor = actor_of(asker, held.place.path)
        now = await take_step(held, StepKind.ADOPTED, actor, at, words)
        await begin_screening(held, at)
        await tell_supporters(held, "您支持的事项被采纳", "社区采纳，进入提事。", at)
        return now


async def answer_matter(asker: Asker, matter_id: UUID, words: str, at: datetime) -> Standing:
    """答复: with a reason, in public; it goes no further. NotFound, NotAllowed, OutOfOrder;
    Invalid."""
    async with transaction():
        held = await _screened_by(asker, matter_id)
        _check(words)
        actor = actor_of(asker, held.place.path)
        now = await take_step(held, StepKind.ANSWERED, actor, at, words)
        await settle_duty(matter_id, ANSWERING, at)
        await tell_supporters(held, "您支持的事项有答复", words.strip(), at)
        return now


async def screen_matter(
    asker: Asker,
    matter_id: UUID,
    decision: StepKind,
    words: str,
    at: datetime,
    *,
    reserved: MatterClass | None = None,
) -> Standing:
    """提事: one of four decisions, with a public answer; `reserved`: the class of art. 278 it
    belongs to, if the owners must decide. NotFound, NotAllowed, OutOfOrder; Invalid."""
    async with transaction():
        held = await _screened_by(asker, matter_id)
        _check(words)
        _check_decision(decision, reserved)
        actor = actor_of(asker, held.place.path)
        now = await take_step(
            held, decision, actor, at, words, facts={"reserved": reserved} if reserved else {},
            reserved=reserved,
        )  # fmt: skip
        await settle_duty(matter_id, SCREENING, at)
        if decision is StepKind.TO_TICKET:
            await enqueue(TO_TICKET, matter_id)
        answer = f"{STEP_WORDS[decision]}。{words.strip()}"
        await tell_supporters(held, "您支持的事项有答复", answer, at)
        return now


async def _screened_by(asker: Asker, matter_id: UUID) -> Locked:
    held = await lock_matter(matter_id)
    if not may_screen(asker, held.reach):
        own = asker.id == held.reach.raised_by and held.reach.raised_for is None
        raise NotAllowed(
            "这是您自己以居民身份提出的，请由同事办理。" if own
            else "提事和答复由这里的社区（居委会）办理。"
        )  # fmt: skip
    return held


def _check(words: str, *, optional: bool = False) -> None:
    said = words.strip()
    if not optional and len(said) < 4:
        raise Invalid("请写明理由。", words="公众会看到，请写明理由，至少 4 个字。")
    if len(said) > LONGEST:
        raise Invalid("写得太长了。", words=f"最多 {LONGEST} 个字。")
    if quotes_a_person(said):
        raise Invalid("请去掉手机号和身份证号。", words="公众会看到，请去掉手机号和身份证号。")


def _check_decision(decision: StepKind, reserved: MatterClass | None) -> None:
    if decision not in DECISIONS:
        raise Invalid("请选择怎样答复。", decision="请选择列入、转工单、转表决或者不列入。")
    if decision is StepKind.TO_BALLOT and reserved is None:
        raise Invalid(
            "请选择属于哪一类。", reserved="转表决的，要写明属于民法典第二百七十八条的哪一项。"
        )
