"""Made matters at every stage, by the actions that people take, at the times they would have."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from coordination.db import rows, transaction
from coordination.home.demo import people as who
from coordination.home.demo.matters_words import (
    ANSWER,
    EACH,
    FARS,
    JUDGED_GOOD,
    JUDGED_POOR,
    SCREENED,
    TOPICS,
    Topic,
)
from coordination.home.demo.people_actions import asking, id_of
from coordination.matters.advancing import Finding, advance_matter
from coordination.matters.evaluating import conclude_evaluations, evaluate_matter
from coordination.matters.queries import bodies_for
from coordination.matters.raising import raise_matter, support_matter
from coordination.matters.screening import adopt_matter, answer_matter, screen_matter
from coordination.matters.tables import Door, Grade, Stage, StepKind, Way
from coordination.places.tables import Place
from coordination.tickets.handling.linking import link_matter

DAY = timedelta(days=1)
LINKED = """
select id from ticket where estate = $1 and matter is null and state in ('handling', 'closed')
   and changed_at <= $2 order by changed_at desc, id limit 3
"""
RESIDENTS = """
select distinct p.phone_tail, p.id from binding b join owner o on o.id = b.owner
  join person p on p.id = b.person
 where o.estate = $1 and b.ended_at is null and not exists (
   select from role r where r.person = p.id)
 order by p.phone_tail, p.id limit 60
"""


@dataclass(slots=True)
class Doing:
    """One matter on its way: who acts, and when next."""

    estate: Place
    topic: Topic
    residents: list[UUID]
    bodies: list[UUID]
    at: datetime
    matter: UUID = field(default_factory=lambda: UUID(int=0))

    async def worker(self):
        return await asking(await id_of(who.WORKER), self.at)

    def later(self, days: int) -> None:
        self.at += days * DAY


async def load_matters(estate: Place, number: int, at: datetime) -> None:
    """The matters of an estate, the how manieth of those made."""
    async with transaction():
        people = [one["id"] for one in await rows(RESIDENTS, estate.id)]
        bodies = [body for body, _ in await bodies_for(estate.path, at.date())]
        for turn in range(EACH):
            far, days, door = FARS[(number * EACH + turn) % len(FARS)]
            topic = TOPICS[(number * 5 + turn) % len(TOPICS)]
            first = turn * 8
            doing = Doing(estate, topic, people[first:] + people[:first], bodies, at - days * DAY)
            await _raise(doing, door)
            for step in ROADS[far]:
                await step(doing)


async def _raise(doing: Doing, door: Door) -> None:
    by_office = door not in (Door.RESIDENT, Door.PETITION)
    asker = await doing.worker() if by_office else await asking(doing.residents[0], doing.at)
    doing.matter = await raise_matter(
        asker, doing.estate, doing.topic.title, doing.topic.text, doing.at, door=door
    )
    if door is Door.TICKETS:
        for ticket in await rows(LINKED, doing.estate.id, doing.at):
            await link_matter(asker, ticket["id"], doing.matter, doing.at)


def _supported(count: int) -> Callable[[Doing], Awaitable[None]]:
    async def support(doing: Doing) -> None:
        for person in doing.residents[1 : 1 + count]:
            await support_matter(await asking(person, doing.at), doing.matter, doing.at)

    return support


async def _adopt(doing: Doing) -> None:
    doing.later(2)
    await adopt_matter(await doing.worker(), doing.matter, "", doing.at)


async def _answer(doing: Doing) -> None:
    doing.later(5)
    await answer_matter(await doing.worker(), doing.matter, ANSWER, doing.at)


def _screened(decision: StepKind) -> Callable[[Doing], Awaitable[None]]:
    async def screen(doing: Doing) -> None:
        doing.later(3)
        reserved = doing.topic.reserved
        kind = StepKind.TO_BALLOT if reserved and decision is StepKind.LISTED else decision
        await screen_matter(
            await doing.worker(), doing.matter, kind, SCREENED[kind.value], doing.at,
            reserved=reserved if kind is StepKind.TO_BALLOT else None,
        )  # fmt: skip

    return screen


def _advanced(to: Stage) -> Callable[[Doing], Awaitable[None]]:
    """What only the owners decide waits at 决事 for their vote."""

    async def advance(doing: Doing) -> None:
        if doing.topic.reserved:
            return
        doing.later(7)
        it = doing.topic
        finding = {
            Stage.DECIDED: Finding(it.met, doing.bodies[:3]),
            Stage.DONE: Finding(it.resolved, way=Way.CONSENSUS, holder=doing.bodies[0]),
            Stage.EVALUATED: Finding(it.done),
        }[to]
        await advance_matter(await doing.worker(), doing.matter, to, finding, doing.at)

    return advance


def _judged(good: int, poor: int) -> Callable[[Doing], Awaitable[None]]:
    async def judge(doing: Doing) -> None:
        if doing.topic.reserved:
            return
        doing.later(1)
        for number, person in enumerate(doing.residents[: good + poor]):
            grade = Grade.GOOD if number < good else Grade.POOR
            said = JUDGED_GOOD if number < good else JUDGED_POOR
            words = said[number % len(said)]
            asker = await asking(person, doing.at)
            await evaluate_matter(asker, doing.matter, grade, words, doing.at)

    return judge


async def _conclude(doing: Doing) -> None:
    if not doing.topic.reserved:
        doing.later(20)
        await conclude_evaluations(doing.at)


LISTED = (_adopt, _screened(StepKind.LISTED))
DECIDED = (*LISTED, _advanced(Stage.DECIDED))
DONE = (*DECIDED, _advanced(Stage.DONE))
EVALUATED = (*DONE, _advanced(Stage.EVALUATED))
ROADS: dict[str, tuple[Callable[[Doing], Awaitable[None]], ...]] = {
    "collecting": (_supported(2),),
    "late": (_supported(1),),
    "screened": (_supported(4),),
    "discussed": LISTED,
    "decided": DECIDED,
    "done": DONE,
    "evaluated": (*EVALUATED, _judged(4, 1)),
    "approved": (*EVALUATED, _judged(7, 2), _conclude),
    "sent_back": (*EVALUATED, _judged(2, 4), _conclude),
    "answered": (_answer,),
    "declined": (_adopt, _screened(StepKind.DECLINED)),
    "to_ticket": (_adopt, _screened(StepKind.TO_TICKET)),
}
