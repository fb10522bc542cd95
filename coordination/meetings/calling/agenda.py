"""The agenda 议程: what fills itself, what is added, and what may still be moved after the notice.

The points about earlier actions and about tickets say what was so when they were written, and are
written anew with the notice; the room's page shows what is so now.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import execute, rows, transaction, value
from coordination.disclosures.queries import BODIES, Shown, owed_by
from coordination.disclosures.rules import Standing
from coordination.errors import Conflict, Invalid, NotFound
from coordination.matters.actions import write_line
from coordination.meetings.kinds import ITEM_TITLES
from coordination.meetings.queries import Seen
from coordination.meetings.steps import OutOfOrder, require_state, run_by
from coordination.meetings.tables import AgendaItem, ItemKind, Step
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.tickets.figures.definitions import FIGURE
from coordination.tickets.figures.periods import Cohort, month_of
from coordination.tickets.figures.queries import Asked, tally
from coordination.web.formats import last_day, local_day, percent

SHOWN_RATES = ("report_on_time", "close", "solve", "content")
MOST_LINES = 30
MOST_LATE = 10  # disclosures in the words of an agenda

OPEN_ACTIONS = """
select a.number, a.text, b.name as body_name, a.due_at, a.due_at <= $2 as late, a.state
  from action_item a join body b on b.id = a.body join place p on p.id = a.place
 where a.state not in ('verified', 'cancelled')
   and (starts_with(p.path, $1) or starts_with($1, p.path))
 order by a.due_at <= $2 desc, a.due_at, a.number limit $3
"""
# What waits to be discussed, was discussed without a decision, or decided without a task; $2: the
# one that is called for, though it be on the agenda of another meeting too.
OPEN_MATTERS = """
select m.id, m.title, m.text from matter m join place p on p.id = m.place
 where m.closed_at is null and starts_with(p.path, $1)
   and (m.stage in ('screened', 'discussed')
        or m.stage = 'decided' and m.reserved is null and exists (
          select from agenda_item i where i.matter = m.id)
        or m.stage = 'done' and exists (select from agenda_item i where i.matter = m.id)
           and not exists (select from action_item a where a.matter = m.id
                              and a.state not in ('verified', 'cancelled')))
   and (m.id = $2 or not exists (
     select from agenda_item i join meeting o on o.id = i.meeting
      where i.matter = m.id and o.state in ('planned', 'noticed', 'open')))
 order by m.id is not distinct from $2 desc, m.opened_at, m.id limit 20
"""


class AgendaFixed(Conflict):
    """The notice has gone out: the agenda is what was announced."""


async def fill_agenda(found: Seen, at: datetime, matter: UUID | None = None) -> None:
    """The points that such a meeting always has, and the matters that wait to be discussed: the
    one it is called for first."""
    titles: list[tuple[ItemKind, str, str, UUID | None]] = []
    for kind in found.kind.agenda:
        if kind is ItemKind.TOPIC:
            titles += [
                (kind, each["title"], each["text"][:500], each["id"])
                for each in await rows(OPEN_MATTERS, found.place.path, matter)
            ]
        else:
            titles.append((kind, ITEM_TITLES[kind], await _words(kind, found.place, at), None))
    for position, (kind, title, text, matter) in enumerate(titles, 1):
        await _add(found.meeting.id, position, kind, title, text, matter, None, at)


async def refresh_agenda(found: Seen, at: datetime) -> None:
    """Write what fills itself anew, as it is `at`: with the notice."""
    for kind in (ItemKind.CARRIED, ItemKind.TICKETS, ItemKind.DISCLOSURE):
        if kind in found.kind.agenda:
            await AgendaItem.update({AgendaItem.text: await _words(kind, found.place, at)}).where(
                AgendaItem.meeting == found.meeting.id, AgendaItem.kind == kind
            )


async def add_topic(
    asker: Asker,
    meeting_id: UUID,
    title: str,
    text: str,
    matter: UUID | None,
    at: datetime,
    *,
    late_reason: str = "",
) -> AgendaItem:
    """Add a point 议题; after the notice as 临时动议, with its reason.

    NotFound, NotYourMeeting, OutOfOrder, AgendaFixed, Invalid.
    """
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.PLANNED, Step.NOTICED, Step.OPEN, doing="增加议题")
        late = found.state.current is not Step.PLANNED
        if late:
            text = _late_text(text, late_reason)
        await _require_matter(found.place, matter)
        item = await _add(
            meeting_id,
            await _next_position(meeting_id, announced=late),
            ItemKind.TOPIC,
            title,
            text,
            matter,
            asker.id,
            at,
            late=late,
        )
        await audit.record(asker, "add_agenda_item", item, at=at, place=found.meeting.place)
        if matter:
            await write_line(matter, f"列入{found.meeting.title}议程"[:300], at,
                             link=f"/meetings/{meeting_id}", person=asker.id)  # fmt: skip
        return item


async def _next_position(meeting: UUID, *, announced: bool) -> int:
    """Where a point that is added comes: 其他 stays the last, until the numbers are announced."""
    last = await value("select max(position) from agenda_item where meeting = $1", meeting) or 0
    if not announced:
        await execute(
            "update agenda_item set position = $2 where meeting = $1 and kind = $3",
            meeting, last + 2, ItemKind.OTHER,
        )  # fmt: skip
    return last + 1


def _late_text(text: str, reason: str) -> str:
    """AgendaFixed: no reason is given."""
    if not reason.strip():
        raise AgendaFixed(
            "会议通知已经发出，议程按通知进行。确需临时增加的，请写明理由，作为临时动议列入。"
        )
    return f"{text}\n（临时动议：{reason.strip()}）".strip()


async def drop_topic(asker: Asker, item_id: UUID, at: datetime) -> UUID:
    """Take a point off before the notice; its meeting. NotFound, NotYourMeeting, AgendaFixed."""
    async with transaction():
        item = await AgendaItem.objects().get(AgendaItem.id == item_id)
        if item is None:
            raise NotFound("没有找到这个议题。")
        found = await run_by(asker, item.meeting)
        if found.state.current is not Step.PLANNED:
            raise AgendaFixed("会议通知已经发出，议程不能再删减；会上可以决定暂不讨论。")
        await AgendaItem.delete().where(AgendaItem.id == item.id)
        await audit.record(asker, "drop_agenda_item", item, at=at, place=found.meeting.place)
        return found.meeting.id


async def open_matters(place: Place) -> list[tuple[str, str]]:
    """(id, title) of the matters that may be put on the agenda."""
    return [(str(each["id"]), each["title"]) for each in await rows(OPEN_MATTERS, place.path, None)]


async def _require_matter(place: Place, matter: UUID | None) -> None:
    if matter is None:
        return
    path = await value("select p.path from matter m join place p on p.id = m.place where m.id = $1",
                       matter)  # fmt: skip
    if path is None or not (path.startswith(place.path) or place.path.startswith(path)):
        raise Invalid("请从列出的事项中选择。", matter="这个事项不属于会议所在的范围。")


async def _add(
    meeting: UUID, position: int, kind: ItemKind, title: str, text: str, matter: UUID | None,
    by: UUID | None, at: datetime, *, late: bool = False,
) -> AgendaItem:  # fmt: skip
    item = AgendaItem(
        id=uuid4(), meeting=meeting, position=position, kind=kind, title=title, text=text,
        matter=matter, late=late, added_by=by, added_at=at,
    )  # fmt: skip
    await item.save()
    return item


async def _words(kind: ItemKind, place: Place, at: datetime) -> str:
    match kind:
        case ItemKind.CARRIED:
            return carried_words(await rows(OPEN_ACTIONS, place.path, at, MOST_LINES))
        case ItemKind.TICKETS:
            return await _ticket_words(place, at)
        case ItemKind.DISCLOSURE:
            return await _late_words(place, at)
    return ""


def carried_words(actions: Sequence) -> str:
    """Open actions in lines, the overdue ones first."""
    if not actions:
        return "没有未完成的任务。"
    return "\n".join(
        f"{'【逾期】' if one['late'] else ''}任务{one['number']}：{one['text']}"
        f"（{one['body_name']}，{last_day(one['due_at'])}前）"
        for one in actions
    )


async def _ticket_words(place: Place, at: datetime) -> str:
    """The tickets of the month before, as `tickets.figures` counts them."""
    period = month_of(at).previous
    counted = (await tally(Asked(place, period, Cohort.WHISTLED, at))).total
    if not counted["whistled"]:
        return f"{period.words}没有工单。"
    rates = [FIGURE[name] for name in SHOWN_RATES]
    said = [f"{period.words}收到工单 {counted['whistled']} 件，受理 {counted['accepted']} 件。"]
    for rate in rates:
        part, whole = counted.fraction(rate)
        said.append(f"{rate.label} {percent(part, whole)}（{part}/{whole}）")
    return "\n".join(said)


async def _late_words(place: Place, at: datetime) -> str:
    """What meetings here resolved and the shelves should show, and was not published in time."""
    found = await rows(
        """select m.title, r.number, d.what, d.due_at from publication_duty d
             join resolution r on r.id = d.resolution join meeting m on m.id = r.meeting
             join place p on p.id = m.place
            where d.settled_at is null and d.due_at < $2 and starts_with(p.path, $1)
            order by d.due_at limit 20""",
        place.path, at,
    )  # fmt: skip
    words = {"resolution": "决议公开", "execution": "执行结果公开"}
    said = [
        f"【逾期】{one['title']}第{one['number']}项{words[one['what']]}，"
        f"应在{last_day(one['due_at'])}前公布"
        for one in found
    ]
    said += [
        f"【逾期】{one.estate_name}{one.shelf_words}公开：{one.name}，应由{one.who}在"
        f"{local_day(one.due_on)}前公开"
        for one in await late_disclosures(place, at)
    ]
    return "\n".join(said) or "没有逾期未公开的事项。"


async def late_disclosures(place: Place, at: datetime) -> list[Shown]:
    """What the shelves of a place should show and do not, the longest due first."""
    offices = [(kind, place.path) for kind in BODIES]
    owed = await owed_by(offices, at, MOST_LINES)
    return [one for one in owed if one.standing(at) is Standing.OVERDUE][:MOST_LATE]


def require_decidable(found: Seen, item: AgendaItem) -> None:
    """OutOfOrder: what was not announced is not decided in such a meeting."""
    if item.late and not found.kind.late_decisions:
        raise OutOfOrder(
            f"{found.kind.name}只能就通知中公布的议程作出决定。临时动议可以讨论，请列入下次会议议程。"
        )
