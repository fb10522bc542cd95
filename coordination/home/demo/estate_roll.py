"""The owners' roll of the made estate: four buildings, shops, parking, unsold homes. Pure.

One area is not drawn but reckoned, so that one vote of the past (`close_call`) was lost by a
single cm²: those in favour held exactly half of the area that took part.
"""

import csv
import io
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from coordination.home.demo import people as who
from coordination.home.demo.people import Made
from coordination.law.areas import format_area

HEADER = ("楼栋", "单元", "房号", "专有部分面积", "业主姓名", "证件号", "性质", "联系电话")
COMPANY = Made("武汉梧桐便民商贸有限公司", "19900000021", "91420106MA4KX00X21")
DEVELOPER = "滨江置业有限公司"
LEAST, MOST = 700_000, 1_250_000  # cm²: what a home may measure
# building, entrance, first and last floor; two homes on each
HOMES = (
    ("1栋", "1单元", 1, 8), ("1栋", "2单元", 1, 8), ("2栋", "1单元", 1, 8), ("2栋", "2单元", 1, 8),
    ("3栋", "1单元", 1, 14), ("4栋", "1单元", 2, 7),
)  # fmt: skip
UNBOUND_EVERY = 12  # among the neighbours, who have not signed up yet


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the roll. No owners: unsold."""

    building: str
    entrance: str
    room: str
    area_cm2: int
    kind: str
    owners: tuple[Made, ...] = ()

    @property
    def door(self) -> str:
        """As the stories below name it: 1-1-301."""
        return f"{self.building[:-1]}-{self.entrance[:-2]}-{self.room}"


# Whose door it is; what is not named belongs to a neighbour.
DOORS: dict[str, tuple[Made, ...]] = {
    "1-1-101": (who.CHAIR,),
    "2-1-202": (who.MEMBER,),
    "2-2-601": (who.PREPARING,),
    "1-2-102": (who.LEAD,),
    "1-1-301": (who.OWNER,),
    "1-1-201": (who.HUSBAND, who.WIFE),
    "1-2-501": (who.THREE_UNITS,),
    "2-2-402": (who.THREE_UNITS,),
    "4-1-103": (who.THREE_UNITS,),
    "3-1-302": (who.VOTED,),
    "3-1-1002": (who.UNBOUND,),
    "4-1-104": (COMPANY,),
    "4-1-105": (COMPANY,),
}
UNSOLD = {"3-1-1301", "3-1-1302", "3-1-1401", "3-1-1402", "4-1-108"}
BALANCE = "1-2-801"  # the area that is reckoned


@dataclass(frozen=True, slots=True)
class Block:
    """A building of homes: entrances, floors, and doors on each floor."""

    building: str
    entrances: int
    floors: int
    doors: int


def blocks(count: int, *, entrances: int, floors: int, doors: int) -> tuple[Block, ...]:
    """So many buildings of one kind: 1栋, 2栋 …"""
    return tuple(Block(f"{n}栋", entrances, floors, doors) for n in range(1, count + 1))


def roll_of(blocks: Sequence[Block], first: int) -> list[Line]:
    """The roll of another estate: homes only, each somebody's. `first`: the number of its first
    owner, by which their phones differ from those of other estates."""
    drawn = random.Random(first)
    doors = [
        (block.building, f"{entrance}单元", f"{floor}{door:02d}")
        for block in blocks
        for entrance in range(1, block.entrances + 1)
        for floor in range(1, block.floors + 1)
        for door in range(1, block.doors + 1)
    ]
    owners = who.neighbours(len(doors), first, first)
    return [
        Line(*door, drawn.randrange(LEAST, MOST, 100), "住宅", (owner,))
        for door, owner in zip(doors, owners, strict=True)
    ]


@lru_cache(maxsize=1)
def the_roll() -> tuple[Line, ...]:
    """Every row, the same each time."""
    lines = _with_owners(list(_doors()))
    favour, against = _sides(lines)
    held = _areas(lines)
    balance = next(line for line in lines if line.door == BALANCE)
    rest = sum(held[name] for name in favour) - balance.area_cm2
    area = sum(held[name] for name in against) - rest
    return tuple(replace(line, area_cm2=area) if line is balance else line for line in lines)


@lru_cache(maxsize=1)
def close_call() -> tuple[frozenset[str], frozenset[str]]:
    """The phones of those in favour and those against in the vote that one cm² decided."""
    favour, against = _sides(list(the_roll()))
    return frozenset(favour), frozenset(against)


def csv_of(lines: Sequence[Line]) -> bytes:
    """Rows as a CSV file that Excel opens."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for line in lines:
        owners = line.owners
        writer.writerow((
            line.building, line.entrance, line.room, format_area(line.area_cm2),
            "、".join(o.name for o in owners) or DEVELOPER, "、".join(o.number for o in owners),
            line.kind, "、".join(o.phone for o in owners),
        ))  # fmt: skip
    return text.getvalue().encode("utf-8-sig")


def _doors() -> Iterator[Line]:
    """The doors and what lies behind them, before anybody owns it."""
    drawn = random.Random(who.SEED)
    for building, entrance, first, last in HOMES:
        for floor in range(first, last + 1):
            for door in (1, 2):
                area = drawn.randrange(LEAST, MOST, 100)
                yield Line(building, entrance, f"{floor}{door:02d}", area, "住宅")
    for shop in range(101, 109):
        yield Line("4栋", "1单元", f"{shop}", drawn.randrange(400_000, 900_000, 100), "商铺")
    for space in range(1, 9):
        yield Line("4栋", "", f"车位{space:02d}", 132_500, "车位")


def _with_owners(lines: list[Line]) -> list[Line]:
    free = iter(who.neighbours(len(lines)))
    given = []
    for line in lines:
        if line.door in UNSOLD:
            given.append(replace(line, kind="未售"))
        elif line.kind == "车位":
            given.append(replace(line, owners=(_driver(given, line.room),)))
        else:
            given.append(replace(line, owners=DOORS.get(line.door) or (next(free),)))
    return given


def _driver(lines: list[Line], room: str) -> Made:
    """Who parks there: somebody of 1栋."""
    homes = [line for line in lines if line.building == "1栋"]
    return homes[int(room[2:]) * 3].owners[0]


def is_signed_up(person: Made, index: int) -> bool:
    """Whether that owner has an account bound: most have."""
    if person in (COMPANY, who.UNBOUND):
        return False
    return person in who.NAMED or index % UNBOUND_EVERY != 0


def signed_up(lines: Sequence[Line]) -> list[Made]:
    """Owners with an account, each once, in the order of the roll."""
    owners = list(dict.fromkeys(owner for line in lines for owner in line.owners))
    return [person for index, person in enumerate(owners) if is_signed_up(person, index)]


def _areas(lines: list[Line]) -> dict[str, int]:
    """What each owner's right weighs, by the phone of who votes; parking does not count."""
    held: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.owners and line.kind != "车位":
            held[line.owners[0].phone] += line.area_cm2
    return held


def _sides(lines: list[Line]) -> tuple[list[str], list[str]]:
    """Who was in favour and who against. More persons in favour, the same area: the home at
    BALANCE, in favour, makes up the difference."""
    held = _areas(lines)
    balance = next(line for line in lines if line.door == BALANCE)
    makes_up = balance.owners[0].phone
    voters = [p.phone for p in signed_up(lines) if p.phone in held and p != who.WIFE]
    voters = [phone for phone in voters if phone != makes_up][: len(voters) * 9 // 10]
    drawn = random.Random(who.SEED)
    while True:
        drawn.shuffle(voters)
        cut = len(voters) * 53 // 100
        favour, against = voters[:cut], voters[cut:]
        gap = sum(held[p] for p in against) - sum(held[p] for p in favour)
        if LEAST < gap < MOST:
            return sorted([*favour, makes_up]), sorted(against)
