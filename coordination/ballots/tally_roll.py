"""The roll 业主名册 that `coordination tally` is given: from rows of text to voting rights.

Rows with the same set of 证件号 are one person, all 未售 rows are one person. A number that is
masked, rounded or a mere placeholder is refused: it would merge people who are not the same.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from coordination.errors import Invalid
from coordination.law.areas import parse_area
from coordination.law.franchise import Right, Unit, voting_rights
from coordination.law.tally import NOTHING, Weight
from coordination.web.sheets import (
    Fault,
    Row,
    Table,
    building_key,
    entrance_key,
    is_rounded,
    room_key,
    several,
)

ROOM_COLUMNS = ("楼栋", "单元", "房号")
ROLL_COLUMNS = (*ROOM_COLUMNS, "专有部分面积", "证件号", "性质")
KINDS = ("住宅", "商铺", "车位", "未售")

_MASKED = re.compile(r"[*×●•■□?…]|[Xx]{4}|#{2}")
_PLAIN = re.compile(r"[0-9A-Za-z]+")
_JOINED = re.compile(r"(?:\d{17}[\dX]){2,}")  # numbers of 18 signs with nothing between them
_NAMES = re.compile(r"[一-鿿·]{2,4}")
_UNSEEN = re.compile(r"[\s'’‘`]")  # what spreadsheets and people set around a number
_SEVERAL_MORE = str.maketrans({"/": "、", "／": "、", "|": "、"})
_PLACEHOLDER = re.compile(r"无|暂无|没有|不详|未知|空|待补|N/?A|NULL|NONE|0+|[\W_]+", re.IGNORECASE)

Room = tuple[str, str, str]  # building, entrance, room: by their keys

building_of = lru_cache(maxsize=4096)(building_key)
entrance_of = lru_cache(maxsize=4096)(entrance_key)
number_of = lru_cache(maxsize=65536)(room_key)  # 101 stands in every building


class Unusable(Invalid):
    """Input that cannot be counted: a message on the whole, or each fault found."""

    def __init__(self, where: str, message: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(message or f"{where}有 {len(faults)} 处错误")
        self.where = where
        self.faults = faults


@dataclass(slots=True)
class Roll:
    """Everyone entitled to vote, and whose each room is."""

    rights: list[Right]
    whose: dict[Room, int | None]  # place in `rights`; None: the room gives no vote
    total: Weight = field(init=False)

    def __post_init__(self) -> None:
        self.total = sum(map(weight_of, self.rights), start=NOTHING)


def weight_of(right: Right) -> Weight:
    return Weight(1, right.area_cm2)


def room_of(row: Row) -> Room:
    return building_of(row["楼栋"]), entrance_of(row["单元"]), number_of(row["房号"])


def room_name(room: Room) -> str:
    """A room as listed: "3-2-101"."""
    return "-".join(filter(None, room))


def read_roll(table: Table, *, parking_counts: bool) -> Roll:
    """The voting rights of the roll. Unusable: any row is, or nobody on it may vote."""
    rows_of: dict[Room, int] = {}
    units: list[Unit] = []
    faults: list[Fault] = []
    for row in table.rows:
        room = room_of(row)
        unit = _unit(row, found := list(_room_faults(row, room, rows_of)))
        rows_of.setdefault(room, row.number)
        faults += found
        units.append(unit)
    if faults:
        raise Unusable("业主名册", faults=faults)
    rights = voting_rights(units, parking_counts=parking_counts)
    if not rights:
        raise Unusable("业主名册", "没有计入表决权的专有部分（车位须加 --parking 才计入）。")
    return Roll(rights, _whose(rows_of, units, rights))


def _whose(
    rows_of: dict[Room, int], units: list[Unit], rights: list[Right]
) -> dict[Room, int | None]:
    """Each room's right; a parking space without a vote stands for its owner's other units."""
    by_unit = {name: place for place, right in enumerate(rights) for name in right.units}
    by_owner = {right.owners: place for place, right in enumerate(rights) if right.owners}
    owners = {unit.name: unit.owners for unit in units}
    return {
        room: by_unit.get(str(number), by_owner.get(owners[str(number)]))
        for room, number in rows_of.items()
    }


def _room_faults(row: Row, room: Room, rows_of: dict[Room, int]) -> Iterator[Fault]:
    if not room[2]:
        yield _fault(row, "房号", "房号为空")
    elif room in rows_of:
        told = f"与第 {rows_of[room]} 行是同一处（{room_name(room)}），一处只写一行"
        yield _fault(row, "房号", told)


def _unit(row: Row, faults: list[Fault]) -> Unit:
    """The unit of a row; what is wrong with it goes to `faults`."""
    area_cm2, kind = 0, row["性质"]
    try:
        area_cm2 = parse_area(row["专有部分面积"])
    except ValueError as wrong:
        faults.append(_fault(row, "专有部分面积", str(wrong)))
    if kind not in KINDS:
        faults.append(_fault(row, "性质", f"性质应为{'、'.join(KINDS)}之一"))
    numbers = _numbers(row["证件号"])
    if kind == "未售" and all(map(_PLACEHOLDER.fullmatch, numbers)):
        numbers = []  # the developer needs none
    elif reason := _number_fault(numbers, row["业主姓名"]):
        faults.append(_fault(row, "证件号", reason))
    return Unit(
        str(row.number),
        area_cm2,
        frozenset(numbers),
        is_parking=kind == "车位",
        is_unsold=kind == "未售",
    )


def _numbers(cell: str) -> list[str]:
    """The owners' numbers in a cell, as they are compared: half-width, capital, without spaces."""
    if _PLAIN.fullmatch(cell) or _PLACEHOLDER.fullmatch(cell):
        return [cell.upper()]
    parts = several(cell.translate(_SEVERAL_MORE))
    return [_UNSEEN.sub("", unicodedata.normalize("NFKC", part)).upper() for part in parts]


def _number_fault(numbers: list[str], names: str) -> str | None:
    if not numbers:
        return "证件号为空，无法确定谁是同一业主"
    if len(names) > 4 and len(numbers) < _certain_names(names):
        return "业主比证件号多，会与只有其中一人的房屋合成一人；请写齐每位共有人的证件号"
    if any(map(_JOINED.fullmatch, numbers)):
        return "几个证件号连在了一起；请用顿号隔开"
    if any(map(is_rounded, numbers)):
        return "证件号被当作数字存成了科学计数，末几位已丢失；请把该列设为文本后重填"
    if any(map(_MASKED.search, numbers)):
        return "证件号被遮挡，会把不同的业主合成一人；请填完整号码"
    if any(map(_PLACEHOLDER.fullmatch, numbers)):
        return "这不是证件号，会把不同的业主合成一人；请填真实号码"
    return None


def _certain_names(cell: str) -> int:
    """How many owners a cell names for certain; 0 where what stands apart may be one name."""
    names = several(cell)
    return len(names) if all(map(_NAMES.fullmatch, names)) else 0


def _fault(row: Row, column: str, reason: str) -> Fault:
    return Fault(row.number, column, row[column], reason)
