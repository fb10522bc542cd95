"""The privacy report 隐私报告: whom the published figures would name, from areas alone.

The roll by room and area is public. So a sum of areas over few rights can name rooms, whatever
is hidden elsewhere. The report is made before the notice, made again after the count, and
decides how open the lines of the result package may be. Everything in it can be computed by
any reader of the roll, so publishing it gives nothing away.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

from coordination.law.tally import Weight

FORMS = ("sums", "grouped", "full")  # from closed to open
FEW_RIGHTS = 30  # below this, no lines by default
SMALL_GROUP = 5  # a choice made by fewer names them too easily
SEARCHABLE = 30  # so many rights are still searched for every set of them
PAIRABLE = 400  # so many for every pair of them
PRIME = 2**521 - 1  # above every determinant of a hundred sums, so that ranks are exact


@dataclass(frozen=True, slots=True)
class AreaReport:
    """What areas alone give away, before any ballot is cast."""

    rights: int
    distinct_areas: int
    singletons: int  # rights whose area no other has: a choice of one of them alone is named
    groups: tuple[tuple[int, int], ...]  # (rights of one equal area, how many such groups)
    exposed: int  # rights whose area fewer than five share: opened, their rooms would be known
    pairs: int | None  # pairs whose sum no other pair has: a choice of just two would be named

    def as_dict(self) -> dict[str, object]:
        groups = [{"size": size, "groups": count} for size, count in self.groups]
        return {**asdict(self), "groups": groups}


@dataclass(frozen=True, slots=True)
class Exposure:
    """One choice as counted. `sets`: how many sets of so many rights have just that area.

    1 names every one of them; None: too many to search, which says nothing of what they hide.
    """

    choice: str
    persons: int
    sets: int | None


@dataclass(frozen=True, slots=True)
class PrivacyReport:
    """The areas again, and what the sums of the count add."""

    areas: AreaReport
    choices: tuple[Exposure, ...]
    returned: int
    combined: bool = False  # candidates' sums, added and subtracted, may leave a few alone

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why lines would expose somebody: group_under_5, unanimous, combination."""
        made = [choice.persons for choice in self.choices if choice.persons]
        small = any(persons < SMALL_GROUP for persons in made)
        return (
            ("group_under_5",) * small
            + ("unanimous",) * (set(made) == {self.returned})
            + ("combination",) * self.combined
        )

    def as_dict(self) -> dict[str, object]:
        choices = [asdict(choice) for choice in self.choices]
        return {**self.areas.as_dict(), "choices": choices, "reasons": list(self.reasons)}


def report_areas(areas: Sequence[int]) -> AreaReport:
    """The report before the notice."""
    equal = Counter(areas)
    sizes = Counter(equal.values())
    exposed = sum(size * count for size, count in sizes.items() if size < SMALL_GROUP)
    groups = tuple(sorted(sizes.items()))
    return AreaReport(len(areas), len(equal), sizes[1], groups, exposed, _telling_pairs(areas))


def report_count(
    areas: Sequence[int], counted: Mapping[str, Weight], returned: int, *, combined: bool = False
) -> PrivacyReport:
    """The report after the count, before lines are published; of so many `returned` ballots.
    `combined`: as `sums_combine` says of an election's."""
    exposed = (
        Exposure(choice, weight.persons, _sets(areas, weight)) for choice, weight in counted.items()
    )
    return PrivacyReport(report_areas(areas), tuple(exposed), returned, combined)


def sums_combine(ballots: Iterable[tuple[str, ...]]) -> bool:
    """Whether adding and subtracting sums may leave fewer than five ballots alone, whose area
    would then be known. A ballot is given as the sums that it is part of.

    Each combination of sums is a hyperplane in the space that the ballots span, and leaves alone
    the ballots that lie outside it. Every set of ballots that spans the space has one of them
    outside; so five sets without a ballot in common prove that no combination leaves four. They
    are looked for one after the other, the commonest ballots first: what is missed closes lines
    that could have stayed open, and never opens one.
    """
    left = Counter(ballots)
    width = _spanning(left.copy())
    return any(_spanning(left) < width for _ in range(SMALL_GROUP))


def _spanning(left: Counter[tuple[str, ...]]) -> int:
    """Take an independent set out of the ballots left, as large as they have; how large."""
    rows: dict[str, dict[str, int]] = {}  # by the first sum in which each differs from nought
    for ballot, times in left.most_common():
        vector = _reduced(dict.fromkeys(ballot, 1), rows) if times else {}
        if vector:
            first = min(vector)
            inverse = pow(vector[first], -1, PRIME)
            rows[first] = {name: value * inverse % PRIME for name, value in vector.items()}
            left[ballot] -= 1
    return len(rows)


def _reduced(vector: dict[str, int], rows: Mapping[str, dict[str, int]]) -> dict[str, int]:
    """What is left of a vector when all it shares with the rows is taken out."""
    done: dict[str, int] = {}
    while vector:
        first = min(vector)
        times = vector[first]
        if first not in rows:
            done[first] = vector.pop(first)
            continue
        for name, value in rows[first].items():
            vector[name] = (vector.get(name, 0) - times * value) % PRIME
        vector = {name: value for name, value in vector.items() if value}
    return done


def default_form(rights: int) -> str:
    """What the wizard offers first."""
    return "sums" if rights < FEW_RIGHTS else "grouped"


def form_for(report: PrivacyReport, wanted: str, *, auditor: bool = False) -> str:
    """The form in which lines may be published: `wanted`, or a closed one where it would expose.

    An auditor who promised secrecy in writing gets what was asked for.
    """
    if auditor:
        return wanted
    return "sums" if report.reasons else openable(report.areas, wanted)


def parts_open(form: str, rights: int, parts: Iterable[int]) -> bool:
    """Whether the areas of these parts of a sum may stand beside their numbers of persons.

    Not where a part is small or the roll is, and not beside opened areas: there few sets of
    rights add up to an area, and one could tell which.
    """
    made = [persons for persons in parts if persons]
    return not made or (form != "full" and rights >= FEW_RIGHTS and min(made) >= SMALL_GROUP)


def openable(report: AreaReport, wanted: str) -> str:
    """`wanted`, but lines without areas where an opened area would tell the room."""
    return "grouped" if wanted == "full" and report.exposed else wanted


def _telling_pairs(areas: Sequence[int]) -> int | None:
    if len(areas) > PAIRABLE:
        return None
    sums = Counter(one + other for one, other in combinations(areas, 2))
    return sum(times == 1 for times in sums.values())


def _sets(areas: Sequence[int], weight: Weight) -> int | None:
    """How many sets of `weight.persons` rights have together `weight.area_cm2`."""
    if weight.persons == 0:
        return 0
    if weight.persons == 1:
        return areas.count(weight.area_cm2)
    if len(areas) <= SEARCHABLE:
        return _all_sets(areas, weight)
    if weight.persons == 2:
        return _pairs(Counter(areas), weight.area_cm2)
    if weight.persons < SMALL_GROUP and len(areas) <= PAIRABLE:
        return _few(areas, weight.persons, weight.area_cm2)
    return None


def _pairs(equal: Mapping[int, int], area: int) -> int:
    ordered = sum(count * equal.get(area - one, 0) for one, count in equal.items())
    return (ordered - (equal.get(area // 2, 0) if area % 2 == 0 else 0)) // 2


def _few(areas: Sequence[int], persons: int, area: int) -> int:
    """Sets of three or four: the last two of each are met with the sum of those before them."""
    before: Counter[int] = Counter()
    found = 0
    for place, one in enumerate(areas):
        found += sum(before[area - one - other] for other in areas[place + 1 :])
        before.update([one] if persons == 3 else [one + other for other in areas[:place]])
    return found


def _all_sets(areas: Sequence[int], weight: Weight) -> int:
    """Every set of one half is met with what the other half must then hold."""
    middle = len(areas) // 2
    left, right = _sums(areas[:middle]), _sums(areas[middle:])
    return sum(
        ways * right[weight.persons - persons, weight.area_cm2 - area]
        for (persons, area), ways in left.items()
    )


def _sums(areas: Sequence[int]) -> Counter[tuple[int, int]]:
    return Counter(
        (size, sum(chosen))
        for size in range(len(areas) + 1)
        for chosen in combinations(areas, size)
    )
