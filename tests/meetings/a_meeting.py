"""Who meets, and meetings at the stations of their road."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from coordination.meetings.calling.actions import MeetingFacts, plan_meeting
from coordination.meetings.calling.agenda import add_topic
from coordination.meetings.calling.noticing import announce_meeting
from coordination.meetings.minutes.drafting import generate_minutes
from coordination.meetings.minutes.editing import parts_of
from coordination.meetings.minutes_tables import MinutesPart
from coordination.meetings.room.presence import check_in, close_meeting, open_meeting
from coordination.meetings.tables import AgendaItem, Meeting
from coordination.people.askers import Asker
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import Body, BodyKind, Person, RoleKind
from coordination.places.tables import Place
from tests.builders import a_body, a_person, a_role, an_estate

TODAY = datetime.fromisoformat("2026-03-02T10:00:00+08:00")  # a Monday
STARTS = datetime.fromisoformat("2026-03-12T14:30:00+08:00")
DURING = STARTS + timedelta(minutes=20)
ENDS = STARTS + timedelta(minutes=80)


async def asking(person: Person, at: datetime = TODAY) -> Asker:
    """The person as a session that gave its second factor says."""
    token = await open_session(person.id, at, stepped_up=True, second_factor=True)
    asker = await look_up(token, at)
    assert asker
    return asker


async def again(asker: Asker, at: datetime) -> Asker:
    """The same person, with a fresh proof at that moment."""
    token = await open_session(asker.id, at, stepped_up=True, second_factor=True)
    found = await look_up(token, at)
    assert found
    return found


@dataclass
class Town:
    """An estate with a body for each part, and who speaks for it."""

    estate: Place
    community: Body
    committee: Body
    company: Body
    partner: Body
    council: Body
    worker: Asker
    members: list[Asker]
    manager: Asker
    helper: Asker
    councillor: Asker


async def a_town(name: str = "梧桐苑", members: int = 3) -> Town:
    estate = await an_estate(name)
    place = await Place.objects().get(Place.id == estate.parent)
    assert place
    community = await a_body(BodyKind.RESIDENTS_COMMITTEE, place, f"{name}居委会")
    committee = await a_body(BodyKind.OWNERS_COMMITTEE, estate, f"{name}业委会")
    company = await a_body(BodyKind.PROPERTY_COMPANY, estate, "安居物业")
    partner = await a_body(BodyKind.PARTNER, place, "第三小学")
    council = await a_body(BodyKind.RESIDENTS_COUNCIL, place, f"{name}议事会")
    return Town(
        estate, community, committee, company, partner, council,
        await an_officer(RoleKind.COMMUNITY_WORKER, place, community, "周社工"),
        [await an_officer(RoleKind.COMMITTEE_MEMBER, estate, committee, f"委员{n}")
         for n in range(members)],
        await an_officer(RoleKind.PROPERTY_MANAGER, estate, company, "钱经理"),
        await an_officer(RoleKind.THIRD_PARTY, place, partner, "孙校长"),
        await an_officer(RoleKind.THIRD_PARTY, place, council, "吴议事"),
    )  # fmt: skip


async def an_officer(kind: RoleKind, place: Place, body: Body, name: str) -> Asker:
    person = await a_person(name)
    await a_role(kind, place, body=body, person=person)
    return await asking(person)


def facts(title: str = "第三次四方联席会议", starts_at: datetime = STARTS, **more) -> MeetingFacts:
    return MeetingFacts(title, starts_at, 90, "社区二楼会议室", "周社工 027-87000000", **more)


async def a_planned(town: Town, code: str = "four_party", **more) -> Meeting:
    by = town.members[0] if code == "committee" else town.worker
    return await plan_meeting(by, town.estate, code, facts(**more), TODAY)


async def a_noticed(town: Town, code: str = "four_party", **more) -> Meeting:
    meeting = await a_planned(town, code, **more)
    await announce_meeting(
        town.members[0] if code == "committee" else town.worker, meeting.id, TODAY
    )
    found = await Meeting.objects().get(Meeting.id == meeting.id)
    assert found
    return found


async def an_open(town: Town, code: str = "four_party", **more) -> Meeting:
    """Opened, with nobody in the room."""
    meeting = await a_noticed(town, code, **more)
    await open_meeting(town.members[0] if code == "committee" else town.worker, meeting.id, STARTS)
    return meeting


async def a_full_room(town: Town, code: str = "four_party", **more) -> Meeting:
    """Opened, and all four parties came in by the code on the wall."""
    meeting = await an_open(town, code, **more)
    for one in (town.members[0], town.manager, town.helper, town.councillor, town.worker):
        await check_in(one, meeting.room_code, STARTS)
    return meeting


async def topic_of(town: Town, meeting: Meeting, title: str = "车棚", **more) -> AgendaItem:
    """A point that can be decided; on the agenda before the notice where the caller says so."""
    return await add_topic(
        town.worker, meeting.id, title, "", more.pop("matter", None), STARTS, late_reason="会上提出"
    )


async def a_closed(town: Town, code: str = "four_party", **more) -> Meeting:
    """Held: all came, all left, nothing was decided."""
    meeting = await a_full_room(town, code, **more)
    await close_meeting(town.worker, meeting.id, ENDS)
    return meeting


async def minutes_of(town: Town, meeting: Meeting) -> list[MinutesPart]:
    """Generated minutes: their parts, in order."""
    await generate_minutes(town.worker, meeting.id, ENDS)
    return [part for part, _ in await parts_of(meeting.id)]
