"""Polls as pages and colleagues read them."""

from uuid import UUID

from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Poll, PollStep, Question
from coordination.errors import NotFound
from coordination.places.tables import Place


async def load_poll(poll_id: UUID) -> Poll:
    """The poll. NotFound: there is none. Scope is the caller's to check."""
    poll = await Poll.objects().where(Poll.id == poll_id).first()
    if poll is None:
        raise NotFound("没有找到这次表决。")
    return poll


async def steps_of(poll_id: UUID) -> list[PollStep]:
    """The steps taken, in order."""
    return await PollStep.objects().where(PollStep.poll == poll_id).order_by(PollStep.number)


async def state_of(poll: Poll) -> PollState:
    """Where the poll stands."""
    return PollState.of(poll, await steps_of(poll.id))


async def questions_of(poll_id: UUID) -> list[Question]:
    """The poll's questions in printed order; JSON columns as Python values."""
    return await (
        Question.objects()
        .where(Question.poll == poll_id)
        .order_by(Question.position)
        .output(load_json=True)
    )


async def estate_of(poll: Poll) -> Place:
    """The estate whose owners vote."""
    estate = await Place.objects().get(Place.id == poll.estate)
    assert estate, "the foreign key says so"
    return estate
