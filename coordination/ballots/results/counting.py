"""Opening the sealed ballots after the close, and what the package is built from.

Nothing here is called before `Step.COUNTED` is due; the seals are opened inside the transaction
that publishes, so there is no moment at which somebody may know what others may not. What they
held is written nowhere but in the package: a copy of the database tells no more than is published.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import asyncpg

from coordination import db
from coordination.ballots.board import INVALID
from coordination.ballots.casting.queries import PollCard, poll_card
from coordination.ballots.commitments import FrozenRight
from coordination.ballots.delivery.proofs import proven_deliveries
from coordination.ballots.package import PollFacts, QuestionFacts
from coordination.ballots.package_lines import CountedBallot
from coordination.ballots.paper.queries import set_aside
from coordination.ballots.paper.reasons import invalid_reasons
from coordination.ballots.polls.queries import estate_of, questions_of
from coordination.ballots.polls.scopes import Scope, words
from coordination.ballots.polls.silence import rule_of
from coordination.ballots.polls.state import PollState
from coordination.ballots.results.counting_rules import counting_rules
from coordination.ballots.seal import Slot, open_choice
from coordination.ballots.tables import Poll, Question, RollFreeze, Step
from coordination.law.classes import MatterClass
from coordination.law.periods import day_of
from coordination.law.silence import SilencePolicy
from coordination.notices.tables import Notice
from coordination.people.tables import Body
from coordination.places.tables import Place

RIGHTS = """
select id, number, area_cm2, salt, blinding, who, weight from voting_right where question = $1
"""
BALLOTS = """
select b."right", b.ordinal, b.sealed, b.tracker, b.channel
  from ballot b join voting_right r on r.id = b."right" where r.question = $1
"""


async def open_ballots(poll: Poll, question: UUID) -> tuple[list[FrozenRight], list[CountedBallot]]:
    """The question's rights, and its ballots opened. BrokenSeal, WrongKey: nothing is counted."""
    card = await poll_card(poll.id)
    assert card, "a poll that closed has a key"
    rights = await db.rows(RIGHTS, question)
    ballots = await db.rows(BALLOTS, question)
    numbers = {row["id"]: row["number"] for row in rights}
    opened = await asyncio.to_thread(
        _open_all, card.key, str(poll.id), str(question), numbers, ballots
    )
    return [_frozen(row) for row in rights], await _with_reasons(card, question, opened)


async def _with_reasons(
    card: PollCard, question: UUID, opened: list[CountedBallot]
) -> list[CountedBallot]:
    """Each invalid ballot with what was written down as its reason."""
    invalid = [each.tracker for each in opened if each.choice == INVALID]
    if not invalid:
        return opened
    reasons = await invalid_reasons(card, question, invalid)
    return [replace(each, why=reasons.get(each.tracker, "")) for each in opened]


def _open_all(
    key: bytes, poll: str, question: str, numbers: dict[UUID, int], rows: Sequence[asyncpg.Record]
) -> list[CountedBallot]:
    opened = []
    for row in rows:
        slot = Slot(poll, question, str(row["right"]), row["ordinal"])
        choice, nonce = open_choice(key, slot, row["sealed"])
        number = numbers[row["right"]]
        opened.append(
            CountedBallot(number, row["ordinal"], choice, nonce, row["tracker"], row["channel"])
        )
    return opened


def _frozen(row: asyncpg.Record) -> FrozenRight:
    return FrozenRight(
        row["number"], row["area_cm2"], row["salt"], row["blinding"], row["who"], row["weight"]
    )


async def poll_facts(poll: Poll, state: PollState) -> PollFacts:
    """What the notice says of the poll."""
    taken = state.when(Step.NOTICED)
    assert taken and taken.notice, "a poll that opened was announced"
    notice = await Notice.objects().get(Notice.id == taken.notice)
    body = await Body.objects().get(Body.id == poll.convener)
    assert notice and body, "foreign keys say so"
    estate = await estate_of(poll)
    return PollFacts(
        id=str(poll.id),
        title=poll.title,
        estate=estate.name,
        convener=body.name,
        contact=poll.contact,
        notice_number=notice.number,
        notice_code=notice.check_code,
        notice_on=day_of(notice.published_at),
        opens_at=poll.opens_at,
        closes_at=state.closes_at,
    )


async def all_question_facts(poll: Poll, state: PollState) -> list[QuestionFacts]:
    """Every question with its roll and its ballots."""
    names = await _place_names(poll)
    facts = []
    for question in await questions_of(poll.id):
        rights, opened = await open_ballots(poll, question.id)
        delivered = await proven_deliveries(question.id, state.closes_at)
        facts.append(await _question_facts(poll, question, delivered, names, rights, opened))
    return facts


async def _question_facts(
    poll: Poll,
    question: Question,
    delivered: dict[int, str],
    names: dict[UUID, str],
    rights: list[FrozenRight],
    opened: list[CountedBallot],
) -> QuestionFacts:
    freeze = await RollFreeze.objects().get(RollFreeze.question == question.id)
    scope = Scope.of(question)
    assert freeze and scope, "the roll of a poll that opened is frozen"
    duplicates, conflicts = await set_aside(question.id)
    rules = counting_rules(poll, question, await rule_of(poll))
    if rules.silence is not SilencePolicy.NONE:  # who sent a sheet back was not silent
        delivered = {number: way for number, way in delivered.items() if number not in conflicts}
    return QuestionFacts(
        id=str(question.id),
        position=question.position,
        title=question.title,
        scope=words(scope, names),
        matter=MatterClass(question.matter_class),
        class_reason=question.class_reason,
        rules=rules,
        changes_allowed=poll.changes_allowed,
        frozen_on=day_of(freeze.frozen_at),
        rooms_hash=freeze.list_hash,
        rights=rights,
        ballots=opened,
        delivered=delivered,
        duplicates=duplicates,
        conflicts=conflicts,
    )


async def _place_names(poll: Poll) -> dict[UUID, str]:
    found = await Place.select(Place.id, Place.name).where(Place.parent == poll.estate)
    return {row["id"]: row["name"] for row in found}
