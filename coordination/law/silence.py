"""Ballots that were delivered and never came back 已送达未表决.

Silence counts for nothing, unless the estate's own rules 议事规则 or 管理规约 say that it joins
the majority, the notice quotes them and delivery is proven for each ballot. Then both tallies
are printed, with silence and without.

Source: guiding rules 业主大会和业主委员会指导规则 (建房〔2009〕274号) art. 26 ¶2; upheld by
Shanghai Second Intermediate Court (2022)沪02民初16号 where delivery is effective, the motions
are notified and the consequence is warned of. What "majority" means is our reading and the
narrowest: the one choice, 弃权 included, that leads strictly by persons and strictly by area.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coordination.law.classes import Rule
from coordination.law.tally import NOTHING, Tally, Weight, tally


class SilencePolicy(StrEnum):
    NONE = "none"
    DELIVERED_JOINS_MAJORITY = "delivered_joins_majority"


@dataclass(frozen=True, slots=True)
class Counted:
    """Both tallies of one question. Without a rule on silence they are the same."""

    in_force: Tally
    cast_only: Tally
    policy: SilencePolicy
    added_to: str | None = None
    added: Weight = NOTHING


def majority_of(cast: Mapping[str, Weight]) -> str | None:
    """The choice with strictly most persons and strictly most area; None where there is none."""
    for choice, weight in cast.items():
        others = [other for name, other in cast.items() if name != choice]
        if all(weight.persons > other.persons for other in (*others, NOTHING)) and all(
            weight.area_cm2 > other.area_cm2 for other in (*others, NOTHING)
        ):
            return choice
    return None


def tally_with_silence(
    rule: Rule,
    roll: Weight,
    cast: Mapping[str, Weight],
    silent: Weight,
    *,
    policy: SilencePolicy = SilencePolicy.NONE,
    takes_part: bool = False,
    options: Sequence[str] = (),
    invalid: Weight = NOTHING,
    invalid_takes_part: bool = False,
) -> Counted:
    """Count `cast`, and under `policy` let the `silent` join its majority.

    They join both sides of consent. `takes_part`: the quoted rule also says that delivery is
    taking part, so they help the quorum too. ValueError: as `tally`, or the silent and the cast
    are more than the roll.
    """
    if not NOTHING.fits_in(silent):
        raise ValueError(f"negative weight {silent}")
    if not (sum(cast.values(), start=NOTHING) + invalid + silent).fits_in(roll):
        raise ValueError(f"cast, invalid and silent {silent} exceed roll {roll}")
    cast_only = tally(
        rule, roll, cast, options=options, invalid=invalid, invalid_takes_part=invalid_takes_part
    )
    majority = majority_of(cast_only.choices)
    if policy is SilencePolicy.NONE or majority is None or silent == NOTHING:
        return Counted(cast_only, cast_only, policy)

    joined = {**cast_only.choices, majority: cast_only.choices[majority] + silent}
    in_force = tally(
        rule,
        roll,
        joined,
        options=options,
        invalid=invalid,
        invalid_takes_part=invalid_takes_part,
        absent=NOTHING if takes_part else silent,
    )
    return Counted(in_force, cast_only, policy, majority, silent)
