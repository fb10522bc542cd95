"""The made estate elects its committee: a finished election that left two seats empty, and the
by-election for them, in which owners vote right now. Elsewhere owners are still standing."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from coordination.ballots.ballot_tables import Result
from coordination.ballots.elections.calling import call_for_candidates
from coordination.ballots.elections.listing import check_candidacy, publish_list, settle_list
from coordination.ballots.elections.nominating import nominate
from coordination.ballots.elections.queries import own_owners
from coordination.ballots.elections.winners import draft_by_election
from coordination.ballots.polls.answer_words import IF_SILENT
from coordination.ballots.polls.answers import Answers, choose_answers
from coordination.ballots.polls.drafting import PollFacts, change_times, draft_poll
from coordination.ballots.polls.noticing import confirm_notice, propose_notice
from coordination.ballots.polls.queries import load_poll, questions_of
from coordination.ballots.polls.questions import (
    QuestionWords,
    add_question,
    choose_class,
    choose_scope,
)
from coordination.ballots.polls.scopes import Scope
from coordination.ballots.polls.telling import deliver_notice, tell_of_candidates, tell_of_roll
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.roll.freezing import freeze_roll, request_freeze
from coordination.ballots.roll.publishing import publish_roll
from coordination.ballots.tables import Poll, ScopeKind
from coordination.clock import SHANGHAI
from coordination.home.demo import people as who
from coordination.home.demo.chronicle import Tale
from coordination.home.demo.delivery_actions import notice_arrives
from coordination.home.demo.people_actions import asking, id_of
from coordination.home.demo.poll_actions import Convening
from coordination.home.demo.voting_actions import cast_all
from coordination.home.demo.witness_actions import Watch, cosign, register_keys
from coordination.law.classes import MatterClass
from coordination.law.election import TieRule, written
from coordination.law.periods import first_opening_day, start_of
from coordination.law.tally import Choice

OPENED_BEFORE = 108  # days: its result is long final when the by-election begins
BEFOREHAND = timedelta(days=70)  # from the draft to the opening
LASTS = timedelta(days=15, hours=11)
AGAIN_SINCE = 4  # days: the by-election is open
SEATS = 5
ABOUT = (
    "退休会计，管过单位食堂和基建的账，愿意把公共收益一笔一笔公开。",
    "电梯维保工程师，熟悉检验和大修，希望把四栋楼的电梯台账建起来。",
    "社区医生，住了十二年，关心老人出行和无障碍坡道。",
    "律师，愿意审合同，物业费和停车协议不该看不懂。",
    "小学老师，想把儿童活动场地和暑期托管办好。",
    "做绿化的，中心花园的树该修了。",
    "常年出差，但可以负责线上通知和投票的答疑。",
)
ABOUT_AGAIN = (
    "热心，有时间，做过十年楼组长。",
    "网络工程师，可以把门禁和监控管起来。",
    "幼儿园园长，想把公共空间的事办细。",
    "退休工程师，修缮外墙的事我来盯。",
)
LIKED = (78, 70, 66, 44, 43, 38, 27)  # of a hundred voters, who would name each
LIKED_AGAIN = (62, 55, 40, 24)
TERM_ENDS = "丁香苑"  # the estate whose committee's term ends within three months
COMES_LATER = {  # whom a visitor may play: they have not voted yet
    one.phone for one in (who.OWNER, who.HUSBAND, who.WIFE, who.THREE_UNITS, who.VOTED)
}


@dataclass(frozen=True, slots=True)
class Race:
    """One election: its poll, when it opens, who stands with what words, how many name each."""

    poll: Poll
    opens: datetime
    candidates: tuple[tuple[UUID, str], ...]
    seats: int
    liked: tuple[int, ...]
    absent: frozenset[str] = frozenset()  # phones

    def choose(self, phone: str, _position: int) -> str | None:
        """Up to as many names as seats, as liked; a few abstain or want none of them."""
        drawn = random.Random(f"{self.poll.title} {phone}")
        if phone in self.absent or drawn.randrange(100) >= 92:
            return None
        if (whim := drawn.randrange(100)) < 5:
            return Choice.ABSTAIN if whim < 3 else Choice.NONE_OF_THESE
        liked = [n for n, share in enumerate(self.liked, 1) if drawn.randrange(100) < share]
        return written(liked[: self.seats]) or Choice.ABSTAIN


async def election_tale(by: Convening, at: datetime, today: date) -> Tale:
    """From the draft to the final result; then the by-election, which is open."""
    opens = _on(today, -OPENED_BEFORE, 9)
    yield (drafted := opens - BEFOREHAND)
    people = _neighbours(by)
    stand = tuple(zip(people, ABOUT, strict=False))
    race = Race(await _draft(by, opens, drafted), opens, stand, SEATS, LIKED)
    async for moment in _prepared(by, race):
        yield moment
    async for moment in _counted(by, race):
        yield moment
    opens = _on(today, -AGAIN_SINCE, 9)
    yield (drafted := opens - BEFOREHAND)
    [question] = await questions_of(race.poll.id)
    again = await draft_by_election(by.drafter, question.id, drafted)
    await change_times(by.drafter, again.id, opens, opens + LASTS, drafted)
    stand = tuple(zip(people[len(ABOUT) :], ABOUT_AGAIN, strict=False))
    [question] = await questions_of(again.id)
    race = Race(await load_poll(again.id), opens, stand, question.seats or 0, LIKED_AGAIN,
                frozenset(COMES_LATER))  # fmt: skip
    async for moment in _prepared(by, race):
        yield moment
    async for moment in _voted_on(by, race, at - timedelta(hours=1)):
        yield moment


async def _draft(by: Convening, opens: datetime, at: datetime) -> Poll:
    facts = PollFacts(
        "第四届业主委员会换届选举", "本届业主委员会任期届满，选举第四届委员五名。", by.contact
    )
    poll = await draft_poll(by.drafter, by.estate, by.body, facts, at)
    await change_times(by.drafter, poll.id, opens, opens + LASTS, at)
    words = QuestionWords(
        "选举第四届业主委员会委员", "从下列候选人中选举委员五名，任期五年。", "", by.proposer,
        IF_SILENT,
    )  # fmt: skip
    question = await add_question(by.drafter, poll.id, words, at)
    reason = "选举业主委员会，属于第三项。"
    await choose_class(by.drafter, question.id, MatterClass.COMMITTEE, reason, at)
    await choose_scope(by.drafter, question.id, Scope(ScopeKind.ESTATE), at)
    answers = Answers((), SEATS, TieRule.NOMINATION)
    await choose_answers(by.drafter, question.id, answers, at)
    return await load_poll(poll.id)


async def _prepared(by: Convening, race: Race) -> Tale:
    """Candidates called for, nominated, checked, published, settled; the roll; the notice."""
    [question] = await questions_of(race.poll.id)
    yield (called := race.opens - BEFOREHAND + timedelta(days=1))
    election, until = await _call(by, question.id, called)
    yield (stands := called + timedelta(days=2))
    for person, about in race.candidates:
        await _stand(by, election, person, about, stands)
    yield (published := until + timedelta(hours=1))
    listed = await publish_list(by.drafter, election, published)
    await tell_of_candidates(listed.notice, published)
    yield (settled := listed.until + timedelta(hours=10))
    await settle_list(by.drafter, election, settled)
    async for moment in _announced(by, race.poll, race.opens):
        yield moment


async def _call(by: Convening, question: UUID, at: datetime) -> tuple[UUID, datetime]:
    """The election, and until when one may come forward: eight days later at nine."""
    until = start_of(first_opening_day(at.astimezone(SHANGHAI).date(), 7)) + timedelta(hours=9)
    election = await call_for_candidates(by.drafter, question, until, at)
    await tell_of_candidates(election.notice, at)
    return election.id, until


async def _stand(by: Convening, election: UUID, person: UUID, about: str, at: datetime) -> None:
    asker = await asking(person, at)
    [owner, *_] = await own_owners(person, by.estate.id)
    candidacy = await nominate(asker, election, owner.id, about, at)
    await check_candidacy(by.drafter, candidacy.id, True, "", at + timedelta(minutes=1))


async def _announced(by: Convening, poll: Poll, opens: datetime) -> Tale:
    """The roll, and the notice that two members answer for."""
    yield (published := opens - timedelta(days=40))
    notice = await publish_roll(by.drafter, poll.id, published)
    await tell_of_roll(notice.id, published)
    yield (frozen := opens - timedelta(days=20))
    await request_freeze(by.drafter, poll.id, frozen)
    await freeze_roll(poll.id, frozen)
    yield (proposed := opens - timedelta(days=19))
    await propose_notice(by.drafter, poll.id, proposed)
    await register_keys([by.worker, by.drafter], proposed)
    yield (confirmed := opens - timedelta(days=18))
    notice = await confirm_notice(by.second, poll.id, confirmed)
    await deliver_notice(notice.id, confirmed)
    await notice_arrives(poll.id, notice.id, confirmed + timedelta(hours=6), 95, 84)
    yield (seen := confirmed + timedelta(days=1))
    await cosign(poll.id, [by.worker, by.drafter], seen)


async def _voted_on(by: Convening, race: Race, until: datetime) -> Tale:
    """Opened; the votes come in until then, and the witnesses look every morning."""
    yield race.opens
    await advance_poll(race.poll.id, race.opens)
    yield until
    watch = Watch(race.poll.id, [by.worker, by.drafter], race.opens, until)
    await cast_all(await load_poll(race.poll.id), race.choose, by.phones, until, watch=watch)


async def _counted(by: Convening, race: Race) -> Tale:
    """The whole vote, to its final result."""
    closes = race.opens + LASTS
    async for moment in _voted_on(by, race, closes - timedelta(hours=2)):
        yield moment
    for due in (closes, closes + timedelta(seconds=61)):
        yield due
        await advance_poll(race.poll.id, due)
    yield (seen := closes + timedelta(hours=2))
    await cosign(race.poll.id, [by.worker, by.drafter], seen)
    result = await Result.objects().get(Result.poll == race.poll.id)
    assert result and result.objections_until
    yield result.objections_until
    await advance_poll(race.poll.id, result.objections_until)


async def call_elsewhere(by: Convening, friend: UUID, at: datetime) -> None:
    """A term ends soon: candidates are called for, some came forward, and one whom a visitor may
    play was put forward and has yet to agree."""
    called = at - timedelta(days=3)
    opens = _on(at.astimezone(SHANGHAI).date(), 45, 9)
    poll = await _draft(by, opens, called - timedelta(hours=2))
    [question] = await questions_of(poll.id)
    election, _ = await _call(by, question.id, called)
    later = called + timedelta(hours=26)
    for person, about in zip(_neighbours(by)[2:5], ABOUT_AGAIN, strict=False):
        [owner, *_] = await own_owners(person, by.estate.id)
        await nominate(await asking(person, later), election, owner.id, about, later)
    [owner, *_] = await own_owners(await id_of(who.THREE_UNITS), by.estate.id)
    about = "在几个小区都有房，见过好的物业是怎么管的。"
    await nominate(await asking(friend, later), election, owner.id, about, later)


def _neighbours(by: Convening) -> list[UUID]:
    """Accounts of owners without a story, in a fixed order."""
    named = {one.phone for one in who.NAMED}
    phones = sorted((phone, person) for person, phone in by.phones.items() if phone not in named)
    return [person for _, person in phones]


def _on(today: date, days: int, hour: int) -> datetime:
    return datetime.combine(today + timedelta(days=days), time(hour), SHANGHAI)
