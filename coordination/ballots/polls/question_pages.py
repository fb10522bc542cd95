"""/ballots/{poll}/questions/…: words, class, scope and documents of a question, a screen each."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.polls import questions as drafting
from coordination.ballots.polls.answer_words import silence_words
from coordination.ballots.polls.choosing import ScopeChoice, read_scope, scope_options, scope_values
from coordination.ballots.polls.desk import Desk, the_desk
from coordination.ballots.polls.draft_pages import back_to
from coordination.ballots.polls.questions import QuestionWords
from coordination.ballots.polls.scopes import SCOPE_WORDS, Scope
from coordination.ballots.polls.silence import rule_of
from coordination.ballots.tables import Question, ScopeKind
from coordination.errors import Invalid, NotFound
from coordination.law.classes import MatterClass, rule_for
from coordination.law.periods import day_of
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, Reader, form_again

KINDS = [(kind.value, words) for kind, words in SCOPE_WORDS.items()]


@dataclass
class WordsFields:
    title: str = ""
    text: str = ""
    cost: str = ""
    proposer: str = ""
    if_silent: str = ""


@dataclass
class ClassFields:
    matter_class: str = ""
    reason: str = ""


class QuestionPages(Controller):
    path = "/ballots/{poll_id:uuid}/questions"
    guards = [signed_in]

    @get("/new")
    async def new_question(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Template:
        desk = await _editable(asker, poll_id)
        poll = desk.poll
        form = Form({"if_silent": silence_words(await rule_of(poll)), **_first_words(desk)})
        return Template(
            "ballots/question.html", context=desk.context | {"question": None, "form": form}
        )

    @post("/new")
    async def add(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[WordsFields],
    ) -> Response:
        desk = await _editable(asker, poll_id)
        try:
            question = await drafting.add_question(
                asker, poll_id, _words(data), clock.now(), once=True
            )
        except Invalid as refusal:
            return form_again("ballots/question.html", refusal, data,
                              **desk.context, question=None)  # fmt: skip
        return Redirect(f"/ballots/{poll_id}/questions/{question.id}/class", status_code=303)

    @get("/{question_id:uuid}/words")
    async def words(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], question_id: FromPath[UUID]
    ) -> Template:
        desk, question = await drafted_question(asker, poll_id, question_id)
        values = {name: getattr(question, name) for name in WordsFields.__annotations__}
        context = desk.context | {"question": question, "form": Form(values)}
        return Template("ballots/question.html", context=context)

    @post("/{question_id:uuid}/words")
    async def change_words(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        data: URLEncodedBody[WordsFields],
    ) -> Response:
        desk, question = await drafted_question(asker, poll_id, question_id)
        try:
            await drafting.change_words(asker, question_id, _words(data), clock.now())
        except Invalid as refusal:
            return form_again("ballots/question.html", refusal, data,
                              **desk.context, question=question)  # fmt: skip
        return onwards(poll_id, question)

    @get("/{question_id:uuid}/class")
    async def matter_class(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], question_id: FromPath[UUID]
    ) -> Template:
        """The nine classes of art. 278, each with its bar in the law's words."""
        desk, question = await drafted_question(asker, poll_id, question_id)
        form = Form(
            {"matter_class": question.matter_class or "", "reason": question.class_reason or ""}
        )
        context = _classed(desk, question) | {"form": form}
        return Template("ballots/class.html", context=context)

    @post("/{question_id:uuid}/class")
    async def choose_class(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        data: URLEncodedBody[ClassFields],
    ) -> Response:
        desk, question = await drafted_question(asker, poll_id, question_id)
        try:
            read = Reader(data)
            chosen = read.one_of("matter_class", "事项类别", set(MatterClass))
            reason = read.text("reason", "归类理由", longest=500)
            read.settle()
            await drafting.choose_class(
                asker, question_id, MatterClass(chosen), reason, clock.now()
            )
        except Invalid as refusal:
            return form_again("ballots/class.html", refusal, data, **_classed(desk, question))
        if chosen == MatterClass.COMMITTEE and not (question.seats or question.options):
            # Names on the ballot, or a motion on somebody in office? Nobody is asked later.
            here = f"/ballots/{poll_id}/questions/{question_id}/answers"
            return Redirect(here, status_code=303)
        return onwards(poll_id, question, classed=True)

    @get("/{question_id:uuid}/scope")
    async def scope(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        kind: FromQuery[str] = "",
    ) -> Template:
        """First what kind of part, then which; the whole estate needs no second screen."""
        desk, question = await drafted_question(asker, poll_id, question_id)
        if kind not in set(ScopeKind):
            form = Form({"kind": question.scope_kind or ""})
            context = desk.context | {"question": question, "kinds": KINDS, "form": form}
            return Template("ballots/scope.html", context=context)
        chosen = ScopeKind(kind)
        context = await _parts(desk, question, chosen)
        form = Form(await scope_values(Scope.of(question), chosen))
        return Template("ballots/scope_parts.html", context=context | {"form": form})

    @post("/{question_id:uuid}/scope")
    async def choose_scope(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        data: URLEncodedBody[ScopeChoice],
    ) -> Response:
        desk, question = await drafted_question(asker, poll_id, question_id)
        if data.kind not in set(ScopeKind):
            wrong = Invalid("请选择表决范围。", kind="请选择这个事项由谁表决。")
            return form_again("ballots/scope.html", wrong, data,
                              **desk.context, question=question, kinds=KINDS)  # fmt: skip
        kind = ScopeKind(data.kind)
        if kind is not ScopeKind.ESTATE and not data.sent:
            here = f"/ballots/{poll_id}/questions/{question_id}/scope?kind={kind.value}"
            return Redirect(here, status_code=303)
        try:
            scope = await read_scope(desk.estate, data)
            await drafting.choose_scope(asker, question_id, scope, clock.now())
        except Invalid as refusal:
            context = await _parts(desk, question, kind)
            return form_again("ballots/scope_parts.html", refusal, data, **context)
        return back_to(poll_id)

    @post("/{question_id:uuid}/removal")
    async def remove(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], question_id: FromPath[UUID]
    ) -> Redirect:
        await drafting.remove_question(asker, question_id, clock.now())
        return back_to(poll_id)

    @post("/{question_id:uuid}/earlier")
    async def move(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], question_id: FromPath[UUID]
    ) -> Redirect:
        await drafting.move_up(asker, question_id, clock.now())
        return back_to(poll_id)


async def _editable(asker: Asker, poll_id: UUID) -> Desk:
    return await the_desk(asker, poll_id, clock.now(), editable=True)


async def drafted_question(asker: Asker, poll_id: UUID, question_id: UUID) -> tuple[Desk, Question]:
    """A question of this poll. NotFound besides what the desk refuses."""
    desk = await _editable(asker, poll_id)
    question = next((one for one in desk.questions if one.id == question_id), None)
    if question is None:
        raise NotFound(drafting.MISSING)
    return desk, question


def _first_words(desk: Desk) -> dict[str, str]:
    """Most polls ask one thing: its words are those of the poll, until they are changed. An
    assembly's name is no question that one could answer."""
    poll = desk.poll
    if desk.questions:
        return {}
    return {"title": "" if "业主大会" in poll.title else poll.title, "text": poll.summary}


def _words(data: WordsFields) -> QuestionWords:
    read = Reader(data)
    words = QuestionWords(
        title=read.text("title", "事项名称", longest=100),
        text=read.text("text", "表决内容", longest=3000),
        cost=read.text("cost", "费用及来源", longest=200, optional=True),
        proposer=read.text("proposer", "提议人", longest=100, optional=True),
        if_silent=read.text("if_silent", "不投票的后果", longest=300),
    )
    read.settle()
    return words


def _classed(desk: Desk, question: Question) -> dict[str, Any]:
    rules = [rule_for(matter, day_of(desk.at)) for matter in MatterClass]
    return desk.context | {"question": question, "rules": rules}


async def _parts(desk: Desk, question: Question, kind: ScopeKind) -> dict[str, Any]:
    return desk.context | {
        "question": question,
        "kind": kind,
        "kind_words": SCOPE_WORDS[kind],
        "options": await scope_options(desk.estate, kind),
    }


def onwards(poll_id: UUID, question: Question, *, classed: bool = False) -> Redirect:
    """The next screen that this question still lacks, else the hub."""
    here = f"/ballots/{poll_id}/questions/{question.id}"
    if question.matter_class is None and not classed:
        return Redirect(f"{here}/class", status_code=303)
    if question.scope_kind is None:
        return Redirect(f"{here}/scope", status_code=303)
    return back_to(poll_id)
