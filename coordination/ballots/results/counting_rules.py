"""How a question is counted, from its own row and from the rule on silence that its poll quotes."""

from typing import cast

from coordination.ballots.package_figures import CountingRules
from coordination.ballots.silence_tables import SilenceRule
from coordination.ballots.tables import Poll, Question
from coordination.law.election import TieRule
from coordination.law.silence import SilencePolicy


def counting_rules(poll: Poll, question: Question, silence: SilenceRule | None) -> CountingRules:
    """As the notice says. Silence joins no election."""
    options = tuple(cast(list[str], question.options))
    if question.seats is not None:
        return CountingRules(
            options,
            poll.invalid_takes_part,
            seats=question.seats,
            tie_rule=TieRule(question.tie_rule),
            precedence=tuple(cast(list[int], question.precedence)),
        )
    if silence is None:
        return CountingRules(options, poll.invalid_takes_part)
    return CountingRules(
        options,
        poll.invalid_takes_part,
        silence=SilencePolicy.DELIVERED_JOINS_MAJORITY,
        silence_rule=silence.text,
        silence_source=silence.source,
        silence_takes_part=silence.takes_part_words is not None,
    )
