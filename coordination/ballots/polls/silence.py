"""What the estate's own rules say of ballots delivered and unreturned 未表决票, and choosing it.

Without the operative words of 议事规则 or 管理规约, kept with document and day, silence counts for
nothing. Source: 业主大会和业主委员会指导规则 art. 26 ¶2; `law/silence.py` counts.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.polls.answer_words import IF_SILENT, SILENCE_WORDS, silence_words
from coordination.ballots.polls.drafting import editable, stranger
from coordination.ballots.polls.permits import may_draft
from coordination.ballots.polls.queries import load_poll
from coordination.ballots.silence_tables import SilenceRule
from coordination.ballots.tables import Poll, Question
from coordination.db import transaction
from coordination.errors import Conflict, Invalid, NotFound
from coordination.law.periods import day_of
from coordination.people.askers import Asker
from coordination.places.tables import Place

LONGEST = 2000


class RuleEnded(Conflict):
    """A rule that was amended or repealed binds no new vote."""


@dataclass(frozen=True, slots=True)
class QuotedRule:
    """A rule as its document has it. `takes_part_words`: those by which delivery is taking part,
    "" where it does not say so."""

    source: str
    text: str
    takes_part_words: str
    adopted_on: date
    document: str


async def record_rule(asker: Asker, estate: Place, rule: QuotedRule, at: datetime) -> SilenceRule:
    """Enter the quoted rule of an estate with its document. NotConvener, ConflictingRole,
    Invalid."""
    if not may_draft(asker, estate):
        raise stranger(asker, estate)
    _require_whole(rule, at)
    async with transaction():
        row = SilenceRule(
            id=uuid4(), estate=estate.id, source=rule.source.strip(), text=rule.text.strip(),
            takes_part_words=rule.takes_part_words.strip() or None, adopted_on=rule.adopted_on,
            document=rule.document, recorded_by=asker.id, recorded_at=at,
        )  # fmt: skip
        await row.save()
        await audit.record(asker, "record_silence_rule", row, at=at, place=estate)
        return row


def _require_whole(rule: QuotedRule, at: datetime) -> None:
    fields = {}
    if not rule.source.strip():
        fields["source"] = "请写出处，例如“业主大会议事规则第二十条”。"
    if not rule.text.strip():
        fields["text"] = "请照抄规约原文，不要改写。"
    if rule.takes_part_words.strip() not in rule.text.strip():
        fields["takes_part_words"] = "这句话不在上面的原文里，请从原文中照抄；没有这样的话就空着。"
    if rule.adopted_on > day_of(at):
        fields["adopted_on"] = "通过日期不能在今天以后。"
    if not rule.document:
        fields["file"] = "请上传规约的扫描件或照片，业主可以核对。"
    if fields:
        raise Invalid("规约还没有写完整。", **fields)


async def end_rule(asker: Asker, rule_id: UUID, at: datetime) -> None:
    """It was amended or repealed; votes that quoted it keep it. NotFound, NotConvener."""
    async with transaction():
        rule = await SilenceRule.objects().get(SilenceRule.id == rule_id)
        estate = rule and await Place.objects().get(Place.id == rule.estate)
        if rule is None or estate is None:
            raise NotFound("没有找到这条规约。")
        if not may_draft(asker, estate):
            raise stranger(asker, estate)
        if rule.ended_at is None:
            rule.ended_at, rule.ended_by = at, asker.id
            await rule.save([SilenceRule.ended_at, SilenceRule.ended_by])
            await audit.record(asker, "end_silence_rule", rule, at=at, place=estate)


async def choose_silence(asker: Asker, poll_id: UUID, rule_id: UUID | None, at: datetime) -> None:
    """Let delivered ballots that stay away join the majority by this rule; None: they do not.

    NotFound, NotConvener, RollPublished, RuleEnded.
    """
    async with transaction():
        poll, _ = await editable(asker, poll_id)
        rule = await _rule_for(poll, rule_id) if rule_id else None
        poll.silence = rule and rule.id
        await poll.save([Poll.silence])
        await say_what_silence_does(poll.id)
        await audit.record(asker, "choose_silence", poll, at=at, place=poll.estate)


async def say_what_silence_does(poll_id: UUID) -> None:
    """What nobody wrote in their own words follows the poll's choice; an election knows none."""
    words = silence_words(await rule_of(await load_poll(poll_id)))
    ours = (Question.poll == poll_id) & Question.if_silent.is_in(list(SILENCE_WORDS))
    motions, elections = Question.seats.is_null(), Question.seats.is_not_null()
    await Question.update({Question.if_silent: words}).where(ours & motions)
    await Question.update({Question.if_silent: IF_SILENT}).where(ours & elections)


async def _rule_for(poll: Poll, rule_id: UUID) -> SilenceRule:
    """NotFound: another estate's. RuleEnded."""
    rule = await SilenceRule.objects().get(SilenceRule.id == rule_id)
    if rule is None or rule.estate != poll.estate:
        raise NotFound("没有找到这条规约。")
    if rule.ended_at is not None:
        raise RuleEnded("这条规约已经修改或废止，不能再用于新的表决。")
    return rule


async def rules_of(estate: UUID) -> list[SilenceRule]:
    """The rules in force, the newest first."""
    return await (
        SilenceRule.objects()
        .where((SilenceRule.estate == estate) & SilenceRule.ended_at.is_null())
        .order_by(SilenceRule.adopted_on, ascending=False)
    )


async def rule_of(poll: Poll) -> SilenceRule | None:
    """The rule that the poll quotes."""
    if poll.silence is None:
        return None
    return await SilenceRule.objects().get(SilenceRule.id == poll.silence)
