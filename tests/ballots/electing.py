"""An election under way, for tests: an estate of eight owners elects five."""

from datetime import datetime, timedelta
from uuid import UUID

from coordination.ballots.ballot_tables import Result
from coordination.ballots.casting.papers import fresh_paper
from coordination.ballots.elections import nominating
from coordination.ballots.elections.calling import call_for_candidates
from coordination.ballots.elections.listing import (
    check_candidacy,
    publish_list,
    settle_list,
)
from coordination.ballots.elections.tables import Candidacy
from coordination.ballots.polls.answers import Answers, choose_answers
from coordination.ballots.polls.drafting import change_times
from coordination.ballots.polls.noticing import confirm_notice, propose_notice
from coordination.ballots.polls.queries import load_poll
from coordination.ballots.results.clockwork import advance_polls
from coordination.ballots.roll.freezing import freeze_roll, request_freeze
from coordination.ballots.roll.publishing import publish_roll
from coordination.ballots.tables import Poll, Question
from coordination.db import rows, value
from coordination.law.classes import MatterClass
from coordination.law.election import TieRule
from coordination.people.askers import Asker
from coordination.people.tables import Person
from tests.ballots.convening import (
    TODAY,
    Convening,
    a_convening,
    a_draft,
    a_question,
    asking,
)
from tests.ballots.test_casting_actions import sent
from tests.builders import a_unit, an_owner

UNTIL = datetime.fromisoformat("2026-03-10T09:00:00+08:00")  # seven full days after TODAY
SHOWN = UNTIL + timedelta(hours=1)
SETTLED = datetime.fromisoformat("2026-03-18T09:00:00+08:00")
OPENS = datetime.fromisoformat("2026-04-07T09:00:00+08:00")
CLOSES = datetime.fromisoformat("2026-04-17T20:00:00+08:00")
FINAL = datetime.fromisoformat("2026-04-24T09:00:00+08:00")


class Running:
    """An estate of eight owners that elects five; the first six owners stand."""

    def __init__(self, convening: Convening, poll: Poll, question: Question) -> None:
        self.convening, self.poll, self.question = convening, poll, question
        self.election = UUID(int=0)

    @property
    def clerk(self) -> Asker:
        return self.convening.proposer

    async def call(self) -> "Running":
        election = await call_for_candidates(self.clerk, self.question.id, UNTIL, TODAY)
        self.election = election.id
        return self

    async def owner(self, person: Person) -> UUID:
        return await value("select owner from binding where person = $1", person.id)

    async def stand(self, *people: Person, at: datetime = TODAY) -> list[Candidacy]:
        """Each comes forward."""
        return [
            await nominating.nominate(
                await asking(one, at), self.election, await self.owner(one), "愿意服务", at
            )
            for one in people
        ]

    async def settle(self, people: list[Person]) -> None:
        for one in await self.stand(*people):
            await check_candidacy(self.clerk, one.id, True, "", TODAY)
        await publish_list(self.clerk, self.election, SHOWN)
        await settle_list(self.clerk, self.election, SETTLED)

    async def open(self) -> None:
        """Roll, notice, times: up to the first moment of the vote."""
        await publish_roll(self.clerk, self.poll.id, TODAY)
        await request_freeze(self.clerk, self.poll.id, SETTLED)
        assert await freeze_roll(self.poll.id, SETTLED)
        await propose_notice(self.clerk, self.poll.id, SETTLED)
        await confirm_notice(self.convening.second, self.poll.id, SETTLED)
        await advance_polls(OPENS)

    async def vote(self, person: Person, choice: str, at: datetime = OPENS):
        rights = await rows(
            """select r.id from voting_right r join right_holder h on h."right" = r.id
                 join acting a on a.owner = h.owner where r.question = $1 and a.person = $2""",
            self.question.id, person.id,
        )  # fmt: skip
        paper = fresh_paper(self.poll.id, at).choosing({row["id"]: choice for row in rights})
        return await sent(paper, person, at)

    async def finish(self) -> dict:
        await advance_polls(CLOSES + timedelta(minutes=2))
        await advance_polls(FINAL)
        [found] = await Result.objects().where(Result.kind == "final").output(load_json=True)
        return found.package["questions"][0]


async def running(tie_rule: TieRule = TieRule.NOMINATION) -> Running:
    convening = await a_convening()
    for room in ("201", "202", "301", "302"):
        unit = await a_unit(convening.buildings[0], room)
        convening.owners.append(await an_owner(unit, name=f"业主{room}"))
    poll = await a_draft(convening)
    question = await a_question(
        convening, poll, matter=MatterClass.COMMITTEE, reason="选举业主委员会，属于第三项。"
    )
    await choose_answers(convening.proposer, question.id, Answers((), 5, tie_rule), TODAY)
    await change_times(convening.proposer, poll.id, OPENS, CLOSES, TODAY)
    return Running(convening, await load_poll(poll.id), question)


async def the_person(asker: Asker) -> Person:
    found = await Person.objects().get(Person.id == asker.id)
    assert found
    return found
