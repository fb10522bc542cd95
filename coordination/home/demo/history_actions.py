"""More estates, their past votes and everybody's tickets, for the worker to load while people look
at the first.

Each step is one transaction and queues the next: killed, it goes on where it was. How far it has
come is read from what is there.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from coordination import jobs
from coordination.ballots.tables import Step
from coordination.clock import SHANGHAI
from coordination.db import execute, row, transaction, value
from coordination.home.demo import people as who
from coordination.home.demo.chronicle import tell
from coordination.home.demo.community_actions import load_community
from coordination.home.demo.disclosures_actions import load_disclosures
from coordination.home.demo.election_actions import TERM_ENDS, call_elsewhere
from coordination.home.demo.estate_actions import buildings_of, import_roll, sign_owners_up
from coordination.home.demo.estate_roll import Block, Line, blocks, roll_of, signed_up
from coordination.home.demo.matters_actions import load_matters
from coordination.home.demo.meetings_actions import call_next, load_meetings
from coordination.home.demo.people import Made
from coordination.home.demo.people_actions import as_time_went_by, asking, equip, id_of
from coordination.home.demo.petitions_actions import load_petitions
from coordination.home.demo.poll_actions import Convening, poll_tale
from coordination.home.demo.stories import Asked, Story, drawn
from coordination.home.demo.street_actions import load_street
from coordination.home.demo.tickets_loading_actions import load_tickets
from coordination.law.classes import MatterClass
from coordination.people.askers import Asker
from coordination.people.role_actions import grant_role, save_body
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.actions import PlaceFacts, add_place
from coordination.places.tables import Place, PlaceKind

LOAD_HISTORY = "load-demo-history"  # the job; its id is the number of the step
FIRST = "0"
BEFORE = timedelta(days=770)
THE_FIRST = "梧桐苑"  # is there already; only its tickets are loaded here


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An estate beside the first. `first`: where the numbers of its people begin. `also`: doors of
    somebody who lives in the first, by their place on the roll."""

    name: str
    address: str
    kind: str
    blocks: tuple[Block, ...]
    first: int
    stories: tuple[Story, ...]
    also: tuple[tuple[int, Made], ...] = ()

    def lines(self) -> list[Line]:
        lines = roll_of(self.blocks, self.first)
        for place, owner in self.also:
            lines[place] = replace(lines[place], owners=(owner,))
        return lines


def _stories(estate: str, takes_part: int, approves: int) -> tuple[Story, ...]:
    water = Asked(
        "更换二次供水水泵和水箱", "水箱锈蚀，改为不锈钢水箱和变频水泵。",
        "从维修资金列支", MatterClass.SPEND_FUND, "动用建筑物及其附属设施的维修资金。",
    )  # fmt: skip
    fee = Asked(
        "调整物业服务费标准", "物业服务费由每平方米 1.80 元调整为 2.10 元，服务标准同步提高。",
        "每月每平方米 2.10 元", MatterClass.OTHER, "有关共有和共同管理权利的其他重大事项。",
    )  # fmt: skip
    return (
        Story(f"{estate}二次供水改造表决", "水箱锈蚀，是否更换。", (water,), -300, Step.FINAL,
              drawn(f"{estate} water", 96, 78, 12)),
        Story(f"{estate}物业费调整表决", "物业费是否调整。", (fee,), -170, Step.FINAL,
              drawn(f"{estate} fee", takes_part, approves, 40)),
    )  # fmt: skip


ELSEWHERE = (
    Elsewhere(
        "丁香苑", "临江街道丁香路 6 号", "老旧小区",
        blocks(10, entrances=2, floors=6, doors=4), 1_000, _stories("丁香苑", 92, 44),
        also=((40, who.THREE_UNITS),),
    ),
    Elsewhere(
        "银杏里", "临江街道银杏路 101 号", "商品房",
        blocks(6, entrances=3, floors=12, doors=3), 2_000, _stories("银杏里", 60, 70),
    ),
    Elsewhere(
        "临江花园", "临江街道沿江大道 9 号", "商品房",
        blocks(8, entrances=2, floors=14, doors=4), 4_000, _stories("临江花园", 95, 52),
    ),
    Elsewhere(
        "柳岸新居", "临江街道柳岸路 20 号", "安置房",
        blocks(8, entrances=2, floors=6, doors=4), 5_000, (),
    ),
    Elsewhere(
        "青松里", "临江街道青松路 3 号", "老旧小区",
        blocks(7, entrances=3, floors=6, doors=2), 6_000, (),
    ),
)  # fmt: skip
SETTLED, TICKETS = 0, -1  # parts of an estate's loading; a positive number is a vote
STEPS: list[tuple[Elsewhere | None, int]] = [
    (None, TICKETS),
    *((estate, part) for estate in ELSEWHERE for part in (SETTLED, TICKETS)),
    *((estate, 1 + vote) for estate in ELSEWHERE for vote in range(len(estate.stories))),
]

DONE = """
select count(*) filter (where kind = 'estate' and name <> $2)
       + (select count(*) from poll join place e on e.id = poll.estate
           where e.name = any($1) and e.name <> $2
             and exists (select from poll_step s where s.poll = poll.id and s.step = 'final'))
       + (select count(*) from place e where e.name = any($1) and exists (
            select from ticket t, made_up m where t.estate = e.id and t.whistled_at < m.since))
         as steps,
       (select count(*) from unit join place e on e.id = unit.estate
         where e.name = any($1) and e.name <> $2) as units,
       (select count(*) from ticket) as tickets
  from place where kind = 'estate' and name = any($1)
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of the history is loaded: steps of all steps, units and tickets so far."""

    done: int
    total: int
    units: int
    tickets: int


async def progress() -> Progress:
    found = await row(DONE, [THE_FIRST, *(estate.name for estate in ELSEWHERE)], THE_FIRST)
    assert found
    return Progress(found["steps"], len(STEPS), found["units"], found["tickets"])


async def load_history(step: str, at: datetime) -> None:
    """Do one step, unless it is done, and queue the next. For the worker."""
    number = int(step)
    elsewhere, part = STEPS[number]
    async with transaction():
        await execute("select pg_advisory_xact_lock(hashtext($1))", LOAD_HISTORY)
        if (await progress()).done <= number:
            await _do(elsewhere, part, at)
            await as_time_went_by(at)
        if number + 1 < len(STEPS):
            await jobs.enqueue(LOAD_HISTORY, str(number + 1), dedupe=f"history {number + 1}")


async def _do(elsewhere: Elsewhere | None, part: int, at: datetime) -> None:
    if part == TICKETS:
        name = elsewhere.name if elsewhere else THE_FIRST
        await load_tickets(await _estate(name), _number(elsewhere), at)
        await load_disclosures(await _estate(name), at)
        await load_community(await _estate(name), at)
        await load_meetings(await _estate(name), _number(elsewhere), at)
        await load_matters(await _estate(name), _number(elsewhere), at)
        await call_next(await _estate(name), at)
        if elsewhere and name == TERM_ENDS:
            await _call_candidates(elsewhere, at)
        if elsewhere and elsewhere is ELSEWHERE[-1]:  # the smallest: everybody counts anew
            await load_petitions(await _estate(name), at)
            await load_street(at)
    elif elsewhere and part == SETTLED:
        await _settle(elsewhere, at)
    elif elsewhere:
        await _vote(elsewhere, elsewhere.stories[part - 1], at)


def _number(elsewhere: Elsewhere | None) -> int:
    return 1 + ELSEWHERE.index(elsewhere) if elsewhere else 0


async def _estate(name: str) -> Place:
    found = await Place.objects().get((Place.kind == PlaceKind.ESTATE) & (Place.name == name))
    assert found, "a step before made it"
    return found


async def _settle(elsewhere: Elsewhere, at: datetime) -> None:
    """The estate with its roll, its owners' accounts, its committee."""
    founded = at - BEFORE
    operator = await asking(await id_of(who.OPERATOR), at)
    community = await Place.objects().get(Place.kind == PlaceKind.COMMUNITY)
    facts = PlaceFacts(elsewhere.name, address=elsewhere.address, estate_type=elsewhere.kind)
    estate = await add_place(operator, PlaceKind.ESTATE, community, facts, founded)
    worker = await asking(await id_of(who.WORKER), at)
    lines = elsewhere.lines()
    await import_roll(worker, estate, lines, founded)
    await sign_owners_up(estate, lines, founded)
    members = _members(lines)
    await equip(members)
    body = await save_body(
        operator, None, BodyKind.OWNERS_COMMITTEE, f"{elsewhere.name}业主委员会", estate, founded,
        phone=f"027-8701{elsewhere.first}", officer=members[0].name, since=founded.date(),
    )  # fmt: skip
    for member in members:
        await grant_role(
            operator, await id_of(member), body.id, estate, RoleKind.COMMITTEE_MEMBER,
            founded, None, founded,
        )  # fmt: skip


def _members(lines: list[Line]) -> list[Made]:
    return signed_up(lines)[:2]


async def _vote(elsewhere: Elsewhere, story: Story, at: datetime) -> None:
    """One past vote, from its draft to its result."""
    estate = await _estate(elsewhere.name)
    by = await _convening(elsewhere, estate, at)
    await tell([poll_tale(story, by, at, at.astimezone(SHANGHAI).date(), {})])


async def _call_candidates(elsewhere: Elsewhere, at: datetime) -> None:
    by = await _convening(elsewhere, await _estate(elsewhere.name), at)
    await call_elsewhere(by, await id_of(signed_up(elsewhere.lines())[20]), at)


async def _convening(elsewhere: Elsewhere, estate: Place, at: datetime) -> Convening:
    lines = elsewhere.lines()
    members: list[Asker] = [await asking(await id_of(one), at) for one in _members(lines)]
    body: UUID = members[0].roles[0].body
    name = await value("select name from body where id = $1", body)
    phones = {await id_of(person): person.phone for person in signed_up(lines)}
    buildings = {name: place.id for name, place in (await buildings_of(estate)).items()}
    contact = f"{name} {members[0].name} 027-8701{elsewhere.first}"
    worker = await asking(await id_of(who.WORKER), at)
    return Convening(
        estate, buildings, body, members[0], members[1], contact, name, phones, worker
    )  # fmt: skip
