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

    1 names every one of them; None: too many to search.
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

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why lines would expose somebody: group_under_5, unanimous."""
        made = [choice.persons for choice in self.choices if choice.persons]
        small = any(persons < SMALL_GROUP for persons in made)
        return ("group_under_5",) * small + ("unanimous",) * (set(made) == {self.returned})

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
    areas: Sequence[int], counted: Mapping[str, Weight], returned: int
) -> PrivacyReport:
    """The report after the count, before lines are published; of so many `returned` ballots."""
    exposed = (
        Exposure(choice, weight.persons, _sets(areas, weight)) for choice, weight in counted.items()
    )
    return PrivacyReport(report_areas(areas), tuple(exposed), returned)


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
    return _pairs(areas, weight.area_cm2) if weight.persons == 2 else None


def _pairs(areas: Sequence[int], area: int) -> int:
    equal = Counter(areas)
    ordered = sum(count * equal[area - one] for one, count in equal.items())
    return (ordered - (equal[area // 2] if area % 2 == 0 else 0)) // 2


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
