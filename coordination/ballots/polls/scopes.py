"""Which units a question concerns 表决范围: the whole estate, or a part of it. Pure.

A scope is stored as JSON beside its kind: {buildings: [id], entrances: [[building, entrance]],
floors: [[building, floor]], units: [id], kind: name}; only what the kind needs is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from coordination.ballots.tables import Question, ScopeKind
from coordination.errors import Invalid
from coordination.places.tables import UnitKind

KIND_WORDS = {
    UnitKind.HOME: "住宅",
    UnitKind.SHOP: "商铺",
    UnitKind.PARKING: "车位",
    UnitKind.OTHER: "其他专有部分",
}
SCOPE_WORDS = {
    ScopeKind.ESTATE: "全体业主（整个小区）",
    ScopeKind.BUILDINGS: "部分楼栋",
    ScopeKind.ENTRANCES: "部分单元（门）",
    ScopeKind.FLOORS: "部分楼层",
    ScopeKind.UNITS: "列出的专有部分（房号）",
    ScopeKind.KIND: "一类专有部分（例如只限住宅）",
}


class EmptyScope(Invalid):
    """Nothing is chosen, so nobody could vote."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the estate. Everything but what its kind needs is empty."""

    kind: ScopeKind
    buildings: frozenset[UUID] = frozenset()
    entrances: frozenset[tuple[UUID, str]] = frozenset()
    floors: frozenset[tuple[UUID, int]] = frozenset()
    units: frozenset[UUID] = frozenset()
    unit_kind: UnitKind | None = None

    @classmethod
    def of(cls, question: Question) -> Self | None:
        """The scope of a question read with load_json; None: not chosen yet."""
        if question.scope_kind is None:
            return None
        return cls.from_json(ScopeKind(question.scope_kind), question.scope)

    @classmethod
    def from_json(cls, kind: ScopeKind, said: Any) -> Self:
        """What `as_json` wrote."""
        return cls(
            kind,
            frozenset(UUID(each) for each in said.get("buildings", ())),
            frozenset((UUID(building), name) for building, name in said.get("entrances", ())),
            frozenset((UUID(building), floor) for building, floor in said.get("floors", ())),
            frozenset(UUID(each) for each in said.get("units", ())),
            UnitKind(said["kind"]) if said.get("kind") else None,
        )

    def as_json(self) -> dict[str, object]:
        """As the question keeps it; sorted, so that the same scope is the same text."""
        match self.kind:
            case ScopeKind.BUILDINGS:
                return {"buildings": sorted(map(str, self.buildings))}
            case ScopeKind.ENTRANCES:
                return {"entrances": sorted([str(b), name] for b, name in self.entrances)}
            case ScopeKind.FLOORS:
                return {"floors": sorted([str(b), floor] for b, floor in self.floors)}
            case ScopeKind.UNITS:
                return {"units": sorted(map(str, self.units))}
            case ScopeKind.KIND:
                return {"kind": self.unit_kind}
            case _:
                return {}

    def as_sql(self) -> tuple[object, ...]:
        """What `queries.IN_SCOPE` asks for, in its order."""
        entrances, floors = sorted(self.entrances), sorted(self.floors)
        return (
            self.kind.value,
            list(self.buildings),
            [building for building, _ in entrances],
            [name for _, name in entrances],
            [building for building, _ in floors],
            [floor for _, floor in floors],
            list(self.units),
            self.unit_kind and self.unit_kind.value,
        )

    def require_something(self) -> None:
        """EmptyScope: the kind is chosen and nothing of it."""
        chosen: Mapping[ScopeKind, object] = {
            ScopeKind.BUILDINGS: self.buildings,
            ScopeKind.ENTRANCES: self.entrances,
            ScopeKind.FLOORS: self.floors,
            ScopeKind.UNITS: self.units,
            ScopeKind.KIND: self.unit_kind,
        }
        if self.kind in chosen and not chosen[self.kind]:
            field = "kind" if self.kind is ScopeKind.KIND else self.kind.value
            raise EmptyScope("表决范围是空的。", **{field: "请至少选择一项。"})


def words(scope: Scope, names: Mapping[UUID, str]) -> str:
    """The scope in a line, as notice and pages print it. `names`: of its buildings and units."""
    match scope.kind:
        case ScopeKind.ESTATE:
            return "本小区全体业主"
        case ScopeKind.BUILDINGS:
            return _listed([names[each] for each in scope.buildings])
        case ScopeKind.ENTRANCES:
            return _listed([f"{names[building]}{name}单元" for building, name in scope.entrances])
        case ScopeKind.FLOORS:
            return _listed([f"{names[building]}{floor}层" for building, floor in scope.floors])
        case ScopeKind.UNITS:
            return _listed([names[each] for each in scope.units])
        case ScopeKind.KIND:
            return f"本小区全部{KIND_WORDS[scope.unit_kind or UnitKind.OTHER]}"


def _listed(parts: Sequence[str]) -> str:
    return "、".join(sorted(parts, key=lambda part: (len(part), part)))
