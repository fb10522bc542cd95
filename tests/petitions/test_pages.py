"""The pages of petitions: read by everybody, signed by owners, answered by whom it is owed."""

import pytest

from coordination.db import value
from coordination.law.petition import PetitionKind
from coordination.people.tables import Person
from coordination.petitions.actions import (
    sign_petition,
    start_petition,
)
from tests.conftest import Browser
from tests.matters.a_matter import DAY, RAISED, Town, a_town

TITLE, TEXT = "召开业主大会商量车库收费", "收费涨了两次，请业主大会决定标准。"


@pytest.fixture
async def town(database) -> Town:
    """Eleven owners of 89.5 m² each: three of them are 20 %."""
    return await a_town(neighbours=10)


async def a_petition(town: Town, at=RAISED, kind=PetitionKind.ASSEMBLY):
    return (await start_petition(town.resident, town.estate, kind, TITLE, TEXT, at)).id


async def reached(town: Town):
    petition = await a_petition(town)
    for neighbour in town.neighbours[:2]:
        await sign_petition(neighbour, petition, RAISED)
    return petition


async def person_of(asker) -> Person:
    found = await Person.objects().get(Person.id == asker.id)
    assert found
    return found


async def test_an_owner_starts_and_a_neighbour_signs_in_the_browser(
    town, browser: Browser, time_is
):
    time_is(RAISED)
    await browser.sign_in(await person_of(town.resident))
    await browser.open("/petitions/new")
    await browser.send("/petitions/new", expect=422, kind="", title="", text="")
    page = await browser.send("/petitions/new", kind="assembly", title=TITLE, text=TEXT)
    petition = await value("select id from petition")
    assert "您已签名" in page.text
    page = await browser.send(f"/petitions/{petition}/signatures/withdrawal")
    assert "我签名" in page.text

    await browser.sign_in(await person_of(town.neighbours[0]))
    page = await browser.open(f"/petitions/{petition}")
    page = await browser.send(f"/petitions/{petition}/signatures")
    assert "1 人 / 11 人" in page.text and "您已签名" in page.text
    browser.sign_out()
    page = await browser.open(f"/petitions/{petition}")
    assert "业主0" not in page.text and "业主1" not in page.text
    assert TITLE in (await browser.open(f"/petitions?estate={town.estate.id}")).text


async def test_without_a_fresh_proof_one_is_led_to_it(town, browser: Browser, time_is):
    time_is(RAISED)
    petition = await a_petition(town)
    await browser.sign_in(await person_of(town.neighbours[0]), stepped_up=False)

    page = await browser.open(f"/petitions/{petition}")

    [link] = page.select("a[href^='/step-up']")
    assert link["href"] == f"/step-up?next=/petitions/{petition}"
    assert not page.select("main form")


async def test_the_committee_answers_in_the_browser(town, browser: Browser, time_is):
    petition = await reached(town)
    time_is(RAISED + DAY)
    await browser.sign_in(await person_of(town.member))

    await browser.open(f"/petitions/{petition}")
    await browser.send(f"/petitions/{petition}/answers", expect=422, words="好")
    page = await browser.send(f"/petitions/{petition}/answers", words="定于四月召开业主大会。")

    assert "定于四月召开业主大会。" in page.text and "已答复" in page.text
