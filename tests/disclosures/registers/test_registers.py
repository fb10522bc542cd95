"""Registers: who sits where and until when, what was stamped, and a term that nears its end."""

from datetime import date, datetime, timedelta

import pytest

from coordination.db import execute, rows, value
from coordination.disclosures.registers.rules import Term, term
from coordination.disclosures.registers.terms import tell_terms
from coordination.law.terms import election_from
from coordination.people.role_actions import save_body
from coordination.people.tables import Body, BodyKind, RoleKind
from coordination.places.queries import lineage
from tests.builders import a_body, a_person, a_role
from tests.conftest import Browser
from tests.disclosures.a_disclosure import EARLY, a_town
from tests.matters.a_matter import asking

ENDS = date(2026, 7, 1)  # the first day on which it is not in office


def words(page) -> str:
    return page.get_text(" ", strip=True)


async def a_term(body: Body, until: date | None = ENDS) -> None:
    await execute(
        "update body set since = $2, until = $3, filing_number = '临备字2023-17' where id = $1",
        body.id, date(2023, 7, 1), until,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("until", "first"),
    [
        (date(2026, 7, 1), date(2026, 4, 1)),
        (date(2026, 5, 31), date(2026, 2, 28)),
        (date(2028, 5, 30), date(2028, 2, 29)),
        (date(2026, 2, 1), date(2025, 11, 1)),
    ],
)
def test_an_election_begins_three_months_before(until, first):
    assert election_from(until) == first
    assert [term(until, day) for day in (first - timedelta(days=1), first)] == [
        Term.RUNNING, Term.ENDING
    ]  # fmt: skip
    assert [term(until, day) for day in (until - timedelta(days=1), until)] == [
        Term.ENDING, Term.OVER
    ]  # fmt: skip
    assert term(None, until) is Term.RUNNING


async def test_committee_community_and_street_are_told_once_a_term(database):
    town, other = await a_town(), await a_town("丁香苑")
    [street, *_] = await lineage(town.estate)
    officer = await a_role(RoleKind.SUBDISTRICT_OFFICER, street)
    operator = await asking(await a_role(RoleKind.OPERATOR, None), EARLY)
    await a_term(town.committee)
    day_before = datetime.fromisoformat("2026-03-31T12:00:00+08:00")

    assert await tell_terms(day_before) == 0
    assert await tell_terms(day_before + timedelta(days=1)) == 1
    assert await tell_terms(EARLY) == 0

    told = await rows("select person, text, link from message where channel = 'in_app'")
    assert {one["person"] for one in told} == {town.member.id, town.worker.id, officer.id}
    assert all("到2026年6月30日届满" in one["text"] for one in told)
    assert {one["link"] for one in told} == {f"/registers/{town.committee.id}"}
    again = {"phone": "027-1", "officer": "王主任", "since": date(2023, 7, 1)}
    await save_body(
        operator, town.committee.id, BodyKind.OWNERS_COMMITTEE, "业委会", town.estate, EARLY,
        until=date(2026, 6, 1), **again,
    )  # fmt: skip
    assert await tell_terms(EARLY) == 1  # the term is another
    assert await value("select count(*) from message where person = $1", other.member.id) == 0


async def test_a_term_near_its_end_is_public_and_on_the_boards_of_who_must_act(
    browser: Browser, time_is
):
    time_is(EARLY)
    town, other = await a_town(), await a_town("丁香苑")
    [street, *_] = await lineage(town.estate)
    officer = await a_role(RoleKind.SUBDISTRICT_OFFICER, street)
    await a_term(town.committee)
    said = "任期将满，应组织换届"

    assert said in words(await browser.open(f"/estates/{town.estate.id}"))
    assert said in words(await browser.open(f"/registers?estate={town.estate.id}"))
    assert "任期到2026年6月30日届满" in words(await browser.open(f"/registers/{town.committee.id}"))
    assert said not in words(await browser.open(f"/estates/{other.estate.id}"))
    for person in (town.worker, town.member, officer):
        await browser.sign_in(person)
        assert said in words(await browser.open("/work"))
    for person in (other.worker, town.manager):
        await browser.sign_in(person)
        assert said not in words(await browser.open("/work"))
    # The next committee is registered: nothing is owed any more.
    successor = await a_body(BodyKind.OWNERS_COMMITTEE, town.estate, "新一届业主委员会")
    await execute("update body set since = $2 where id = $1", successor.id, ENDS)
    await browser.sign_in(town.worker)
    assert said not in words(await browser.open("/work"))
    assert said not in words(await browser.open(f"/estates/{town.estate.id}"))


async def test_a_term_that_is_over_without_another_stays_in_public(browser: Browser, time_is):
    town = await a_town()
    await a_term(town.committee)
    time_is(datetime.fromisoformat("2026-09-01T10:00:00+08:00"))

    for path in (f"/registers?estate={town.estate.id}", f"/estates/{town.estate.id}"):
        assert "任期已满" in words(await browser.open(path))


async def test_members_are_named_where_their_rule_publishes_them_and_nowhere_else(
    browser: Browser, time_is
):
    time_is(EARLY)
    town = await a_town()
    await a_term(town.committee)
    member, left = await a_person("章委员"), await a_person("前委员")
    guard = await a_person("保安小李")
    await a_role(RoleKind.COMMITTEE_MEMBER, town.estate, body=town.committee, person=member)
    await a_role(
        RoleKind.COMMITTEE_MEMBER, town.estate, body=town.committee, person=left,
        until=EARLY - timedelta(days=1),
    )  # fmt: skip
    await a_role(RoleKind.PROPERTY_STAFF, town.estate, body=town.company, person=guard)

    committee = await browser.open(f"/registers/{town.committee.id}")
    company = await browser.open(f"/registers/{town.company.id}")

    assert "章委员" in committee.text and "临备字2023-17" in committee.text
    assert "前委员" not in committee.text and "保安小李" not in company.text
    operator = await a_body(BodyKind.OPERATOR, None, "平台运营组")
    await browser.open(f"/registers/{operator.id}", expect=404)
    await browser.open("/registers/x", expect=404)
