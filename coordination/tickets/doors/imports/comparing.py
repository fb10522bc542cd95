"""Every row of a sheet beside what is known: new, changed, same, or what keeps it out. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from coordination.places.naming import place_key
from coordination.places.tables import PlaceKind
from coordination.tickets.doors.imports import columns as of
from coordination.tickets.doors.imports.choices import Choices
from coordination.tickets.doors.imports.reading import ReadRow
from coordination.web.sheets import Fault

Difference = tuple[str, str, str]  # field, before, after


@dataclass(frozen=True, slots=True)
class Known:
    """The places under the one that is imported into, and what its source said before."""

    estates: Mapping[str, UUID]  # by key; of two of one name, under "community/estate" alone
    communities: Mapping[str, UUID]
    only_estate: UUID | None = None  # imported into an estate itself
    only_community: UUID | None = None
    records: Mapping[str, "Record"] = field(default_factory=dict)  # by external number


@dataclass(frozen=True, slots=True)
class Record:
    """A ticket that came from that source, and what was said of it last. `within`: it lies in the
    place that is imported into."""

    ticket: UUID
    said: Mapping[str, str]
    within: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A row and its verdict. `estate` None and no fault: to be made under `community`."""

    row: ReadRow
    verdict: str  # new, changed, same, error
    estate: UUID | None = None
    community: UUID | None = None
    ticket: UUID | None = None
    differences: tuple[Difference, ...] = ()
    fault: Fault | None = None


def compare(rows: Sequence[ReadRow], choices: Choices, known: Known) -> list[Compared]:
    """In the file's order. Rows of one number that contradict each other are all errors."""
    by_number: dict[str, list[ReadRow]] = defaultdict(list)
    for row in rows:
        by_number[row.external].append(row)
    return [_one(row, by_number[row.external], choices, known) for row in rows]


def _one(row: ReadRow, like: list[ReadRow], choices: Choices, known: Known) -> Compared:
    if any(other.said != row.said for other in like):
        numbers = "、".join(str(each.number) for each in like[:6])
        return _wrong(row, of.NUMBER, f"第 {numbers} 行是同一编号，内容却不同；请只留一行", choices)
    record = known.records.get(row.external)
    if record and not record.within:
        return _wrong(row, of.NUMBER, "这个编号已经在别处登记，不能导入到这里", choices)
    if record:
        differences = differences_of(record.said, row.said)
        verdict = "changed" if differences else "same"
        return Compared(row, verdict, ticket=record.ticket, differences=differences)
    if like[0] is not row:
        return Compared(row, "same")
    return _new(row, choices, known)


def _new(row: ReadRow, choices: Choices, known: Known) -> Compared:
    if known.only_estate:
        return Compared(row, "new", known.only_estate)
    name = row[of.ESTATE]
    if not name:
        if choices.estate:
            return Compared(row, "new", choices.estate)
        return _wrong(row, of.ESTATE, "没有写小区；可以指定一个小区，收下没写小区的行", choices)
    key = place_key(PlaceKind.ESTATE, name)
    community = place_key(PlaceKind.COMMUNITY, row[of.COMMUNITY]) if row[of.COMMUNITY] else ""
    by_name = None if community in known.communities else known.estates.get(key)
    estate = known.estates.get(f"{community}/{key}") or by_name
    if estate:
        return Compared(row, "new", estate)
    if not choices.makes_estates:
        return _wrong(row, of.ESTATE, "没有登记这个小区；请先建立，或选择“新建表里的小区”", choices)
    parent = known.communities.get(community) or known.only_community
    if parent is None:
        return _wrong(row, of.COMMUNITY, "要新建小区，须写明它所属的、已登记的社区", choices)
    return Compared(row, "new", community=parent)


def _wrong(row: ReadRow, name: str, reason: str, choices: Choices) -> Compared:
    column = choices.columns.get(name, of.LABELS[name])
    return Compared(row, "error", fault=Fault(row.number, column, row[name], reason))


def differences_of(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """What a source now says otherwise; what it no longer tells is no change."""
    return tuple(
        (name, before.get(name, ""), after[name])
        for name in of.LABELS
        if after.get(name) and after[name] != before.get(name, "")
    )
