"""Elections for tests: who named whom, and the package that comes of it."""

from collections.abc import Sequence

from coordination.ballots.package_figures import CountingRules
from coordination.law.classes import MatterClass
from coordination.law.election import TieRule
from tests.ballots.packages import Vote, a_question

NAMES = ("陈晓光", "李桂英", "刘卫东", "王建国", "王秀兰", "赵明", "周敏")


def electing(
    seats: int = 5, names: Sequence[str] = NAMES, tie_rule: TieRule = TieRule.NOMINATION
) -> CountingRules:
    """An election of so many seats; who has the lower number was nominated later."""
    return CountingRules(
        tuple(names), seats=seats, tie_rule=tie_rule, precedence=tuple(range(len(names), 0, -1))
    )


def sixty(**made: int) -> list[Vote]:
    """Sixty rights of growing areas. `n1_2=7`: seven named 1 and 2; `abstain=3`: three did so."""
    votes: list[Vote] = []
    for choice, times in made.items():
        said = choice[1:].replace("_", ",") if choice[0] == "n" and choice[1].isdigit() else choice
        votes += [(700_000 + 113 * (len(votes) + place), said) for place in range(times)]
    return votes + [(700_000 + 113 * place,) for place in range(len(votes), 60)]


def an_election(votes: Sequence[Vote], rules: CountingRules | None = None):
    return a_question(votes, rules or electing(), MatterClass.COMMITTEE)
