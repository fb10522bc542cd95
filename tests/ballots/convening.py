"""Who convenes, and polls at the stations of the road that come before the vote."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coordination.ballots.polls.drafting import PollFacts, draft_poll
from coordination.ballots.polls.noticing import confirm_notice, propose_notice
from coordination.ballots.polls.queries import load_poll
from coordination.ballots.polls.questions import (
    QuestionWords,
    add_question,
    choose_class,
    choose_scope,
)
from coordination.ballots.polls.scopes import Scope
from coordination.ballots.roll.freezing import freeze_roll, request_freeze
from coordination.ballots.roll.publishing import publish_roll
from coordination.ballots.tables import Poll, Question, ScopeKind
from coordination.law.classes import MatterClass
from coordination.people.askers import Asker
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import Body, BodyKind, Person, RoleKind
from coordination.places.tables import Place, Unit
from tests.builders import a_body, a_building, a_person, a_role, a_unit, an_estate, an_owner

TODAY = datetime.fromisoformat("2026-03-02T10:00:00+08:00")  # a Monday
CHECKED = datetime.fromisoformat("2026-03-10T09:00:00+08:00")  # seven full days later
FACTS = PollFacts(
    "2026年第一次业主大会", "更换物业，并用维修资金修1栋电梯。", "王主任 027-87000000"
)
WORDS = QuestionWords(
    "选聘物业服务企业", "选聘甲公司为物业服务企业，合同三年。", "每平方米2.10元/月", "业主委员会",
    "不投票的，不计入参与表决。",
)  # fmt: skip

WHOLE_ESTATE = Scope(ScopeKind.ESTATE)


async def asking(person: Person, at: datetime = TODAY) -> Asker:
    """The person as a session that gave its second factor says."""
    token = await open_session(person.id, at, stepped_up=True, second_factor=True)
    asker = await look_up(token, at)
    assert asker
    return asker


@dataclass
class Convening:
    """An estate with two buildings and two homes in each, a committee of two members."""

    estate: Place
    buildings: list[Place]
    units: list[Unit]
    committee: Body
    proposer: Asker
    second: Asker
    owners: list[Person] = field(default_factory=list)


async def a_convening(name: str = "梧桐苑") -> Convening:
    estate = await an_estate(name)
    buildings = [await a_building(estate, "1"), await a_building(estate, "2")]
    units = [await a_unit(building, room) for building in buildings for room in ("101", "102")]
    owners = [await an_owner(unit, name=f"{name}业主{n}") for n, unit in enumerate(units)]
    committee = await a_body(BodyKind.OWNERS_COMMITTEE, estate, f"{name}业主委员会")
    proposer, second = [await a_member(estate, committee) for _ in range(2)]
    return Convening(estate, buildings, units, committee, proposer, second, owners)


async def a_member(estate: Place, committee: Body, person: Person | None = None) -> Asker:
    person = await a_role(RoleKind.COMMITTEE_MEMBER, estate, body=committee, person=person)
    return await asking(person)


async def someone(kind: RoleKind, place: Place | None) -> Asker:
    """A person with one role, asking."""
    return await asking(await a_role(kind, place))


async def an_outsider() -> Asker:
    return await asking(await a_person("外人"))


async def a_draft(convening: Convening, at: datetime = TODAY) -> Poll:
    return await draft_poll(convening.proposer, convening.estate, convening.committee.id, FACTS, at)


async def a_question(
    convening: Convening,
    poll: Poll,
    *,
    words: QuestionWords = WORDS,
    matter: MatterClass = MatterClass.MANAGER,
    reason: str = "选聘物业服务企业，属于第四项。",
    scope: Scope = WHOLE_ESTATE,
    at: datetime = TODAY,
) -> Question:
    """A whole question: words, class, scope."""
    question = await add_question(convening.proposer, poll.id, words, at)
    await choose_class(convening.proposer, question.id, matter, reason, at)
    await choose_scope(convening.proposer, question.id, scope, at)
    return question


def days(count: int) -> timedelta:
    return timedelta(days=count)


async def a_published_roll(convening: Convening, poll: Poll | None = None) -> Poll:
    """A poll with one question for the whole estate, unless given, and its roll out to check."""
    if poll is None:
        poll = await a_draft(convening)
        await a_question(convening, poll)
    await publish_roll(convening.proposer, poll.id, TODAY)
    return await load_poll(poll.id)


async def a_frozen_roll(convening: Convening, poll: Poll | None = None) -> Poll:
    poll = await a_published_roll(convening, poll)
    await request_freeze(convening.proposer, poll.id, CHECKED)
    assert await freeze_roll(poll.id, CHECKED)
    return await load_poll(poll.id)


async def a_noticed_poll(convening: Convening, poll: Poll | None = None) -> Poll:
    poll = await a_frozen_roll(convening, poll)
    await propose_notice(convening.proposer, poll.id, CHECKED)
    await confirm_notice(convening.second, poll.id, CHECKED)
    return await load_poll(poll.id)
