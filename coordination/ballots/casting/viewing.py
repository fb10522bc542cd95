"""That an owner opened the vote, signed in: the notice has reached them (珠海 counts it so too)."""

from datetime import datetime
from uuid import UUID

from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Poll, Step
from coordination.db import execute

VIEWED = """
insert into delivery (id, "right", channel, at, manner, entered_at, why_withdrawn)
select gen_random_uuid(), v."right", 'online', $3, '本人登录后打开了表决页面', $3, ''
  from (select distinct "right" from voicing where person = $1 and not by_proxy) as v
  join voting_right r on r.id = v."right" join question q on q.id = r.question and q.poll = $2
on conflict ("right", channel) where withdrawn_at is null do nothing
"""


async def note_view(person: UUID, poll: Poll, state: PollState, at: datetime) -> None:
    """Write down that the person has opened the vote, once for each right they hold, while it is
    underway."""
    if state.has(Step.NOTICED) and not state.has_ended_early and at < state.closes_at:
        await execute(VIEWED, person, poll.id, at)
