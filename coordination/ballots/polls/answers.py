"""What owners may answer to a question: for or against, one of several options, or names.

Beside options always stand 都不同意 and 弃权, so that nobody must choose the lesser evil.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination import audit
from coordination.ballots.board import INVALID
from coordination.ballots.polls.drafting import editable
from coordination.ballots.polls.questions import require_uncalled
from coordination.ballots.polls.silence import say_what_silence_does
from coordination.ballots.tables import Poll, Question
from coordination.db import transaction, value
from coordination.errors import Invalid, NotFound
from coordination.law.classes import MatterClass
from coordination.law.election import TieRule, why_not_seats
from coordination.law.tally import Choice
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.places.values import whole_setting

FEWEST, MOST = 2, 10
LONGEST = 40
TAKEN = {"同意", "不同意", "都不同意", "弃权", "无效", "未表决", INVALID, *map(str, Choice)}
TIE_RULES = {
    TieRule.NOMINATION: "报名在先的在先",
    TieRule.LOT: "投票前公开抽签排定次序",
}


@dataclass(frozen=True, slots=True)
class Answers:
    """`options` empty and no seats: a motion. Seats: an election; its options come later."""

    options: tuple[str, ...] = ()
    seats: int | None = None
    tie_rule: TieRule | None = None


async def choose_answers(asker: Asker, question_id: UUID, answers: Answers, at: datetime) -> None:
    """Choose what the ballot of a question offers. NotFound, NotConvener, RollPublished,
    Invalid."""
    async with transaction():
        question, poll = await _drafted(asker, question_id)
        await require_uncalled(question_id)
        estate = await Place.objects().get(Place.id == poll.estate)
        assert estate, "the foreign key says so"
        if answers.seats is None:
            _require_options(answers.options)
        else:
            await require_seats(question, estate, answers.seats)
        await Question.update(
            {
                Question.options: list(answers.options),
                Question.seats: answers.seats,
                Question.tie_rule: answers.tie_rule,
                Question.precedence: None,
            }
        ).where(Question.id == question.id)
        await say_what_silence_does(poll.id)
        await audit.record(asker, "choose_answers", question, at=at, place=poll.estate)


def _require_options(options: Sequence[str]) -> None:
    """Invalid: too few, too many, twice, or words that mean something already."""
    if not options:
        return
    if not FEWEST <= len(options) <= MOST:
        told = f"请写 {FEWEST} 到 {MOST} 个方案，每行一个，现在有 {len(options)} 个。"
    elif len(set(options)) < len(options):
        told = "有两个方案写得一样，请改得不同。"
    elif long := [one for one in options if len(one) > LONGEST]:
        told = f"“{long[0][:12]}…”太长，每个方案最多 {LONGEST} 个字，详细内容写在表决内容或附件里。"
    elif taken := [one for one in options if one in TAKEN]:
        told = f"不能把方案叫作“{taken[0]}”。“都不同意”和“弃权”由系统自动列出。"
    else:
        return
    raise Invalid("方案需要修改。", options=told)


async def require_seats(question: Question, estate: Place, seats: int) -> None:
    """Invalid: not a number of seats that a committee may have, or not a matter of electing."""
    if question.matter_class != MatterClass.COMMITTEE:
        raise Invalid(
            "选举业主委员会应归入第三项。",
            kind="请先把事项类别选为第三项“选举业主委员会或者更换业主委员会成员”。",
        )
    if question.by_election_of is not None:
        empty = await empty_seats(question)
        if not 1 <= seats <= empty:
            raise Invalid("补选名额不对。", seats=f"本次补选空缺 {empty} 名，请填 1 到 {empty}。")
        return
    households = await households_of(estate)
    small = await whole_setting("small_committee_households", estate)
    if told := why_not_seats(seats, households, small):
        raise Invalid("委员人数不符合规定。", seats=told)


async def households_of(estate: Place) -> int:
    """户: the homes of the estate."""
    return await value("select count(*) from unit where estate = $1 and kind = 'home'", estate.id)


async def empty_seats(question: Question) -> int:
    """What the election before this by-election left empty."""
    before: Any = question.by_election_of
    found = await value(
        """select (said->'election'->>'empty_seats')::int
             from question q join result r on r.poll = q.poll,
                  jsonb_array_elements(r.package->'questions') said
            where q.id = $1 and r.kind = 'final' and said->>'id' = q.id::text""",
        before,
    )
    return found or 0


async def _drafted(asker: Asker, question_id: UUID) -> tuple[Question, Poll]:
    poll_id = await value("select poll from question where id = $1", question_id)
    if poll_id is None:
        raise NotFound("没有找到这个表决事项。")
    poll, _ = await editable(asker, poll_id)
    question = await Question.objects().get(Question.id == question_id)
    assert question, "it was there a moment ago, and its poll is locked"
    return question, poll
