"""Drafting the questions 表决事项 of a poll: words, class of art. 278, scope, documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.polls.drafting import editable
from coordination.ballots.polls.scopes import EmptyScope, Scope
from coordination.ballots.polls.silence import say_what_silence_does
from coordination.ballots.tables import Poll, Question, QuestionDocument, ScopeKind
from coordination.db import execute, rows, transaction, value
from coordination.errors import Conflict, Invalid, NotFound
from coordination.law.classes import MatterClass
from coordination.people.askers import Asker

MISSING = "没有找到这个表决事项。"
MOST_QUESTIONS = 20


class CalledFor(Conflict):
    """Candidates were called for by a notice; its question stays."""


class TooManyQuestions(Conflict):
    """A paper longer than anyone reads."""


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """A question as owners read it."""

    title: str
    text: str
    cost: str
    proposer: str
    if_silent: str


def missing(questions: Sequence[Question]) -> list[str]:
    """What the questions still lack before the roll can be published."""
    if not questions:
        return ["还没有表决事项。"]
    said = []
    for question in questions:
        if question.matter_class is None:
            said.append(f"“{question.title}”还没有选择事项类别并写明理由。")
        if question.scope_kind is None:
            said.append(f"“{question.title}”还没有选择表决范围。")
    return said


async def add_question(
    asker: Asker, poll_id: UUID, words: QuestionWords, at: datetime, *, once: bool = False
) -> Question:
    """Add a question at the end; class and scope are chosen next. `once`: the same words again are
    the same question, as when a form is sent by two taps.

    NotFound, NotConvener, RollPublished, TooManyQuestions.
    """
    async with transaction():
        poll, _ = await editable(asker, poll_id)
        if once and (same := await _same_words(poll_id, words)):
            return same
        taken = await Question.select(Question.position).where(Question.poll == poll_id)
        if len(taken) >= MOST_QUESTIONS:
            raise TooManyQuestions(f"一次表决最多{MOST_QUESTIONS}个事项，请分两次表决。")
        question = Question(
            id=uuid4(), poll=poll.id, position=max((q["position"] for q in taken), default=0) + 1,
            title=words.title, text=words.text, cost=words.cost, proposer=words.proposer,
            if_silent=words.if_silent, matter_class=None, class_reason=None, scope_kind=None,
            scope={}, options=[], seats=None, tie_rule=None, precedence=None,
            by_election_of=None,
        )  # fmt: skip
        await question.save()
        await say_what_silence_does(poll.id)
        await audit.record(asker, "add_question", question, at=at, place=poll.estate)
        return question


async def change_words(asker: Asker, question_id: UUID, words: QuestionWords, at: datetime) -> None:
    """NotFound, NotConvener, RollPublished."""
    async with transaction():
        poll, question = await _editable(asker, question_id)
        await Question.update(
            {
                Question.title: words.title,
                Question.text: words.text,
                Question.cost: words.cost,
                Question.proposer: words.proposer,
                Question.if_silent: words.if_silent,
            }
        ).where(Question.id == question.id)
        await audit.record(asker, "change_question", question, at=at, place=poll.estate)


async def choose_class(
    asker: Asker, question_id: UUID, matter: MatterClass, reason: str, at: datetime
) -> None:
    """Choose the class of art. 278, with a person's reason. NotFound, NotConvener,
    RollPublished, Invalid."""
    if not reason.strip():
        raise Invalid("请写明归类理由。", reason="请用自己的话写明为什么属于这一类。")
    async with transaction():
        poll, question = await _editable(asker, question_id)
        if question.seats is not None and matter is not MatterClass.COMMITTEE:
            raise Invalid("选举只能归入第三项。", matter_class="这个事项是选举，应归入第三项。")
        await Question.update(
            {Question.matter_class: matter, Question.class_reason: reason.strip()}
        ).where(Question.id == question.id)
        await audit.record(
            asker, "choose_class", question, at=at, place=poll.estate, matter_class=matter
        )


async def choose_scope(asker: Asker, question_id: UUID, scope: Scope, at: datetime) -> None:
    """Choose whom the question concerns. NotFound, NotConvener, RollPublished, EmptyScope."""
    scope.require_something()
    async with transaction():
        poll, question = await _editable(asker, question_id)
        await _require_own(scope, poll)
        await Question.update(
            {Question.scope_kind: scope.kind, Question.scope: scope.as_json()}
        ).where(Question.id == question.id)
        await audit.record(asker, "choose_scope", question, at=at, place=poll.estate)


async def remove_question(asker: Asker, question_id: UUID, at: datetime) -> UUID:
    """Take a question out of the draft; its poll's id. NotFound, NotConvener, RollPublished."""
    async with transaction():
        poll, question = await _editable(asker, question_id)
        await require_uncalled(question_id)
        await QuestionDocument.delete().where(QuestionDocument.question == question.id)
        await Question.delete().where(Question.id == question.id)
        await audit.record(asker, "remove_question", question, at=at, place=poll.estate)
        return poll.id


async def move_up(asker: Asker, question_id: UUID, at: datetime) -> None:
    """Put a question before the one above it. NotFound, NotConvener, RollPublished."""
    async with transaction():
        poll, question = await _editable(asker, question_id)
        above = (
            await Question.objects()
            .where(Question.poll == poll.id, Question.position < question.position)
            .order_by(Question.position, ascending=False)
            .first()
        )
        if above is None:
            return
        # Each position exists once, so the two change places by way of one that none has.
        for moved, position in ((above, 0), (question, above.position), (above, question.position)):
            await execute("update question set position = $2 where id = $1", moved.id, position)
        await audit.record(asker, "move_question", question, at=at, place=poll.estate)


async def attach_document(
    asker: Asker, question_id: UUID, title: str, file: str, at: datetime
) -> None:
    """Attach a stored file under a title. NotFound, NotConvener, RollPublished, Invalid."""
    if not title.strip():
        raise Invalid("请写附件名称。", title="请写附件名称，例如“电梯更新方案”。")
    async with transaction():
        poll, question = await _editable(asker, question_id)
        await QuestionDocument(
            id=uuid4(), question=question.id, file=file, title=title.strip()
        ).save()
        await audit.record(asker, "attach_document", question, at=at, place=poll.estate)


async def remove_document(asker: Asker, document_id: UUID, at: datetime) -> UUID:
    """Detach it; its question's id. NotFound, NotConvener, RollPublished."""
    async with transaction():
        document = await QuestionDocument.objects().get(QuestionDocument.id == document_id)
        if document is None:
            raise NotFound("没有找到这个附件。")
        poll, question = await _editable(asker, document.question)
        await QuestionDocument.delete().where(QuestionDocument.id == document_id)
        await audit.record(asker, "remove_document", question, at=at, place=poll.estate)
        return question.id


async def require_uncalled(question_id: UUID) -> None:
    """CalledFor."""
    if await value("select exists (select from election where question = $1)", question_id):
        raise CalledFor(
            "候选人报名公告已经发布，这个选举事项不能再改或移除。确需修改的，请撤回这次表决重新组织。"
        )


async def _same_words(poll_id: UUID, words: QuestionWords) -> Question | None:
    return await Question.objects().get(
        (Question.poll == poll_id) & (Question.title == words.title)
        & (Question.text == words.text) & (Question.cost == words.cost)
        & (Question.proposer == words.proposer)
    )  # fmt: skip


async def _editable(asker: Asker, question_id: UUID) -> tuple[Poll, Question]:
    """The question with its poll locked, poll first as everywhere."""
    question = await Question.objects().get(Question.id == question_id)
    if question is None:
        raise NotFound(MISSING)
    poll, _ = await editable(asker, question.poll)
    question = await Question.objects().get(Question.id == question_id)
    if question is None:
        raise NotFound(MISSING)
    return poll, question


async def _require_own(scope: Scope, poll: Poll) -> None:
    """EmptyScope: names a building or a unit that is not of this estate."""
    buildings = {
        *scope.buildings, *(b for b, _ in scope.entrances), *(b for b, _ in scope.floors)
    }  # fmt: skip
    found = await rows(
        """select id from place where id = any($1) and parent = $3
           union all select id from unit where id = any($2) and estate = $3""",
        list(buildings), list(scope.units), poll.estate,
    )  # fmt: skip
    if len(found) != len(buildings) + len(scope.units):
        field = scope.kind.value if scope.kind is not ScopeKind.KIND else "kind"
        raise EmptyScope("所选范围不在本小区内。", **{field: "请重新选择本小区内的范围。"})
