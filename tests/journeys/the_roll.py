"""The owners' roll of a small estate, what its owners choose, and what must come of it: reckoned
here with nothing but integers, from the roll alone."""

from dataclasses import dataclass, replace
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

HEADER = ("楼栋", "单元", "房号", "专有部分面积", "业主姓名", "证件号", "性质", "联系电话")
APPROVE, REJECT, ABSTAIN = "approve", "reject", "abstain"


@dataclass(frozen=True)
class Owner:
    name: str
    phone: str
    number: str


def owner(name: str, index: int) -> Owner:
    return Owner(name, f"1380013{index:04d}", f"4201151970010100{index:02d}")


LETTER = owner("李秀英", 1)  # binds by the letter, objects to the roll, changes her vote
PHONE = owner("王德胜", 2)  # binds by a code to the phone that the roll has
HUSBAND, WIFE = owner("张伟", 3), owner("林晓燕", 4)
THREE = owner("何志强", 5)
NEIGHBOURS = [owner(f"邻居{'甲乙丙丁戊己庚辛壬癸'[n // 10]}{n % 10}", 10 + n) for n in range(40)]
DEVELOPER = "滨江置业有限公司"

DOORS = {
    "1栋101": (LETTER,), "1栋102": (PHONE,), "1栋201": (HUSBAND, WIFE),
    "1栋301": (THREE,), "1栋302": (THREE,), "2栋101": (THREE,), "2栋902": (),
}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    building: str
    room: str
    area: str  # square metres, as the roll writes it
    owners: tuple[Owner, ...]

    @property
    def door(self) -> str:
        return self.building + self.room

    @property
    def cm2(self) -> int:
        whole, _, rest = self.area.partition(".")
        return int(whole) * 10_000 + int(rest.ljust(4, "0"))

    def line(self) -> tuple[str, ...]:
        return (
            self.building, "1单元", self.room, self.area,
            "、".join(o.name for o in self.owners) or DEVELOPER,
            "、".join(o.number for o in self.owners), "住宅" if self.owners else "未售",
            "、".join(o.phone for o in self.owners),
        )  # fmt: skip


def the_roll() -> list[Unit]:
    """Two buildings of eighteen homes."""
    neighbours = iter(NEIGHBOURS)
    units = []
    for n, (building, floor, door) in enumerate(
        (b, f, d) for b in ("1栋", "2栋") for f in range(1, 10) for d in (1, 2)
    ):
        room = f"{floor}{door:02d}"
        owners = DOORS.get(building + room)
        area = f"{78 + n}.{11 + 2 * n}"
        units.append(Unit(building, room, area, (next(neighbours),) if owners is None else owners))
    return units


def corrected(units: list[Unit], door: str, area: str) -> list[Unit]:
    return [replace(unit, area=area) if unit.door == door else unit for unit in units]


def workbook(path: Path, header: tuple[str, ...], lines: list[tuple[str, ...]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("数据")
        for at, line in enumerate([header, *lines]):
            sheet.write_row(at, 0, line)
    return path


def cells(path: Path, sheet: int = 0) -> list[list[str]]:
    """A sheet as words."""
    book = CalamineWorkbook.from_path(str(path))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(sheet).to_python()]


# What is chosen: on the whole estate's question, and on that of 1栋.
CHOSEN: dict[Owner, tuple[str, str]] = {
    LETTER: (REJECT, ABSTAIN),  # at last
    PHONE: (APPROVE, APPROVE),
    HUSBAND: (APPROVE, REJECT),
    THREE: (ABSTAIN, REJECT),
}
FIRST_CHOICE_OF_LETTER = (APPROVE, APPROVE)
CHOSEN |= {
    one: (REJECT if n % 5 == 0 else ABSTAIN if n % 5 == 1 else APPROVE,
          (APPROVE, REJECT, REJECT)[n % 3])
    for n, one in enumerate(NEIGHBOURS[:25])
}  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """Of one question: voting rights and area, all and by choice."""

    persons: int
    cm2: int
    by_choice: dict[str, tuple[int, int]]

    @property
    def voted(self) -> tuple[int, int]:
        persons, areas = zip(*self.by_choice.values(), strict=True)
        return sum(persons), sum(areas)

    @property
    def outcome(self) -> str:
        """Two thirds take part, and of those more than half approve: by heads and by area."""
        for part, whole in zip(self.voted, (self.persons, self.cm2), strict=True):
            if part * 3 < whole * 2:
                return "no_quorum"
        approved = self.by_choice[APPROVE]
        carried = all(2 * part > whole for part, whole in zip(approved, self.voted, strict=True))
        return "carried" if carried else "not_carried"


def expected(units: list[Unit], question: int, building: str | None = None) -> Figures:
    """One set of owners is one person; what is unsold is one person too."""
    held: dict[tuple[Owner, ...], int] = {}
    for unit in units:
        if building in (None, unit.building):
            held[unit.owners] = held.get(unit.owners, 0) + unit.cm2
    by_choice = {choice: (0, 0) for choice in (APPROVE, REJECT, ABSTAIN)}
    for owners, cm2 in held.items():
        if owners and owners[0] in CHOSEN:
            choice = CHOSEN[owners[0]][question]
            persons, area = by_choice[choice]
            by_choice[choice] = persons + 1, area + cm2
    return Figures(len(held), sum(held.values()), by_choice)
