"""Who is in the room, and whether that is enough: the light 到会灯. Pure, but for its reading."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import rows
from coordination.law.committee import ATTENDING, Session
from coordination.meetings.kinds import MeetingKind
from coordination.meetings.queries import PartyLine, Seen
from coordination.people.tables import RoleKind


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's stay in the room."""

    id: UUID
    party: UUID | None
    person: UUID | None
    name: str
    how: str
    came_at: datetime
    left_at: datetime | None

    @property
    def who(self) -> UUID:
        """The person, or the stay of one without an account."""
        return self.person or self.id


@dataclass(frozen=True, slots=True)
class PartyPresence:
    """How many came for a party; `is_there`: enough of them."""

    party: PartyLine
    count: int

    @property
    def is_there(self) -> bool:
        return self.count > 0


@dataclass(frozen=True, slots=True)
class Light:
    """Green: everybody is there who must be. `members`: of a committee, those there are."""

    parties: tuple[PartyPresence, ...]
    present: int
    members: int = 0
    members_present: int = 0
    is_session: bool = False

    @property
    def is_green(self) -> bool:
        if self.is_session:
            return Session(self.members, self.members_present).has_quorum
        return not self.missing

    @property
    def missing(self) -> list[str]:
        """The required parts that nobody of any body takes."""
        there = {one.party.label for one in self.parties if one.is_there}
        required = dict.fromkeys(one.party.label for one in self.parties if one.party.required)
        return [label for label in required if label not in there]

    @property
    def words(self) -> str:
        if self.is_session:
            return (
                f"全体委员 {self.members} 人，到会 {self.members_present} 人，"
                f"{'已' if self.is_green else '未'}达到{ATTENDING.wording}"
            )
        if self.is_green:
            return "必须参加的各方都已到会"
        return f"还没有到会：{'、'.join(self.missing)}"


def light_of(
    kind: MeetingKind,
    parties: Sequence[PartyLine],
    stays: Sequence[Stay],
    members: Collection[UUID] = (),
) -> Light:
    """The light that these stays come to."""
    people = {stay.who: stay for stay in stays}
    counts = {party.id: 0 for party in parties}
    for stay in people.values():
        if stay.party and stay.party in counts:
            counts[stay.party] += 1
    return Light(
        tuple(PartyPresence(party, counts[party.id]) for party in parties),
        len(people),
        len(members),
        sum(who in members for who in people),
        kind.is_committee_session,
    )


STAYS = """
select id, party, person, name, how, came_at, left_at from presence
 where meeting = $1 order by came_at, id
"""


async def stays_of(meeting: UUID) -> list[Stay]:
    """All stays, also those that are over."""
    return [Stay(**dict(each)) for each in await rows(STAYS, meeting)]


async def members_of(body: UUID, at: datetime) -> set[UUID]:
    """The members of a committee at that moment."""
    found = await rows(
        """select distinct r.person from role r join person p on p.id = r.person
            where r.body = $1 and r.kind = $2 and r.since <= $3
              and (r.until is null or r.until > $3) and p.closed_at is null""",
        body, RoleKind.COMMITTEE_MEMBER.value, at,
    )  # fmt: skip
    return {each["person"] for each in found}


async def room_light(found: Seen, at: datetime, *, ever: bool = False) -> Light:
    """The light now; `ever`: of all who came at any time."""
    stays = [one for one in await stays_of(found.meeting.id) if ever or one.left_at is None]
    is_session = found.kind.is_committee_session
    members = await members_of(found.meeting.convener, at) if is_session else ()
    return light_of(found.kind, found.parties, stays, members)
