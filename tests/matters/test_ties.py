"""Who asks for a copy of their data gets what they raised, supported, judged and signed, and
nothing of anybody else's."""

import json

import pytest

from coordination.law.petition import PetitionKind
from coordination.matters.evaluating import evaluate_matter
from coordination.matters.raising import support_matter
from coordination.matters.tables import Grade
from coordination.people.tables import Person
from coordination.petitions.actions import start_petition
from tests.matters.a_matter import DAY, RAISED, TEXT, TITLE, a_topic, a_town, an_evaluated


@pytest.mark.parametrize("number", [0, 1])
async def test_the_copy_of_ones_data_holds_ones_own_part(browser, time_is, number):
    town = await a_town()
    one, other = town.neighbours[number], town.neighbours[1 - number]
    await support_matter(one, await a_topic(town), RAISED)
    await evaluate_matter(one, await an_evaluated(town), Grade.POOR, "我写的话", RAISED + 6 * DAY)
    await start_petition(one, town.estate, PetitionKind.MEETING, "请开一次联席会", TEXT, RAISED)
    time_is(RAISED + 7 * DAY)

    copies = {}
    for who in (one, other):
        person = await Person.objects().get(Person.id == who.id)
        assert person
        await browser.sign_in(person)
        answer = await browser.client.get("/me/export")
        copies[who.id] = answer.json()

    mine, others = copies[one.id], copies[other.id]
    assert {found["title"] for found in mine["matters"]["supported"]} == {TITLE, "请开一次联席会"}
    assert mine["matters"]["judged"][0]["words"] == "我写的话"
    assert mine["petitions"]["signed"][0]["title"] == "请开一次联席会"
    assert others["matters"] == {"raised": [], "supported": [], "judged": []}
    assert "我写的话" not in json.dumps(others, ensure_ascii=False)
