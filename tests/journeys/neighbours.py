"""Given: an estate with its four parties, who lives there, and windows of those who act."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from coordination import clock
from coordination.db import transaction, value
from coordination.matters.sweeping import sweep_matters
from coordination.meetings.sweeping import sweep_meetings
from coordination.meetings.tables import AgendaItem, Meeting
from coordination.people.askers import Asker
from coordination.people.queries import person_of
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import Body, BodyKind, Person, RoleKind
from coordination.places.actions import write_setting
from coordination.places.moving_clock import NAME
from coordination.places.tables import Place
from tests.browser.screens import Screen
from tests.builders import a_body, a_building, a_person, a_role, a_unit, an_estate, an_owner
from tests.journeys.town import Town

LIVING = ("赵一凡", "钱二妹", "孙三丰", "李四光", "周五常", "吴六奇")
TITLE = "地面车位月费要公开、要商量"
OFFICES = {
    "郑社工": (RoleKind.COMMUNITY_WORKER, BodyKind.RESIDENTS_COMMITTEE, "community"),
    "冯社工": (RoleKind.COMMUNITY_WORKER, BodyKind.RESIDENTS_COMMITTEE, "community"),
    "王委员": (RoleKind.COMMITTEE_MEMBER, BodyKind.OWNERS_COMMITTEE, "estate"),
    "陈经理": (RoleKind.PROPERTY_MANAGER, BodyKind.PROPERTY_COMPANY, "estate"),
    "褚校长": (RoleKind.THIRD_PARTY, BodyKind.PARTNER, "community"),
    "卫议事": (RoleKind.THIRD_PARTY, BodyKind.RESIDENTS_COUNCIL, "community"),
}
BODIES = {
    BodyKind.RESIDENTS_COMMITTEE: "梧桐社区居委会", BodyKind.OWNERS_COMMITTEE: "梧桐苑业委会",
    BodyKind.PROPERTY_COMPANY: "安居物业", BodyKind.PARTNER: "第三小学",
    BodyKind.RESIDENTS_COUNCIL: "梧桐议事会",
}  # fmt: skip


@dataclass
class Estate:
    """Who is there, and what has come about; `windows` by name."""

    town: Town
    estate: Place
    building: Place
    people: dict[str, Person] = field(default_factory=dict)
    bodies: dict[BodyKind, Body] = field(default_factory=dict)
    windows: dict[str, Screen] = field(default_factory=dict)
    operator: UUID = UUID(int=0)
    ahead: timedelta = timedelta(0)
    matter: UUID = UUID(int=0)
    meeting: UUID = UUID(int=0)
    tasks: list[UUID] = field(default_factory=list)

    async def asker(self, who: str) -> Asker:
        """The person, with a fresh proof of this moment."""
        return await _asking(self.people[who])

    async def window(self, who: str, *, phone: bool = False) -> Screen:
        """Where somebody is signed in, as of now."""
        if who not in self.windows:
            windows = self.town.windows
            self.windows[who] = await (windows.phone() if phone else windows.desk())
        await self.windows[who].take_session(await _token(self.people[who]))
        return self.windows[who]

    async def days_pass(self, days: float) -> None:
        """The clock of every process goes on alike, by whole seconds, as by the operator's page."""
        seconds = int((self.ahead + timedelta(days=days)).total_seconds())
        self.ahead = timedelta(seconds=seconds)
        async with transaction():
            await write_setting(None, NAME, seconds, "演示", clock.now(), self.operator)
        clock.move_by(self.ahead)
        await self.town.clock_has_moved()

    async def the_day_comes(self) -> None:
        """It is when the meeting begins, whatever the hour of the machine."""
        starts_at = await value("select starts_at from meeting where id = $1", self.meeting)
        await self.days_pass((starts_at - clock.now()) / timedelta(days=1))

    async def sweeps_come_round(self) -> None:
        """What the worker does every half minute, now: nobody waits for it in a test."""
        await sweep_matters(clock.now())
        await sweep_meetings(clock.now())

    async def item(self) -> AgendaItem:
        """The point of the agenda that is about the matter."""
        found = await AgendaItem.objects().get(
            (AgendaItem.meeting == self.meeting) & (AgendaItem.matter == self.matter)
        )
        assert found
        return found

    async def room_code(self) -> str:
        found = await Meeting.objects().get(Meeting.id == self.meeting)
        assert found and found.room_code
        return str(found.room_code)


async def given_an_estate_and_its_four_parties(town: Town) -> Estate:
    estate = await an_estate()
    it = Estate(town, estate, await a_building(estate))
    community = await Place.objects().get(Place.id == estate.parent)
    places = {"estate": estate, "community": community}
    for name, (role, kind, at) in OFFICES.items():
        if kind not in it.bodies:
            it.bodies[kind] = await a_body(kind, places[at], BODIES[kind])
        person = await a_person(name)
        it.people[name] = await a_role(role, places[at], body=it.bodies[kind], person=person)
    for number, name in enumerate(LIVING):
        home = await a_unit(it.building, f"{number + 1}01")
        it.people[name] = await an_owner(home, name=name)
    it.operator = (await a_role(RoleKind.OPERATOR, None)).id
    return it


async def _asking(person: Person) -> Asker:
    asker = await look_up(await _token(person), clock.now())
    assert asker
    return asker


async def _token(person: Person) -> str:
    found = await person_of(person.id)
    return await open_session(found.id, clock.now(), stepped_up=True, second_factor=True)
