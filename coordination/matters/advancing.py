"""议事, 决事, 办事: moving a matter on, once all that its stage asks for is there; and what only
the owners may decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.db import transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.law.classes import MatterClass
from coordination.law.periods import publicity_ends
from coordination.matters.actions import OWNERS_VOTE
from coordination.matters.permits import may_advance
from coordination.matters.queries import open_duties
from coordination.matters.rules import quotes_a_person
from coordination.matters.state import ROAD, Found, Held, Standing, lacking
from coordination.matters.steps import (
    OWN_DUTIES,
    Actor,
    Locked,
    OutOfOrder,
    actor_of,
    lock_matter,
    residents_committee,
    take_step,
    tell_supporters,
)
from coordination.matters.tables import Matter, Stage, StepKind, Way
from coordination.people.askers import Asker
from coordination.places.values import whole_setting

LEAVES = {
    Stage.DISCUSSED: StepKind.HELD,
    Stage.DECIDED: StepKind.RESOLVED,
    Stage.DONE: StepKind.CARRIED_OUT,
}
NOT_MINE = "推进事项由这里的社区、业委会（筹备组）或街道办理。"


class NotReady(Conflict):
    """Something that the stage asks for is missing; the message names all of it."""


class ReservedToOwners(Conflict):
    """Only the owners together decide it."""

    rule = "民法典第二百七十八条"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a stage ended with: words for the public; the bodies that met; how it was decided; where
    to read more; who is to carry it out; `in_part`: of what was asked, only some is to be done."""

    words: str
    parties: Sequence[UUID] = ()
    way: Way | None = None
    link: str = ""
    holder: UUID | None = None
    in_part: bool = False


async def advance_matter(
    asker: Asker, matter_id: UUID, to: Stage | None, finding: Finding, at: datetime
) -> Standing:
    """Bring it to the stage `to`; None: it was decided not to do it.

    NotFound, NotAllowed; OutOfOrder: not the next stage; NotReady: a duty is open, or the stage's
    exit rule is not met; ReservedToOwners; Invalid.
    """
    async with transaction():
        held = await lock_matter(matter_id)
        if not may_advance(asker, held.reach):
            raise NotAllowed(NOT_MINE)
        return await move_on(held, to, finding, actor_of(asker, held.place.path), at)


async def move_on(
    held: Locked, to: Stage | None, finding: Finding, actor: Actor, at: datetime
) -> Standing:
    """Take the step once it is ready, in the caller's transaction. OutOfOrder, NotReady,
    ReservedToOwners, Invalid."""
    kind = _step_to(held, to, finding)
    await _must_be_ready(held, finding)
    columns = await _entering(held, to, finding, at)
    facts = {"parties": [str(one) for one in finding.parties], "way": finding.way}
    now = await take_step(
        held, kind, actor, at, finding.words, link=finding.link,
        facts={name: found for name, found in facts.items() if found}, **columns,
    )  # fmt: skip
    await tell_supporters(held, "您支持的事项有进展", f"{now.label}。", at)
    return now


async def reserve(held: Locked, reserved: MatterClass) -> None:
    """Only the owners' vote decides it from now on; the class it was given first stays."""
    if held.matter.reserved is None:
        held.matter.reserved = reserved
        await held.matter.save([Matter.reserved])


def _step_to(held: Locked, to: Stage | None, finding: Finding) -> StepKind:
    now = held.standing
    kind = StepKind.NOT_RESOLVED if to is None else LEAVES.get(now.stage)
    if kind is StepKind.RESOLVED and finding.in_part:
        kind = StepKind.PARTLY_RESOLVED
    if kind is None or not now.may_follow(kind) or ROAD[now.stage][kind] is not to:
        raise OutOfOrder(f"这个事项现在“{now.label}”，不能这样推进。请刷新页面再看。")
    return kind


async def _must_be_ready(held: Locked, finding: Finding) -> None:
    if quotes_a_person(finding.words):
        raise Invalid("请去掉手机号和身份证号。", words="公众会看到，请去掉手机号和身份证号。")
    if len(finding.words) > 1000:
        raise Invalid("写得太长了。", words="最多 1000 个字。")
    matter: Any = held.matter
    stage = held.standing.stage
    waits = [one for one in await open_duties(matter.id, stage) if one not in OWN_DUTIES]
    standing = Held(waits, matter.reserved is not None, await is_balloted(matter.id))
    found = Found(finding.words, len(set(finding.parties)), finding.way)
    missing = lacking(stage, found, standing)
    reserved = standing.reserved and finding.way not in (None, Way.BALLOT)
    if missing and reserved and stage is Stage.DECIDED:
        raise ReservedToOwners("；".join(missing) + "。")
    if missing:
        raise NotReady("还不能推进：" + "；".join(missing) + "。")


async def is_balloted(matter_id: UUID) -> bool:
    """Whether an owners' vote about it has come to its final result."""
    return await value(
        """select exists (select from duty where matter = $1 and starts_with(label, $2)
              and settled_at is not null and dropped_at is null)""",
        matter_id, OWNERS_VOTE,
    )  # fmt: skip


async def _entering(
    held: Locked, to: Stage | None, finding: Finding, at: datetime
) -> dict[str, Any]:
    """What changes on the matter with the stage it comes to."""
    if to is Stage.DONE and finding.holder:
        known = await value("select exists (select from body where id = $1)", finding.holder)
        if not known:
            raise Invalid("没有这个单位。", holder="请选择由谁办理。")
        return {"holder": finding.holder, "held_since": at}
    if to is Stage.EVALUATED:
        days = await whole_setting("evaluation_days", held.place, at)
        return {"evaluation_ends": publicity_ends(at, days)}
    if to is Stage.DECIDED:
        return {"holder": await residents_committee(held.place, at), "held_since": at}
    return {}
