"""/api/v1/meetings: meetings 会议, their agenda and parties, and what they asked of whom."""

from datetime import datetime
from typing import Self
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from coordination import clock
from coordination.meetings.action_tables import ActionState
from coordination.meetings.doing.queries import ActionLine, actions_at
from coordination.meetings.kinds import KINDS
from coordination.meetings.labels import labels_of
from coordination.meetings.minutes.duties import DutyLine, duties_of
from coordination.meetings.queries import (
    MeetingLine,
    PartyLine,
    Seen,
    items_of,
    meetings_at,
    seen,
)
from coordination.meetings.room.quorum import stays_of
from coordination.meetings.state import HELD
from coordination.meetings.tables import ItemKind, Step
from coordination.places.queries import place_of
from coordination.places.tables import PlaceKind
from coordination.web.access import anyone
from coordination.web.api import PAGE, answers, cut


class MeetingSaid(Struct, frozen=True):
    """A meeting 会议 in a list. `late`: publications 两公开 that are overdue."""

    id: UUID
    title: str
    kind: str
    kind_name: str
    place_name: str
    starts_at: datetime
    state: Step
    status: str
    late: int

    @classmethod
    def of(cls, it: MeetingLine) -> Self:
        return cls(
            it.id, it.title, it.kind, KINDS[it.kind].name, it.place_name, it.starts_at, it.state,
            it.label, it.late,
        )  # fmt: skip


class Meetings(Struct, frozen=True):
    """Meetings, the latest first; those that are only planned are not among them."""

    meetings: list[MeetingSaid]
    next: UUID | None


class PartySaid(Struct, frozen=True):
    """A party 参加单位. `answer`: to the invitation; `came`: whether they did, once it is over."""

    body: str
    label: str
    required: bool
    answer: str | None
    came: bool | None

    @classmethod
    def of(cls, it: PartyLine, came: bool | None) -> Self:
        return cls(it.body_name, it.label, it.required, it.answer, came)


class ItemSaid(Struct, frozen=True):
    """A point of the agenda 议题. `late`: moved after the notice 临时动议."""

    position: int
    kind: ItemKind
    title: str
    matter: UUID | None
    late: bool


class PublicationSaid(Struct, frozen=True):
    """One of the two publications 两公开 of a resolution; its text, once it is published."""

    number: int
    what: str
    text: str | None
    due_at: datetime
    published_at: datetime | None
    notice: UUID | None
    poll: UUID | None

    @classmethod
    def of(cls, it: DutyLine) -> Self:
        is_text = it.what == "resolution" and it.settled_at
        return cls(
            it.number, it.what, it.text if is_text else None, it.due_at, it.settled_at, it.notice,
            it.poll,
        )  # fmt: skip


class OneMeeting(Struct, frozen=True):
    """A meeting with its agenda, parties and publications; nobody's name is in it."""

    id: UUID
    title: str
    kind: str
    kind_name: str
    place: UUID
    place_name: str
    starts_at: datetime
    lasts_minutes: int
    venue: str
    contact: str
    state: Step
    status: str
    steps: dict[str, datetime]
    parties: list[PartySaid]
    agenda: list[ItemSaid]
    publications: list[PublicationSaid]


class ActionSaid(Struct, frozen=True):
    """A task 任务 that a meeting gave. `late`: past its day and not reported as done."""

    id: UUID
    number: int
    text: str
    body: str
    due_at: datetime
    state: ActionState
    status: str
    late: bool
    result: str | None
    meeting: UUID
    matter: UUID | None
    ticket: UUID | None

    @classmethod
    def of(cls, it: ActionLine, at: datetime) -> Self:
        return cls(
            it.id, it.number, it.text, it.body_name, it.due_at, it.state, it.label, it.is_late(at),
            it.result, it.meeting, it.matter, it.ticket,
        )  # fmt: skip


class Actions(Struct, frozen=True):
    """Tasks, the overdue first, what is done last; at most 300."""

    actions: list[ActionSaid]


class MeetingApi(Controller):
    path = "/meetings"
    guards = [anyone]
    tags = ["meetings"]

    @get(responses=answers(404, 422))
    async def list_meetings(
        self, estate: FromQuery[UUID | None] = None, after: FromQuery[UUID | None] = None
    ) -> Meetings:
        """Meetings of one estate and above it, or of all."""
        path = (await place_of(estate, PlaceKind.ESTATE)).path if estate else None
        last = (await seen(None, after)).meeting if after else None
        cursor = (last.starts_at, last.id) if last else None
        found, end = cut(await meetings_at(path, clock.now(), (), cursor, PAGE + 1))
        return Meetings([MeetingSaid.of(one) for one in found], end and end.id)

    @get("/{meeting_id:uuid}", responses=answers(404))
    async def read_meeting(self, meeting_id: FromPath[UUID]) -> OneMeeting:
        """One meeting."""
        found = await seen(None, meeting_id)
        return await _said(found)

    @get("/actions", responses=answers(404, 422))
    async def list_actions(self, estate: FromQuery[UUID | None] = None) -> Actions:
        """What meetings asked of whom."""
        at = clock.now()
        path = (await place_of(estate)).path if estate else None
        return Actions([ActionSaid.of(one, at) for one in await actions_at(path, at)])


async def _said(found: Seen) -> OneMeeting:
    meeting, is_over = found.meeting, found.state.current in HELD
    labels = await labels_of(found, clock.now()) if is_over else {}
    there = {one.party for one in await stays_of(meeting.id)} if is_over else set()
    return OneMeeting(
        meeting.id, meeting.title, meeting.kind, found.kind.name, found.place.id, found.place.name,
        meeting.starts_at, meeting.lasts_minutes, meeting.venue, meeting.contact,
        Step(meeting.state), found.state.label,
        {one.step: one.at for one in found.state.taken if one.step != Step.PLANNED},
        [PartySaid.of(one, one.id in there if is_over else None) for one in found.parties],
        [ItemSaid(one.position, ItemKind(one.kind), one.title, one.matter, one.late)
         for one in await items_of(meeting.id)],
        [PublicationSaid.of(one) for one in await duties_of(meeting.id, labels)] if is_over else [],
    )  # fmt: skip
