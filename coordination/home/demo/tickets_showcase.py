"""One ticket in each state for the property manager to find: due soon, overdue, held, returned."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from coordination.home.demo.tickets_cast import Cast, Deed, Hand, Life
from coordination.home.demo.tickets_words import SUBJECTS
from coordination.tickets.kinds import Door, EventKind

K = EventKind
SUBJECT = {subject.code: subject for subject in SUBJECTS}
HOUR = timedelta(hours=1)
Said = tuple[float, EventKind, str, str, dict[str, Any]]  # hours ago, what, by whom, words, facts
DIRECT = {"dispatch": "direct"}


def _taken(hours: float) -> list[Said]:
    """Reported in and dispatched, that many hours ago."""
    return [(hours, K.REPORT_IN, "staff", "", {}), (hours - 0.2, K.DISPATCH, "staff", "", DIRECT)]


def _early(at: datetime) -> list[tuple[str, str, float, list[Said]]]:
    """(category, words, whistled how many hours ago, what then happened): not yet in work, or
    freshly so."""
    asked = ("请补充是几单元几楼，什么时间能上门。", {"until": _day(at, 48)})
    decided = ("派出所上周已经处理过，没有新的情况。", {"reason": "decided"})
    return [
        ("lift-out", "1单元电梯停了，八楼有坐轮椅的老人要去透析。", 1.5, []),
        ("lighting", "二楼楼道灯不亮，晚上看不见台阶。", 5, []),
        ("cleaning", "楼道里堆着沙发和纸箱，过不去人。", 75, []),
        ("gates", "单元门禁刷卡没有反应。", 20, [(18, K.ASK_INFO, "staff", *asked)]),
        ("pets", "邻居家的狗夜里叫。", 8, [(6, K.PROPOSE_REFUSAL, "staff", *decided)]),
        ("sewage", "一楼卫生间返水，流到门外。", 3, [(2.6, K.REPORT_IN, "staff", "", {})]),
        ("water-cut", "七楼以上水压太小，热水器点不着。", 20, _taken(19)),
        ("leaking", "一下雨外墙渗水，卧室墙发霉。", 24 * 9, _taken(24 * 9 - 3)),
    ]  # fmt: skip


def _elsewhere(cast: Cast, at: datetime) -> list[tuple[str, str, float, list[Said]]]:
    """Handed to a department, returned by one, on hold."""
    parks = str(cast.departments["园林局"].body)
    city = str(cast.departments["城市管理执法局"].body)
    tree, roof = "行道树由园林局养护。", "违建由城管部门认定。"
    ruling = {"holder": "community", "proposed": "staff", "due": _day(at, 6)}
    hold = {"blocker": "曳引机配件缺货，厂家排产中", "unblocker": "厂家到货即恢复施工",
            "until": _day(at, 24 * 12)}  # fmt: skip
    return [
        ("greening", "树枝伸进三楼窗户，有虫。", 30, [
            (28, K.REPORT_IN, "staff", "", {}),
            (27, K.TRANSFER, "staff", tree, {"holder": parks, "basis": tree})]),
        ("illegal-building", "楼顶搭了阳光房，把公共屋面围起来。", 60, [
            (58, K.REPORT_IN, "staff", "", {}),
            (57, K.TRANSFER, "staff", roof, {"holder": city, "basis": roof}),
            (40, K.RETURN, "city", "屋面漏水引起的临时雨棚，应由物业先处理。", ruling)]),
        ("lift-out", "2单元电梯运行抖动，维保说要换曳引机。", 24 * 6, [
            *_taken(24 * 6 - 1), (24 * 5, K.ASK_HOLD, "staff", hold["blocker"], hold),
            (24 * 5 - 3, K.HOLD, "community", hold["blocker"], hold)]),
    ]  # fmt: skip


def _answered(cast: Cast) -> list[tuple[str, str, float, list[Said]]]:
    """Replied to: waiting for the resident, being visited, rejected."""
    reply = {"outcome": "solved", "evidence": [cast.evidence]}
    return [
        ("parking", "消防通道停满了车。", 50, [
            *_taken(48), (6, K.REPLY, "staff", "已挪车，通道加装了隔离桩。", reply)]),
        ("noise", "楼上夜里装修，吵得睡不着。", 70, [
            *_taken(68), (30, K.REPLY, "staff", "已上门劝阻，约定 8 点到 18 点施工。", reply),
            (4, K.VISIT, "community", "没有人接听，明天再拨。", {"reached": False})]),
        ("waste", "装修垃圾堆在楼下一个星期了。", 96, [
            *_taken(94), (50, K.REPLY, "staff", "装修垃圾已清走。", reply),
            (5, K.REJECT, "resident", "只清走了一半，剩下的还在。", {}),
            (5, K.REOPEN, "resident", "", {})]),
    ]  # fmt: skip


def _day(at: datetime, hours: float) -> str:
    return (at + hours * HOUR).isoformat()


def showcase(cast: Cast, at: datetime) -> list[Life]:
    """The lives, each told up to where it stands at that moment."""
    hands: dict[str, Hand | UUID] = {
        "staff": cast.staff[0], "community": cast.community[0], "resident": cast.residents[0],
        "city": cast.departments["城市管理执法局"],
    }  # fmt: skip
    lives = []
    stories = [*_early(at), *_elsewhere(cast, at), *_answered(cast)]
    for number, (code, text, hours, said) in enumerate(stories):
        subject, resident = SUBJECT[code], cast.residents[number % len(cast.residents)]
        hands["resident"] = resident
        deeds = [Deed(at - hours * HOUR, K.WHISTLE, resident)]
        for ago, kind, by, words, facts in said:
            deeds.append(Deed(at - ago * HOUR, kind, hands[by], words, _named(facts, hands), True))
        lives.append(Life(
            uuid5(cast.estate, f"showcase {number}"), subject,
            cast.buildings[number % len(cast.buildings)], subject.spots[0], text, Door.RESIDENT,
            resident, None, None, True, deeds,
        ))  # fmt: skip
    return lives


def _named(facts: dict[str, Any], hands: dict[str, Hand | UUID]) -> dict[str, Any]:
    """The facts, with the bodies of "community" and "staff" in their places."""
    bodies = {name: str(hand.body) for name, hand in hands.items() if isinstance(hand, Hand)}
    return {name: bodies.get(said, said) if isinstance(said, str) else said
            for name, said in facts.items()}  # fmt: skip
