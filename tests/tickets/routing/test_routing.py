"""谁主管、谁负责: where a whistle goes, and who may say so."""

from datetime import timedelta

import pytest

from coordination.db import execute, rows, value
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.queries import place_of
from coordination.tickets.routing.actions import (
    AlreadyListed,
    Line,
    add_departments,
    add_route,
    end_hint,
    end_route,
    give_hint,
    set_duty,
)
from coordination.tickets.routing.queries import (
    NobodyResponsible,
    OnlyAssists,
    answerers,
    may_lead,
    responsible_body,
)
from coordination.tickets.routing.reading import hints_of
from coordination.tickets.routing.seeds import CATEGORIES, DEPARTMENTS, category_id
from coordination.tickets.routing.tables import DutyKind, RouteKind
from tests.builders import a_body, a_role
from tests.tickets.a_ticket import DAY, WHISTLED, a_neighbourhood, a_ticket, asking

LEAD, ASSIST = RouteKind.LEAD, RouteKind.ASSIST


@pytest.fixture
async def town(database):
    return await a_neighbourhood()


@pytest.fixture
async def operator(town):
    return await asking(await a_role(RoleKind.OPERATOR, None))


async def whose(town, code, at=WHISTLED, place=None):
    return await responsible_body(category_id(code), place or town.building, at)


async def test_six_icons_stand_before_the_search(town):
    mains = await rows("select code, icon from category where parent is null order by sort")

    assert [one["code"] for one in mains] == [main[0] for main, *_ in CATEGORIES]
    assert len(mains) == 6 and all(one["icon"] for one in mains)


async def test_the_seven_matters_are_categories(town):
    found = await rows(
        "select name from category where name = any($1)",
        ["房屋出租", "垃圾清运", "违建拆除", "治安管理", "道路维护", "管网疏通", "绿化养护"],
    )

    assert len(found) == 7


async def test_without_a_line_the_property_company_answers(town):
    assert await whose(town, "lighting") == town.company.id


async def test_what_the_committee_governs_itself_goes_to_it(town):
    assert await whose(town, "neighbours") == town.committee.id


async def test_without_a_company_the_street_answers_for_what_is_not_on_the_committees_list(town):
    await execute("update body set until = '2026-01-01' where id = $1", town.company.id)

    assert await whose(town, "lighting") == town.office.id
    assert await whose(town, "neighbours") == town.committee.id


async def test_where_nobody_is_registered_a_whistle_is_refused_with_whom_to_call(town):
    for body in (town.company, town.committee, town.office):
        await execute("update body set until = '2026-01-01' where id = $1", body.id)

    with pytest.raises(NobodyResponsible, match="12345"):
        await a_ticket(town)

    assert await value("select count(*) from ticket") == 0


async def test_the_nearest_line_counts_and_the_own_category_before_the_main_one(town, operator):
    other = await a_body(BodyKind.OTHER, town.estate, "车管站")
    street = await a_body(BodyKind.OTHER, town.street, "停车公司")

    await add_route(operator, town.street, Line(category_id("order"), LEAD, street.id), WHISTLED)
    assert await whose(town, "parking") == street.id
    await add_route(operator, town.estate, Line(category_id("order"), LEAD, other.id), WHISTLED)
    assert await whose(town, "parking") == other.id
    line = Line(category_id("parking"), LEAD, body_kind=BodyKind.PROPERTY_COMPANY)
    await add_route(operator, None, line, WHISTLED)
    assert await whose(town, "parking") == town.company.id
    assert await whose(town, "noise") == other.id


async def test_a_line_of_elsewhere_counts_for_nothing_here(town, operator):
    elsewhere = await a_neighbourhood("丁香苑")
    line = Line(category_id("parking"), LEAD, elsewhere.committee.id)
    await add_route(
        operator, elsewhere.estate, Line(category_id("parking"), LEAD, town.office.id), WHISTLED
    )

    assert await whose(town, "parking") == town.company.id
    assert await whose(elsewhere, "parking", place=elsewhere.building) == elsewhere.company.id
    with pytest.raises(OnlyAssists):
        await add_route(operator, elsewhere.estate, line, WHISTLED)


async def test_a_department_is_named_and_gets_its_tickets_by_transfer(town, operator):
    await add_departments(operator, town.district, WHISTLED)

    assert await whose(town, "illegal-building") == town.company.id
    named = await answerers(category_id("illegal-building"), town.estate.path, WHISTLED)
    assert [(one.name, one.part) for one in named] == [("梧桐苑区城市管理执法局", LEAD)]


async def test_the_departments_of_the_start_come_once(town, operator):
    first = await add_departments(operator, town.district, WHISTLED)
    second = await add_departments(operator, town.district, WHISTLED + DAY)

    assert (first, second) == (sum(len(codes) for _, codes in DEPARTMENTS), 0)
    assert await value("select count(*) from body where kind = 'department'") == 1 + len(
        DEPARTMENTS
    )


async def test_an_ended_line_counts_no_longer_and_stays(town, operator):
    body = await a_body(BodyKind.OTHER, town.estate, "停车公司")
    route = await add_route(
        operator, town.estate, Line(category_id("parking"), LEAD, body.id), WHISTLED
    )

    await end_route(operator, route.id, WHISTLED + DAY)

    assert await whose(town, "parking", WHISTLED + DAY) == town.company.id
    assert await whose(town, "parking", WHISTLED + timedelta(hours=1)) == body.id
    with pytest.raises(NotFound):
        await end_route(operator, route.id, WHISTLED + DAY)


async def test_a_line_stands_once(town, operator):
    line = Line(category_id("parking"), ASSIST, body_kind=BodyKind.RESIDENTS_COMMITTEE)
    await add_route(operator, None, line, WHISTLED)

    with pytest.raises(AlreadyListed):
        await add_route(operator, None, line, WHISTLED)


@pytest.mark.parametrize(
    "wrong",
    [
        Line(category_id("none"), LEAD, body_kind=BodyKind.OTHER),
        Line(category_id("parking"), LEAD),
        Line(category_id("parking"), LEAD, category_id("none")),
    ],
)
async def test_a_line_names_one_known_body_for_one_known_category(town, operator, wrong):
    with pytest.raises(Invalid):
        await add_route(operator, None, wrong, WHISTLED)


async def test_a_street_keeps_its_own_table_and_nobody_elses(town):
    elsewhere = await a_neighbourhood("丁香苑")
    line = Line(category_id("parking"), LEAD, body_kind=BodyKind.PROPERTY_COMPANY)

    await add_route(town.officer, town.street, line, WHISTLED)
    for who, place in (
        (town.officer, None),
        (town.officer, elsewhere.street),
        (town.worker, town.community),
        (town.manager, town.estate),
        (town.clerk, town.district),
    ):
        with pytest.raises(NotAllowed):
            await add_route(who, place, line, WHISTLED)

    assert await value("select count(*) from route where by is not null") == 1


async def test_what_leaves_the_committees_list_leaves_the_committee(town, operator):
    category = category_id("neighbours")

    with pytest.raises(NotAllowed):
        await set_duty(town.officer, category, None, "", WHISTLED)
    with pytest.raises(Invalid):
        await set_duty(operator, category, DutyKind.ASSISTED, " ", WHISTLED)
    await set_duty(operator, category, DutyKind.ASSISTED, "新清单第三条", WHISTLED)

    assert not await may_lead(category, WHISTLED)
    assert await whose(town, "neighbours") == town.company.id
    await set_duty(operator, category_id("noise"), DutyKind.SELF_GOVERNED, "新清单", WHISTLED)
    assert await may_lead(category_id("noise"), WHISTLED)
    await set_duty(operator, category_id("noise"), None, "", WHISTLED + DAY)
    assert not await may_lead(category_id("noise"), WHISTLED + DAY)


async def test_a_duty_of_a_main_category_is_one_of_those_below(town, operator):
    await set_duty(operator, category_id("affairs"), DutyKind.SELF_GOVERNED, "清单", WHISTLED)

    assert await may_lead(category_id("renting"), WHISTLED)


async def test_a_building_carries_its_hints(town):
    elsewhere = await a_neighbourhood("丁香苑")

    for who in (elsewhere.keeper, town.clerk, town.resident):
        with pytest.raises(NotAllowed):
            await give_hint(who, town.building.id, "总阀在地下室", WHISTLED)
    with pytest.raises(Invalid):
        await give_hint(town.keeper, town.building.id, " ", WHISTLED)
    hint = await give_hint(town.keeper, town.building.id, "总阀在地下室", WHISTLED)

    [shown] = await hints_of(town.building.id)
    assert (shown.text, shown.by_name) == ("总阀在地下室", "梧桐苑管家")
    await end_hint(town.worker, hint.id, WHISTLED + DAY)
    assert await hints_of(town.building.id) == []


async def test_every_change_of_the_table_is_in_the_audit_log(town, operator):
    await add_departments(operator, await place_of(town.district.id), WHISTLED)
    await set_duty(operator, category_id("noise"), DutyKind.SELF_GOVERNED, "清单", WHISTLED)

    said = await rows("select verb, person from audit_entry order by id desc limit 2")
    assert [(one["verb"], one["person"]) for one in said] == [
        ("set_committee_duty", operator.id), ("add_departments", operator.id),
    ]  # fmt: skip
