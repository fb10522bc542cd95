"""How places are compared and put in order: 1栋 = 1幢, 2栋 before 10栋, 丁香苑 before 梧桐苑.

The database has no collation that knows 拼音, so the order of a name is stored beside it.
"""

import importlib
import re
import unicodedata
from functools import lru_cache

from coordination.places.tables import PlaceKind
from coordination.web.sheets import building_key

KEY_LENGTH, SORT_LENGTH, UNIT_SORT_LENGTH = 60, 60, 80
_DIGITS = re.compile(r"\d+")


@lru_cache(maxsize=8192)
def natural_order(text: str) -> str:
    """A key that sorts as people do: numbers by size, 汉字 by their sound, case apart."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not plain.isascii():
        # Its dictionary is large: only who puts a name in order loads it, not each process.
        plain = " ".join(importlib.import_module("pypinyin").lazy_pinyin(plain))
    return _DIGITS.sub(lambda number: number[0].zfill(6), plain)


def place_key(kind: PlaceKind, name: str) -> str:
    """The name as it is compared: buildings by their number, others without their spaces."""
    if kind is PlaceKind.BUILDING:
        return building_key(name)[:KEY_LENGTH]
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).casefold()[:KEY_LENGTH]


def place_order(kind: PlaceKind, name: str) -> str:
    """Where the name stands among its like."""
    compared = place_key(kind, name) if kind is PlaceKind.BUILDING else name
    return natural_order(compared)[:SORT_LENGTH]


def unit_order(entrance: str, room: str) -> str:
    """Where a room stands in its building: entrances first, then rooms."""
    return f"{natural_order(entrance)}/{natural_order(room)}"[:UNIT_SORT_LENGTH]


def room_name(entrance: str, room: str) -> str:
    """A room as it is said within its building: 2单元101, or 101 where there is one door."""
    return f"{entrance}单元{room}" if entrance else room


def building_name(name: str) -> str:
    """A building as it is said: a bare number gets its 栋."""
    return f"{name}栋" if name.isdigit() else name


def unit_name(building: str, entrance: str, room: str) -> str:
    """A unit as it is said in its estate: 3栋2单元101."""
    return building_name(building) + room_name(entrance, room)
