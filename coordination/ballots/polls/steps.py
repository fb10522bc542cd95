"""Taking a step of a poll's road: the row, the audit row, the line on its matter.

Every step of every colleague goes through `take_step`, under the poll's lock, so that none is
skipped or taken twice.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.polls.permits import convening_role
from coordination.ballots.polls.queries import estate_of, load_poll, steps_of
from coordination.ballots.polls.state import ENDED_EARLY, LABELS, PollState
from coordination.ballots.tables import Poll, PollStep, Step
from coordination.db import row, transaction
from coordination.errors import Conflict
from coordination.matters.actions import OWNERS_VOTE, open_duty, settle_duty, write_line
from coordination.people.askers import Asker


class StepTaken(Conflict):
    """The poll has taken this step already."""


class OutOfOrder(Conflict):
    """Another step must come first."""


@dataclass(frozen=True, slots=True)
class Actor:
    """In which role of which body a person acts; the clock has neither."""

    person: UUID | None = None
    body: UUID | None = None
    role: str = "clock"


async def lock_poll(poll_id: UUID) -> tuple[Poll, PollState]:
    """The poll and its state, read after its row is locked. NotFound.

    NO KEY UPDATE: whoever steps waits, whoever only refers to the poll does not.
    """
    await row("select id from poll where id = $1 for no key update", poll_id)
    poll = await load_poll(poll_id)
    return poll, PollState.of(poll, await steps_of(poll_id))


async def take_step(
    poll_id: UUID,
    step: Step,
    asker: Asker | None,
    at: datetime,
    *,
    reason: str = "",
    notice: UUID | None = None,
    document: str | None = None,
    closes_at: datetime | None = None,
) -> PollState:
    """Take the step; the state after it. `asker` None: the clock. `closes_at`: an extension's.

    StepTaken, OutOfOrder, NotFound. May the asker do this? The caller has settled that.
    """
    async with transaction():
        poll, state = await lock_poll(poll_id)
        require_next(state, step)
        actor = await actor_for(asker, poll)
        taken = PollStep(
            id=uuid4(), poll=poll.id, number=len(state.taken) + 1, step=step,
            ordinal=state.ordinal_of_next(step), at=at, closes_at=closes_at,
            person=actor.person, body=actor.body, role=actor.role, reason=reason,
            document=document, notice=notice,
        )  # fmt: skip
        await taken.save()
        await audit.record(actor.person, f"poll_{step.value}", poll, at=at, place=poll.estate)
        if poll.matter:
            is_public = step is Step.ROLL_PUBLISHED or state.has(Step.ROLL_PUBLISHED)
            await _tell_matter(poll, step, actor, reason if is_public else None, at)
        return PollState.of(poll, await steps_of(poll.id))


def require_next(state: PollState, step: Step) -> None:
    """StepTaken, OutOfOrder: `step` may not come next."""
    if state.may_follow(step):
        return
    if state.has(step) and state.ordinal_of_next(step) == 1:
        raise StepTaken(f"这一步已经完成过了：{LABELS[step]}。请刷新页面查看现在的进度。")
    raise OutOfOrder(
        f"现在的进度是“{state.label}”，还不能进行“{LABELS[step]}”。请刷新页面，按进度图逐步进行。"
    )


async def actor_for(asker: Asker | None, poll: Poll) -> Actor:
    """The seat in the convening body that the asker acts from, else their first role here."""
    if asker is None:
        return Actor()
    estate = await estate_of(poll)
    covering = (role for role in asker.roles if role.covers(estate))
    role = convening_role(asker, estate, poll) or next(covering, None)
    return Actor(asker.id, role.body, role.kind) if role else Actor(asker.id, None, "owner")


async def _tell_matter(
    poll: Poll, step: Step, actor: Actor, reason: str | None, at: datetime
) -> None:
    """A line on the timeline; from the published roll to the end the stage waits for the vote,
    which has no day of its own: objections and extensions move it. `reason` None: still a draft,
    of which everybody hears only that there is one."""
    matter: Any = poll.matter
    duty = f"{OWNERS_VOTE}{poll.title}"
    text, link = f"业主大会表决：{LABELS[step]}", ""
    if reason is not None:
        text = f"业主大会表决“{poll.title}”：{LABELS[step]}" + (f"。{reason}" if reason else "")
        link = f"/ballots/{poll.id}"
    await write_line(matter, text[:300], at, link=link, person=actor.person, body=actor.body)
    if step is Step.ROLL_PUBLISHED:
        await open_duty(matter, duty)
    elif step in (Step.FINAL, *ENDED_EARLY):
        await settle_duty(matter, duty, at, dropped=step is not Step.FINAL)
