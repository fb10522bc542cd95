"""What a poll asks, as page and API show it to everybody: rule, scope in words, electorate."""

from collections.abc import Sequence
from dataclasses import dataclass

from coordination.ballots.polls.queries import (
    documents_of,
    freezes,
    place_names,
)
from coordination.ballots.polls.scopes import Scope, words
from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Poll, Question, QuestionDocument, RollFreeze, Step
from coordination.law.classes import MatterClass, Rule, rule_for
from coordination.law.periods import day_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. What a draft lacks is None or ""."""

    question: Question
    rule: Rule | None
    scope: str
    freeze: RollFreeze | None
    documents: Sequence[QuestionDocument]


async def asked_in(poll: Poll, state: PollState, questions: Sequence[Question]) -> list[Asked]:
    """The poll's questions as given, under the law of the day of the notice; before the
    notice, of the day for which the opening is planned."""
    noticed = state.when(Step.NOTICED)
    on = day_of(noticed.at if noticed else poll.opens_at)
    frozen = await freezes(poll.id)
    documents = await documents_of(poll.id)
    shown = []
    for question in questions:
        scope, kind = Scope.of(question), question.matter_class
        shown.append(
            Asked(
                question,
                rule_for(MatterClass(kind), on) if kind else None,
                words(scope, await place_names(scope)) if scope else "",
                frozen.get(question.id),
                [one for one in documents if one.question == question.id],
            )
        )
    return shown
