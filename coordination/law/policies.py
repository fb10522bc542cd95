"""What a ticket is promised 响应时限: priorities, clocks, allowances and extensions, as data.

Sources: five working days for an ordinary matter, 济南 art. 24 and 潍坊 art. 20 of their rules on
12345; the tiers of danger, livelihood, ordinary and complex follow the practice of 北京接诉即办. No
binding text sets the minutes of a report-in 报到: they are the house's own. All of it is a version
of a policy that a place may replace; a ticket keeps the version of its whistle until re-pinned.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

HOUR = 3600
DAY = 24 * HOUR


class Priority(StrEnum):
    DANGER = "p0"  # 危险
    LIVELIHOOD = "p1"  # 民生
    ORDINARY = "p2"  # 一般
    COMPLEX = "p3"  # 复杂
    PROCEDURAL = "p4"  # 程序


class Clock(StrEnum):
    REPORT_IN = "report_in"  # 报到, from the whistle
    FIRST_REPLY = "first_reply"  # 首次答复, from the whistle
    CLOSURE = "closure"  # 办结, from the whistle
    VISIT = "visit"  # 回访, from each reply
    HOLDER = "holder"  # 经手, one per holder, while the ticket is in its hands
    PROGRESS = "progress"  # 进展, from the last note or reply
    MILESTONE = "milestone"  # 节点, as planned for this ticket


class Level(IntEnum):
    """分级响应: who answers for a ticket."""

    PROPERTY = 1  # 物业项目经理
    COMMUNITY = 2  # 社区（网格员、书记）
    SUBDISTRICT = 3  # 街道
    DISTRICT = 4  # 区主管部门


class Unit(StrEnum):
    SECONDS = "seconds"  # 自然时间, day and night
    WORKING_DAYS = "working_days"  # 工作日, the day of the event not counted (民法典 201)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long a clock may run. ValueError: not a positive whole number."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount < 1:
            raise ValueError(f"an allowance of {self.amount!r}")


@dataclass(frozen=True, slots=True)
class Extension:
    """How often a closure's date 办结时限 may be put off 延期, and by whom.

    `by` None: by the holder, who states the reason in public. `percent`: by how much at most, of
    what was first allowed.
    """

    times: int
    by: Level | None
    percent: int = 100


@dataclass(frozen=True, slots=True)
class Ladder:
    """When a ticket climbs 分级响应: percent of a clock, and counts that climb at once.

    ValueError: a later step at a lower percent.
    """

    remind_percent: int = 80
    breach_percent: int = 100
    second_percent: int = 150
    reopened: int = 2
    cosigners: int = 10
    hops: int = 3

    def __post_init__(self) -> None:
        if not self.remind_percent <= self.breach_percent <= self.second_percent:
            raise ValueError(f"a ladder of which a step comes before the one below it: {self}")


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of what is promised.

    A priority without a clock promises no date for it. Without HOLDER a holder has what CLOSURE
    has, its extensions included. Without an extension there is none.
    """

    version: int
    clocks: Mapping[Priority, Mapping[Clock, Allowance]]
    extensions: Mapping[Priority, Extension] = field(default_factory=dict)
    ladder: Ladder = Ladder()


def seconds(amount: int) -> Allowance:
    return Allowance(amount, Unit.SECONDS)


def working_days(amount: int) -> Allowance:
    return Allowance(amount, Unit.WORKING_DAYS)


def _row(report_in: Allowance, first_reply: Allowance, **rest: Allowance):
    given = {Clock.REPORT_IN: report_in, Clock.FIRST_REPLY: first_reply}
    return (
        given
        | {Clock(name): allowance for name, allowance in rest.items()}
        | {Clock.VISIT: working_days(2)}
    )


DEFAULT_POLICY = Policy(
    version=1,
    clocks={
        Priority.DANGER: _row(seconds(30 * 60), seconds(2 * HOUR), closure=seconds(DAY)),
        Priority.LIVELIHOOD: _row(seconds(2 * HOUR), seconds(DAY), closure=seconds(3 * DAY)),
        Priority.ORDINARY: _row(working_days(1), working_days(3), closure=working_days(5)),
        Priority.COMPLEX: _row(working_days(1), working_days(5), closure=working_days(15)),
        Priority.PROCEDURAL: _row(working_days(1), working_days(5), progress=seconds(15 * DAY)),
    },
    extensions={
        Priority.LIVELIHOOD: Extension(times=1, by=Level.COMMUNITY),
        Priority.ORDINARY: Extension(times=1, by=None),
        Priority.COMPLEX: Extension(times=1, by=Level.SUBDISTRICT),
    },
)


def policy_to_json(policy: Policy) -> str:
    """The policy as text, the same for equal policies."""
    return json.dumps(
        {
            "version": policy.version,
            "clocks": {
                priority: {clock: {a.unit: a.amount} for clock, a in clocks.items()}
                for priority, clocks in policy.clocks.items()
            },
            "extensions": {
                priority: {"times": e.times, "by": e.by, "percent": e.percent}
                for priority, e in policy.extensions.items()
            },
            "ladder": {name: getattr(policy.ladder, name) for name in LADDER},
        },
        sort_keys=True,
    )


def policy_from_json(text: str) -> Policy:
    """The policy in a text of `policy_to_json`. ValueError: anything else, missing or more."""
    given = _object(
        json.loads(text, object_pairs_hook=_pairs), {"version", "clocks", "extensions", "ladder"}
    )
    clocks = {
        Priority(priority): {Clock(clock): _allowance(a) for clock, a in _mapping(row).items()}
        for priority, row in _mapping(given["clocks"]).items()
    }
    if set(clocks) != set(Priority):
        raise ValueError("a policy speaks of every priority")
    extensions = {
        Priority(priority): _extension(e) for priority, e in _mapping(given["extensions"]).items()
    }
    ladder = _object(given["ladder"], set(LADDER))
    return Policy(
        _whole(given["version"]),
        clocks,
        extensions,
        Ladder(**{name: _whole(number) for name, number in ladder.items()}),
    )


LADDER = (
    "remind_percent", "breach_percent", "second_percent", "reopened", "cosigners", "hops",
)  # fmt: skip


def longest_extension(policy: Policy, priority: Priority) -> Allowance | None:
    """By how much a closure may be put off at a time; None: not at all."""
    rule = policy.extensions.get(priority)
    first = policy.clocks[priority].get(Clock.CLOSURE)
    if rule is None or first is None:
        return None
    return Allowance(max(1, first.amount * rule.percent // 100), first.unit)


def _pairs(given: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in given}) < len(given):
        raise ValueError(f"a field given twice: {given}")
    return dict(given)


def _allowance(given: Any) -> Allowance:
    ((unit, amount),) = _mapping(given).items()
    return Allowance(amount, Unit(unit))


def _extension(given: Any) -> Extension:
    known = _object(given, {"times", "by", "percent"})
    by = None if known["by"] is None else Level(_whole(known["by"]))
    return Extension(_whole(known["times"]), by, _whole(known["percent"]))


def _object(given: Any, names: set[str]) -> dict[str, Any]:
    if set(_mapping(given)) != names:
        raise ValueError(f"not the fields {sorted(names)}: {given!r}")
    return given


def _mapping(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValueError(f"not an object: {given!r}")
    return given


def _whole(given: Any) -> int:
    if type(given) is not int or given < 1:
        raise ValueError(f"not a whole number above nought: {given!r}")
    return given
