"""/ballots and /ballots/{poll}: the votes of an estate, and one vote as everybody may read it."""

from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from coordination import clock
from coordination.ballots.ballot_tables import Result
from coordination.ballots.casting.rights import my_rights
from coordination.ballots.casting.viewing import note_view
from coordination.ballots.paper.permits import may_write_down
from coordination.ballots.polls.permits import convenes, may_revoke
from coordination.ballots.polls.queries import elections_of, questions_of
from coordination.ballots.polls.stalls import stalled
from coordination.ballots.results.asked import asked_in
from coordination.ballots.results.pages import public_poll, turnout_context
from coordination.ballots.results.queries import notices_of, polls_of
from coordination.ballots.results.rounds import compared, rounds_of
from coordination.ballots.tables import Step
from coordination.people.askers import Asker
from coordination.web.access import anyone


class PollPages(Controller):
    path = "/ballots"
    guards = [anyone]

    @get()
    async def polls(
        self, visitor: NamedDependency[Asker | None], estate: FromQuery[UUID | None] = None
    ) -> Template:
        """Votes, the newest first: of one estate, or of all."""
        context = {
            "polls": await polls_of(estate),
            "mine": await polls_of(estate, voter=visitor.id) if visitor else [],
            "at": clock.now(),
        }
        return Template("ballots/polls.html", context=context)

    @get("/{poll_id:uuid}")
    async def poll(
        self, visitor: NamedDependency[Asker | None], poll_id: FromPath[UUID]
    ) -> Template:
        """One vote: what is asked, of whom, where it stands, and every notice about it."""
        poll, state, estate = await public_poll(poll_id, visitor)
        questions = await questions_of(poll_id)
        rights = await my_rights(visitor.id, poll_id) if visitor else []
        if visitor and rights:
            await note_view(visitor.id, poll, state, clock.now())
        context: dict[str, object] = {
            **await turnout_context(poll, state, questions),
            "state": state,
            "estate": estate,
            "questions": await asked_in(poll, state, questions),
            "notices": await notices_of(poll_id),
            "published": await Result.exists().where(Result.poll == poll_id),
            "rights": rights,
            "elections": await elections_of(poll_id),
            "stalled": await stalled(poll_id),
            "rounds": (rounds := await rounds_of(poll)),
            "compared": compared(rounds),
            "writes_sheets": visitor is not None
            and state.has(Step.NOTICED)
            and may_write_down(visitor, estate, poll),
            "convenes": convenes(visitor, estate, poll),
            "may_revoke": visitor is not None
            and state.may_follow(Step.REVOKED)
            and may_revoke(visitor, estate, poll),
            "at": clock.now(),
        }
        return Template("ballots/poll.html", context=context)
