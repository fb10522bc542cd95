"""What owners may ask for together by signing 业主联名提议, and how many must sign.

Source: Regulations on Property Management 物业管理条例 art. 13: "经20%以上的业主提议，业主委员会
应当组织召开业主大会临时会议". Guiding rules 业主大会和业主委员会指导规则
(建房〔2009〕274号) art. 21 (1), recalled and not read in full: by area and by persons, each 20 % or
more, which is how both are counted here. "以上" includes the figure (民法典 art. 1259). How soon
the committee must call it no national text says in days ("应当"、"及时"); art. 51: where it does
not, the 街道 orders it, and then the 居委会 calls it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from coordination.law.classes import Bar
from coordination.law.franchise import Right
from coordination.law.tally import Weight


class PetitionKind(StrEnum):
    """What is asked for."""

    ASSEMBLY = "assembly"  # 业主大会临时会议
    MEETING = "meeting"  # 联席会议或议事会


TWENTY_PERCENT = Bar(
    Fraction(1, 5),
    inclusive=True,
    wording="20%以上",
    clause="经专有部分占建筑物总面积20%以上且占总人数20%以上的业主提议，应当召开业主大会临时会议。",
)


@dataclass(frozen=True, slots=True)
class PetitionRule:
    """What a petition needs, of all owners, by persons and by area."""

    kind: PetitionKind
    wording: str  # what is asked for, as the text names it
    persons: Bar
    area: Bar
    source: str
    since: date


RULES = (
    PetitionRule(
        PetitionKind.ASSEMBLY,
        "业主大会临时会议",
        TWENTY_PERCENT,
        TWENTY_PERCENT,
        "物业管理条例第十三条；业主大会和业主委员会指导规则第二十一条",
        date(2010, 1, 1),
    ),
    PetitionRule(
        PetitionKind.MEETING,
        "联席会议或居民议事会",
        TWENTY_PERCENT,
        TWENTY_PERCENT,
        "法律法规未规定比例，参照业主大会临时会议",
        date(2010, 1, 1),
    ),
)


def rule_for(kind: PetitionKind, on: date) -> PetitionRule:
    """The rule in force `on` that day. LookupError: none was."""
    in_force = [rule for rule in RULES if rule.kind is kind and rule.since <= on]
    if not in_force:
        raise LookupError(f"no rule for {kind} on {on}")
    return max(in_force, key=lambda rule: rule.since)


def weight_of(rights: Iterable[Right]) -> Weight:
    """All owners together."""
    every = list(rights)
    return Weight(len(every), sum(right.area_cm2 for right in every))


def signed_weight(rights: Iterable[Right], signers: Iterable[str]) -> Weight:
    """The owners who signed: of co-owners one signature is enough, and two count once."""
    signed = frozenset(signers)
    return weight_of(right for right in rights if right.owners & signed)


def is_reached(rule: PetitionRule, signed: Weight, whole: Weight) -> bool:
    """Whether enough have signed, by persons and by area both."""
    return rule.persons.cleared_by(signed.persons, whole.persons) and rule.area.cleared_by(
        signed.area_cm2, whole.area_cm2
    )
