"""What staff are told of an event, and whom it concerns. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from coordination.clock import SHANGHAI
from coordination.law.policies import Level, Priority
from coordination.people.tables import BodyKind
from coordination.tickets.kinds import EventKind
from coordination.tickets.words import LEVEL_WORDS, clock_words

SHORT = 20  # characters of a place in an SMS


class To(Enum):
    """Whom an event concerns; each is a body's people on duty, or a named person."""

    HOLDER = "holder"
    HANDLER = "handler"  # who reported in, else the holder
    ABOVE = "above"  # the level above the holder
    COMMUNITY = "community"
    CALLED = "called"  # the level that an escalation calls
    OVERSEER = "overseer"  # whom an earlier escalation called, unless this one calls anew
    PART = "part"  # the co-handler of a sub-task
    DUE = "due"  # whoever the clock waits for: the handler, or the community for a visit


@dataclass(frozen=True, slots=True)
class About:
    """An event and its ticket, as far as words need them."""

    kind: EventKind
    at: datetime
    ordinal: int
    person: UUID | None
    words: str
    facts: Mapping[str, Any]
    ticket: UUID
    number: int
    priority: Priority
    level: int
    state: str
    door: str
    text: str
    estate_name: str
    building_name: str | None
    spot: str
    category: UUID
    category_name: str
    path: str
    holder: UUID
    holder_kind: BodyKind
    holder_name: str
    handler: UUID | None
    report_due_at: datetime | None
    climbs: bool  # the next event calls another level
    is_outrun: bool  # a reminder of what is late by now

    @property
    def where(self) -> str:
        building = f"{self.building_name}栋" if self.building_name else "公共部位"
        return f"{self.estate_name[:SHORT]}{building}"

    @property
    def link(self) -> str:
        return f"/desk/tickets/{self.ticket}#e{self.ordinal}"


@dataclass(frozen=True, slots=True)
class News:
    """What is said: `sms` fits one message; the text in the app says more."""

    title: str
    sms: str
    text: str
    to: tuple[To, ...]


def news_of(about: About) -> News | None:
    """None: staff need not hear of it."""
    made = NEWS.get(about.kind)
    if made is None:
        return None
    title, tail, to = made
    said = tail(about)
    sms = f"工单#{about.number} {about.where}{about.category_name}：{said}"
    text = f"{sms}{about.words}"[:300] if about.words else sms
    if about.kind is EventKind.WHISTLE:
        text = f"{sms}\n{about.text[:100]}"
    if about.kind is EventKind.WHISTLE and about.priority is Priority.DANGER:
        return News("危险！请马上报到", f"危险！{sms}", text, (*to, To.COMMUNITY))
    return News(title, sms, text, to)


def is_reminder(kind: EventKind) -> bool:
    """What the clocks say: told together, unless it is urgent."""
    return kind in (EventKind.REMIND, EventKind.BREACH, EventKind.ESCALATE)


def _time(at: datetime) -> str:
    there = at.astimezone(SHANGHAI)
    return f"{there.month}月{there.day}日{there:%H:%M}"


def _report(about: About) -> str:
    return f"请于{_time(about.report_due_at)}前报到。" if about.report_due_at else "请报到。"


def _until(about: About) -> str:
    due = about.facts.get("due")
    return f"请于{_time(datetime.fromisoformat(due))}前" if due else "请"


def _escalated(about: About) -> str:
    return f"已升级，请{LEVEL_WORDS[Level(about.facts['level'])]}督办。"


# What it is called, how it goes on behind the place and the category, whom it concerns.
NEWS: dict[EventKind, tuple[str, Callable[[About], str], tuple[To, ...]]] = {
    EventKind.WHISTLE: ("有人吹哨，请报到", _report, (To.HOLDER,)),
    EventKind.ANSWER_INFO: ("居民补充了信息", lambda a: "居民已补充信息。", (To.HANDLER,)),
    EventKind.INFO_TIMEOUT: ("没有等到补充", lambda a: "没有等到补充，请继续。", (To.HANDLER,)),
    EventKind.TRANSFER: ("转来一件工单", lambda a: "转来，请签收或依据退单。", (To.HOLDER,)),
    EventKind.RETURN: ("请裁定责任单位", lambda a: f"被退单，{_until(a)}裁定。", (To.HOLDER,)),
    EventKind.ADJUDICATE: ("裁定由您单位负责", lambda a: "裁定由您单位负责。", (To.HOLDER,)),
    EventKind.HAND_OVER: ("移交来一件工单", lambda a: "移交来，请接手。", (To.HOLDER,)),
    EventKind.OPEN_SUB_TASK: ("请协办", lambda a: f"{_until(a)}完成协办。", (To.PART,)),
    EventKind.FINISH_SUB_TASK: ("协办完成", lambda a: "一项协办已完成。", (To.HANDLER,)),
    EventKind.ASK_HOLD: ("有人申请挂起", lambda a: "申请挂起，请答复。", (To.ABOVE,)),
    EventKind.HOLD: ("同意挂起", lambda a: "已同意挂起。", (To.HANDLER,)),
    EventKind.REFUSE_HOLD: ("不同意挂起", lambda a: "没有同意挂起，请继续。", (To.HANDLER,)),
    EventKind.RESUME: ("恢复处理", lambda a: "恢复处理，继续计时。", (To.HANDLER,)),
    EventKind.PROPOSE_REFUSAL: ("请复核不予受理", lambda a: "拟不予受理。", (To.COMMUNITY,)),
    EventKind.OVERRULE_REFUSAL: ("应予受理", lambda a: "复核后应予受理，请办理。", (To.HOLDER,)),
    EventKind.SUPERVISE: ("督办", lambda a: f"督办，{_until(a)}答复。", (To.HOLDER, To.HANDLER)),
    EventKind.CHANGE_PRIORITY: ("等级有调整", lambda a: "等级和时限有调整。", (To.HANDLER,)),
    EventKind.REMIND: (
        "快到期了", lambda a: f"{clock_words(a.facts['clock'])}快到期。", (To.DUE,)
    ),
    EventKind.BREACH: (
        "超期了", lambda a: f"{clock_words(a.facts['clock'])}已超期。", (To.DUE, To.OVERSEER)
    ),
    EventKind.ESCALATE: ("请督办", _escalated, (To.CALLED,)),
}  # fmt: skip
