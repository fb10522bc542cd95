"""点事: raising a topic, supporting it, and the answer that is owed."""

import asyncio
from datetime import timedelta

import pytest

from coordination.db import rows, value
from coordination.errors import Invalid, NotAllowed, TooMany
from coordination.matters.raising import (
    AlreadySupported,
    NotCollecting,
    raise_matter,
    support_matter,
)
from coordination.matters.screening import adopt_matter, answer_matter
from coordination.matters.steps import OutOfOrder
from coordination.matters.tables import Door, Stage
from tests.matters.a_matter import (
    DAY,
    RAISED,
    TEXT,
    TITLE,
    a_topic,
    a_town,
    row_of,
    standing_of,
)

pytestmark = pytest.mark.usefixtures("database")


async def lines_of(matter) -> list[str]:
    found = await rows("select text from timeline_line where matter = $1 order by number", matter)
    return [one["text"] for one in found]


async def test_a_topic_says_how_many_must_support_it_and_until_when_it_is_answered():
    town = await a_town()

    matter = await row_of(await a_topic(town))

    assert (matter.stage, matter.active, matter.needed) == ("raised", 6, 5)
    assert matter.holder == town.committee.id
    [duty] = await rows("select label, due_at from duty")
    # Ten working days after Monday, 2 March: the end of Monday the 16th.
    assert (duty["label"], duty["due_at"].isoformat()) == (
        "答复点事", "2026-03-16T16:00:00+00:00")  # fmt: skip


async def test_the_fifth_supporter_brings_it_to_the_screening_and_the_staff_hear_once():
    town = await a_town()
    matter = await a_topic(town)

    for neighbour in town.neighbours[:4]:
        await support_matter(neighbour, matter, RAISED + DAY)

    assert (await standing_of(matter)).stage is Stage.SCREENED
    assert await lines_of(matter) == [
        "提出", "支持达到人数，进入提事：5 人支持，达到需要的 5 人"]  # fmt: skip
    told = await value("""select count(*) from message
        where title = '有点事达到支持人数' and channel = 'in_app'""")
    assert told == 2
    waits = await rows("select label from duty where settled_at is null")
    assert [one["label"] for one in waits] == ["提事并公开答复"]
    with pytest.raises(NotCollecting):
        await support_matter(town.neighbours[4], matter, RAISED + DAY)


async def test_two_who_support_at_once_bring_it_to_the_screening_once():
    town = await a_town()
    matter = await a_topic(town)
    for neighbour in town.neighbours[:3]:
        await support_matter(neighbour, matter, RAISED)

    both = await asyncio.gather(
        *(support_matter(one, matter, RAISED) for one in town.neighbours[3:]),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in both) == ["NotCollecting", "Standing"]
    assert await value("select count(*) from matter_step where kind = 'reached'") == 1


async def test_one_person_supports_once_and_strangers_do_not():
    town, other = await a_town(), await a_town("银杏苑")
    matter = await a_topic(town)
    await support_matter(town.neighbours[0], matter, RAISED)

    with pytest.raises(AlreadySupported):
        await support_matter(town.neighbours[0], matter, RAISED)
    with pytest.raises(AlreadySupported):
        await support_matter(town.resident, matter, RAISED)
    with pytest.raises(NotAllowed):
        await support_matter(other.resident, matter, RAISED)
    with pytest.raises(NotAllowed):
        await support_matter(town.manager, matter, RAISED)
    assert await value("select count(*) from support") == 2


@pytest.mark.parametrize(
    ("title", "text", "field"),
    [
        ("短", TEXT, "title"), ("长" * 61, TEXT, "title"), (TITLE, "短", "text"),
        (TITLE, "请打 138 1234 5678 找我商量", "text"), ("找 13812345678 谈", TEXT, "title"),
        (TITLE, "他的身份证是 11010119900307001X，请查", "text"),
    ],
)  # fmt: skip
async def test_words_that_cannot_stand_in_public_come_back(title, text, field):
    town = await a_town()

    with pytest.raises(Invalid) as refused:
        await raise_matter(town.resident, town.estate, title, text, RAISED)

    assert list(refused.value.fields) == [field]
    assert await value("select count(*) from matter") == 0


async def test_residents_raise_at_home_offices_in_their_place_and_nobody_without_end():
    town, other = await a_town(), await a_town("银杏苑")

    with pytest.raises(NotAllowed):
        await raise_matter(town.resident, other.estate, TITLE, TEXT, RAISED)
    with pytest.raises(NotAllowed):
        await raise_matter(town.worker, other.estate, TITLE, TEXT, RAISED, door=Door.PARTY)
    by_office = await raise_matter(town.worker, town.estate, TITLE, TEXT, RAISED, door=Door.TICKETS)
    for _ in range(3):
        await a_topic(town)
    with pytest.raises(TooMany):
        await a_topic(town)

    matter = await row_of(by_office)
    assert (matter.opened_for, matter.door) == (town.committee.id, "tickets")


async def test_two_taps_raise_one_matter_and_other_words_another():
    town = await a_town()
    said = (town.resident, town.estate, TITLE, TEXT)

    first, second = await asyncio.gather(
        *(raise_matter(*said, RAISED + timedelta(seconds=n), once=True) for n in (0, 1))
    )
    assert await raise_matter(*said, RAISED - timedelta(seconds=1), once=True) == first
    other = await raise_matter(*said[:3], f"{TEXT}还有一件。", RAISED, once=True)
    later = await raise_matter(*said, RAISED + timedelta(hours=1), once=True)

    assert first == second
    assert len({first, other, later}) == await value("select count(*) from matter") == 3


async def test_a_topic_may_be_answered_with_a_reason_and_goes_no_further():
    town = await a_town()
    matter = await a_topic(town)

    with pytest.raises(Invalid):
        await answer_matter(town.worker, matter, " ", RAISED)
    with pytest.raises(NotAllowed):
        await answer_matter(town.manager, matter, "不归社区管。", RAISED)
    await answer_matter(town.worker, matter, "价格由政府定，依据已经张贴。", RAISED + DAY)

    standing = await standing_of(matter)
    assert (standing.is_over, standing.label) == (True, "已答复，不再进入提事")
    assert await value("select count(*) from duty where settled_at is null") == 0
    with pytest.raises(OutOfOrder):
        await adopt_matter(town.worker, matter, "", RAISED + DAY)
