"""What an uploaded roll would change in the registry. Pure: both sides are given.

A row is new, changed, the same, or cannot be taken. Units that the file does not name are left
alone: a roll of one building is no order to remove the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from coordination.law.areas import format_area
from coordination.places.tables import UnitKind
from coordination.registry.imports import columns as of
from coordination.registry.imports.reading import ReadOwner, ReadUnit, Room
from coordination.registry.tables import OwnerKind
from coordination.web.sheets import Fault

DEVELOPER = "建设单位"
OWNERS = "业主"  # a difference that is no column's: other people hold the unit
KIND_WORDS = {kind: word for word, kind in of.KINDS.items() if kind} | {UnitKind.OTHER: "其他"}
SOURCE_WORDS = {source: word for word, source in of.SOURCES.items()}


@dataclass(frozen=True, slots=True)
class KnownOwner:
    """An owner in the registry."""

    id: UUID
    hash: bytes
    name: str
    kind: OwnerKind
    last4: str = ""
    phone_hash: bytes | None = None
    phone_tail: str = ""


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit in the registry, with who holds it now."""

    id: UUID
    room: Room
    area_cm2: int | None
    kind: UnitKind
    is_unsold: bool
    source: str | None
    owners: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Registry:
    """What is known of an estate before an import."""

    units: dict[Room, KnownUnit] = field(default_factory=dict)
    owners: dict[UUID, KnownOwner] = field(default_factory=dict)
    word: bytes = b"developer"  # what the developer is known by while no number of theirs is

    def developer(self) -> KnownOwner | None:
        """The one who holds all that is unsold, once there was something."""
        is_developer = (o for o in self.owners.values() if o.kind is OwnerKind.DEVELOPER)
        return next(is_developer, None)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a row would change; '' where there was nothing before."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A row beside what is known. `differences` empty and `known` set: the same."""

    unit: ReadUnit
    owners: tuple[ReadOwner, ...]
    known: KnownUnit | None
    differences: tuple[Difference, ...]
    fault: Fault | None = None

    @property
    def verdict(self) -> str:
        """new, changed, same or error."""
        if self.fault:
            return "error"
        if self.known is None:
            return "new"
        return "changed" if self.differences else "same"


def compare(units: Iterable[ReadUnit], registry: Registry) -> list[Compared]:
    """Each row beside the registry, in the order of the file."""
    units = list(units)
    by_hash = {owner.hash: owner for owner in registry.owners.values()}
    developer = _developer(units, registry, by_hash)
    entrances = _entrances(registry)
    return [_compared(unit, registry, by_hash, developer, entrances) for unit in units]


def _developer(
    units: list[ReadUnit], registry: Registry, by_hash: dict[bytes, KnownOwner]
) -> ReadOwner:
    """The one owner of all that is unsold, by the number that the unsold rows name with one
    voice, else by the number or word they are known by."""
    told = [unit.owners[0] for unit in units if unit.is_unsold]
    known = registry.developer()
    numbered = {owner.hash: owner for owner in told if owner.hash}
    number, last4 = known.hash if known else registry.word, known.last4 if known else ""
    if len(numbered) == 1:
        [(told_number, owner)] = numbered.items()
        holder = by_hash.get(told_number)
        if holder is None or holder.kind is OwnerKind.DEVELOPER:
            number, last4 = told_number, owner.last4
    names = {owner.name for owner in told if owner.name}
    fallback = known.name if known else DEVELOPER
    name = names.pop() if len(names) == 1 else fallback
    return ReadOwner(number, last4, name, OwnerKind.DEVELOPER)


def _entrances(registry: Registry) -> dict[tuple[str, str], str]:
    """Building and room → an entrance they have in the registry."""
    return {(room[0], room[2]): room[1] for room in registry.units}


def _compared(
    unit: ReadUnit,
    registry: Registry,
    by_hash: dict[bytes, KnownOwner],
    developer: ReadOwner,
    entrances: dict[tuple[str, str], str],
) -> Compared:
    owners = tuple(developer if _is_the_developer(o, developer) else o for o in unit.owners)
    known = registry.units.get(unit.room)
    if known is None:
        return Compared(unit, owners, None, (), _other_spelling(unit, entrances))
    holders = [_holder(owner, by_hash, registry) for owner in owners]
    differences = (*_of_unit(unit, known), *_of_owners(owners, holders, known, registry))
    return Compared(unit, owners, known, differences)


def _is_the_developer(owner: ReadOwner, developer: ReadOwner) -> bool:
    return owner.kind is OwnerKind.DEVELOPER or owner.hash == developer.hash


def _holder(
    owner: ReadOwner, by_hash: dict[bytes, KnownOwner], registry: Registry
) -> KnownOwner | None:
    if owner.kind is OwnerKind.DEVELOPER:
        return registry.developer()
    return by_hash.get(owner.hash)


def _other_spelling(unit: ReadUnit, entrances: dict[tuple[str, str], str]) -> Fault | None:
    """A room that the registry has with an entrance and the file without, or the reverse."""
    building, entrance, room = unit.room
    there = entrances.get((building, room))
    if there is None or bool(there) == bool(entrance):
        return None
    known = f"{there}单元" if there else "不分单元"
    reason = f"登记册里 {building} 栋 {room} 写作{known}；请按登记册填写单元"
    return Fault(unit.number, of.ENTRANCE, entrance, reason)


def _of_unit(unit: ReadUnit, known: KnownUnit) -> Iterable[Difference]:
    if unit.area_cm2 != known.area_cm2:
        before = format_area(known.area_cm2) if known.area_cm2 else ""
        yield Difference(of.AREA, before, format_area(unit.area_cm2))
    before, after = _kind_words(known.kind, known.is_unsold), _kind_words(
        unit.kind or known.kind, unit.is_unsold
    )  # fmt: skip
    if before != after:
        yield Difference(of.KIND, before, after)
    if unit.source and unit.source.value != known.source:
        words = SOURCE_WORDS.get(known.source, "") if known.source else ""  # pyright: ignore[reportArgumentType,reportCallIssue]
        yield Difference(of.SOURCE, words, SOURCE_WORDS[unit.source])


def _kind_words(kind: UnitKind, is_unsold: bool) -> str:
    return f"{KIND_WORDS[kind]}（{of.UNSOLD}）" if is_unsold else KIND_WORDS[kind]


def _of_owners(
    owners: tuple[ReadOwner, ...],
    holders: list[KnownOwner | None],
    known: KnownUnit,
    registry: Registry,
) -> Iterable[Difference]:
    if {holder.id if holder else None for holder in holders} != known.owners:
        before = "、".join(sorted(registry.owners[each].name for each in known.owners))
        yield Difference(OWNERS, before, "、".join(owner.name for owner in owners))
    for owner, holder in zip(owners, holders, strict=True):
        if holder is None:
            continue
        if owner.name != holder.name:
            yield Difference(of.NAME, holder.name, owner.name)
        if owner.phone_hash and owner.phone_hash != holder.phone_hash:
            before = f"尾号 {holder.phone_tail}" if holder.phone_tail else ""
            yield Difference(of.PHONE, before, f"尾号 {owner.phone_tail}")
        if owner.hash != holder.hash:
            yield Difference(of.NUMBER, "", f"尾号 {owner.last4}")
