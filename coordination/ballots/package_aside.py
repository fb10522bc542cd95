"""Figures of ballots that chose nothing or do not count: invalid by reason, duplicates, conflicts.

Each counts voting rights. An area stands beside a number only where it singles nobody out; which
right it was is never said, nor which ballot was invalid for which reason.
"""

from collections.abc import Collection, Mapping, Sequence

from coordination.ballots.board import INVALID
from coordination.ballots.commitments import FrozenRight
from coordination.ballots.package_lines import CountedBallot, frozen_weight, weigh
from coordination.ballots.privacy import parts_open
from coordination.law.areas import format_area
from coordination.law.tally import NOTHING, Weight

UNCLEAR = "unclear"  # the two who wrote the sheet down gave different reasons
INVALID_BY = {
    "two_boxes": "选得多于允许",
    "no_box": "一项也没选",
    "torn": "破损、涂改，看不清",
    UNCLEAR: "两人登记的原因不同",
}


def aside_figures(
    form: str,
    rights: Mapping[int, FrozenRight],
    voted: Collection[CountedBallot],
    duplicates: Collection[int],
    conflicts: Collection[int],
) -> dict[str, object]:
    """`voted`: the ballots that count; `duplicates`, `conflicts`: the numbers of their rights."""
    invalid = ((each.right, each.why or UNCLEAR) for each in voted if each.choice == INVALID)
    sums = weigh(rights, invalid)
    if strange := set(sums) - set(INVALID_BY):
        raise ValueError(f"unknown reasons {strange}")
    reasons = _partly(form, len(rights), [sums.get(reason, NOTHING) for reason in INVALID_BY])
    twice, apart = (
        _partly(form, len(rights), [frozen_weight([rights[number] for number in set(numbers)])])
        for numbers in (duplicates, conflicts)
    )
    return {
        "invalid_by": [
            {"reason": reason, **part} for reason, part in zip(INVALID_BY, reasons, strict=True)
        ],
        "set_aside": {"duplicates": twice[0], "conflicts": apart[0]},
    }


def _partly(form: str, rights: int, parts: Sequence[Weight]) -> list[dict[str, object]]:
    """Persons; and the areas of all parts, or of none, since one could be taken from the rest."""
    is_open = parts_open(form, rights, [part.persons for part in parts])
    return [
        {"persons": part.persons, "area_m2": format_area(part.area_cm2) if is_open else None}
        for part in parts
    ]
