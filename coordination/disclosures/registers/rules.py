"""When a term of office 任期 asks for an election; pure.

业主大会和业主委员会指导规则 art. 47: three months before the term ends the election is organised;
arts. 57, 58: otherwise the 街道 orders it, and the 居民委员会 organises it.
"""

from datetime import date
from enum import StrEnum

from coordination.law.terms import election_from

SOURCE = "业主大会和业主委员会指导规则（建房〔2009〕274号）第四十七条、第五十七条、第五十八条"


class Term(StrEnum):
    """Where a term stands on a day."""

    RUNNING = "任期内"
    ENDING = "任期将满，应组织换届"
    OVER = "任期已满"


TONES = {Term.RUNNING: "done", Term.ENDING: "wait", Term.OVER: "bad"}


def term(until: date | None, today: date) -> Term:
    """`until` is the first day on which it is not in office; None: no end is registered."""
    if until is None:
        return Term.RUNNING
    if today >= until:
        return Term.OVER
    return Term.ENDING if today >= election_from(until) else Term.RUNNING
