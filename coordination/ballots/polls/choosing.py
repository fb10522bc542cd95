"""Choosing a scope on a page: what there is to choose from, and what was chosen.

A part is named by one value: a building's id, "building|entrance", "building|floor", a kind of
unit. Listed units are typed, one room per line, as the list prints them.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from coordination.ballots.polls.queries import place_names
from coordination.ballots.polls.scopes import KIND_WORDS, EmptyScope, Scope
from coordination.ballots.tables import ScopeKind
from coordination.db import rows
from coordination.places.naming import building_name, unit_name
from coordination.places.tables import Place, UnitKind

MOST_LISTED = 2_000
SHOWN = 10  # of the lines that name no room

BUILDINGS = """
select b.id::text as value, b.name as building, '' as part, count(u.id) as units
from place b join unit u on u.building = b.id where u.estate = $1
group by b.id order by b.sort, b.id
"""
ENTRANCES = """
select b.id || '|' || u.entrance as value, b.name as building, u.entrance || '单元' as part,
       count(*) as units
from place b join unit u on u.building = b.id where u.estate = $1
group by b.id, u.entrance order by b.sort, b.id, min(u.sort)
"""
FLOORS = """
select b.id || '|' || u.floor as value, b.name as building, u.floor || '层' as part,
       count(*) as units
from place b join unit u on u.building = b.id where u.estate = $1 and u.floor is not null
group by b.id, u.floor order by b.sort, b.id, u.floor
"""
QUERIES = {
    ScopeKind.BUILDINGS: BUILDINGS,
    ScopeKind.ENTRANCES: ENTRANCES,
    ScopeKind.FLOORS: FLOORS,
}


@dataclass
class ScopeChoice:
    """The form. One box ticked arrives as a text, several as a list."""

    kind: str = ""
    sent: str = ""  # the second screen
    parts: str | list[str] = ""
    rooms: str = ""

    @property
    def chosen(self) -> list[str]:
        parts = [self.parts] if isinstance(self.parts, str) else self.parts
        return [part for part in parts if part]


async def scope_options(estate: Place, kind: ScopeKind) -> list[tuple[str, str, str]]:
    """(value, words, note) of the parts there are; none for listed units."""
    if kind is ScopeKind.KIND:
        found = await rows(
            "select kind, count(*) as units from unit where estate = $1 group by kind", estate.id
        )
        counted = {row["kind"]: row["units"] for row in found}
        return [
            (each.value, words, f"{counted[each.value]} 个专有部分")
            for each, words in KIND_WORDS.items()
            if each.value in counted
        ]
    if kind not in QUERIES:
        return []
    return [
        (row["value"], building_name(row["building"]) + row["part"], f"{row['units']} 个专有部分")
        for row in await rows(QUERIES[kind], estate.id)
    ]


async def scope_values(scope: Scope | None, kind: ScopeKind) -> dict[str, Any]:
    """The form of a scope chosen before, where it was of this kind."""
    if scope is None or scope.kind is not kind:
        return {}
    if kind is ScopeKind.UNITS:
        return {"rooms": "\n".join(sorted((await place_names(scope)).values()))}
    parts = {
        ScopeKind.BUILDINGS: [str(each) for each in scope.buildings],
        ScopeKind.ENTRANCES: [f"{building}|{name}" for building, name in scope.entrances],
        ScopeKind.FLOORS: [f"{building}|{floor}" for building, floor in scope.floors],
        ScopeKind.KIND: [str(scope.unit_kind)],
    }
    return {"parts": parts.get(kind, [])}


async def read_scope(estate: Place, choice: ScopeChoice) -> Scope:
    """The scope that was chosen. EmptyScope: nothing, or what is not there."""
    kind = ScopeKind(choice.kind)
    if kind is ScopeKind.UNITS:
        return Scope(kind, units=await _listed(estate, choice.rooms))
    offered = {value for value, _, _ in await scope_options(estate, kind)}
    if kind is not ScopeKind.ESTATE and (not choice.chosen or not offered >= set(choice.chosen)):
        raise EmptyScope("请选择表决范围。", parts="请至少选择一项。")
    match kind:
        case ScopeKind.BUILDINGS:
            return Scope(kind, buildings=frozenset(map(UUID, choice.chosen)))
        case ScopeKind.ENTRANCES:
            return Scope(kind, entrances=frozenset(_pair(each) for each in choice.chosen))
        case ScopeKind.FLOORS:
            floors = frozenset((b, int(floor)) for b, floor in map(_pair, choice.chosen))
            return Scope(kind, floors=floors)
        case ScopeKind.KIND:
            return Scope(kind, unit_kind=UnitKind(choice.chosen[0]))
    return Scope(kind)


def _pair(value: str) -> tuple[UUID, str]:
    building, _, part = value.partition("|")
    return UUID(building), part


async def _listed(estate: Place, text: str) -> frozenset[UUID]:
    """The units that the lines name. EmptyScope: lines that name none, each with its number."""
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines or len(lines) > MOST_LISTED:
        raise EmptyScope("请列出房号。", rooms=f"每行写一个房号，最多 {MOST_LISTED} 行。")
    found = await rows(
        """select u.id, b.name as building, u.entrance, u.room
           from unit u join place b on b.id = u.building where u.estate = $1""",
        estate.id,
    )
    known = {
        plain_room(unit_name(row["building"], row["entrance"], row["room"])): row["id"]
        for row in found
    }  # fmt: skip
    wrong = [f"第{n}行“{line}”" for n, line in lines if plain_room(line) not in known]
    if wrong:
        more = f"等 {len(wrong)} 行" if len(wrong) > SHOWN else ""
        raise EmptyScope(
            "有的房号在本小区的登记里没有。",
            rooms=f"没有找到：{'、'.join(wrong[:SHOWN])}{more}。请写成“1栋2单元301”的样子。",
        )
    return frozenset(known[plain_room(line)] for _, line in lines)


def plain_room(name: str) -> str:
    """As rooms are compared: 1栋 = 1幢 = 1# = 1号楼, half-width, no spaces, 301室 = 301."""
    bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).upper()
    return re.sub("幢|#|号楼", "栋", bare, count=1).removesuffix("室")
