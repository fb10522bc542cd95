"""The preparatory group 筹备组, and who may stand for the committee 业主委员会候选人.

Source: 业主大会和业主委员会指导规则（建房〔2009〕274号）.
Art. 10: "首次业主大会会议筹备组由业主代表、建设单位代表、街道办事处、乡镇人民政府代表和居民委员会
代表组成。筹备组成员人数应为单数，其中业主代表人数不低于筹备组总人数的一半，筹备组组长由街道办事处、
乡镇人民政府代表担任".
Art. 14: candidates are recommended or put themselves forward, and the group checks them.
Art. 31: a member is an owner of the area with full capacity. That nobody of the property company
may stand is local rule in many places and our own reading everywhere; so is that an organisation
that owns here sends nobody: capacity to act is asked of who stands, and no rule that we have read
lets a person stand for another who owns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from coordination.law.classes import Bar

GROUP_SOURCE = "业主大会和业主委员会指导规则（建房〔2009〕274号）第十条"
CANDIDATE_SOURCE = "业主大会和业主委员会指导规则（建房〔2009〕274号）第十四条、第三十一条"


class Side(StrEnum):
    """Whom a member of the preparatory group stands for."""

    OWNER = "owner"  # 业主代表
    DEVELOPER = "developer"  # 建设单位代表
    SUBDISTRICT = "subdistrict"  # 街道办事处、乡镇人民政府代表
    RESIDENTS_COMMITTEE = "residents_committee"  # 居民委员会代表


HALF_ARE_OWNERS = Bar(
    Fraction(1, 2),
    inclusive=True,
    wording="不低于一半",
    clause="业主代表人数不低于筹备组总人数的一半。",
)


@dataclass(frozen=True, slots=True)
class GroupMember:
    side: Side
    chairs: bool = False


def faults_of_group(members: Sequence[GroupMember]) -> list[str]:
    """What the composition lacks, in words; []: it is lawful."""
    sides = [member.side for member in members]
    owners = sides.count(Side.OWNER)
    chairs = [member.side for member in members if member.chairs]
    faults = []
    if len(members) % 2 == 0:
        faults.append(f"筹备组人数应为单数，现有 {len(members)} 人。")
    if not HALF_ARE_OWNERS.cleared_by(owners, len(members)):
        faults.append(f"业主代表应不低于一半，现为 {owners} 人，共 {len(members)} 人。")
    if chairs != [Side.SUBDISTRICT]:
        faults.append("组长应由街道办事处（乡镇人民政府）的一名代表担任。")
    if Side.RESIDENTS_COMMITTEE not in sides:
        faults.append("还没有居民委员会的代表。")
    return faults


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of somebody who is put forward."""

    owns_here: bool  # on the register of the estate, alone or with others
    is_adult: bool | None  # None: nothing says otherwise
    works_for_manager: bool  # for the property company that serves here
    has_guardian: bool  # somebody acts for them
    is_organisation: bool = False  # a company or another body that owns here


def why_not_candidate(one: Standing) -> str | None:
    """Why somebody may not stand; None: nothing known is against it."""
    if not one.owns_here:
        return "候选人应当是本小区的业主。登记中没有查到此人在本小区的专有部分。"
    if one.is_organisation:
        return (
            "登记的业主是单位。指导规则第三十一条要求委员是具有完全民事行为能力的业主，说的是自然人，"
            "没有规定单位可以派人参选，所以不能列为候选人。单位可以投票，也可以推荐其他业主；"
            "单位的负责人自己在本小区有房的，可以用本人名义报名。"
        )
    if one.has_guardian or one.is_adult is False:
        return "候选人应当具有完全民事行为能力。此人由监护人代为表决，不能作为候选人。"
    if one.works_for_manager:
        return "在为本小区服务的物业服务企业任职的人，不能作为业主委员会委员候选人。"
    return None
