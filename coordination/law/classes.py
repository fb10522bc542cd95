"""What the owners decide together 业主共同决定事项, and the bar each class of matter must clear.

Data only, so that a lawyer can check this file without reading any other.

Source: Civil Code 民法典 art. 278, in force since 2021-01-01. By art. 1259 "以上" includes the
figure itself; "过半数" is more than half by its own words. When the law changes, add rules with
a later `since`; never edit a rule that once decided something.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Bar:
    """A share to be reached. `inclusive`: the exact share is enough."""

    share: Fraction
    inclusive: bool
    wording: str  # the words of the law that set the share
    clause: str  # the sentence they stand in

    def cleared_by(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` clears this bar. Of nothing, nothing clears."""
        if whole == 0:
            return False
        reached, needed = part * self.share.denominator, whole * self.share.numerator
        return reached >= needed if self.inclusive else reached > needed


TWO_THIRDS = Bar(
    Fraction(2, 3),
    inclusive=True,
    wording="三分之二以上",
    clause="业主共同决定事项，应当由专有部分面积占比三分之二以上的业主且人数占比三分之二以上的"
    "业主参与表决。",
)
THREE_QUARTERS = Bar(
    Fraction(3, 4),
    inclusive=True,
    wording="四分之三以上",
    clause="决定前款第六项至第八项规定的事项，应当经参与表决专有部分面积四分之三以上的业主且"
    "参与表决人数四分之三以上的业主同意。",
)
MORE_THAN_HALF = Bar(
    Fraction(1, 2),
    inclusive=False,
    wording="过半数",
    clause="决定前款其他事项，应当经参与表决专有部分面积过半数的业主且参与表决人数过半数的业主同意。",
)


class MatterClass(StrEnum):
    """Art. 278 ¶1, items 1 to 9, in the order of the law."""

    ASSEMBLY_RULES = "assembly_rules"
    COVENANT = "covenant"
    COMMITTEE = "committee"
    MANAGER = "manager"
    SPEND_FUND = "spend_fund"
    RAISE_FUND = "raise_fund"
    REBUILD = "rebuild"
    COMMON_USE = "common_use"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one class of matter 事项类别 needs, from the day `since`."""

    matter: MatterClass
    wording: str  # the matter as the law names it
    quorum: Bar  # of all owners, who must take part 参与表决
    approval: Bar  # of those taking part, who must approve 同意
    source: str  # law, article, paragraph, item
    since: date


CIVIL_CODE = date(2021, 1, 1)

ITEMS = (  # art. 278 ¶1: item, class, its words, the bar that ¶2 sets
    ("一", MatterClass.ASSEMBLY_RULES, "制定和修改业主大会议事规则", MORE_THAN_HALF),
    ("二", MatterClass.COVENANT, "制定和修改管理规约", MORE_THAN_HALF),
    ("三", MatterClass.COMMITTEE, "选举业主委员会或者更换业主委员会成员", MORE_THAN_HALF),
    ("四", MatterClass.MANAGER, "选聘和解聘物业服务企业或者其他管理人", MORE_THAN_HALF),
    ("五", MatterClass.SPEND_FUND, "使用建筑物及其附属设施的维修资金", MORE_THAN_HALF),
    ("六", MatterClass.RAISE_FUND, "筹集建筑物及其附属设施的维修资金", THREE_QUARTERS),
    ("七", MatterClass.REBUILD, "改建、重建建筑物及其附属设施", THREE_QUARTERS),
    (
        "八",
        MatterClass.COMMON_USE,
        "改变共有部分的用途或者利用共有部分从事经营活动",
        THREE_QUARTERS,
    ),
    ("九", MatterClass.OTHER, "有关共有和共同管理权利的其他重大事项", MORE_THAN_HALF),
)

RULES = tuple(
    Rule(
        matter,
        wording,
        quorum=TWO_THIRDS,
        approval=approval,
        source=f"民法典第二百七十八条第一款第{item}项、第二款",
        since=CIVIL_CODE,
    )
    for item, matter, wording, approval in ITEMS
)


def rule_for(matter: MatterClass, on: date) -> Rule:
    """The rule in force `on` that day. LookupError: none was."""
    in_force = [rule for rule in RULES if rule.matter is matter and rule.since <= on]
    if not in_force:
        raise LookupError(f"no rule for {matter} on {on}")
    return max(in_force, key=lambda rule: rule.since)
