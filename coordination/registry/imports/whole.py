"""A whole roll as read: its rows, and what is wrong between them.

Of rows that contradict each other none is taken: whichever came first would silently win.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field

from coordination.places.naming import unit_name
from coordination.registry.imports import columns as of
from coordination.registry.imports.reading import ABSURD_CM2, ReadOwner, ReadUnit, read_row
from coordination.registry.tables import OwnerKind
from coordination.web.sheets import Fault, Table


@dataclass(frozen=True, slots=True)
class ReadRoll:
    """The rows that can be compared with the registry, and the faults of the others."""

    units: list[ReadUnit]
    faults: list[Fault]
    names: dict[int, str] = field(default_factory=dict)  # row → the room as the file spells it

    def absurd(self) -> list[ReadUnit]:
        """Units whose area somebody must confirm row by row."""
        return [unit for unit in self.units if unit.area_cm2 > ABSURD_CM2]


def read_roll(table: Table) -> ReadRoll:
    """Every row of an uploaded roll."""
    units: list[ReadUnit] = []
    faults: list[Fault] = []
    cells = {row.number: row.cells for row in table.rows}
    for row in table.rows:
        unit, wrong = read_row(row)
        faults += wrong
        units += [unit] if unit else []
    between = [
        Fault(number, column, cells[number].get(column, ""), reason)
        for number, column, reason in _between(units)
    ]
    wrong_rows = {fault.row for fault in between}
    sound = [unit for unit in units if unit.number not in wrong_rows]
    names = {number: _spelt(row) for number, row in cells.items()}
    return ReadRoll(sound, sorted(faults + between, key=lambda fault: fault.row), names)


def _spelt(cells: dict[str, str]) -> str:
    parts = (cells.get(name, "") for name in (of.BUILDING, of.ENTRANCE, of.ROOM))
    return " ".join(filter(None, parts))[:100]


Complaint = tuple[int, str, str]  # row, column, reason


def _between(units: list[ReadUnit]) -> Iterator[Complaint]:
    yield from _same_room(units)
    yield from _entrance_left_out(units)
    yield from _two_names(units)
    yield from _two_phones(units)


def _grouped(
    units: Iterable[ReadUnit], key: Callable[[ReadUnit], Hashable]
) -> Iterator[list[ReadUnit]]:
    groups: dict[Hashable, list[ReadUnit]] = defaultdict(list)
    for unit in units:
        groups[key(unit)].append(unit)
    return (group for group in groups.values() if len(group) > 1)


def _same_room(units: list[ReadUnit]) -> Iterator[Complaint]:
    for group in _grouped(units, lambda unit: unit.room):
        rows = "、".join(str(unit.number) for unit in group)
        for unit in group:
            yield (
                unit.number, of.ROOM,
                f"第 {rows} 行是同一处（{unit_name(*unit.room)}）；一处只写一行，"
                "共有人写在同一格用顿号隔开",
            )  # fmt: skip


def _entrance_left_out(units: list[ReadUnit]) -> Iterator[Complaint]:
    """One room with an entrance and one without: probably the same room twice."""
    for group in _grouped(units, lambda unit: (unit.room[0], unit.room[2])):
        told = [unit for unit in group if unit.room[1]]
        for unit in group:
            if told and not unit.room[1]:
                reason = f"没有写单元，而第 {told[0].number} 行的同号房屋写了；请补写单元"
                yield unit.number, of.ENTRANCE, reason


def _two_names(units: list[ReadUnit]) -> Iterator[Complaint]:
    """One number under two names, as when a cell was dragged down by mistake."""
    for held in _by_owner(units).values():
        if len({owner.name for _, owner in held}) > 1:
            rows = "、".join(str(row) for row, _ in held[:6])
            for row, _ in held:
                yield row, of.NUMBER, f"第 {rows} 行写了同一个证件号，姓名却不同；请核对"


def _two_phones(units: list[ReadUnit]) -> Iterator[Complaint]:
    """One owner with two phones: which one would a code be sent to?"""
    for held in _by_owner(units).values():
        phones = [(row, owner.phone_hash) for row, owner in held if owner.phone_hash]
        if len({phone for _, phone in phones}) > 1:
            rows = "、".join(str(row) for row, _ in phones[:6])
            for row, _ in phones:
                yield row, of.PHONE, f"第 {rows} 行是同一位业主，电话却不同；请统一为一个"


def _by_owner(units: list[ReadUnit]) -> dict[bytes, list[tuple[int, ReadOwner]]]:
    held: dict[bytes, list[tuple[int, ReadOwner]]] = defaultdict(list)
    for unit in units:
        for owner in unit.owners:
            if owner.kind is not OwnerKind.DEVELOPER:
                held[owner.hash].append((unit.number, owner))
    return held
