"""Who may whistle, how often, and what a resident may do until the reply."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from coordination import db
from coordination.errors import Conflict, Invalid, NotFound
from coordination.files import Photo
from coordination.registry.tables import Residency
from coordination.tickets.kinds import EventKind
from coordination.tickets.tables import CoSigner, Ticket
from coordination.tickets.whistling.actions import (
    AlreadyJoined,
    EnoughToday,
    NotFromHere,
    SameAgain,
    Whistle,
    answer_info,
    blow_whistle,
    co_sign,
    withdraw,
)
from tests.builders import a_person
from tests.tickets.a_ticket import (
    DAY,
    HOUR,
    WHISTLED,
    Neighbourhood,
    a_neighbourhood,
    a_ticket,
    asking,
    it_happens,
)


@pytest.fixture
async def town(database) -> Neighbourhood:
    return await a_neighbourhood()


def a_whistle(town: Neighbourhood, text: str = "路灯坏了", **given) -> Whistle:
    facts = {
        "ticket": uuid4(), "estate": town.estate.id, "building": town.building.id, "spot": "",
        "category": "lighting", "text": text,
    } | given  # fmt: skip
    return Whistle(**facts)


async def a_tenant(town: Neighbourhood, *, confirmed: bool = True, until=None):
    person = await a_person("租户")
    await Residency(
        id=uuid4(), person=person.id, unit=town.unit.id, kind="tenant", proof="合同",
        asked_at=WHISTLED, confirmed_at=WHISTLED if confirmed else None, until=until,
    ).save()  # fmt: skip
    return await asking(person)


async def test_a_whistle_is_a_ticket_with_its_first_event_and_its_clocks(town):
    photo = Photo("a" * 64, "b" * 64)

    ticket = await blow_whistle(town.resident, a_whistle(town, photos=(photo,)), WHISTLED)

    stored = await Ticket.objects().get(Ticket.id == ticket.id)
    assert (stored.state, stored.holder, stored.events) == ("whistled", town.company.id, 1)
    assert stored.report_due_at and stored.reply_due_at and stored.close_due_at
    assert stored.grams == ["坏了", "灯坏", "路灯"]
    assert [tuple(row) for row in await db.rows("select event, kind, small from ticket_photo")] == [
        (1, "whistle", photo.small)
    ]


async def test_a_tenant_may_whistle_as_well(town):
    tenant = await a_tenant(town)

    assert (await blow_whistle(tenant, a_whistle(town), WHISTLED)).whistled_by == tenant.id


async def test_who_has_no_tie_to_the_estate_may_not(town):
    strangers = [
        await asking(await a_person("路人")),
        await a_tenant(town, confirmed=False),
        await a_tenant(town, until=WHISTLED - DAY),
        town.manager,
    ]

    for stranger in strangers:
        with pytest.raises(NotFromHere):
            await blow_whistle(stranger, a_whistle(town), WHISTLED)
    assert await Ticket.count() == 0


async def test_an_owner_here_may_not_whistle_in_another_estate(town):
    elsewhere = await a_neighbourhood("丁香苑")

    with pytest.raises(NotFromHere):
        await blow_whistle(town.resident, a_whistle(elsewhere), WHISTLED)
    with pytest.raises(Invalid) as refused:
        await blow_whistle(town.resident, a_whistle(town, building=elsewhere.building.id), WHISTLED)
    assert list(refused.value.fields) == ["building"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"category": "spaceship"}, "category"),
        ({"text": "  "}, "text"),
        ({"text": "长" * 1001}, "text"),
    ],
)
async def test_what_is_not_right_is_named(town, given, field):
    with pytest.raises(Invalid) as refused:
        await blow_whistle(town.resident, a_whistle(town, **given), WHISTLED)

    assert list(refused.value.fields) == [field]


async def test_the_eleventh_whistle_of_a_day_is_refused_and_the_next_day_s_is_not(town):
    for number in range(10):
        await blow_whistle(town.resident, a_whistle(town, f"第{number}件"), WHISTLED)

    with pytest.raises(EnoughToday) as refused:
        await blow_whistle(town.resident, a_whistle(town, "第十一件"), WHISTLED)
    await blow_whistle(town.neighbour, a_whistle(town, "邻居的"), WHISTLED)
    midnight = WHISTLED.replace(hour=0) + DAY
    await blow_whistle(town.resident, a_whistle(town, "第二天"), midnight)

    assert refused.value.retry_after == 14 * 3600, "until midnight in Shanghai"
    assert await Ticket.count() == 12


async def test_the_same_words_are_whistled_twice_a_day_at_most(town):
    for _ in range(2):
        await blow_whistle(town.resident, a_whistle(town, "路灯坏了"), WHISTLED)

    with pytest.raises(SameAgain, match="#2"):
        await blow_whistle(town.resident, a_whistle(town, "路灯坏了"), WHISTLED)
    await blow_whistle(town.neighbour, a_whistle(town, "路灯坏了"), WHISTLED)


async def test_two_taps_at_once_whistle_once(town):
    whistle = a_whistle(town)

    first, second = await asyncio.gather(
        *(blow_whistle(town.resident, whistle, WHISTLED) for _ in range(2))
    )

    assert first.number == second.number
    assert await Ticket.count() == 1


async def test_many_at_once_do_not_slip_past_the_limit(town):
    outcomes = await asyncio.gather(
        *(blow_whistle(town.resident, a_whistle(town, f"{n}"), WHISTLED) for n in range(14)),
        return_exceptions=True,
    )

    assert sum(isinstance(one, EnoughToday) for one in outcomes) == 4
    assert await Ticket.count() == 10


async def test_another_s_slip_does_not_open_or_show_their_ticket(town):
    whistle = a_whistle(town)
    await blow_whistle(town.resident, whistle, WHISTLED)

    with pytest.raises(NotFound):
        await blow_whistle(town.neighbour, whistle, WHISTLED)


# --- joining -------------------------------------------------------------------------------------


async def test_who_has_the_same_joins_once_and_is_counted(town):
    ticket = await a_ticket(town)

    await co_sign(town.neighbour, ticket.id, WHISTLED + HOUR, words="我家门口也是")

    for who in (town.neighbour, town.resident):
        with pytest.raises(AlreadyJoined):
            await co_sign(who, ticket.id, WHISTLED + HOUR)
    stored = await Ticket.objects().get(Ticket.id == ticket.id)
    assert (stored.cosigners, await CoSigner.count()) == (1, 1)
    event = await db.row("select words, is_public from ticket_event where kind = 'co_sign'")
    assert tuple(event) == ("我家门口也是", False), "for who handles it, not for the public"


async def test_two_taps_of_one_neighbour_are_one_co_signer(town):
    ticket = await a_ticket(town)

    outcomes = await asyncio.gather(
        *(co_sign(town.neighbour, ticket.id, WHISTLED + HOUR) for _ in range(2)),
        return_exceptions=True,
    )

    assert sum(isinstance(one, AlreadyJoined) for one in outcomes) == 1
    assert (await Ticket.objects().get(Ticket.id == ticket.id)).cosigners == 1


async def test_nobody_joins_from_elsewhere_nor_what_is_done(town):
    elsewhere = await a_neighbourhood("丁香苑")
    ticket = await a_ticket(town)

    with pytest.raises(NotFromHere):
        await co_sign(elsewhere.resident, ticket.id, WHISTLED)
    await withdraw(town.resident, ticket.id, "", WHISTLED + HOUR)
    with pytest.raises(Conflict):
        await co_sign(town.neighbour, ticket.id, WHISTLED + 2 * HOUR)
    assert await CoSigner.count() == 0


# --- adding and taking back ----------------------------------------------------------------------


async def test_what_was_asked_for_is_added_and_the_clock_runs_on(town):
    ticket = await a_ticket(town)
    await it_happens(
        ticket, EventKind.ASK_INFO, town.keeper, WHISTLED + HOUR, "哪一盏灯？",
        until=WHISTLED + timedelta(days=3),
    )  # fmt: skip

    with pytest.raises(NotFound):
        await answer_info(town.neighbour, ticket.id, "不是我的", WHISTLED + 2 * HOUR)
    with pytest.raises(Invalid):
        await answer_info(town.resident, ticket.id, " ", WHISTLED + 2 * HOUR)
    await answer_info(town.resident, ticket.id, "二楼的", WHISTLED + 2 * HOUR)

    assert (await Ticket.objects().get(Ticket.id == ticket.id)).state == "whistled"


async def test_a_whistle_is_taken_back_by_its_owner_until_someone_reports_in(town):
    first, second = await a_ticket(town), await a_ticket(town, text="另一件")
    await it_happens(second, EventKind.REPORT_IN, town.keeper, WHISTLED + HOUR)

    with pytest.raises(NotFound):
        await withdraw(town.neighbour, first.id, "", WHISTLED + HOUR)
    await withdraw(town.resident, first.id, "自己好了", WHISTLED + HOUR)
    with pytest.raises(Conflict):
        await withdraw(town.resident, second.id, "", WHISTLED + 2 * HOUR)

    states = [ticket.state for ticket in await Ticket.objects().order_by(Ticket.number)]
    assert states == ["withdrawn", "reported"]


async def test_a_public_part_is_no_building(town):
    ticket = await blow_whistle(town.resident, a_whistle(town, building=None), WHISTLED)

    assert ticket.building is None
