"""One answer a household and side, changed until it closes, counted once when it has."""

import asyncio
from datetime import timedelta

import pytest

from coordination.db import rows, value
from coordination.disclosures.consultations.actions import (
    HouseholdAnswered,
    NotOpen,
    answer_consultation,
    count_closed,
)
from coordination.disclosures.consultations.queries import consultation_of
from coordination.disclosures.consultations.tables import Side
from coordination.errors import Invalid, NotAllowed
from tests.builders import a_person, an_owner
from tests.disclosures.a_disclosure import a_town
from tests.disclosures.consultations.a_consultation import (
    AFTER,
    DURING,
    a_consultation,
    a_tenant,
    owners_of,
    some_homes,
)
from tests.matters.a_matter import asking

pytestmark = pytest.mark.usefixtures("database")


async def test_owners_and_residents_are_counted_apart_and_once_a_household():
    town = await a_town()
    one, [first, second, third] = await a_consultation(town), (homes := await some_homes(town))
    owners = [await asking(person) for person in await owners_of(homes)]
    wife = await asking(await an_owner(first, name="配偶"))
    tenant, flatmate = [await asking(await a_tenant(second, name)) for name in ("租一", "租二")]

    assert await answer_consultation(owners[0], one, 0, "", DURING) is Side.OWNER
    with pytest.raises(HouseholdAnswered):
        await answer_consultation(wife, one, 1, "", DURING)
    await answer_consultation(owners[1], one, 1, "", DURING)
    assert await answer_consultation(tenant, one, 0, "", DURING) is Side.RESIDENT
    with pytest.raises(HouseholdAnswered):
        await answer_consultation(flatmate, one, 0, "", DURING)
    await answer_consultation(owners[0], one, 2, "改主意了", DURING + timedelta(hours=1))
    assert (await consultation_of(one)).counted is None
    assert await count_closed(AFTER - timedelta(seconds=1)) == 0
    assert await count_closed(AFTER) == 1 and await count_closed(AFTER) == 0

    assert (await consultation_of(one)).counted == {"owner": [0, 1, 1], "resident": [1, 0, 0]}
    told = await rows("select person, link from message where title = '意见征询已截止'")
    assert {(m["person"], m["link"]) for m in told} == {(town.worker.id, f"/consultations/{one}")}
    assert third


async def test_who_owns_two_homes_answers_once_and_a_co_owner_for_the_other():
    town = await a_town()
    one, [first, second, _] = await a_consultation(town), await some_homes(town)
    both, other = [await asking(await an_owner(first, second, name=name)) for name in ("甲", "乙")]

    await answer_consultation(both, one, 0, "", DURING)
    await answer_consultation(both, one, 1, "", DURING)
    await answer_consultation(other, one, 1, "", DURING)

    await count_closed(AFTER)
    assert (await consultation_of(one)).counted == {"owner": [0, 2, 0], "resident": [0, 0, 0]}


async def test_two_of_one_household_at_once_are_one_answer():
    town = await a_town()
    one, [home, *_] = await a_consultation(town), await some_homes(town)
    people = [await asking(await an_owner(home, name=f"共有人{n}")) for n in range(4)]

    answers = await asyncio.gather(
        *(answer_consultation(person, one, n % 3, "", DURING) for n, person in enumerate(people)),
        return_exceptions=True,
    )

    assert [type(a) for a in answers if isinstance(a, Exception)] == [HouseholdAnswered] * 3
    assert await value("select count(*) from consultation_answer") == 1


async def test_an_answer_on_its_way_is_counted_or_refused_never_lost():
    town = await a_town()
    one, homes = await a_consultation(town), await some_homes(town)
    people = [await asking(person) for person in await owners_of(homes)]
    last = AFTER - timedelta(milliseconds=1)

    *answers, _ = await asyncio.gather(
        *(answer_consultation(person, one, 0, "", last) for person in people),
        count_closed(AFTER), return_exceptions=True,
    )  # fmt: skip

    await count_closed(AFTER)  # it passes over what is being answered that moment
    taken = sum(not isinstance(answer, Exception) for answer in answers)
    counted = (await consultation_of(one)).counted
    assert counted and counted["owner"][0] == taken
    assert await value("select count(*) from consultation_answer") == taken


async def test_strangers_and_the_late_do_not_answer():
    town, other = await a_town(), await a_town("丁香苑")
    one = await a_consultation(town)
    [home] = await some_homes(town, 1)
    [elsewhere] = await some_homes(other, 1)
    owner, stranger = await asking(await an_owner(home)), await asking(await an_owner(elsewhere))

    for person in (stranger, await asking(town.worker), await asking(await a_person())):
        with pytest.raises(NotAllowed):
            await answer_consultation(person, one, 0, "", DURING)
    for choice in (-1, 3):
        with pytest.raises(Invalid):
            await answer_consultation(owner, one, choice, "", DURING)
    with pytest.raises(Invalid):
        await answer_consultation(owner, one, 0, "找我 13912345678", DURING)
    with pytest.raises(NotOpen):
        await answer_consultation(owner, one, 0, "", AFTER)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "是否同意换物业"}, "title"),
        ({"title": "电梯用维修资金好不好"}, "reason"),
        ({"choices": ["把公共收益分掉", "先存着"]}, "reason"),
        ({"text": "有事打 13912345678"}, "text"),
        ({"last_on": DURING.date().replace(year=2027)}, "last_on"),
        ({"last_on": DURING.date().replace(day=1)}, "last_on"),
    ],
)
async def test_what_looks_like_a_ballot_or_is_one_is_sent_back(wrong, field):
    town = await a_town()

    with pytest.raises(Invalid) as refusal:
        await a_consultation(town, **wrong)

    assert list(refusal.value.fields) == [field]
    assert await value("select count(*) from consultation") == 0


async def test_a_reason_lets_a_reserved_topic_be_talked_about_and_stands_in_public():
    town = await a_town()

    one = await a_consultation(
        town, title="公共收益先公布哪些", reason="只问公布的顺序，不问怎么花"
    )

    found = await consultation_of(one)
    assert (found.reserved_hint, found.reserved_reason) == (
        "公共收益",
        "只问公布的顺序，不问怎么花",
    )
    with pytest.raises(NotAllowed):
        other = await a_town("丁香苑")
        town.worker = other.worker
        await a_consultation(town)
