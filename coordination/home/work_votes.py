"""The to-do boards of votes underway: doors, sheets to write down, boards to cosign. Pure."""

from collections.abc import Iterable, Iterator

from coordination.ballots.delivery.waiting import Carrying
from coordination.ballots.paper.waiting import SheetsWaiting
from coordination.ballots.witnessing.reminding import Waiting
from coordination.home.work import Board, Task


def carrying_board(carrying: Iterable[Carrying]) -> Board:
    """The doors of votes underway: for who carries there, and who runs it."""
    return Board(
        "表决送达",
        tuple(
            Task("送达投票公告和表决票", one.href, one.about, one.doors)
            if one.building
            else Task("还有业主没有送达凭证，看送达台账", one.href, one.about)
            for one in carrying
        ),
    )


def sheet_board(waiting: Iterable[SheetsWaiting]) -> Board:
    """Sheets that wait for a second entry or for a third's word, and where those are written down
    that come back."""
    votes = list(waiting)
    return Board(
        "纸质票", tuple(task for one in votes for task in _sheets(one)),
        tuple(_at_hand(one) for one in votes), "没有等您再登记一次或者复核的票。",
        "打印，登记收回的票、电话和上门表决",
    )  # fmt: skip


def _sheets(one: SheetsWaiting) -> Iterator[Task]:
    if one.settle:
        yield Task("复核两人登记不一致的票", one.href, f"{one.about} · 复核完才计票", one.settle)
    if one.second:
        note = f"{one.about} · 别人登记过一次，等您再登记一次"
        yield Task("第二次登记", f"{one.href}/entry", note, one.second)


def _at_hand(one: SheetsWaiting) -> Task:
    done = f"制票 {one.made} 张，已登记 {one.written} 张" if one.made else "还没有制票"
    state, tone = ("可以登记", "now") if one.is_open else ("", "")
    return Task(one.about, one.href, done, 0, state, tone)


def witness_board(waits: Iterable[Waiting]) -> Board:
    """Boards of votes that the asker's bodies are asked to cosign."""
    tasks = tuple(
        Task(
            "见证公示票箱，已逾期" if one.is_overdue else "见证公示票箱",
            f"/ballots/{one.poll}/board/witness" if one.has_key else "/witness-keys",
            one.title if one.has_key else f"{one.body_name}还没有见证钥匙，请先登记 · {one.title}",
            tone="bad" if one.is_overdue else "wait",
        )
        for one in waits
    )
    return Board("请本单位见证", tasks)
