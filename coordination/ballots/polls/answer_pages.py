"""/ballots/{poll}/questions/{question}/answers: what the ballot offers."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template

from coordination import clock
from coordination.ballots.polls.answers import TIE_RULES, Answers, choose_answers, households_of
from coordination.ballots.polls.desk import Desk
from coordination.ballots.polls.question_pages import drafted_question, onwards
from coordination.ballots.polls.questions import require_uncalled
from coordination.ballots.tables import Question
from coordination.errors import Invalid
from coordination.law.classes import MatterClass
from coordination.law.election import TieRule
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.values import whole_setting
from coordination.web.forms import Form, Reader, form_again

KINDS = ("motion", "options", "election")


@dataclass
class AnswerFields:
    kind: str = ""
    options: str = ""
    seats: str = ""
    tie_rule: str = ""


class AnswerPages(Controller):
    path = "/ballots/{poll_id:uuid}/questions/{question_id:uuid}/answers"
    guards = [signed_in]

    @get()
    async def answers(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], question_id: FromPath[UUID]
    ) -> Template:
        desk, question = await drafted_question(asker, poll_id, question_id)
        await require_uncalled(question_id)
        options: Any = question.options
        kind = "election" if question.seats else "options" if options else "motion"
        form = Form(
            {
                "kind": kind,
                "options": "" if question.seats else "\n".join(options),
                "seats": question.seats or "",
                "tie_rule": question.tie_rule or TieRule.NOMINATION.value,
            }
        )
        context = await _around(desk, question)
        return Template("ballots/answers.html", context=context | {"form": form})

    @post()
    async def choose(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        desk, question = await drafted_question(asker, poll_id, question_id)
        try:
            await choose_answers(asker, question_id, _read(data), clock.now())
        except Invalid as refusal:
            context = await _around(desk, question)
            return form_again("ballots/answers.html", refusal, data, **context)
        return onwards(poll_id, question)


def _read(data: AnswerFields) -> Answers:
    """Invalid."""
    read = Reader(data)
    kind = read.one_of("kind", "怎样表决", KINDS)
    answers = Answers()
    if kind == "options":
        lines = [line.strip() for line in read.text("options", "方案", longest=800).splitlines()]
        answers = Answers(tuple(filter(None, lines)))
    elif kind == "election":
        seats = read.whole("seats", "应选人数", least=1, most=99)
        rule = read.one_of("tie_rule", "得票相同时的规则", set(TieRule))
        answers = Answers((), seats, TieRule(rule) if rule in set(TieRule) else None)
    read.settle()
    return answers


async def _around(desk: Desk, question: Question) -> dict[str, Any]:
    return desk.context | {
        "question": question,
        "may_elect": question.matter_class == MatterClass.COMMITTEE,
        "tie_rules": [(rule.value, words, "") for rule, words in TIE_RULES.items()],
        "households": await households_of(desk.estate),
        "small_up_to": await whole_setting("small_committee_households", desk.estate),
    }
