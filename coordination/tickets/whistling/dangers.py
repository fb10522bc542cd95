"""Danger first 先问危险: what is asked before any form, and whom to call at once.

Who has called may whistle all the same, at the highest priority, so that it is on record.
"""

from dataclasses import dataclass

POLICE, FIRE, AMBULANCE = ("110", "报警"), ("119", "消防救援"), ("120", "医疗急救")


@dataclass(frozen=True, slots=True)
class Danger:
    """One danger: what to do first, the numbers beside the property's own, its category."""

    code: str
    name: str
    do_first: str
    numbers: tuple[tuple[str, str], ...]
    category: str


DANGERS = {
    danger.code: danger
    for danger in (
        Danger("lift", "电梯里有人被困",
               "请被困的人不要扒门，按电梯里的警铃，等人来。", (FIRE, AMBULANCE), "lift-trapped"),
        Danger("gas", "闻到燃气味",
               "不要开关电器、不要点火。开窗，离开后再打电话。", (FIRE, POLICE), "gas-leak"),
        Danger("fire", "起火、冒烟",
               "先撤离，不要坐电梯。到安全的地方再打电话。", (FIRE, AMBULANCE), "fire"),
        Danger("falling", "高空坠物、墙皮要掉",
               "请绕开，叫住旁边的人，不要站在下面拍照。", (POLICE, AMBULANCE), "falling-object"),
        Danger("electric", "漏电、电线掉落",
               "离开积水和电线，不要用手去碰。有人触电先断电。", (FIRE, AMBULANCE),
               "electric-leak"),
    )
}  # fmt: skip
