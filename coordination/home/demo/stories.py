"""What the made estate has voted on, votes on, prepares: a poll at every step of the road. Pure.

Days are counted from the day of loading, so that the running vote runs whenever one looks.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from coordination.ballots.tables import Step
from coordination.clock import SHANGHAI
from coordination.home.demo import people as who
from coordination.home.demo.estate_roll import close_call
from coordination.law.classes import MatterClass
from coordination.law.tally import Choice

Chooser = Callable[[str, int], str | None]  # (the voter's phone, question) → choice; None: not yet


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as its drafter wrote it. `building`: only its owners decide. `options`: one of
    these, or none, or 弃权; without them it is a motion."""

    title: str
    text: str
    cost: str
    matter: MatterClass
    reason: str
    building: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """One poll: what it asks, when it opens, how far it has come, and who votes how.

    `lead`: days from the proposed notice to the opening. `silence`: what was delivered and stays
    away joins the majority, by the estate's rule.
    """

    title: str
    summary: str
    asked: tuple[Asked, ...]
    opens_in: int
    reaches: Step
    choose: Chooser = lambda _phone, _position: None
    lead: int = 17
    run: int = 15
    by_preparatory: bool = False
    on_paper: int = 0  # so many of those who vote do so on a sheet
    silence: bool = False

    def day(self, today: date, after_opening: int) -> date:
        return today + timedelta(days=self.opens_in + after_opening)


@dataclass(frozen=True, slots=True)
class Moments:
    """When each step of a story is taken, seen from the day of loading."""

    drafted: datetime
    roll_published: datetime
    frozen: datetime
    proposed: datetime
    confirmed: datetime
    opens: datetime
    closes: datetime


def moments(story: Story, today: date) -> Moments:
    """The moments of a story; check period and notice have their full days, also where holidays
    put the end of the check off."""

    def at(days: int, hour: int, minute: int = 0) -> datetime:
        day = today + timedelta(days=story.opens_in + days)
        return datetime.combine(day, time(hour, minute), SHANGHAI)

    lead = story.lead
    roll = lead + (10 if story.reaches is Step.ROLL_PUBLISHED else 20)
    return Moments(
        at(-roll - 3, 10), at(-roll, 9, 20), at(-lead - 1, 9, 40), at(-lead, 10, 5),
        at(-lead, 15, 30), at(0, 9), at(story.run, 20),
    )  # fmt: skip


def drawn(name: str, takes_part: int, approves: int, rejects: int) -> Chooser:
    """So many of a hundred take part; of those so many are for and against, the rest abstain."""

    def choose(phone: str, position: int) -> str | None:
        if random.Random(f"{name} {phone}").randrange(100) >= takes_part:
            return None
        said = random.Random(f"{name} {phone} {position}").randrange(100)
        if said < approves:
            return Choice.APPROVE
        return Choice.REJECT if said < approves + rejects else Choice.ABSTAIN

    return choose


def among(name: str, takes_part: int, shares: dict[str, int]) -> Chooser:
    """So many of a hundred take part; of those so many choose each option, the rest abstain."""

    def choose(phone: str, _position: int) -> str | None:
        drawn = random.Random(f"{name} {phone}")
        if drawn.randrange(100) >= takes_part:
            return None
        said = drawn.randrange(100)
        for option, share in shares.items():
            if (said := said - share) < 0:
                return option
        return Choice.ABSTAIN

    return choose


def by_one_cm2(phone: str, _position: int) -> str | None:
    """More persons in favour; of the area exactly half, and it takes more than half."""
    favour, against = close_call()
    return Choice.APPROVE if phone in favour else Choice.REJECT if phone in against else None


NOT_YET = {p.phone for p in (who.OWNER, who.HUSBAND, who.WIFE, who.THREE_UNITS)}


def so_far(phone: str, position: int) -> str | None:
    """The vote that runs lacks three owners for its quorum: those whom a visitor may play. With
    them both questions are carried."""
    if phone in NOT_YET:
        return None
    takes_part = 101 if phone == who.VOTED.phone else 75
    return drawn("续聘", takes_part, 64, 24)(phone, position)


MANAGER = Asked(
    "续聘安居物业服务有限公司",
    "现物业服务合同年底到期。续聘安居物业三年，服务内容按附件合同草案，物业费标准不变。",
    "每月每平方米 2.10 元，由全体业主分摊", MatterClass.MANAGER,
    "续聘物业服务企业，属于“选聘和解聘物业服务企业或者其他管理人”。",
)  # fmt: skip
LIFT = Asked(
    "使用维修资金大修1栋两部电梯",
    "1栋两部电梯已运行 16 年，今年检验提出曳引机和控制柜须更换。施工单位经三家比价选定。",
    "共 28.6 万元，从1栋业主的维修资金账户列支，按专有部分面积分摊", MatterClass.SPEND_FUND,
    "动用建筑物及其附属设施的维修资金。", building="1栋",
)  # fmt: skip
COVENANT = Asked(
    "修改《管理规约》第十二条：电动自行车停放与充电",
    "禁止电动自行车进入楼栋和电梯，统一停放到北门充电棚；违反的由物业劝离并通报。",
    "充电棚由公共收益支出 4.2 万元", MatterClass.COVENANT, "修改管理规约。",
)  # fmt: skip
FACADE = Asked(
    "使用维修资金翻新外墙",
    "四栋楼外墙局部空鼓脱落，拟整体铲除重做，工期 120 天。",
    "共 312 万元，从维修资金列支", MatterClass.SPEND_FUND,
    "动用建筑物及其附属设施的维修资金。",
)  # fmt: skip
INCOME = Asked(
    "2026年公共收益使用方案",
    "上年公共收益结余 31.8 万元：20 万元补充维修资金，其余用于门禁更新和儿童活动场地。",
    "不另向业主收费", MatterClass.OTHER,
    "公共收益的使用，属于有关共有和共同管理权利的其他重大事项。",
)  # fmt: skip
CARD_AND_CODE, CARD, BLUETOOTH = "刷卡和扫码", "只刷卡", "手机蓝牙开门"
GATES = Asked(
    "东、北两门的门禁更新成哪一种",
    "三种方案都保留人工通道，都不采集人脸。中选的一种要人数和面积都超过参与表决的一半。",
    "刷卡和扫码 9.8 万元，只刷卡 6.2 万元，蓝牙开门 13.5 万元，由公共收益支出",
    MatterClass.OTHER, "有关共有和共同管理权利的其他重大事项。",
    options=(CARD_AND_CODE, CARD, BLUETOOTH),
)  # fmt: skip
LIGHTS = Asked(
    "楼道和地面照明换成节能灯",
    "四栋楼的楼道灯和小区路灯共 236 盏换成感应节能灯，由现在的维保单位安装，三个月完工。",
    "共 3.6 万元，由公共收益支出，预计两年省回电费", MatterClass.OTHER,
    "公共收益的使用，属于有关共有和共同管理权利的其他重大事项。",
)  # fmt: skip
PARKING = Asked(
    "把南侧绿地边角改为 12 个临时车位",
    "占用共有绿地约 160 平方米，另在中心花园补种同等面积。",
    "改造费 6.5 万元，由公共收益支出", MatterClass.COMMON_USE,
    "改变共有部分的用途。",
)  # fmt: skip
RULES = Asked(
    "修改《业主大会议事规则》：换届选举办法",
    "新增换届选举一章：差额选举，候选人公示十日，委员任期五年。",
    "", MatterClass.ASSEMBLY_RULES, "修改业主大会议事规则。",
)  # fmt: skip
PLAYGROUND = Asked(
    "在中心花园加装健身器材",
    "在中心花园东侧加装 8 件健身器材，由街道免费配送，物业负责日常维护。",
    "由街道配送，日常维护费由公共收益支出", MatterClass.OTHER,
    "有关共有和共同管理权利的其他重大事项。",
)  # fmt: skip

ROLL_DISPUTED, ROLL_ANSWERED = "儿童活动场地表决", "换届选举办法表决"
RESULT_DISPUTED = "中心花园健身器材表决"

STORIES = (
    Story("维修资金翻新外墙表决", "外墙空鼓，是否整体翻新。", (FACADE,), -205, Step.FINAL,
          drawn("facade", 46, 70, 20)),
    Story("电动自行车管理规约表决", "是否把电动自行车停放写入管理规约。", (COVENANT,), -150,
          Step.FINAL, by_one_cm2),
    Story("门禁更新方案表决", "东、北两门的门禁更新成哪一种，三种方案选一种。", (GATES,), -92,
          Step.FINAL,
          among("gates", 84, {CARD_AND_CODE: 64, CARD: 17, BLUETOOTH: 7, Choice.NONE_OF_THESE: 7})),
    Story("节能照明改造表决", "楼道灯和路灯是否换成节能灯。", (LIGHTS,), -58, Step.FINAL,
          drawn("lights", 52, 76, 14), silence=True),
    Story("南侧临时车位表决", "南侧绿地边角是否改为临时车位。", (PARKING,), -33,
          Step.WITHDRAWN),
    Story(RESULT_DISPUTED, "街道配送的健身器材，是否加装、装在哪里。", (PLAYGROUND,), -17,
          Step.PRELIMINARY, drawn("playground", 82, 66, 20), on_paper=6),
    Story("续聘物业和1栋电梯大修表决",
          "物业合同年底到期，是否续聘；1栋电梯检验不合格，是否动用1栋的维修资金大修。",
          (MANAGER, LIFT), -6, Step.OPENED, so_far, on_paper=5),
    Story("2026年公共收益使用表决", "上年公共收益结余怎样使用。", (INCOME,), 12, Step.NOTICED),
    Story("外墙局部修缮表决（第二次）", "上次整体翻新参与不足，现只修脱落部位。",
          (Asked("使用维修资金修缮外墙脱落部位", "只修 3栋、4栋 北立面脱落部位，工期 30 天。",
                 "共 38.5 万元，从维修资金列支", MatterClass.SPEND_FUND,
                 "动用建筑物及其附属设施的维修资金。"),), 26, Step.PROPOSED, lead=27),
    Story(ROLL_DISPUTED, "中心花园西侧改造为儿童活动场地。",
          (Asked("改造儿童活动场地", "铺设软垫，安装秋千和滑梯，拆除废弃花架。",
                 "共 11 万元，由公共收益支出", MatterClass.OTHER,
                 "有关共有和共同管理权利的其他重大事项。"),), 34, Step.ROLL_PUBLISHED, lead=27),
    Story(ROLL_ANSWERED, "换届选举之前，先修改议事规则。", (RULES,), 30,
          Step.ROLL_PUBLISHED, lead=39, by_preparatory=True),  # checked, holidays or not
    Story("3栋加装电梯厅门禁表决（草稿）", "3栋业主提议，费用由3栋业主分摊。", (), 35, Step.DRAFTED,
          lead=22),
)  # fmt: skip
