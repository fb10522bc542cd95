"""The ballots 表决票 that `coordination tally` is given: per question, what each owner chose.

A ballot for any one unit stands for its owner. Every owner of the roll ends in exactly one
place: a choice, invalid 无效, a conflict 冲突, delivered and unreturned, or undelivered.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from coordination.ballots.tally_roll import Roll, Room, Unusable, room_name, room_of, weight_of
from coordination.law.tally import NOTHING, Choice, Weight
from coordination.web.sheets import Fault, Row, Table

BALLOT_COLUMNS = ("楼栋", "单元", "房号", "选择")
INVALID, UNRETURNED = "无效", "未表决"

WORDS = {
    "同意": Choice.APPROVE,
    "不同意": Choice.REJECT,
    "都不同意": Choice.NONE_OF_THESE,
    "弃权": Choice.ABSTAIN,
}
MOTION_ONLY = {"同意", "不同意"}
RESERVED = {*WORDS, INVALID, UNRETURNED}
MEANT = {  # words that people write for ours; as options they would be miscounted
    **dict.fromkeys(["赞成", "赞同", "支持", "√", Choice.APPROVE.value], "同意"),
    **dict.fromkeys(["反对", "不赞成", "不支持", "×", Choice.REJECT.value], "不同意"),
    **dict.fromkeys(["弃票", Choice.ABSTAIN.value], "弃权"),
    **dict.fromkeys(["都不选", "均不同意", Choice.NONE_OF_THESE.value], "都不同意"),
    **dict.fromkeys(["废票", "无效票", "作废"], INVALID),
    **dict.fromkeys(["未投票", "未投", "未交回", "未收回", "未返回"], UNRETURNED),
}


@dataclass(frozen=True, slots=True)
class Repeated:
    """Rows of one owner that meet on one question: a conflict 冲突, or a duplicate 重复."""

    rows: list[int]
    rooms: list[str]
    choices: list[str]
    weight: Weight


@dataclass(slots=True)
class Returned:
    """What came back on one question, by the weight of the owners."""

    question: str
    options: tuple[str, ...] = ()
    cast: dict[str, Weight] = field(default_factory=dict)
    invalid: Weight = NOTHING
    delivered_unreturned: Weight = NOTHING
    undelivered: Weight = NOTHING
    conflicts: list[Repeated] = field(default_factory=list)
    duplicates: list[Repeated] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Mark:
    row: int
    room: Room
    choice: str  # 未表决 where there is none
    delivered: bool


@lru_cache(maxsize=4096)
def key_of(text: str) -> str:
    """What makes two spellings of a question or a choice the same: no spaces, no full width."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def read_options(text: str) -> list[str]:
    """The options named on the command line, without the choices that always stand beside.

    Unusable: none is left, or one repeats or is a word with a meaning of its own.
    """
    names = [name.strip() for name in re.split("[,，]", text) if name.strip()]
    names = [name for name in names if key_of(name) not in ("都不同意", "弃权")]
    wrong = [name for name in names if key_of(name) in RESERVED or key_of(name) in set(Choice)]
    if wrong:
        raise Unusable("--options", f"“{'、'.join(wrong)}”不能作选项名。")
    if not names or len(set(map(key_of, names))) < len(names):
        raise Unusable("--options", "请用逗号隔开写出各选项，不要重复。")
    return names


def read_ballots(
    table: Table, roll: Roll, *, question: str | None, options: Sequence[str]
) -> list[Returned]:
    """Each question's ballots, or those of the one asked for. Unusable: it is not there, or any
    row to be counted has a fault.
    """
    by_question: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        by_question[key_of(row["事项"])].append(row)
    if question is not None:
        if key_of(question) not in by_question:
            found = "、".join(f"“{_spelling(rows, '事项')}”" for rows in by_question.values())
            raise Unusable("--question", f"表决票中没有事项“{question}”；现有：{found}。")
        by_question = {key_of(question): by_question[key_of(question)]}

    faults: list[Fault] = []
    returned = []
    for rows in by_question.values():
        offered = _options(rows, options)
        found = [fault for row in rows for fault in _faults(row, roll, offered)]
        faults += found
        if not found:
            returned.append(_returned(rows, roll, offered))
    if faults:
        raise Unusable("表决票", faults=sorted(faults, key=lambda fault: fault.row))
    return returned


def _spelling(rows: Iterable[Row], column: str) -> str:
    """How most rows spell what they all say, whatever their order."""
    spellings = Counter(row[column] for row in rows)
    return min(spellings, key=lambda text: (-spellings[text], len(text), text))


def _options(rows: list[Row], named: Sequence[str]) -> dict[str, str]:
    """The options of a question, name by key; none for a motion.

    Without `--options`, other words than a motion's make it a choice; beside 同意 or 不同意
    they are mistakes.
    """
    if named:
        return {key_of(name): name for name in named}
    spellings: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        spellings[key_of(row["选择"])].append(row)
    if MOTION_ONLY & set(spellings):
        return {}
    return {
        key: _spelling(alike, "选择")
        for key, alike in sorted(spellings.items())
        if key and key not in RESERVED and key not in MEANT
    }


def _faults(row: Row, roll: Roll, options: dict[str, str]) -> Iterator[Fault]:
    room = room_of(row)
    if room not in roll.whose:
        yield _fault(row, "房号", f"名册中没有这一处（{room_name(room) or '空'}）")
    elif roll.whose[room] is None:
        yield _fault(row, "房号", "这是车位，其业主没有其他专有部分；车位须加 --parking 才计入")
    if reason := _choice_fault(row, options):
        yield _fault(row, "选择", reason)
    if row["送达"] not in ("是", "否", ""):
        yield _fault(row, "送达", "送达应写是或否")


def _choice_fault(row: Row, options: dict[str, str]) -> str | None:
    key = key_of(row["选择"])
    if not key:
        return "选择为空；没有交回的请写未表决"
    if key in options or key in (INVALID, UNRETURNED, "弃权"):
        return None
    if options:
        offered = "、".join([*options.values(), "都不同意", "弃权"])
        return None if key == "都不同意" else f"不认识的选择；本事项可选：{offered}"
    if key in MOTION_ONLY:
        return None
    if key in MEANT:
        return f"不认识的选择；是否应写“{MEANT[key]}”"
    return "不认识的选择；应为同意、不同意、弃权、无效、未表决，多选一的事项请用 --options 列出选项"


def _fault(row: Row, column: str, reason: str) -> Fault:
    return Fault(row.number, column, row[column], reason)


def _returned(rows: list[Row], roll: Roll, options: dict[str, str]) -> Returned:
    marks: dict[int, list[_Mark]] = defaultdict(list)
    for row in rows:
        room = room_of(row)
        if (whose := roll.whose[room]) is not None:
            key = key_of(row["选择"])
            delivered = row["送达"] == "是" or (row["送达"] == "" and key != UNRETURNED)
            marks[whose].append(_Mark(row.number, room, options.get(key, key), delivered))

    returned = Returned(_spelling(rows, "事项"), tuple(options.values()))
    for place, right in enumerate(roll.rights):
        _place(returned, marks.get(place, []), weight_of(right))
    for listed in (returned.conflicts, returned.duplicates):
        listed.sort(key=lambda repeated: repeated.rows)
    return returned


def _place(returned: Returned, marks: list[_Mark], weight: Weight) -> None:
    """Put one owner's weight where their marks say."""
    chosen = [mark for mark in marks if mark.choice != UNRETURNED]
    choices = {mark.choice for mark in chosen}
    if len(choices) > 1:
        returned.conflicts.append(_repeated(chosen, weight))
        return
    returned.duplicates += _duplicates(chosen, weight)
    if INVALID in choices:
        returned.invalid += weight
    elif choices:
        choice = choices.pop()
        name = choice if choice in returned.options else WORDS[choice]
        returned.cast[name] = returned.cast.get(name, NOTHING) + weight
    elif any(mark.delivered for mark in marks):
        returned.delivered_unreturned += weight
    else:
        returned.undelivered += weight


def _duplicates(chosen: list[_Mark], weight: Weight) -> Iterator[Repeated]:
    if len(chosen) < 2:
        return
    by_room: dict[Room, list[_Mark]] = defaultdict(list)
    for mark in chosen:
        by_room[mark.room].append(mark)
    for marks in by_room.values():
        if len(marks) > 1:
            yield _repeated(marks, weight)


def _repeated(marks: list[_Mark], weight: Weight) -> Repeated:
    marks = sorted(marks, key=lambda mark: mark.row)
    return Repeated(
        [mark.row for mark in marks],
        list(dict.fromkeys(room_name(mark.room) for mark in marks)),
        list(dict.fromkeys(mark.choice for mark in marks)),
        weight,
    )
