"""公共收益公示 and other accounts as A4: both lists with their sums, and the balance."""

from datetime import datetime

from coordination.disclosures.accounts import Accounts
from coordination.disclosures.queries import DisclosureRead
from coordination.notices.printing import notice_data
from coordination.notices.queries import NoticeRead
from coordination.web import pdf


async def print_accounts(
    notice: NoticeRead, read: DisclosureRead, words: str, accounts: Accounts, at: datetime
) -> bytes:
    """The accounts that stand published, under their notice. MissingGlyph."""
    data = {
        "notice": notice_data(notice),
        "says": read.shown.says,
        "basis": read.shown.basis,
        "period": read.shown.period,
        "words": words,
        "lists": [
            {"name": name, "lines": [_plain(line.words) for line in lines], "sum": sum_}
            for name, lines, sum_ in _lists(accounts)
        ],
        "summing": [[name, _bare(said)] for name, said in accounts.summing],
    }
    return await pdf.render("accounts", data, at)


def _lists(accounts: Accounts):
    sums = dict(accounts.summing)
    yield "收入", accounts.income, _bare(sums["本期收入合计"])
    yield "支出", accounts.spending, _bare(sums["本期支出合计"])


def _plain(line: tuple[str, str, str]) -> list[str]:
    what, money, remark = line
    return [what, _bare(money), remark]


def _bare(money: str) -> str:
    """The heading says 元 once for the whole column."""
    return money.removesuffix(" 元")
