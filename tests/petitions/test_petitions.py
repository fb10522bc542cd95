"""Owners sign for an assembly: counted by persons and by area, to the last signature; then an
answer is owed, in public."""

import asyncio

import pytest

from coordination.db import execute, row, rows, value
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.law.petition import PetitionKind
from coordination.law.tally import Weight
from coordination.matters.sweeping import sweep_matters
from coordination.people.askers import ProveFirst
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import Person, RoleKind
from coordination.petitions.actions import (
    AlreadySigned,
    NobodyToAnswer,
    NotCollecting,
    NothingToAnswer,
    NotSigned,
    answer_petition,
    lapse_petitions,
    sign_petition,
    start_petition,
    withdraw_signature,
)
from coordination.petitions.queries import read_petition
from tests.builders import a_building, a_role, a_unit, an_estate, an_owner
from tests.matters.a_matter import DAY, RAISED, Town, a_town, asking

TITLE, TEXT = "召开业主大会商量车库收费", "收费涨了两次，请业主大会决定标准。"


@pytest.fixture
async def town(database) -> Town:
    """Eleven owners of 89.5 m² each: three of them are 20 %."""
    return await a_town(neighbours=10)


async def a_petition(town: Town, at=RAISED, kind=PetitionKind.ASSEMBLY):
    return (await start_petition(town.resident, town.estate, kind, TITLE, TEXT, at)).id


async def figures(petition) -> tuple[Weight, Weight]:
    counted = (await read_petition(petition)).counted
    return counted.signed, counted.whole


async def test_who_starts_it_signs_and_it_is_a_matter_from_the_start(town):
    petition = await a_petition(town)

    assert await figures(petition) == (Weight(1, 895_000), Weight(11, 11 * 895_000))
    matter = await row("select title, door, stage from matter")
    assert tuple(matter or ()) == (TITLE, "petition", "raised")
    it = (await read_petition(petition)).petition
    assert it.answerer == town.owners.id


async def test_the_signature_that_makes_it_enough_is_announced_and_starts_the_clock(town):
    petition = await a_petition(town)
    await sign_petition(town.neighbours[0], petition, RAISED)
    assert (await read_petition(petition)).petition.reached_at is None

    await sign_petition(town.neighbours[1], petition, RAISED)

    it = (await read_petition(petition)).petition
    assert it.reached_at == RAISED
    # Fifteen days after 2 March: the end of the 17th.
    assert it.due_at and it.due_at.isoformat() == "2026-03-17T16:00:00+00:00"
    notice = await row("select number, title, text, until, link, facts::text as facts from notice")
    assert notice and notice["text"] == (
        "业主联名提议召开业主大会临时会议：3 人签名，占 27.27%；面积 268.50 平方米，占 27.27%，"
        "已达到比例"
    )  # fmt: skip
    assert (notice["number"], notice["until"]) == ("〔2026〕第1号", it.due_at)
    for owner in range(3):
        assert f"业主{owner}" not in notice["facts"]
    duty = await row("select label, due_at from duty where label = '答复业主联名'")
    assert duty and duty["due_at"] == it.due_at
    told = await rows("""select person from message
        where title = '有业主联名要答复' and channel = 'in_app'""")
    assert [one["person"] for one in told] == [town.member.id]
    with pytest.raises(NotCollecting):
        await sign_petition(town.neighbours[2], petition, RAISED + 3 * DAY)
    with pytest.raises(NotCollecting):
        await withdraw_signature(town.resident, petition, RAISED + 3 * DAY)


async def test_enough_persons_without_enough_area_is_not_enough(town):
    await a_unit(town.building, "901", area_cm2=90_000_000, unsold=True)
    petition = await a_petition(town)
    for neighbour in town.neighbours[:4]:
        await sign_petition(neighbour, petition, RAISED)

    signed, whole = await figures(petition)
    assert (signed.persons, whole.persons) == (5, 12)
    assert (await read_petition(petition)).petition.reached_at is None


async def test_two_last_signatures_at_once_announce_it_once(town):
    petition = await a_petition(town)
    await sign_petition(town.neighbours[0], petition, RAISED)

    both = await asyncio.gather(
        *(sign_petition(one, petition, RAISED) for one in town.neighbours[1:3]),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in both) == ["NoneType", "NotCollecting"]
    assert await value("select count(*) from notice") == 1


async def test_co_owners_are_one_person_and_one_owner_signs_once(town):
    spouse = await asking(await an_owner(await a_unit(town.building, "801"), name="妻子"))
    flat = await value("select id from unit where room = '801'")
    husband_person = await an_owner(await a_unit(town.building, "802"), name="丈夫")
    await execute(
        """insert into ownership (id, unit, owner, since, document)
           select gen_random_uuid(), $1, b.owner, b.at, '' from binding b where b.person = $2""",
        flat, husband_person.id,
    )  # fmt: skip
    await execute("update ownership set until = $1 where unit = (select id from unit where "
                  "room = '802')", RAISED - DAY)  # fmt: skip
    await execute("delete from ownership where unit = (select id from unit where room = '802')")
    await execute("delete from unit where room = '802'")
    husband = await asking(husband_person)
    petition = await a_petition(town)

    await sign_petition(spouse, petition, RAISED)
    first = await figures(petition)
    await sign_petition(husband, petition, RAISED)

    assert await figures(petition) == first == (Weight(2, 1_790_000), Weight(12, 12 * 895_000))
    with pytest.raises(AlreadySigned):
        await sign_petition(spouse, petition, RAISED)


async def test_a_signature_may_be_taken_back_and_given_again_until_it_is_reached(town):
    petition = await a_petition(town)
    await sign_petition(town.neighbours[0], petition, RAISED)

    await withdraw_signature(town.neighbours[0], petition, RAISED)
    assert (await figures(petition))[0] == Weight(1, 895_000)
    with pytest.raises(NotSigned):
        await withdraw_signature(town.neighbours[0], petition, RAISED)
    await sign_petition(town.neighbours[0], petition, RAISED)

    assert (await figures(petition))[0] == Weight(2, 1_790_000)
    assert await value("select count(*) from signature") == 3


async def test_only_owners_of_the_estate_sign_and_only_with_a_fresh_proof(town):
    other = await a_town("银杏苑")
    petition = await a_petition(town)
    person = await Person.objects().get(Person.id == town.neighbours[0].id)
    assert person
    token = await open_session(person.id, RAISED, stepped_up=False, second_factor=True)
    unproven = await look_up(token, RAISED)
    assert unproven

    for who in (other.resident, town.worker, town.manager):
        with pytest.raises(NotAllowed):
            await sign_petition(who, petition, RAISED)
        with pytest.raises(NotAllowed):
            await start_petition(who, town.estate, PetitionKind.MEETING, TITLE, TEXT, RAISED)
    with pytest.raises(ProveFirst):
        await sign_petition(unproven, petition, RAISED)
    with pytest.raises(NotFound):
        await sign_petition(town.resident, town.estate.id, RAISED)
    assert await value("select count(*) from signature") == 1


async def test_where_nobody_would_answer_nothing_is_collected(database):
    estate = await an_estate()
    owner = await asking(await an_owner(await a_unit(await a_building(estate))))

    with pytest.raises(NobodyToAnswer):
        await start_petition(owner, estate, PetitionKind.ASSEMBLY, TITLE, TEXT, RAISED)
    assert await value("select count(*) from matter") == 0


async def reached(town: Town):
    petition = await a_petition(town)
    for neighbour in town.neighbours[:2]:
        await sign_petition(neighbour, petition, RAISED)
    return petition


async def test_who_owes_the_answer_gives_it_by_a_notice_and_nobody_else(town):
    petition = await a_petition(town)
    with pytest.raises(NothingToAnswer):
        await answer_petition(town.member, petition, "还没有到比例。", RAISED)
    for neighbour in town.neighbours[:2]:
        await sign_petition(neighbour, petition, RAISED)

    for who in (town.worker, town.manager, town.resident):
        with pytest.raises(NotAllowed):
            await answer_petition(who, petition, "由我来答复。", RAISED)
    with pytest.raises(Invalid):
        await answer_petition(town.member, petition, " ", RAISED)
    await answer_petition(town.member, petition, "定于四月召开业主大会。", RAISED + DAY)

    with pytest.raises(NothingToAnswer):
        await answer_petition(town.member, petition, "再答复一次。", RAISED + DAY)
    assert await value("select count(*) from notice") == 2
    waits = await rows("select label from duty where settled_at is null")
    assert "答复业主联名" not in [one["label"] for one in waits]


async def test_a_late_answer_is_public_on_the_matter_and_on_its_page(town, browser, time_is):
    petition = await reached(town)
    time_is(RAISED + 30 * DAY)

    await sweep_matters(RAISED + 30 * DAY)
    page = await browser.open(f"/petitions/{petition}")

    assert "答复超期" in page.text
    said = await rows("select text from timeline_line where starts_with(text, '超期：')")
    assert [one["text"] for one in said if "业主联名" in one["text"]] == [
        "超期：答复业主联名，应在 2026年3月18日 00:00 前完成"
    ]


async def test_a_petition_that_too_few_sign_lapses_once(town):
    petition = await a_petition(town)
    closes_at = (await read_petition(petition)).petition.closes_at

    early = await lapse_petitions(closes_at - DAY)
    late = await asyncio.gather(lapse_petitions(closes_at), lapse_petitions(closes_at))

    assert (early, sorted(late)) == (0, [0, 1])
    with pytest.raises(NotCollecting):
        await sign_petition(town.neighbours[0], petition, closes_at)


async def test_before_the_sweep_comes_nothing_is_signed_after_the_last_day(town):
    petition = await a_petition(town)
    closes_at = (await read_petition(petition)).petition.closes_at

    with pytest.raises(NotCollecting):
        await sign_petition(town.neighbours[0], petition, closes_at)


async def test_a_seat_in_another_body_does_not_answer(town):
    petition = await reached(town)
    other = await asking(await a_role(RoleKind.COMMITTEE_MEMBER, town.estate, body=None))

    with pytest.raises(NotAllowed):
        await answer_petition(other, petition, "由我来答复。", RAISED)
