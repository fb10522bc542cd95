"""A matter follows what happened: a meeting that was held, a resolution, tasks that are done, an
owners' vote that is final. Whoever knows of it, above, says so here; nobody has to press anything.

What does not suffice moves nothing: the rules of each stage stay those of `state.lacking`.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from coordination.db import transaction
from coordination.law.classes import MatterClass
from coordination.matters.actions import settle_duty
from coordination.matters.advancing import (
    Finding,
    NotReady,
    OutOfOrder,
    ReservedToOwners,
    move_on,
    reserve,
)
from coordination.matters.permits import may_screen
from coordination.matters.state import Standing
from coordination.matters.steps import SCREENING, Actor, actor_of, lock_matter, take_step
from coordination.matters.tables import Stage, StepKind, Way
from coordination.people.askers import Asker

LONGEST = 1000  # of the words of a step


async def follow(
    matter_id: UUID, at_stage: Stage, to: Stage | None, finding: Finding, actor: Actor, at: datetime
) -> Standing | None:
    """Leave `at_stage` for `to` by what happened; None: it is elsewhere, or not enough has."""
    async with transaction():
        held = await lock_matter(matter_id)
        if held.standing.is_over or held.standing.stage is not at_stage:
            return None
        try:
            async with transaction():
                return await move_on(held, to, finding, actor, at)
        except (NotReady, OutOfOrder, ReservedToOwners):
            return None


async def follow_agenda(
    asker: Asker, matter_id: UUID, words: str, at: datetime, link: str
) -> Standing | None:
    """列入: on the agenda that was announced, it has its public answer; None: it is elsewhere, or
    the asker does not screen."""
    async with transaction():
        held = await lock_matter(matter_id)
        standing = held.standing
        if standing.is_over or standing.stage is not Stage.SCREENED:
            return None
        if not may_screen(asker, held.reach):
            return None
        actor = actor_of(asker, held.place.path)
        now = await take_step(held, StepKind.LISTED, actor, at, words, link=link)
        await settle_duty(matter_id, SCREENING, at)
        return now


async def follow_question(matter_id: UUID, reserved: MatterClass) -> None:
    """提请业主大会表决 was resolved: from now on only the owners' vote decides it."""
    async with transaction():
        held = await lock_matter(matter_id)
        if not held.standing.is_over:
            await reserve(held, reserved)


async def follow_vote(
    matter_id: UUID, words: str, at: datetime, *, carried: Sequence[bool], link: str
) -> Standing | None:
    """The owners' vote is final: what they decided to do is to be done, what not is over; of
    several questions, some. `carried`: each question, in their order."""
    if len(carried) > 1:
        words = f"{len(carried)} 项表决，通过 {sum(carried)} 项。{words}"
    in_part = any(carried) and not all(carried)
    finding = Finding(words[:LONGEST], way=Way.BALLOT, link=link, in_part=in_part)
    to = Stage.DONE if any(carried) else None
    return await follow(matter_id, Stage.DECIDED, to, finding, Actor(), at)
