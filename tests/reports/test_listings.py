"""红黑榜: like with like, enough tickets, objections answered, a person decides, and it expires."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from coordination import db
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.calendar import seed_calendar
from coordination.places.queries import lineage
from coordination.reports.listings.actions import (
    OpenViolation,
    Published,
    StillOpen,
    TooLate,
    answer_objection,
    decide,
    object_to_entry,
    publish_listing,
    record_violation,
    set_formula,
    settle_violation,
)
from coordination.reports.listings.drafting import DraftedBefore, draft_due, draft_listing
from coordination.reports.listings.queries import listings, read_listing
from coordination.reports.listings.scoring import DEFAULT_WEIGHTS
from coordination.reports.tables import Colour, ListingEntry, ListingObjection
from coordination.tickets.figures.periods import Period
from tests.builders import a_body, a_building, a_place, a_role, a_unit, an_estate
from tests.tickets.figures_rows import DAY, closed, tickets

MARCH = Period(2026, 3)
BEGAN = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
DRAFTED = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)  # a Wednesday
LATER = DRAFTED + timedelta(days=20)


async def asking(person, at=DRAFTED):
    token = await open_session(person.id, at, stepped_up=True, second_factor=True, device="测试")
    found = await look_up(token, at)
    assert found
    return found


@pytest.fixture
async def street(database):
    """A 街道 with three projects: 好 with 30 good tickets, 差 with 30 bad ones, 少 with 5."""
    await seed_calendar()
    one = SimpleNamespace()
    one.good = await an_estate("好")
    [one.place, community, _] = await lineage(one.good)
    one.bad = await a_place(one.good.kind, "差", community)
    one.few = await a_place(one.good.kind, "少", community)
    for estate in (one.good, one.bad, one.few):
        await db.execute("update place set estate_type = '商品房' where id = $1", estate.id)
    await tickets(one.good, BEGAN, 30, **closed(BEGAN, rating="satisfied"))
    await tickets(one.bad, BEGAN, 30, **closed(BEGAN, 9 * DAY, "explained", reopened=1,
                                               rating="dissatisfied"))  # fmt: skip
    await tickets(one.few, BEGAN, 5, **closed(BEGAN))
    one.officer = await asking(await a_role(RoleKind.SUBDISTRICT_OFFICER, one.place))
    company = await a_body(BodyKind.PROPERTY_COMPANY, one.bad, "差物业")
    one.manager = await asking(await a_role(RoleKind.PROPERTY_MANAGER, one.bad, body=company))
    return one


async def drafted(street):
    listing = await draft_listing(street.officer, street.place.id, MARCH, DRAFTED)
    found = await ListingEntry.objects().where(ListingEntry.listing == listing.id)
    entries = {entry.estate: entry for entry in found}
    return listing, *(entries[one.id] for one in (street.good, street.bad, street.few))


async def test_projects_are_scored_and_those_with_few_tickets_are_not_ranked(street):
    _, good, bad, few = await drafted(street)

    assert (good.score, good.rank, good.of, good.suggested) == (10_000, 1, 2, "red")
    assert (bad.rank, bad.suggested) == (2, "black")
    assert (few.tickets, few.score, few.rank, few.suggested) == (5, None, None, "none")


async def test_what_was_not_due_in_the_month_is_missing_and_not_nought(street):
    _, good, _, _ = await drafted(street)

    inputs = json.loads(good.inputs)
    assert inputs["solve"] == [30, 30]
    assert inputs["disclosed_on_time"] is inputs["actions_on_time"] is None


async def test_what_patrols_found_counts_by_how_much_of_it_is_solved(street):
    await tickets(street.good, BEGAN, 1, door="patrol")

    _, good, bad, _ = await drafted(street)

    assert json.loads(good.inputs)["patrol_mended"] == [0, 1]
    assert json.loads(bad.inputs)["patrol_mended"] is None


async def test_only_projects_of_one_type_and_size_are_compared(street):
    await db.execute("update place set estate_type = '老旧小区' where id = $1", street.bad.id)
    building = await a_building(street.few)
    for room in range(300):
        await a_unit(building, str(room))
    await tickets(street.few, BEGAN, 30, **closed(BEGAN))

    _, good, bad, few = await drafted(street)

    assert [(e.rank, e.of) for e in (good, bad, few)] == [(1, 1)] * 3


async def test_a_month_is_drafted_once_by_the_street_and_when_it_is_over(street):
    with pytest.raises(NotAllowed):
        await draft_listing(street.manager, street.place.id, MARCH, DRAFTED)
    with pytest.raises(Conflict):
        await draft_listing(street.officer, street.place.id, Period(2026, 4), DRAFTED)
    await drafted(street)
    with pytest.raises(DraftedBefore):
        await draft_listing(street.officer, street.place.id, MARCH, DRAFTED)


async def test_the_worker_drafts_last_month_once(street):
    for _ in range(2):
        await draft_due(DRAFTED)

    assert [line.month for line in await listings(False, DRAFTED)] == ["2026-03"]


async def test_five_working_days_to_object_end_at_midnight_and_skip_a_holiday(street):
    listing, *_ = await drafted(street)

    # Tomb-sweeping Day 2026: 4 to 6 April; so 2, 3, 7, 8, 9 April.
    assert listing.objections_until == datetime(2026, 4, 9, 16, 0, tzinfo=UTC)


async def test_an_objection_comes_from_a_party_in_time_and_must_say_something(street):
    listing, good, bad, _ = await drafted(street)

    with pytest.raises(NotAllowed):
        await object_to_entry(street.manager, good.id, "别家的", DRAFTED)
    with pytest.raises(Invalid):
        await object_to_entry(street.manager, bad.id, " ", DRAFTED)
    with pytest.raises(TooLate):
        await object_to_entry(street.manager, bad.id, "晚了", listing.objections_until)
    await object_to_entry(street.manager, bad.id, "停电是电网检修。", DRAFTED)
    assert await ListingObjection.count() == 1


async def test_nothing_is_published_before_the_days_are_over_the_answer_and_the_decision(street):
    listing, good, bad, _ = await drafted(street)
    objection = await object_to_entry(street.manager, bad.id, "停电是电网检修。", DRAFTED)
    with pytest.raises(StillOpen, match="异议期"):
        await publish_listing(street.officer, listing.id, DRAFTED + DAY)
    with pytest.raises(StillOpen, match="没有答复"):
        await publish_listing(street.officer, listing.id, LATER)
    await answer_objection(street.officer, objection.id, False, "已剔除停电工单，结果不变。", LATER)
    with pytest.raises(StillOpen, match="没有人作出决定"):
        await publish_listing(street.officer, listing.id, LATER)
    await decide(street.officer, good.id, Colour.RED, "全年无投诉升级。", LATER)
    await decide(street.officer, bad.id, Colour.NONE, "已在整改，给三个月。", LATER)

    published = await publish_listing(street.officer, listing.id, LATER)

    assert published.expires_at == datetime(2027, 4, 21, 2, 0, tzinfo=UTC)
    with pytest.raises(Published):
        await decide(street.officer, bad.id, Colour.BLACK, "改主意了。", LATER)


async def test_a_decision_needs_a_reason_a_person_of_the_street_and_a_score(street):
    _, _, bad, few = await drafted(street)

    with pytest.raises(Invalid):
        await decide(street.officer, bad.id, Colour.BLACK, " ", DRAFTED)
    with pytest.raises(NotAllowed):
        await decide(street.manager, bad.id, Colour.NONE, "自己说没事。", DRAFTED)
    with pytest.raises(Invalid):
        await decide(street.officer, few.id, Colour.BLACK, "只有五件也上榜。", DRAFTED)


async def test_an_open_serious_violation_keeps_a_project_off_the_red_list(street):
    violation = await record_violation(
        street.officer, street.good, "擅自挪用公共收益", "街道责改〔2026〕3号", DRAFTED
    )
    _, good, _, _ = await drafted(street)
    assert good.suggested == "none"
    with pytest.raises(OpenViolation):
        await decide(street.officer, good.id, Colour.RED, "分数第一。", DRAFTED)

    await settle_violation(street.officer, violation.id, DRAFTED)
    await decide(street.officer, good.id, Colour.RED, "已整改，全年最好。", DRAFTED)


async def test_a_draft_is_its_parties_and_a_published_list_everybodys_until_it_expires(street):
    listing, good, bad, _ = await drafted(street)
    with pytest.raises(NotFound):
        await read_listing(listing.id, None, DRAFTED)
    assert (await read_listing(listing.id, street.manager, DRAFTED)).may_keep is False
    for entry in (good, bad):
        await decide(street.officer, entry.id, Colour.NONE, "再看一个月。", DRAFTED)
    published = await publish_listing(street.officer, listing.id, LATER)

    assert (await read_listing(listing.id, None, LATER)).is_published
    with pytest.raises(NotFound):
        await read_listing(listing.id, None, published.expires_at)
    assert await listings(True, published.expires_at) == []


async def test_new_weights_are_a_new_version_and_leave_drafts_as_they_were(street):
    listing, *_ = await drafted(street)
    operator = await asking(await a_role(RoleKind.OPERATOR, None))
    with pytest.raises(Invalid):
        await set_formula(operator, {"solve": 1}, "少了几项", DRAFTED)
    with pytest.raises(NotAllowed):
        await set_formula(street.officer, DEFAULT_WEIGHTS, "街道想改", DRAFTED)

    second = await set_formula(operator, DEFAULT_WEIGHTS | {"solve": 50}, "更看重解决", DRAFTED)

    read = await read_listing(listing.id, street.officer, DRAFTED)
    assert (read.formula.version, second.version) == (1, 2)


async def test_the_list_is_walked_from_draft_to_print_in_a_browser(street, browser, time_is):
    time_is(DRAFTED)
    officer = await a_role(RoleKind.SUBDISTRICT_OFFICER, street.place)
    await browser.sign_in(officer)
    await browser.open("/reports/listings")
    page = await browser.send(
        "/reports/listings/drafts", place=str(street.place.id), month="2026-03"
    )
    assert "草案" in page.h1.text and "缺，不计入" in page.text
    path = browser.response.url.path
    found = {e.estate: e for e in await ListingEntry.objects()}
    for estate, colour in ((street.good, "red"), (street.bad, "black")):
        entry = found[estate.id]
        page = await browser.send(
            f"{path}/entries/{entry.id}/decision", colour=colour, reason="", expect=422
        )
        assert "出错" in page.title.text
        await browser.send(
            f"{path}/entries/{entry.id}/decision", colour=colour, reason="现场核查属实。"
        )
    await browser.send(f"{path}/publication", expect=409)
    time_is(LATER)
    await browser.sign_in(officer)
    await browser.open(path)
    await browser.send(f"{path}/publication")
    browser.sign_out()

    page = await browser.open(path)

    assert "现场核查属实" in page.text and not page.select("form[method=post]")
    assert (await browser.client.get(f"{path}/listing.pdf")).content.startswith(b"%PDF")
