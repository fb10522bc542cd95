"""What the room's pages show."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.db import rows
from coordination.meetings.queries import Seen, items_of
from coordination.meetings.room.console import Shown, shown_now
from coordination.meetings.room.quorum import Light, room_light
from coordination.meetings.room_tables import VotesBy
from coordination.meetings.state import HELD
from coordination.meetings.tables import AgendaItem

MOTIONS = """
select m.id, m.item, m.question, m.votes_by, m.present::text as present, m.opened_at, m.closed_at,
       m.outcome,
       (select count(*) from hand h where h.motion = m.id and h.choice = 'approve') as approve,
       (select count(*) from hand h where h.motion = m.id and h.choice = 'reject') as reject,
       (select count(*) from hand h where h.motion = m.id and h.choice = 'abstain') as abstain
  from motion m where m.meeting = $1 order by m.opened_at, m.id
"""
HANDS = """
select h.motion, h.seat, h.choice, h.both_sides, s.name, b.name as body_name
  from hand h join presence s on s.id = h.presence
  left join meeting_party p on p.id = s.party left join body b on b.id = p.body
 where h.motion = any($1) order by h.at, h.id
"""


EXPECTED = """
select distinct t.id as party, r.person, p.name from meeting_party t
  join role r on r.body = t.body and r.since <= $2 and (r.until is null or r.until > $2)
  join person p on p.id = r.person and p.closed_at is null
 where t.meeting = $1 and not exists (
   select from presence s where s.meeting = $1 and s.person = r.person and s.left_at is null)
 order by p.name, r.person
"""


@dataclass(frozen=True, slots=True)
class MotionLine:
    """A motion with what its hands come to."""

    id: UUID
    item: UUID
    question: str
    votes_by: VotesBy
    present: dict[str, Any]
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None
    approve: int
    reject: int
    abstain: int

    @property
    def entitled(self) -> int:
        return len(self.present["seats"])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def unit(self) -> str:
        return "方" if self.votes_by in (VotesBy.PARTY, VotesBy.CONSENSUS) else "人"

    @property
    def words(self) -> str:
        """As minutes and screen say it."""
        found = {"carried": "通过", "not_carried": "未通过"}.get(self.outcome or "", "正在表决")
        members = f"全体委员 {self.present['members']} 人，" if self.present["members"] else ""
        return (
            f"{members}有表决资格的在场 {self.entitled} {self.unit}，"
            f"同意 {self.approve}，不同意 {self.reject}，弃权 {self.abstain}：{found}"
        )


async def motions_of(meeting: UUID) -> list[MotionLine]:
    """In the order in which they were put."""
    return [
        MotionLine(**{**dict(each), "votes_by": VotesBy(each["votes_by"]),
                      "present": json.loads(each["present"])})
        for each in await rows(MOTIONS, meeting)
    ]  # fmt: skip


async def expected_at(meeting: UUID, at: datetime) -> dict[UUID, list[tuple[UUID, str]]]:
    """Of each party, who may speak for it and is not in the room: to be ticked by one press."""
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for each in await rows(EXPECTED, meeting, at):
        found.setdefault(each["party"], []).append((each["person"], each["name"]))
    return found


async def hands_on(motions: list[UUID]) -> list[dict[str, Any]]:
    """Who chose what; named, for those who were in the room."""
    return [dict(each) for each in await rows(HANDS, motions)]


@dataclass(frozen=True, slots=True)
class Room:
    """What is before the room; nobody's name is in it."""

    seen: Seen
    shown: Shown
    item: AgendaItem | None
    position: int
    items: list[AgendaItem]
    light: Light
    motion: MotionLine | None  # the open one, else the last on this point


async def the_room(found: Seen, at: datetime) -> Room:
    shown, items = await shown_now(found.meeting.id), await items_of(found.meeting.id)
    item = next((one for one in items if one.id == shown.item), None)
    motions = await motions_of(found.meeting.id)
    running = next((one for one in motions if one.is_open), None)
    last = next((one for one in reversed(motions) if item and one.item == item.id), None)
    return Room(
        found, shown, item, items.index(item) + 1 if item else 0, items,
        await room_light(found, at, ever=found.state.current in HELD), running or last,
    )  # fmt: skip
