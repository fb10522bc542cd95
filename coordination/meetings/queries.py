"""Reads of meetings that all its pages share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import rows
from coordination.errors import NotFound
from coordination.meetings.kinds import KINDS, MeetingKind
from coordination.meetings.permits import may_see
from coordination.meetings.state import LABELS, MeetingState, state_of
from coordination.meetings.tables import AgendaItem, Meeting, MeetingStep, Step
from coordination.people.askers import Asker
from coordination.places.tables import Place

MISSING = "没有找到这次会议。"
SETTLED = (Step.PUBLISHED, Step.CANCELLED, Step.NO_QUORUM)
PAGE = 30


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A party of a meeting with its last answer."""

    id: UUID
    body: UUID
    body_name: str
    label: str
    required: bool
    answer: str | None
    words: str
    answered_at: datetime | None
    phone: str
    link_code: str | None

    @property
    def guest(self) -> str:
        """Who comes for a party without account, as the answer by its link says."""
        return self.words.partition("：")[0] if self.link_code and self.answer == "coming" else ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A meeting with what every page of it needs."""

    meeting: Meeting
    kind: MeetingKind
    place: Place
    state: MeetingState
    parties: list[PartyLine]

    @property
    def bodies(self) -> list[UUID]:
        return [party.body for party in self.parties]

    def party_of(self, asker: Asker) -> PartyLine | None:
        """The first party that the asker speaks for."""
        held = {role.body for role in asker.roles}
        return next((party for party in self.parties if party.body in held), None)


# Answers to an earlier day are none: $1 was announced again when it was moved.
PARTIES = """
select p.id, p.body, b.name as body_name, p.label, p.required, a.answer,
       coalesce(a.words, '') as words, a.at as answered_at, b.phone, p.link_code
  from meeting_party p join body b on b.id = p.body
  left join lateral (select answer, words, at from invitation_answer a
                     where a.party = p.id and a.at >= (
                       select max(s.at) from meeting_step s
                        where s.meeting = p.meeting and s.step = 'noticed')
                     order by a.ordinal desc limit 1) a on true
 where p.meeting = $1 order by p.required desc, p.label, b.name, p.id
"""


async def parties_of(meeting: UUID) -> list[PartyLine]:
    return [PartyLine(**dict(each)) for each in await rows(PARTIES, meeting)]


async def steps_of(meeting: UUID) -> list[MeetingStep]:
    """Oldest first."""
    return (
        await MeetingStep.objects()
        .where(MeetingStep.meeting == meeting)
        .order_by(MeetingStep.number)
    )


async def items_of(meeting: UUID) -> list[AgendaItem]:
    """The agenda, in order."""
    return (
        await AgendaItem.objects()
        .where(AgendaItem.meeting == meeting)
        .order_by(AgendaItem.position)
    )


async def load(meeting_id: UUID) -> Seen:
    """NotFound: there is no such meeting."""
    meeting = await Meeting.objects().get(Meeting.id == meeting_id)
    if meeting is None:
        raise NotFound(MISSING)
    place = await Place.objects().get(Place.id == meeting.place)
    assert place, "the foreign key says so"
    state = state_of(await steps_of(meeting_id))
    return Seen(meeting, KINDS[meeting.kind], place, state, await parties_of(meeting_id))


async def seen(asker: Asker | None, meeting_id: UUID) -> Seen:
    """A meeting that the asker may know of. NotFound."""
    found = await load(meeting_id)
    if not may_see(asker, found.meeting, found.state, found.bodies):
        raise NotFound(MISSING)
    return found


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in a list."""

    id: UUID
    title: str
    kind: str
    place_name: str
    starts_at: datetime
    state: Step
    late: int  # publications that are overdue

    @property
    def label(self) -> str:
        return LABELS[self.state]

    @property
    def is_coming(self) -> bool:
        return self.state in (Step.PLANNED, Step.NOTICED, Step.OPEN)

    @property
    def is_settled(self) -> bool:
        """Nothing is to be done about it any more."""
        return self.state in SETTLED and not self.late


LINES = """
select m.id, m.title, m.kind, p.name as place_name, m.starts_at, m.state,
       (select count(*) from publication_duty d join resolution r on r.id = d.resolution
         where r.meeting = m.id and d.settled_at is null and d.due_at < $2) as late
  from meeting m join place p on p.id = m.place
 where ($1::text is null or starts_with(p.path, $1) or starts_with($1, p.path))
   and (m.state <> 'planned' or m.convener = any($3))
   and (m.state <> 'cancelled' or m.convener = any($3))
   and ($4::timestamptz is null or (m.starts_at, m.id) < ($4, $5::uuid))
 order by m.starts_at desc, m.id desc limit $6
"""


async def meetings_at(
    path: str | None,
    at: datetime,
    own: Sequence[UUID] = (),
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE,
) -> list[MeetingLine]:
    """Meetings of a place with all in it and above it, the latest first; planned ones only to the
    bodies that call them (`own`)."""
    moment, last = after or (None, None)
    found = await rows(LINES, path, at, list(own), moment, last, limit)
    return [MeetingLine(**{**dict(each), "state": Step(each["state"])}) for each in found]


def grouped_lines(found: Sequence[MeetingLine]) -> list[tuple[str, list[MeetingLine]]]:
    """Those to come, the nearest first; those about which something is left to do; the rest."""
    coming = [one for one in found if one.is_coming]
    unsettled = [one for one in found if not one.is_coming and not one.is_settled]
    settled = [one for one in found if not one.is_coming and one.is_settled]
    groups = [("将要召开", coming[::-1]), ("会后还没办完", unsettled), ("已经办完", settled)]
    return [(title, lines) for title, lines in groups if lines]


async def people_of(bodies: Sequence[UUID], at: datetime) -> list[UUID]:
    """Who holds an office in any of these bodies."""
    found = await rows(
        """select distinct r.person from role r join person p on p.id = r.person
            where r.body = any($1) and r.since <= $2 and (r.until is null or r.until > $2)
              and p.closed_at is null order by r.person""",
        list(bodies), at,
    )  # fmt: skip
    return [each["person"] for each in found]


async def speakers_of(meeting: UUID, at: datetime) -> list[tuple[UUID, str, str]]:
    """Who holds an office in a party of a meeting: person, name, and the bodies, since two may
    bear one name."""
    found = await rows(
        """select p.id, p.name, string_agg(distinct b.name, '、') as bodies
             from meeting_party t join role r on r.body = t.body and r.since <= $2
              and (r.until is null or r.until > $2)
             join person p on p.id = r.person and p.closed_at is null join body b on b.id = t.body
            where t.meeting = $1 group by p.id, p.name order by p.name, p.id""",
        meeting, at,
    )  # fmt: skip
    return [(each["id"], each["name"], each["bodies"]) for each in found]


async def names_of(people: Sequence[UUID | None]) -> dict[UUID, str]:
    """For pages of those who were there; never for the public."""
    found = await rows("select id, name from person where id = any($1)",
                       [one for one in people if one])  # fmt: skip
    return {each["id"]: each["name"] for each in found}
