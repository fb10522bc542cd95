"""The made estate elects its committee: a finished election with one seat left empty, and the
by-election for it, for which owners stand right now."""

import random
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
from coordination.ballots.tables import Poll, Question, ScopeKind
from coordination.clock import SHANGHAI
from coordination.home.demo import people as who
from coordination.home.demo.chronicle import Tale
from coordination.home.demo.delivery_actions import notice_arrives
from coordination.home.demo.people_actions import asking, id_of
from coordination.home.demo.poll_actions import Convening
from coordination.home.demo.voting_actions import cast_all
from coordination.law.classes import MatterClass
from coordination.law.election import TieRule, written
from coordination.law.periods import first_opening_day, start_of
from coordination.law.tally import Choice

OPENED_BEFORE, RUN = 27, 15  # days: the result is final a few days ago
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
LIKED = (78, 70, 66, 62, 43, 38, 27)  # of a hundred voters, who would name each


async def election_tale(by: Convening, at: datetime, today: date) -> Tale:
    """From the draft to the final result; then the by-election as far as it has come."""
    opens = _on(today, -OPENED_BEFORE, 9)
    yield (drafted := opens - timedelta(days=63))
    poll = await _draft(by, opens, drafted)
    async for moment in _candidates(by, poll, opens):
        yield moment
    async for moment in _announced(by, poll, opens):
        yield moment
    yield opens
    await advance_poll(poll.id, opens)
    closes = poll.closes_at
    yield (until := closes - timedelta(hours=2))
    await cast_all(await load_poll(poll.id), _chosen, by.phones, until)
    for due in (closes, closes + timedelta(seconds=61)):
        yield due
        await advance_poll(poll.id, due)
    result = await Result.objects().get(Result.poll == poll.id)
    assert result and result.objections_until
    yield result.objections_until
    await advance_poll(poll.id, result.objections_until)
    yield (again := max(result.objections_until + timedelta(hours=25), _on(today, -2, 10)))
    if again < at:
        await _by_election(by, poll, again)


async def _draft(by: Convening, opens: datetime, at: datetime) -> Poll:
    facts = PollFacts(
        "第四届业主委员会换届选举", "本届业主委员会任期届满，选举第四届委员五名。", by.contact
    )
    poll = await draft_poll(by.drafter, by.estate, by.body, facts, at)
    closes = opens + timedelta(days=RUN, hours=11)
    await change_times(by.drafter, poll.id, opens, closes, at)
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


async def _candidates(by: Convening, poll: Poll, opens: datetime) -> Tale:
    """Called for, nominated, checked, published, settled."""
    [question] = await questions_of(poll.id)
    yield (called := opens - timedelta(days=62))
    until = start_of(first_opening_day(called.astimezone(SHANGHAI).date(), 7)) + timedelta(hours=9)
    election = await call_for_candidates(by.drafter, question.id, until, called)
    await tell_of_candidates(election.notice, called)
    yield (stands := called + timedelta(days=2))
    for person, about in zip(_neighbours(by), ABOUT, strict=False):
        await _stand(by, election.id, person, about, stands)
    yield (published := until + timedelta(hours=1))
    listed = await publish_list(by.drafter, election.id, published)
    await tell_of_candidates(listed.notice, published)
    yield (settled := listed.until + timedelta(hours=10))
    await settle_list(by.drafter, election.id, settled)


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
    yield (confirmed := opens - timedelta(days=18))
    notice = await confirm_notice(by.second, poll.id, confirmed)
    await deliver_notice(notice.id, confirmed)
    await notice_arrives(poll.id, notice.id, confirmed + timedelta(hours=6), 95, 84)


async def _by_election(by: Convening, poll: Poll, at: datetime) -> None:
    """One stands, and one was put forward and has yet to agree: whom a visitor may play."""
    [question] = await questions_of(poll.id)
    again = await draft_by_election(by.drafter, question.id, at)
    [seat] = await _elected_in(again)
    until = start_of(first_opening_day(at.astimezone(SHANGHAI).date(), 7)) + timedelta(hours=9)
    election = await call_for_candidates(by.drafter, seat.id, until, at)
    await tell_of_candidates(election.notice, at)
    later = at + timedelta(hours=3)
    others = _neighbours(by)[len(ABOUT) :]
    [owner, *_] = await own_owners(others[0], by.estate.id)
    await nominate(await asking(others[0], later), election.id, owner.id, "热心，有时间。", later)
    [owner, *_] = await own_owners(await id_of(who.OWNER), by.estate.id)
    friend = await asking(await id_of(who.VOTED), later)
    about = "李阿姨做过二十年居民组长，公道。"
    await nominate(friend, election.id, owner.id, about, later)


async def _elected_in(poll: Poll) -> list[Question]:
    return [one for one in await questions_of(poll.id) if one.seats]


def _neighbours(by: Convening) -> list[UUID]:
    """Accounts of owners without a story, in a fixed order."""
    named = {one.phone for one in who.NAMED}
    phones = sorted((phone, person) for person, phone in by.phones.items() if phone not in named)
    return [person for _, person in phones]


def _chosen(phone: str, _position: int) -> str | None:
    """Up to five names, as liked; a few abstain or want none of them."""
    drawn = random.Random(f"election {phone}")
    if drawn.randrange(100) >= 92:
        return None
    if (whim := drawn.randrange(100)) < 5:
        return Choice.ABSTAIN if whim < 3 else Choice.NONE_OF_THESE
    liked = [n for n, share in enumerate(LIKED, 1) if drawn.randrange(100) < share]
    return written(liked[:SEATS]) or Choice.ABSTAIN


def _on(today: date, days: int, hour: int) -> datetime:
    return datetime.combine(today + timedelta(days=days), time(hour), SHANGHAI)
