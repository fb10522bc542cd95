"""The notice of a meeting 会议通知: numbered, with a check code, and told to every party."""

import secrets
from datetime import datetime
from uuid import UUID

from coordination.db import transaction, value
from coordination.errors import Conflict
from coordination.law.periods import day_of
from coordination.meetings import demands, following
from coordination.meetings.calling.actions import missing_parts
from coordination.meetings.calling.agenda import refresh_agenda
from coordination.meetings.calling.linking import give_links
from coordination.meetings.kinds import MeetingKind
from coordination.meetings.queries import Seen, items_of, people_of
from coordination.meetings.steps import require_state, run_by, take_step
from coordination.meetings.tables import AgendaItem, ItemKind, Meeting, Step
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, Section
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.tables import Place, PlaceKind
from coordination.web.codes import ALPHABET
from coordination.web.formats import local_time

CODE_LENGTH = 6


class PartyMissing(Conflict):
    """A party without which there is no such meeting has not been invited."""


class NoticeTooShort(Conflict):
    """Fewer full days between notice and meeting than such a meeting asks."""


async def announce_meeting(asker: Asker, meeting_id: UUID, at: datetime) -> Notice:
    """Send the notice; from now on the agenda is what it says.

    NotFound, NotYourMeeting, OutOfOrder, PartyMissing, NoticeTooShort.
    """
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.PLANNED, doing="发会议通知")
        require_parties(found)
        require_long_notice(found.kind, found.meeting.starts_at, at)
        await refresh_agenda(found, at)
        meeting = found.meeting
        await Meeting.update({Meeting.room_code: await _free_code()}).where(
            Meeting.id == meeting_id
        )
        items = await items_of(meeting_id)
        notice = await publish_notice(
            await notice_place(found.place), NoticeKind.MEETING, f"关于召开{meeting.title}的通知",
            f"定于{local_time(meeting.starts_at)}在{meeting.venue}召开{meeting.title}。",
            notice_facts(found, items), at, issuer=meeting.convener, person=asker.id,
            contact=meeting.contact, link=f"/meetings/{meeting_id}", subject=meeting_id,
        )  # fmt: skip
        await take_step(found, Step.NOTICED, asker, at, notice=notice.id)
        await following.announced(found, asker, at)
        await demands.called(meeting_id, at)
        await give_links(meeting, at)
        await tell(
            [one for one in await people_of(found.bodies, at) if one != asker.id],
            "meeting-notice", f"会议通知：{meeting.title}",
            f"{local_time(meeting.starts_at)}，{meeting.venue}。请打开查看议程，"
            f"并答复能否参加。联系：{meeting.contact}",
            at=at, link=f"/meetings/{meeting_id}",
        )  # fmt: skip
        return notice


def require_parties(found: Seen) -> None:
    """PartyMissing: says which, and what to do."""
    if lacking := missing_parts(found):
        raise PartyMissing(
            f"{found.kind.name}必须有这些方参加：{'、'.join(lacking)}。"
            "请先在“单位”中登记该单位并授予身份，再加入参加单位，然后发通知。"
        )


def require_long_notice(kind: MeetingKind, starts_at: datetime, at: datetime) -> None:
    """NoticeTooShort: says the first day that would do."""
    if day_of(starts_at) < kind.first_day(at):
        raise NoticeTooShort(f"{kind.too_short(at)}请先修改开会时间。依据：{kind.source}。")


async def notice_place(place: Place) -> Place:
    """Where a notice of this place stands: a building's is its estate's."""
    if place.kind != PlaceKind.BUILDING.value:
        return place
    estate = await Place.objects().get(Place.id == place.parent)
    assert estate, "a building lies in an estate"
    return estate


def notice_facts(found: Seen, items: list[AgendaItem]) -> Facts:
    """What the notice says; topics with their words, what fills itself by its title."""
    meeting = found.meeting
    agenda = tuple(
        f"{number}. {item.title}" + (f"：{item.text}" if _is_said(item) else "")
        for number, item in enumerate(items, 1)
    )
    when = (
        ("时间", f"{local_time(meeting.starts_at)}，预计{meeting.lasts_minutes}分钟"),
        ("地点", meeting.venue),
        ("会议类型", found.kind.name),
        ("参加单位", "、".join(f"{one.body_name}（{one.label}）" for one in found.parties)),
    )
    data: dict[str, object] = {"meeting": str(meeting.id), "kind": found.kind.code,
                               "starts_at": meeting.starts_at.isoformat()}  # fmt: skip
    return Facts((Section("会议安排", rows=when), Section("议程", paragraphs=agenda)), data)


def _is_said(item: AgendaItem) -> bool:
    return item.kind == ItemKind.TOPIC.value and bool(item.text)


async def _free_code() -> str:
    """A code that no other meeting has: six characters without 0 O 1 I L."""
    while True:
        drawn = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not await value("select exists (select from meeting where room_code = $1)", drawn):
            return drawn


async def notices_of(meeting_id: UUID) -> list[Notice]:
    """What became public of a meeting, in order: its notice, resolutions, minutes, results."""
    return (
        await Notice.objects()
        .where(Notice.subject == meeting_id)
        .order_by(Notice.published_at, Notice.number)
    )


async def announced(meeting_id: UUID) -> Notice | None:
    """The notice of a meeting in force, once it is out: of a meeting that was moved the last."""
    return (
        await Notice.objects()
        .where((Notice.subject == meeting_id) & (Notice.kind == NoticeKind.MEETING.value))
        .order_by(Notice.published_at, ascending=False)
        .first()
    )
