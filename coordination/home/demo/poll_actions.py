"""Taking the made polls along their road by the same actions that people take, at the times the
stories give."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from coordination import files
from coordination.ballots.ballot_tables import Result
from coordination.ballots.polls.answer_words import IF_SILENT
from coordination.ballots.polls.answers import Answers, choose_answers
from coordination.ballots.polls.drafting import PollFacts, change_times, draft_poll
from coordination.ballots.polls.endings import withdraw_poll
from coordination.ballots.polls.noticing import confirm_notice, propose_notice
from coordination.ballots.polls.queries import load_poll
from coordination.ballots.polls.questions import (
    QuestionWords,
    add_question,
    choose_class,
    choose_scope,
)
from coordination.ballots.polls.scopes import Scope
from coordination.ballots.polls.silence import QuotedRule, choose_silence, record_rule
from coordination.ballots.polls.telling import deliver_notice, tell_of_roll
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.roll.freezing import freeze_roll, request_freeze
from coordination.ballots.roll.publishing import publish_roll
from coordination.ballots.tables import Poll, ScopeKind, Step
from coordination.home.demo.chronicle import Tale
from coordination.home.demo.delivery_actions import (
    go_to_the_doors,
    notice_arrives,
    two_proxies,
)
from coordination.home.demo.disclosures_words import made_document
from coordination.home.demo.stories import Asked, Moments, Story, moments
from coordination.home.demo.voting_actions import cast_all
from coordination.home.demo.witness_actions import Watch, cosign, register_keys
from coordination.people.askers import Asker
from coordination.places.tables import Place

ORDER = (
    Step.DRAFTED, Step.ROLL_PUBLISHED, Step.WITHDRAWN, Step.ROLL_FROZEN, Step.PROPOSED,
    Step.NOTICED, Step.OPENED, Step.PRELIMINARY, Step.FINAL,
)  # fmt: skip

FORGOTTEN = 3  # the whole day of the running vote on which its conveners do not witness
TAKES_PART = "视为参与表决"
SILENCE_TEXT = (
    f"表决票已经送达，业主在规定的时间内没有投票的，{TAKES_PART}，其表决意见计入已投票的多数意见。"
)
WHY_WITHDRAWN = "设计单位提出新的方案，绿地改造先征求南侧住户意见，重新起草后再表决。"


@dataclass(frozen=True, slots=True)
class Convening:
    """Where a story plays, and who tells it: the one who drafts, and the second member."""

    estate: Place
    buildings: dict[str, UUID]  # by name
    body: UUID
    drafter: Asker
    second: Asker
    contact: str
    proposer: str
    phones: dict[UUID, str]  # of those who may vote, by person
    worker: Asker  # of the 居委会


async def poll_tale(
    story: Story, by: Convening, at: datetime, today: date, polls: dict[str, Poll]
) -> Tale:
    """Take a poll as far as its story goes, seen from `at`; it stands in `polls` by its title."""
    when = moments(story, today)
    yield when.drafted
    poll = polls[story.title] = await _draft(story, by, when)
    if _goes(story, Step.ROLL_PUBLISHED):
        yield when.roll_published
        notice = await publish_roll(by.drafter, poll.id, when.roll_published)
        await tell_of_roll(notice.id, when.roll_published)
    if story.reaches is Step.WITHDRAWN:
        yield (end := when.roll_published + timedelta(days=4))
        await withdraw_poll(by.drafter, poll.id, WHY_WITHDRAWN, end)
    if _goes(story, Step.ROLL_FROZEN):
        async for moment in _announced(story, poll.id, by, when):
            yield moment
    if _goes(story, Step.OPENED):
        async for moment in _held(story, poll, by, when, at):
            yield moment


async def _announced(story: Story, poll: UUID, by: Convening, when: Moments) -> Tale:
    """The roll frozen, the notice proposed and, where the story goes on, confirmed."""
    yield when.frozen
    await request_freeze(by.drafter, poll, when.frozen)
    await freeze_roll(poll, when.frozen)
    yield when.proposed
    await propose_notice(by.drafter, poll, when.proposed)
    await register_keys([by.worker, by.drafter], when.proposed)
    if _goes(story, Step.NOTICED):
        yield when.confirmed
        notice = await confirm_notice(by.second, poll, when.confirmed)
        await deliver_notice(notice.id, when.confirmed)
        came, read = (30, 26) if story.reaches is Step.OPENED else (93, 80)
        await notice_arrives(poll, notice.id, when.confirmed + timedelta(hours=6), came, read)
        yield (seen := when.confirmed + timedelta(days=1))
        await cosign(poll, [by.worker, by.drafter], seen)


def _goes(story: Story, step: Step) -> bool:
    return ORDER.index(story.reaches) >= ORDER.index(step)


async def _draft(story: Story, by: Convening, when: Moments) -> Poll:
    facts = PollFacts(story.title, story.summary, by.contact)
    poll = await draft_poll(by.drafter, by.estate, by.body, facts, when.drafted)
    await change_times(by.drafter, poll.id, when.opens, when.closes, when.drafted)
    for asked in story.asked:
        await _ask(poll, asked, by, when.drafted)
    if story.silence:
        rule = await record_rule(by.drafter, by.estate, await _quoted(by, when), when.drafted)
        await choose_silence(by.drafter, poll.id, rule.id, when.drafted)
    return await load_poll(poll.id)


async def _quoted(by: Convening, when: Moments) -> QuotedRule:
    """What the made estate's rules say of ballots that were delivered and never came back."""
    photo = made_document(
        "业主大会议事规则（摘录）", SILENCE_TEXT, f"{by.estate.name}业主大会", when.drafted
    )
    document = await files.store(photo, at=when.drafted, by=by.drafter.id)
    adopted = when.drafted.date() - timedelta(days=400)
    return QuotedRule(
        "梧桐苑业主大会议事规则第二十一条", SILENCE_TEXT, TAKES_PART, adopted, document
    )


async def _ask(poll: Poll, asked: Asked, by: Convening, at: datetime) -> None:
    words = QuestionWords(asked.title, asked.text, asked.cost, by.proposer, IF_SILENT)
    question = await add_question(by.drafter, poll.id, words, at)
    await choose_class(by.drafter, question.id, asked.matter, asked.reason, at)
    scope = Scope(ScopeKind.ESTATE)
    if asked.building:
        scope = Scope(ScopeKind.BUILDINGS, buildings=frozenset({by.buildings[asked.building]}))
    await choose_scope(by.drafter, question.id, scope, at)
    if asked.options:
        await choose_answers(by.drafter, question.id, Answers(asked.options), at)


async def _held(story: Story, poll: Poll, by: Convening, when: Moments, at: datetime) -> Tale:
    """Opened, voted on, and closed, counted and published as far as it is due by `at`."""
    yield when.opens
    await advance_poll(poll.id, when.opens)
    if story.reaches is Step.OPENED:
        yield (walked := when.opens + timedelta(hours=8))
        await go_to_the_doors(by.worker, poll, by.buildings, walked)
    until = min(when.closes - timedelta(hours=1), at - timedelta(hours=1))
    witnesses = [by.worker, by.drafter]
    yield until
    writers, watch = (by.drafter, by.second), Watch(poll.id, witnesses, when.opens, until)
    if story.reaches is Step.OPENED:
        watch.forgetting(by.drafter, FORGOTTEN)
    await cast_all(poll, story.choose, by.phones, until, 8, story.on_paper, writers, watch)
    if story.reaches is Step.OPENED:
        await two_proxies(by.worker, poll, by.buildings, until)
    if _goes(story, Step.PRELIMINARY):
        yield when.closes
        await advance_poll(poll.id, when.closes)
        yield (counted := when.closes + timedelta(seconds=61))
        await advance_poll(poll.id, counted)
        if (seen := counted + timedelta(hours=2)) < at:
            yield seen
            await cosign(poll.id, witnesses, seen)
    if _goes(story, Step.FINAL):
        result = await Result.objects().get(Result.poll == poll.id)
        assert result and result.objections_until
        yield result.objections_until
        await advance_poll(poll.id, result.objections_until)
