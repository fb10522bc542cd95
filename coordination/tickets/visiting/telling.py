"""What whoever whistled is told, and who hears of a 重办: one message per person and event.

Runs as a job after the event's commit, at least once: who was told of an event is not told again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.db import row, rows, transaction, value
from coordination.law.policies import Priority
from coordination.people.outbox import ORDINARY, WITH_SMS, tell, tell_address
from coordination.people.rules import fits_sms
from coordination.people.secrecy import open_phone
from coordination.people.tables import Channel, RoleKind
from coordination.settings import settings
from coordination.tickets.kinds import EventKind, Outcome
from coordination.tickets.visiting.links import make_link
from coordination.tickets.whistling.timeline import ASKS
from coordination.tickets.words import OUTCOME_WORDS

EVENT = """
select v.kind, v.person, v.words, v.facts->>'outcome' as outcome, v.facts->>'way' as way,
       t.id, t.number, t.estate, t.priority, t.level, t.whistled_by, t.caller_phone_sealed,
       t.handler, t.holder, c.name as category, h.name as holder_name, e.path,
       array(select person from co_signer where ticket = t.id) as signers
  from ticket_event v join ticket t on t.id = v.ticket join category c on c.id = t.category
  join body h on h.id = t.holder join place e on e.id = t.estate
 where v.ticket = $1 and v.ordinal = $2 for no key update of t
"""
LEVEL_ROLES = {
    1: (RoleKind.PROPERTY_MANAGER,), 2: (RoleKind.COMMUNITY_WORKER,),
    3: (RoleKind.SUBDISTRICT_OFFICER,), 4: (RoleKind.DEPARTMENT_OFFICER,),
}  # fmt: skip
STAFF = """
select distinct r.person from role r join place p on p.id = r.place
 where r.kind = any($1) and starts_with($2, p.path) and r.since <= $3
   and (r.until is null or r.until > $3)
"""


@dataclass(frozen=True, slots=True)
class News:
    """What is said of an event: to who whistled, and to who joined; `sms`: also by SMS."""

    title: str
    text: str
    sms: bool = False
    joined: bool = False


async def tell_of(ticket: UUID, ordinal: int, at: datetime) -> None:
    """Tell of an event whom it concerns; a kind that concerns nobody is passed over."""
    async with transaction():
        found = await row(EVENT, ticket, ordinal)
        if found is None:
            return
        kind = EventKind(found["kind"])
        # What asks for an answer opens at the top, where the answer is given.
        line = "" if kind in ASKS else f"#e{ordinal}"
        facts = dict(found) | {"ordinal": ordinal, "link": f"/tickets/{ticket}{line}"}
        if news := _news(kind, facts):
            await _tell_whistler(kind, facts, news, at)
            if news.joined:
                others = [one for one in found["signers"] if one != found["person"]]
                await _tell_once(others, kind, facts, news, at, ORDINARY)
        if kind is EventKind.REOPEN:
            await _tell_next_level(facts, at)


def _news(kind: EventKind, facts: dict[str, Any]) -> News | None:
    number, holder = f"工单#{facts['number']}（{facts['category']}）", facts["holder_name"]
    if kind is EventKind.REPLY:
        return News("有答复了，请确认", f"{number}已答复，请确认解决了没有。", True, True)
    if kind is EventKind.ASK_INFO:
        return News("请补充信息", f"{number}需要您补充信息，请登录查看。", True)
    if kind is EventKind.CLOSE:
        said = OUTCOME_WORDS[Outcome(facts["outcome"])]
        return News("工单已办结", f"{number}已办结：{said}。有异议请登录提出。", True, True)
    if kind is EventKind.HOLD:
        return News("工单暂缓", f"{number}暂缓办理，原因和日期请登录查看。", True, True)
    if kind is EventKind.REPORT_IN:
        return News("有人报到了", f"{number}：{holder}已报到，正在安排。")
    if kind is EventKind.MERGE:
        return News("工单已合并", f"{number}和另一张工单是同一件事，已经合并办理。", False, True)
    return None


async def _tell_whistler(kind: EventKind, facts: dict[str, Any], news: News, at: datetime) -> None:
    """Not of what they did themselves. Who has no account and left a phone gets an SMS."""
    person = facts["whistled_by"]
    if facts["way"] or (person is not None and person == facts["person"]):
        return
    is_new = not await _was_told(person, kind, facts)
    if not (news.sms and is_new):
        await _tell_once([person] if person else [], kind, facts, news, at, ORDINARY)
        return
    sms = await _sms(kind, facts, news, at)
    urgent = facts["priority"] == Priority.DANGER
    if person is not None:
        await tell(
            person, f"ticket-{kind.value}", news.title, news.text, at=at, link=facts["link"],
            channels=WITH_SMS, sms=sms, urgent=urgent,
        )  # fmt: skip
    elif facts["caller_phone_sealed"]:
        phone = open_phone(facts["caller_phone_sealed"])
        await tell_address(phone, _event_of(kind, facts), news.title, sms, at=at, urgent=urgent)


def _event_of(kind: EventKind, facts: dict[str, Any]) -> str:
    """The name of a message to a phone without an account, once per event."""
    return f"t{facts['number']}-{facts['ordinal']}-{kind.value}"[:40]


async def _sms(kind: EventKind, facts: dict[str, Any], news: News, at: datetime) -> str:
    """The longest of these that is one SMS: a reply's has its link, where one fits."""
    if kind is not EventKind.REPLY:
        return news.text if fits_sms(news.text, settings().sms_sign) else news.title
    token = await make_link(facts["id"], facts["estate"], facts["ordinal"], at)
    address = f"{settings().public_url}/r/{token}"
    ways = (
        f"工单#{facts['number']}已答复，解决了吗？请点：{address}",
        f"#{facts['number']}已答复请确认{address}",
        news.text,
        news.title,
    )
    return next(words for words in ways if fits_sms(words, settings().sms_sign))


async def _tell_once(
    persons: Sequence[UUID],
    kind: EventKind,
    facts: dict[str, Any],
    news: News,
    at: datetime,
    channels: Sequence[Channel],
) -> None:
    to = [one for one in persons if not await _was_told(one, kind, facts)]
    if to:
        await tell(
            to, f"ticket-{kind.value}", news.title, news.text, at=at, link=facts["link"],
            channels=channels,
        )  # fmt: skip


async def _was_told(person: UUID | None, kind: EventKind, facts: dict[str, Any]) -> bool:
    if person is None:
        return await value(
            "select exists (select from message where person is null and event = $1)",
            _event_of(kind, facts),
        )
    return await value(
        "select exists (select from message where person = $1 and event = $2 and link = $3)",
        person, f"ticket-{kind.value}", facts["link"],
    )  # fmt: skip


async def _tell_next_level(facts: dict[str, Any], at: datetime) -> None:
    """未解决: whoever handled it hears, and the level above 上一级."""
    above = min(facts["level"] + 1, 4)
    kinds = [role.value for role in (*LEVEL_ROLES[1], *LEVEL_ROLES[above])]
    staff = {each["person"] for each in await rows(STAFF, kinds, facts["path"], at)}
    staff |= {facts["handler"]} - {None}
    news = News(
        "居民说没有解决",
        f"工单#{facts['number']}（{facts['category']}）退回重办。{facts['words']}".strip()[:300],
    )
    await _tell_once(sorted(staff), EventKind.REOPEN, facts, news, at, ORDINARY)
