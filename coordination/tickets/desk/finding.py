"""How the desk finds a ticket by what somebody says of it on the phone. Pure."""

import re
from collections.abc import Callable

from coordination.places.naming import place_key
from coordination.places.tables import PlaceKind
from coordination.tickets.grams import looked_for, words_in

Take = Callable[[object], str]  # gives a value its place in the statement

# 12345:WH2026… is looked for as it stands there, without the source and its marks.
ELSEWHERE = "lower(regexp_replace(split_part(t.external, ':', 2), '[^[:alnum:]]', '', 'g')) = {0}"
CATEGORY = "t.category = any(array(select id from category where position({0} in lower(name)) > 0))"
BUILDING = """t.building = any(array(
    select id from place where kind = 'building' and key = {0}))"""
SAID_BUILDING = re.compile(r"(\d+(?:栋|幢|座|号楼))(.*)")  # 3栋, 3号楼, 3栋1202
LONGEST_NUMBER, TAIL = 15, 4
CALLER = (
    "t.caller_phone_tail = {0}",
    "t.whistled_by = any(array(select id from person where phone_tail = {0}))",
)


def found_by(typed: str, take: Take) -> str:
    """The condition on ticket t: every word stands in it, or names its category or building. What
    is a number alone may also be its own, the one it has elsewhere, or the end of the phone."""
    words = words_in(typed)
    ways = [" and ".join(_has_to_do_with(word, take) for word in words)]
    ways.append(ELSEWHERE.format(take("".join(words))))
    if len(words) == 1 and words[0].isdecimal():
        ways += _numbered(words[0], take)
    return f"({' or '.join(ways)})"


def _has_to_do_with(word: str, take: Take) -> str:
    ways = [_stands(word, take), CATEGORY.format(take(word))]
    if said := SAID_BUILDING.fullmatch(word):
        building, rest = said.groups()
        named = BUILDING.format(take(place_key(PlaceKind.BUILDING, building)))
        ways.append(f"({named} and {_stands(rest, take)})" if rest else named)
    return f"({' or '.join(ways)})"


def _stands(word: str, take: Take) -> str:
    found = [condition.format(take(value)) for condition, value in looked_for([word])]
    return f"({' and '.join(found)})"


def _numbered(digits: str, take: Take) -> list[str]:
    ways = []
    if len(digits) <= LONGEST_NUMBER:
        ways.append(f"t.number = {take(int(digits))}::bigint")
    if len(digits) == TAIL:
        ways += [one.format(take(digits)) for one in CALLER]
    return ways
