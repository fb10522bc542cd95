"""Accounts 收支 of a period: what came in, what went out, and the balance. Whole fen; pure.

An account has a head for what it is, one for income, one for spending, and one for a remark. A line
with both an income and a spending stands in both lists, each with its own sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coordination.disclosures.sheet import Head, Sheet
from coordination.web.formats import yuan

INCOME, SPENDING = "收入", "支出"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line: what, how much, a remark."""

    what: str
    fen: int
    remark: str

    @property
    def words(self) -> tuple[str, str, str]:
        return self.what, yuan(self.fen), self.remark


@dataclass(frozen=True, slots=True)
class Accounts:
    """The two lists, and what was brought forward; None: that was not said."""

    income: tuple[AccountLine, ...]
    spending: tuple[AccountLine, ...]
    opening: int | None

    @property
    def came_in(self) -> int:
        return sum(line.fen for line in self.income)

    @property
    def went_out(self) -> int:
        return sum(line.fen for line in self.spending)

    @property
    def closing(self) -> int | None:
        """Brought forward + came in - went out."""
        return None if self.opening is None else self.opening + self.came_in - self.went_out

    @property
    def summing(self) -> list[tuple[str, str]]:
        """The sums as page, notice and print say them, one below the other."""
        sums = [("本期收入合计", yuan(self.came_in)), ("本期支出合计", yuan(self.went_out))]
        if self.opening is None or self.closing is None:
            return sums
        return [
            ("上期结余", yuan(self.opening)), *sums, ("本期结余", yuan(self.closing)),
        ]  # fmt: skip


def is_account(heads: Sequence[Head]) -> bool:
    """Whether a table of these columns is one of income and spending."""
    return [head.name for head in heads if head.money] == [INCOME, SPENDING]


def accounts_of(sheet: Sheet) -> Accounts | None:
    """None: it is another kind of table, or has no line."""
    if not sheet.rows or not is_account(sheet.heads):
        return None
    names = [head.name for head in sheet.heads]
    comes, goes = names.index(INCOME), names.index(SPENDING)
    last = len(names) - 1
    income, spending = [], []
    for row in sheet.rows:
        what, remark = str(row[0]), "" if last == goes else str(row[last])
        came, went = int(row[comes]), int(row[goes])
        if came or not went:
            income.append(AccountLine(what, came, remark))
        if went:
            spending.append(AccountLine(what, went, remark))
    return Accounts(tuple(income), tuple(spending), sheet.opening)
