"""A version of the clocks 时限 as a form and as words, and back again. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from coordination.law.policies import (
    DAY,
    HOUR,
    Allowance,
    Clock,
    Extension,
    Ladder,
    Level,
    Policy,
    Priority,
    Unit,
    seconds,
    working_days,
)
from coordination.web.forms import FULL_WIDTH, Reader

PRIORITIES = {
    Priority.DANGER: ("P0 危险", "困梯、燃气、火情、高空坠物、漏电"),
    Priority.LIVELIHOOD: ("P1 民生", "停水停电停暖、电梯停运、污水外溢"),
    Priority.ORDINARY: ("P2 一般", "保洁、绿化、停车、噪音、门禁"),
    Priority.COMPLEX: ("P3 复杂", "违建、多部门、房屋质量"),
    Priority.PROCEDURAL: ("P4 程序", "动用维修资金、表决、预算"),
}
# What each runs from; whether every priority must have it; how many days it may be at most.
CLOCKS = {
    Clock.REPORT_IN: ("报到", "从吹哨算起", True, 15),
    Clock.FIRST_REPLY: ("首次答复", "从吹哨算起", True, 60),
    Clock.CLOSURE: ("办结", "从吹哨算起", False, 365),
    Clock.VISIT: ("回访", "从答复算起", True, 30),
    Clock.PROGRESS: ("进展说明", "从上一次说明算起", False, 90),
}
UNITS = {"minutes": ("分钟", 60), "hours": ("小时", HOUR), "days": ("天", DAY)}
WORKING = "working_days"
UNIT_WORDS = {name: words for name, (words, _) in UNITS.items()} | {WORKING: "个工作日"}
WRITTEN = re.compile(r"(\d{1,9})\s*(分钟|小时|天|个?工作日)")
BY = {"": "不能延期", "holder": "责任单位", "2": "社区", "3": "街道"}
PERCENTS = {"remind_percent": (10, 99), "second_percent": (101, 1000)}
COUNTS = {"reopened": (1, 20), "cosigners": (2, 1000), "hops": (2, 20)}
LADDER = {
    "remind_percent": ("提醒责任单位", "%"), "second_percent": ("再升一级", "%"),
    "reopened": ("重办满", "次"), "cosigners": ("同求满", "人"), "hops": ("流转满", "次"),
}  # fmt: skip
BREACH = 100  # late is late


@dataclass(frozen=True, slots=True)
class Line:
    """What one priority is promised, in words: a word per clock, then the extension."""

    name: str
    examples: str
    clocks: tuple[str, ...]
    extension: str


def lines_of(policy: Policy) -> list[Line]:
    """The table of a version."""
    return [
        Line(
            *PRIORITIES[priority],
            tuple(_said(policy.clocks[priority].get(clock)) for clock in CLOCKS),
            _extension_words(policy.extensions.get(priority)),
        )
        for priority in Priority
    ]


def ladder_words(ladder: Ladder) -> list[tuple[str, str]]:
    """How tickets climb."""
    return [
        (f"用去时限的 {ladder.remind_percent}%", "提醒责任单位"),
        (f"用去时限的 {ladder.breach_percent}%", "记为超期并公开，升一级，由上一级督办"),
        (f"用去时限的 {ladder.second_percent}%", "再升一级"),
        (
            f"重办满 {ladder.reopened} 次、同求满 {ladder.cosigners} 人或者流转满 {ladder.hops} 次",
            "立即升一级",
        ),
    ]


def _said(allowance: Allowance | None) -> str:
    if allowance is None:
        return "—"
    amount, unit = _in_unit(allowance)
    return f"{amount} {UNIT_WORDS[unit]}"


def _in_unit(allowance: Allowance) -> tuple[int, str]:
    if allowance.unit is Unit.WORKING_DAYS:
        return allowance.amount, WORKING
    for name in ("days", "hours"):
        size = UNITS[name][1]
        if allowance.amount % size == 0:
            return allowance.amount // size, name
    return allowance.amount // UNITS["minutes"][1], "minutes"


def _extension_words(extension: Extension | None) -> str:
    if extension is None:
        return "不能延期"
    who = "责任单位" if extension.by is None else BY[str(int(extension.by))]
    return f"{extension.times} 次，由{who}，每次最长为原时限的 {extension.percent}%"


def form_values(policy: Policy) -> dict[str, str]:
    """What stands in the form before anything is changed."""
    values: dict[str, str] = {}
    for priority in Priority:
        for clock in CLOCKS:
            allowance = policy.clocks[priority].get(clock)
            values[f"{priority}_{clock}"] = _said(allowance) if allowance else ""
        extension = policy.extensions.get(priority)
        by = "holder" if extension and extension.by is None else ""
        values[f"{priority}_by"] = str(int(extension.by)) if extension and extension.by else by
        values[f"{priority}_times"] = str(extension.times if extension else 1)
        values[f"{priority}_percent"] = str(extension.percent if extension else 100)
    return values | {name: str(getattr(policy.ladder, name)) for name in LADDER}


def read_policy(read: Reader, version: int) -> Policy:
    """What the form says; everything wrong is noted in `read`, which the caller settles."""
    clocks = {priority: _clocks(read, priority) for priority in Priority}
    extensions = {priority: found for priority in Priority if (found := _extension(read, priority))}
    numbers = {
        name: read.whole(name, LADDER[name][0], least=least, most=most)
        for name, (least, most) in (PERCENTS | COUNTS).items()
    }
    ladder = Ladder() if read.errors else Ladder(breach_percent=BREACH, **numbers)
    return Policy(version, clocks, extensions, ladder)


def _clocks(read: Reader, priority: Priority) -> dict[Clock, Allowance]:
    found = {
        clock: allowance
        for clock in CLOCKS
        if (allowance := _allowance(read, priority, clock)) is not None
    }
    asked = [found.get(clock) for clock in (Clock.REPORT_IN, Clock.FIRST_REPLY, Clock.CLOSURE)]
    lengths = [_days(one) for one in asked if one]
    if lengths != sorted(lengths):
        read.wrong(
            f"{priority}_{Clock.CLOSURE}",
            f"{PRIORITIES[priority][0]}：报到、首次答复、办结应当一个比一个长。",
        )
    return found


def _allowance(read: Reader, priority: Priority, clock: Clock) -> Allowance | None:
    words, _, is_needed, most_days = CLOCKS[clock]
    name = f"{priority}_{clock}"
    label = f"{PRIORITIES[priority][0]}的{words}时限"
    written = read.text(name, label, longest=20, optional=not is_needed).translate(FULL_WIDTH)
    if not written:
        return None
    found = WRITTEN.fullmatch(written)
    if not found:
        read.wrong(name, f"{label}要写成“30 分钟”“2 小时”“3 天”“5 个工作日”这样。")
        return None
    amount, is_working = int(found[1]), found[2].endswith("工作日")
    size = DAY if is_working else next(size for said, size in UNITS.values() if said == found[2])
    if not 1 <= amount <= most_days * DAY // size:
        read.wrong(name, f"{label}最短 1 {found[2]}，最长 {most_days} 天。")
        return None
    return working_days(amount) if is_working else seconds(amount * size)


def _days(allowance: Allowance) -> float:
    return allowance.amount if allowance.unit is Unit.WORKING_DAYS else allowance.amount / DAY


def _extension(read: Reader, priority: Priority) -> Extension | None:
    label = f"{PRIORITIES[priority][0]}的延期"
    by = read.one_of(f"{priority}_by", label, BY)
    if not by or by not in BY:
        return None
    times = read.whole(f"{priority}_times", f"{label}次数", least=1, most=3)
    percent = read.whole(f"{priority}_percent", f"{label}长度", least=10, most=100)
    return Extension(times, None if by == "holder" else Level(int(by)), percent)


def form_names() -> list[str]:
    """Every field of the table."""
    per_priority = [
        f"{priority}_{part}"
        for priority in Priority
        for part in (*CLOCKS, "by", "times", "percent")
    ]
    return [*per_priority, *LADDER]


def same(one: Policy, other: Policy) -> bool:
    """Whether both promise the same, whatever their numbers."""
    return _promised(one) == _promised(other)


def _promised(policy: Policy) -> tuple[Mapping, Mapping, Ladder]:
    return policy.clocks, policy.extensions, policy.ladder
