"""Turnout while a vote runs: in steps, and never with a single cast."""

import asyncio
from datetime import timedelta

import pytest

from coordination.ballots.ballot_tables import TurnoutFigure
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.results.turnout import figures_of, move_turnout
from coordination.ballots.results.turnout_rules import Cadence, Cell, grouped, too_close
from coordination.law.classes import MatterClass
from coordination.web import live
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_casting_actions import a_paper, sent
from tests.builders import DURING, OPENING, a_building, a_unit

pytestmark = pytest.mark.usefixtures("database")


async def test_turnout_moves_in_steps_and_never_with_a_single_cast():
    vote = await a_vote()
    voters = [await a_voter(vote) for _ in range(12)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await move_turnout(OPENING)

    shown = []
    for n, voter in enumerate(voters[:6]):
        await sent(await a_paper(vote, voter), voter)
        await move_turnout(OPENING + timedelta(minutes=11 + n))
        [whole] = await figures_of(vote.question.id)
        shown.append(whole.persons)

    assert shown == [0, 0, 0, 0, 5, 5]


async def test_turnout_by_building_waits_for_its_pause():
    vote = await a_vote(classes=(MatterClass.MANAGER,))
    voters = [await a_voter(vote) for _ in range(30)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await move_turnout(OPENING)
    for voter in voters[:10]:
        await sent(await a_paper(vote, voter), voter)

    await move_turnout(OPENING + timedelta(minutes=9))
    early = await TurnoutFigure.count().where(TurnoutFigure.persons > 0)
    await move_turnout(OPENING + timedelta(minutes=10))
    figures = await figures_of(vote.question.id)

    assert early == 0
    assert [(f.label, f.persons, f.rights) for f in figures] == [
        ("全体", 10, 30), (vote.building.name, 10, 30),
    ]  # fmt: skip


async def test_the_whole_turnout_never_tells_what_a_building_does_not():
    vote = await a_vote()
    there = [await a_voter(vote) for _ in range(20)]
    other = await a_building(vote.estate, "2")
    here = [await a_voter(vote, unit=await a_unit(other, f"{n}")) for n in range(10)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await move_turnout(OPENING)
    for voter in (*there[:5], here[0]):
        await sent(await a_paper(vote, voter), voter)

    await move_turnout(OPENING + timedelta(minutes=10))

    figures = {f.label: (f.persons, f.area_percent) for f in await figures_of(vote.question.id)}
    assert figures == {"全体": (5, 16), vote.building.name: (5, 25), "2": (0, 0)}


async def test_who_hears_that_the_turnout_moved_sees_at_once_what_it_moved_to(browser):
    vote = await a_vote()
    voters = [await a_voter(vote) for _ in range(12)]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await move_turnout(OPENING)
    before = [(await browser.open(f"{vote.path}/turnout")).text for _ in range(2)]
    for voter in voters[:7]:
        await sent(await a_paper(vote, voter), voter)

    heard = live.heard()
    await move_turnout(OPENING + timedelta(minutes=11))
    for _ in range(500):
        if live.heard() != heard:
            break
        await asyncio.sleep(0.01)
    after = (await browser.open(f"{vote.path}/turnout")).text

    assert before[0] == before[1]
    assert "7" not in before[0] and "7" in after


async def two_electorates(common: int, besides: int):
    """A vote whose first question asks all, its second all but a few."""
    vote = await a_vote(classes=(MatterClass.MANAGER, MatterClass.SPEND_FUND))
    voters = [await a_voter(vote) for _ in range(common)]
    first, second = vote.questions
    vote.questions = [first]
    voters += [await a_voter(vote) for _ in range(besides)]
    vote.questions = [first, second]
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await move_turnout(OPENING)
    for voter in voters:
        await sent(await a_paper(vote, voter), voter)
    await move_turnout(OPENING + timedelta(minutes=10))
    return vote, first, second


async def test_two_questions_that_differ_by_a_few_owners_are_not_taken_from_each_other(browser):
    vote, first, second = await two_electorates(32, 3)

    page = await browser.open(f"{vote.path}/turnout")

    assert {f.persons for f in await figures_of(first.id)} == {35}
    assert await figures_of(second.id) == []
    assert "与另一事项只差几户" in page.text


@pytest.mark.parametrize("besides", [0, 5])
async def test_two_questions_of_the_same_owners_or_of_quite_others_each_have_their_turnout(besides):
    _, first, second = await two_electorates(32, besides)

    assert {f.persons for f in await figures_of(first.id)} == {32 + besides}
    assert {f.persons for f in await figures_of(second.id)} == {32}


def test_a_merged_building_is_not_learnt_from_a_question_that_asks_the_others():
    """Estate: 1 and the merged {2, 3}; the other question asks building 3 alone."""
    estate = [Cell(frozenset("123"), 64), Cell(frozenset("1"), 30), Cell(frozenset("23"), 34)]

    assert too_close([Cell(frozenset("3"), 30)], estate, {("3", "3"): 30})
    assert not too_close([Cell(frozenset("1"), 30)], estate, {("1", "1"): 30})


@pytest.mark.parametrize(
    ("rights", "shown"),
    [
        pytest.param({"1": 29}, [], id="under 30 in all: none by building"),
        pytest.param({"1": 30}, [["1"]], id="one building"),
        pytest.param({"1": 20, "2": 4, "3": 10}, [["1"], ["2", "3"]], id="a small one is merged"),
        pytest.param({"1": 28, "2": 2, "3": 3}, [["1"], ["2", "3"]], id="small ones together"),
    ],
)
def test_small_buildings_are_shown_together(rights, shown):
    assert grouped(rights) == shown


def test_a_figure_moves_only_after_the_pause_and_five_more_votes():
    cadence = Cadence()
    later = DURING + timedelta(minutes=10)

    assert cadence.moves(0, 5, DURING, later)
    assert not cadence.moves(0, 4, DURING, later)
    assert not cadence.moves(0, 50, DURING, later - timedelta(seconds=1))
