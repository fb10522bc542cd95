"""An estate with everyone who has a part in its matters, and matters at any stage of their road."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from coordination.law.classes import MatterClass
from coordination.matters.advancing import Finding, advance_matter
from coordination.matters.raising import raise_matter
from coordination.matters.screening import adopt_matter, screen_matter
from coordination.matters.steps import lock_matter
from coordination.matters.tables import Matter, Stage, StepKind, Way
from coordination.people.askers import Asker
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import Body, BodyKind, Person, RoleKind
from coordination.places.tables import Place, PlaceKind
from tests.builders import a_body, a_building, a_person, a_place, a_role, a_unit, an_owner

# A Monday at work, in weeks without holidays.
RAISED = datetime.fromisoformat("2026-03-02T10:00:00+08:00")
DAY = timedelta(days=1)
TITLE, TEXT = "车库收费要公开", "三个月里涨了两次，请公开依据，也请一起商量。"


async def asking(person: Person, at: datetime = RAISED) -> Asker:
    """The person as a session that gave its second factor says."""
    token = await open_session(person.id, at, stepped_up=True, second_factor=True)
    asker = await look_up(token, at)
    assert asker
    return asker


@dataclass
class Town:
    """A community with an estate of two buildings; who serves and who lives there."""

    community: Place
    estate: Place
    building: Place
    committee: Body  # 居委会
    owners: Body  # 业委会
    company: Body  # 物业
    worker: Asker
    second_worker: Asker
    member: Asker  # of the 业委会
    manager: Asker  # of the company
    resident: Asker  # owns 101
    neighbours: list[Asker]  # own 102 …


async def a_town(name: str = "梧桐苑", neighbours: int = 5) -> Town:
    street = await a_place(PlaceKind.SUBDISTRICT, f"{name}街道")
    community = await a_place(PlaceKind.COMMUNITY, f"{name}社区", street)
    estate = await a_place(PlaceKind.ESTATE, name, community)
    building = await a_building(estate)
    committee = await a_body(BodyKind.RESIDENTS_COMMITTEE, community, f"{name}居委会")
    owners = await a_body(BodyKind.OWNERS_COMMITTEE, estate, f"{name}业委会")
    company = await a_body(BodyKind.PROPERTY_COMPANY, estate, f"{name}物业")

    async def of(kind: RoleKind, place: Place, body: Body, person: str) -> Asker:
        return await asking(
            await a_role(kind, place, body=body, person=await a_person(f"{name}{person}"))
        )

    homes = [await a_unit(building, f"10{number}") for number in range(1, neighbours + 2)]
    living = [await asking(await an_owner(home, name=f"{name}业主{n}"))
              for n, home in enumerate(homes)]  # fmt: skip
    return Town(
        community, estate, building, committee, owners, company,
        worker=await of(RoleKind.COMMUNITY_WORKER, community, committee, "社工"),
        second_worker=await of(RoleKind.COMMUNITY_WORKER, community, committee, "网格员"),
        member=await of(RoleKind.COMMITTEE_MEMBER, estate, owners, "委员"),
        manager=await of(RoleKind.PROPERTY_MANAGER, estate, company, "经理"),
        resident=living[0], neighbours=living[1:],
    )  # fmt: skip


async def a_topic(town: Town, at: datetime = RAISED, title: str = TITLE) -> UUID:
    """点事 by the resident."""
    return await raise_matter(town.resident, town.estate, title, TEXT, at)


async def a_screened(town: Town, at: datetime = RAISED) -> UUID:
    """At 提事, adopted by the community."""
    matter = await a_topic(town, at)
    await adopt_matter(town.worker, matter, "", at + DAY)
    return matter


async def a_discussed(town: Town, at: datetime = RAISED) -> UUID:
    """At 议事, listed."""
    matter = await a_screened(town, at)
    await screen_matter(town.worker, matter, StepKind.LISTED, "列入四方联席会议。", at + 2 * DAY)
    return matter


async def a_decided(town: Town, at: datetime = RAISED, reserved: MatterClass | None = None) -> UUID:
    """At 决事; `reserved`: straight from the screening, as what only the owners decide."""
    if reserved:
        matter = await a_screened(town, at)
        await screen_matter(
            town.worker, matter, StepKind.TO_BALLOT, "要由业主共同决定。", at + 2 * DAY,
            reserved=reserved,
        )  # fmt: skip
        return matter
    matter = await a_discussed(town, at)
    await advance_matter(town.worker, matter, Stage.DECIDED, met(town), at + 3 * DAY)
    return matter


async def a_carried_out(town: Town, at: datetime = RAISED) -> UUID:
    """At 办事, with the property company."""
    matter = await a_decided(town, at)
    finding = Finding("公开收费依据和收支。", way=Way.CONSENSUS, holder=town.company.id)
    await advance_matter(town.worker, matter, Stage.DONE, finding, at + 4 * DAY)
    return matter


async def an_evaluated(town: Town, at: datetime = RAISED) -> UUID:
    """At 评事."""
    matter = await a_carried_out(town, at)
    finding = Finding("依据和收支已经张贴并上网。")
    await advance_matter(town.worker, matter, Stage.EVALUATED, finding, at + 5 * DAY)
    return matter


def met(town: Town) -> Finding:
    """What a meeting of two parties ended with."""
    return Finding("3月5日在社区会议室开会，各方都到了。", (town.committee.id, town.owners.id))


async def standing_of(matter: UUID):
    return (await lock_matter(matter)).standing


async def row_of(matter: UUID) -> Matter:
    found = await Matter.objects().get(Matter.id == matter)
    assert found
    return found
