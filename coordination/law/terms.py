"""The term of a committee 业主委员会任期, and what must happen around it.

Source: 业主大会和业主委员会指导规则（建房〔2009〕274号）.
Art. 32: a term of at most five years; the first session within 7 days of the election.
Art. 33: 备案 within 30 days of it.
Art. 47: "业主委员会任期届满前3个月，应当组织召开业主大会会议，进行换届选举".
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_YEARS = 5
MONTHS_BEFORE_END = 3
FIRST_SESSION_WITHIN_DAYS = 7
FILE_WITHIN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Term:
    """From a day until a day (exclusive). ValueError: no time, or more than five years."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if not self.since < self.until <= months_later(self.since, 12 * LONGEST_YEARS):
            raise ValueError(f"a term from {self.since} until {self.until}")


def term_of(elected_on: date, years: int) -> Term:
    """The term that begins on the day of the final result."""
    return Term(elected_on, months_later(elected_on, 12 * years))


def first_session_by(elected_on: date) -> date:
    return elected_on + timedelta(days=FIRST_SESSION_WITHIN_DAYS)


def file_by(elected_on: date) -> date:
    """The last day of 备案."""
    return elected_on + timedelta(days=FILE_WITHIN_DAYS)


def election_from(until: date) -> date:
    """The day from which the election must be under way that follows a term until then."""
    return months_later(until, -MONTHS_BEFORE_END)


def months_later(day: date, months: int) -> date:
    """The same day of another month, or its last where it has none such."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
