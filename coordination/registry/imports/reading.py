"""What the rows of an uploaded roll say, without looking at the registry.

ID numbers leave here only as keyed hashes with their last four, phones only sealed. A number that
is masked, rounded or a mere placeholder is a fault: it would merge people who are not the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from coordination.law.areas import parse_area
from coordination.law.franchise import AreaSource
from coordination.people.phones import read_phone, tail
from coordination.people.secrecy import id_hash, keyed_hash, seal_phone
from coordination.places.tables import UnitKind
from coordination.registry.imports import columns as of
from coordination.registry.tables import OwnerKind
from coordination.web.sheets import (
    Fault,
    Row,
    building_key,
    entrance_key,
    is_rounded,
    person_name,
    room_key,
    several,
)

ABSURD_CM2 = 10_000 * 10_000  # 10,000 m²: possible, but more often a slipped decimal point
MASKED = re.compile(r"[*×●•■□?…]|[Xx]{4}|#{2}")
PLACEHOLDER = re.compile(r"无|暂无|没有|不详|未知|空|待补|N/?A|NULL|NONE|0+|[\W_]+", re.IGNORECASE)
CREDIT_CODE = re.compile(r"[0-9A-Z]{2}\d{6}[0-9A-Z]{10}")  # 统一社会信用代码
CITIZEN = re.compile(r"\d{17}[\dX]")
JOINED = re.compile(r"(?:\d{17}[\dX]){2,}")  # with nothing between them
MOBILE = re.compile(r"1[3-9]\d{9}")
OTHER_MARKS = str.maketrans({"/": "、", "|": "、", "\\": "、"})
LONGEST = {of.BUILDING: 30, of.ENTRANCE: 20, of.ROOM: 30}
LONGEST_NAME, LONGEST_NUMBER = 100, 40

Room = tuple[str, str, str]  # building, entrance, room: by their keys

building_of = lru_cache(maxsize=4096)(building_key)
entrance_of = lru_cache(maxsize=4096)(entrance_key)


@dataclass(frozen=True, slots=True)
class ReadOwner:
    """An owner as a row names them. No phone: the row says nothing about it."""

    hash: bytes
    last4: str
    name: str
    kind: OwnerKind
    phone_hash: bytes | None = None
    phone_sealed: bytes | None = None
    phone_tail: str = ""


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """A row that can be understood. `kind` None: unsold, whatever it is; `source` None: unsaid."""

    number: int
    room: Room
    building_name: str
    area_cm2: int
    kind: UnitKind | None
    source: AreaSource | None
    owners: tuple[ReadOwner, ...]

    @property
    def is_unsold(self) -> bool:
        return self.kind is None


def read_row(row: Row) -> tuple[ReadUnit | None, list[Fault]]:
    """The unit that a row describes, or everything that is wrong with the row."""
    faults = [Fault(row.number, name, row[name], reason) for name, reason in _faults(row)]
    if faults:
        return None, faults
    unit = ReadUnit(
        row.number,
        (building_of(row[of.BUILDING]), entrance_of(row[of.ENTRANCE]), room_key(row[of.ROOM])),
        row[of.BUILDING],
        parse_area(row[of.AREA]),
        of.KINDS[row[of.KIND]],
        of.SOURCES.get(row[of.SOURCE]),
        tuple(_owners(row)),
    )
    return unit, []


def _owners(row: Row) -> Iterator[ReadOwner]:
    names, numbers = _names(row), _numbers(row)
    if row[of.KIND] == of.UNSOLD:
        # All that is unsold is one person; their number, where given, tells which other units
        # are theirs.
        name = names[0] if names else ""
        plain = numbers[0] if len(numbers) == 1 and not _number_fault(numbers) else ""
        number = id_hash(plain) if plain else b""
        yield ReadOwner(number, plain[-4:], name, OwnerKind.DEVELOPER)
        return
    phones = _phones(row, len(names))
    for name, number, phone in zip(names, numbers, phones, strict=True):
        kind = OwnerKind.COMPANY if _is_company(name, number) else OwnerKind.PERSON
        owner = ReadOwner(id_hash(number), number[-4:], name, kind)
        yield _reached_by(owner, phone) if phone else owner


def _reached_by(owner: ReadOwner, phone: str) -> ReadOwner:
    return ReadOwner(
        owner.hash, owner.last4, owner.name, owner.kind,
        keyed_hash(phone, "phone"), seal_phone(phone), tail(phone),
    )  # fmt: skip


def _is_company(name: str, number: str) -> bool:
    has_code = CREDIT_CODE.fullmatch(number) and not CITIZEN.fullmatch(number)
    return bool(has_code) or name.endswith(("公司", "厂", "银行", "合作社", "委员会"))


def _faults(row: Row) -> Iterator[tuple[str, str]]:
    yield from _room_faults(row)
    try:
        parse_area(row[of.AREA])
    except ValueError as wrong:
        yield of.AREA, str(wrong)
    if row[of.KIND] not in of.KINDS:
        yield of.KIND, f"性质应为{'、'.join(of.KINDS)}之一"
    if row[of.SOURCE] and row[of.SOURCE] not in of.SOURCES:
        yield of.SOURCE, f"面积来源应为{'、'.join(of.SOURCES)}之一，或不填"
    if row[of.KIND] != of.UNSOLD:
        yield from _owner_faults(row)


def _room_faults(row: Row) -> Iterator[tuple[str, str]]:
    for name, longest in LONGEST.items():
        if len(row[name]) > longest:
            yield name, f"太长，最多 {longest} 个字"
    if not building_of(row[of.BUILDING]):
        yield of.BUILDING, "楼栋为空"
    if not room_key(row[of.ROOM]):
        yield of.ROOM, "房号为空"


def _owner_faults(row: Row) -> Iterator[tuple[str, str]]:
    names, numbers = _names(row), _numbers(row)
    if not names:
        yield of.NAME, "业主姓名为空"
    elif max(map(len, names)) > LONGEST_NAME:
        yield of.NAME, f"姓名最多 {LONGEST_NAME} 个字"
    reason = _number_fault(numbers)
    if reason:
        yield of.NUMBER, reason
    elif names and len(names) != len(numbers):
        yield of.NUMBER, f"有 {len(names)} 个姓名、{len(numbers)} 个证件号，要一一对应，用顿号隔开"
    elif len(set(numbers)) != len(numbers):
        yield of.NUMBER, "同一个证件号写了两次，要每人一个"
    yield from _phone_faults(row, len(names))


def _number_fault(numbers: list[str]) -> str | None:
    if not numbers:
        return "证件号为空，无法确定谁是同一业主"
    if any(map(JOINED.fullmatch, numbers)):
        return "几个证件号连在了一起，会把几位业主合成一人；请用顿号隔开"
    if any(map(is_rounded, numbers)):
        return "证件号被当作数字存成了科学计数，末几位已丢失；请把该列设为文本后重填"
    if any(map(MASKED.search, numbers)):
        return "证件号被遮挡，会把不同的业主合成一人；请填完整号码"
    if any(map(PLACEHOLDER.fullmatch, numbers)):
        return "这不是证件号，会把不同的业主合成一人；请填真实号码"
    if max(map(len, numbers)) > LONGEST_NUMBER:
        return f"证件号最多 {LONGEST_NUMBER} 个字；共有人用顿号隔开"
    return None


def _phone_faults(row: Row, owners: int) -> Iterator[tuple[str, str]]:
    written = _written_phones(row)
    if len(written) not in (0, 1, owners):
        yield of.PHONE, f"有 {owners} 个姓名、{len(written)} 个电话；要一一对应，没有的写“无”"
    elif any(_phone(each) is None for each in written if not PLACEHOLDER.fullmatch(each)):
        yield of.PHONE, "不是能打通的号码；手机 11 位，座机带区号，没有就不填"


def _phones(row: Row, owners: int) -> list[str | None]:
    found = [_phone(each) for each in _written_phones(row)]
    return (found + [None] * owners)[:owners]


def _phone(text: str) -> str | None:
    plain = re.sub(r"[\s\-]", "", text)
    return f"+86{plain}" if MOBILE.fullmatch(plain) else read_phone(text)


def _written_phones(row: Row) -> list[str]:
    cell = row[of.PHONE]
    return [cell] if cell.isascii() and cell.isdigit() else several(cell.translate(OTHER_MARKS))


def _names(row: Row) -> list[str]:
    return [name for name in map(person_name, several(row[of.NAME])) if name]


def _numbers(row: Row) -> list[str]:
    """The numbers as they are compared: half-width, capital, without spaces."""
    cell = row[of.NUMBER]
    if cell.isascii() and cell.isalnum():
        return [cell.upper()]
    parts = several(cell if PLACEHOLDER.fullmatch(cell) else cell.translate(OTHER_MARKS))
    return [re.sub(r"\s", "", unicodedata.normalize("NFKC", part)).upper() for part in parts]
