"""Who is one person, and which area counts 表决权的人数与面积.

Source: SPC Interpretation on Building Ownership 最高人民法院关于审理建筑物区分所有权纠纷案件
适用法律若干问题的解释 (法释〔2009〕7号, amended 2020-12-29, in force 2021-01-01). Art. 8, area:
the register 不动产登记簿 decides, before registration the survey 测绘机构实测, before that the
contract of sale. Art. 9, persons: one unit counts as one person, but what the developer has
"尚未出售和虽已出售但尚未交付的部分", and "同一买受人拥有一个以上专有部分的", count as one.
Parking: no national rule; the estate's rules decide whether it counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class AreaSource(StrEnum):
    """Where a unit's area was read, the one that prevails first: 解释 art. 8."""

    REGISTER = "register"  # 不动产登记簿
    SURVEY = "survey"  # 测绘机构实测
    CONTRACT = "contract"  # 房屋买卖合同


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit 专有部分 as the registry has it. Owners are keys that tell people apart."""

    name: str
    area_cm2: int
    owners: frozenset[str] = frozenset()
    is_parking: bool = False  # 车位
    is_unsold: bool = False  # 未售, or sold and not delivered: the developer's


@dataclass(frozen=True, slots=True)
class Right:
    """One voting right 表决权: an owner, or one set of co-owners, is one person."""

    owners: frozenset[str]
    units: tuple[str, ...]
    area_cm2: int
    is_developer: bool = False  # 建设单位 with what it holds undelivered


def voting_rights(units: Iterable[Unit], *, parking_counts: bool = False) -> list[Right]:
    """Each person entitled to vote, with the units and the area that count for them.

    ValueError: a unit appears twice, has no area, or is sold and has no owner.
    """
    units = list(units)
    _require_sound(units)
    developer = _developer(units)
    held: dict[tuple[bool, frozenset[str]], list[Unit]] = {}
    for unit in units:
        if unit.is_parking and not parking_counts:
            continue
        is_developer = unit.is_unsold or unit.owners == developer
        owners = developer if is_developer else unit.owners
        held.setdefault((is_developer, owners), []).append(unit)
    return [
        Right(
            owners,
            tuple(unit.name for unit in theirs),
            sum(unit.area_cm2 for unit in theirs),
            is_developer,
        )
        for (is_developer, owners), theirs in held.items()
    ]


def _developer(units: list[Unit]) -> frozenset[str]:
    """Who the developer is, read from the unsold units; empty where they do not say with one voice.

    Then only the unsold units are the developer's: a buyer named on an undelivered unit must
    not lose the vote that another unit gives.
    """
    named = {unit.owners for unit in units if unit.is_unsold and unit.owners}
    return named.pop() if len(named) == 1 else frozenset()


def _require_sound(units: list[Unit]) -> None:
    seen: set[str] = set()
    for unit in units:
        if unit.name in seen:
            raise ValueError(f"unit {unit.name} appears twice")
        seen.add(unit.name)
        if unit.area_cm2 <= 0:
            raise ValueError(f"unit {unit.name} has no area")
        if not unit.owners and not unit.is_unsold:
            raise ValueError(f"unit {unit.name} is sold and has no owner")
