"""Loading the made estate: all of it in one transaction, once.

Killed half-way, nothing of it is there and the next start begins anew. It is done by the actions
that people take, told the times of the past at which they would have; only the accounts of the
owners and their bindings are written in bulk.
"""

from datetime import datetime, timedelta
from uuid import UUID

from coordination import clock, jobs
from coordination.clock import SHANGHAI
from coordination.db import execute, transaction, value
from coordination.errors import Conflict
from coordination.home.demo import people as who
from coordination.home.demo.chronicle import tell
from coordination.home.demo.election_actions import election_tale
from coordination.home.demo.estate_actions import buildings_of, import_roll, sign_owners_up
from coordination.home.demo.estate_roll import the_roll
from coordination.home.demo.history_actions import FIRST, LOAD_HISTORY
from coordination.home.demo.meetings_tale import meetings_tale
from coordination.home.demo.people import PASSWORD, Made
from coordination.home.demo.people_actions import (
    Bodies,
    as_time_went_by,
    asking,
    grant_roles,
    id_of,
    make_bodies,
    make_named_accounts,
    make_operator,
)
from coordination.home.demo.poll_actions import Convening, poll_tale
from coordination.home.demo.side_tales import group_tale, notice_tale, objection_tale
from coordination.home.demo.stories import STORIES
from coordination.people.askers import Asker
from coordination.people.queries import person_named
from coordination.people.role_actions import is_founded
from coordination.people.secrecy import open_sealed, phone_hash
from coordination.people.tables import BodyKind
from coordination.places.actions import PlaceFacts, add_place
from coordination.places.calendar import seed_calendar
from coordination.places.tables import Place, PlaceKind
from coordination.registry.bindings.actions import CODE_PURPOSE
from coordination.registry.letters.actions import make_letters, print_letters
from coordination.registry.residents.actions import ask_residency, confirm_residency
from coordination.settings import settings
from coordination.web.codes import grouped

LOADING = 278_100  # the advisory lock
BEFORE = timedelta(days=780)  # how long ago the estate was set up


class NotDemo(Conflict):
    """Made people in a place of real ones would be a lie."""


async def load() -> list[dict]:
    """Have the made estate in the database; the people one can sign in as, each {role, name,
    phone, password, totp_secret}. Loaded already, it changes nothing. NotDemo."""
    if not settings().demo:
        raise NotDemo("演示数据只在演示模式下装入。")
    await seed_calendar()
    at = clock.now()
    async with transaction():
        await execute("select pg_advisory_xact_lock($1)", LOADING)
        if await person_named(who.OPERATOR.phone) is None:
            if await is_founded():
                raise NotDemo("这个数据库里已有正式数据，不能装入演示数据。请另用一个数据目录。")
            await _build(at)
    return await _listed()


async def _build(at: datetime) -> None:
    await execute("insert into made_up (since) values ($1)", at)  # `serve` refuses it from now on
    founded = at - BEFORE
    operator = await make_operator(founded)
    places = await _places(operator, founded)
    community, estate = places["community"], places["estate"]
    await make_named_accounts(founded)
    bodies = await make_bodies(operator, community, estate, founded)
    await grant_roles(operator, bodies, places, founded)
    worker = await asking(await id_of(who.WORKER), founded)
    await import_roll(worker, estate, the_roll(), founded + timedelta(days=2))
    buildings = await buildings_of(estate)
    await grant_roles(operator, bodies, {"1栋": buildings["1栋"]}, founded + timedelta(days=2))
    phones = await sign_owners_up(estate, the_roll(), founded + timedelta(days=5))
    await _tenant(worker, estate, founded + timedelta(days=6))
    await _live(worker, bodies, estate, buildings, phones, at)
    for building in buildings.values():
        await make_letters(worker, estate, building, [], at - timedelta(days=1))
    await print_letters(worker, estate, buildings["1栋"], at - timedelta(hours=22))
    await as_time_went_by(at)
    await jobs.enqueue(LOAD_HISTORY, FIRST)


async def _places(operator: Asker, at: datetime) -> dict[str, Place]:
    street = await add_place(operator, PlaceKind.SUBDISTRICT, None, PlaceFacts("临江街道"), at)
    community = await add_place(operator, PlaceKind.COMMUNITY, street, PlaceFacts("梧桐社区"), at)
    facts = PlaceFacts("梧桐苑", address="临江街道梧桐路 18 号", estate_type="商品房")
    estate = await add_place(operator, PlaceKind.ESTATE, community, facts, at)
    return {"street": street, "community": community, "estate": estate}


async def _tenant(worker: Asker, estate: Place, at: datetime) -> None:
    tenant = await asking(await id_of(who.TENANT), at)
    asked = await ask_residency(
        tenant, estate.id, "3栋", "1单元", "801", "tenant", "租赁合同，租期两年", at
    )
    until = at + timedelta(days=800)
    await confirm_residency(worker, estate, asked.id, until, at + timedelta(days=1))


async def _live(
    worker: Asker, bodies: Bodies, estate: Place, buildings: dict[str, Place],
    phones: dict[UUID, str], at: datetime,
) -> None:  # fmt: skip
    """The year that the estate has had: votes, objections, notices."""
    chair, second, preparing, objector, officer = [
        await asking(await id_of(p), at)
        for p in (who.CHAIR, who.MEMBER, who.PREPARING, who.VOTED, who.SUBDISTRICT)
    ]
    committee, group = bodies[BodyKind.OWNERS_COMMITTEE], bodies[BodyKind.PREPARATORY_GROUP]
    ids = {name: place.id for name, place in buildings.items()}
    by = {
        False: Convening(estate, ids, committee.id, chair, second,
                         "业主委员会 王建国 027-87000004", committee.name, phones, worker),
        True: Convening(estate, ids, group.id, preparing, preparing,
                        "换届筹备组 郑宏 027-87000005", group.name, phones, worker),
    }  # fmt: skip
    today = at.astimezone(SHANGHAI).date()
    polls = {}
    tales = [poll_tale(story, by[story.by_preparatory], at, today, polls) for story in STORIES]
    tales += [
        election_tale(by[False], at, today),
        group_tale(officer, group.id, at),
        objection_tale(polls, estate, objector, preparing, at),
        notice_tale(worker, estate, at),
        meetings_tale(estate, bodies[BodyKind.PROPERTY_COMPANY], at),
    ]
    await tell(tales)


async def _listed() -> list[dict]:
    """Who can sign in, the code of the letter of the one who is not bound yet with them."""
    code = await _letter_code()
    roles: list[tuple[str, Made]] = [
        ("运营人员", who.OPERATOR), ("社区工作人员", who.WORKER),
        ("业委会委员（拟稿）", who.CHAIR), ("业委会委员（确认）", who.MEMBER),
        ("筹备组成员", who.PREPARING), ("物业项目经理", who.MANAGER),
        ("监督委员", who.SUPERVISOR), ("街道工作人员", who.SUBDISTRICT), ("楼组长", who.LEAD),
        ("业主（还没有投票）", who.OWNER), ("业主（已投票，可更改一次）", who.VOTED),
        ("共有业主", who.HUSBAND), ("共有业主（配偶）", who.WIFE),
        ("业主（三处房产）", who.THREE_UNITS), ("租户", who.TENANT),
        (f"业主（未绑定，绑定码 {code}）" if code else "业主（未绑定）", who.UNBOUND),
    ]  # fmt: skip
    return [
        {
            "role": role,
            "name": person.name,
            "phone": person.phone,
            "password": PASSWORD,
            "totp_secret": person.totp_secret,
        }
        for role, person in roles
    ]


async def _letter_code() -> str:
    """Of the one who has not bound an account; "" once it is printed or used."""
    sealed = await value(
        """select l.code_sealed from letter_code l join unit u on u.id = l.unit
             join ownership w on w.unit = u.id join owner o on o.id = w.owner
            where o.phone_hash = $1 and l.used_at is null and l.revoked_at is null
              and l.code_sealed is not null limit 1""",
        phone_hash(who.UNBOUND.phone),
    )
    return grouped(open_sealed(sealed, CODE_PURPOSE)) if sealed else ""
