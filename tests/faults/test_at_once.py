"""Two things at once: what a lock is for. Each test fails when its lock is taken away."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from coordination import db
from coordination.ballots.ballot_tables import Ballot, Result
from coordination.ballots.casting.actions import (
    AlreadyFinal,
    HeldByAnother,
    Submission,
    cast_ballots,
)
from coordination.ballots.casting.handovers import SellerVoted, hand_over_right
from coordination.ballots.casting.representing import represent_co_owners
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.results.turnout import move_turnout
from coordination.ballots.tables import Representative, Step
from coordination.errors import NotFound
from coordination.people.sessions import open_session, token_hash
from tests.ballots.a_vote import a_vote, a_voter, freeze, on_the_roll, owners_of
from tests.ballots.test_casting_actions import a_paper, sent, stored_choices
from tests.ballots.test_handovers import a_sale, staff_of
from tests.ballots.test_results import COUNTED, asker_of
from tests.builders import CLOSING, DURING, OPENING, a_unit, an_owner
from tests.faults.rush import require_whole_board
from tests.waiting import has_to_wait, uncommitted

pytestmark = pytest.mark.usefixtures("database")


async def test_the_count_waits_for_a_ballot_still_on_its_way_and_counts_it():
    vote = await a_vote()
    owner = await a_voter(vote)
    await freeze(vote)
    paper = await a_paper(vote, owner)
    for at in (OPENING, CLOSING):
        await advance_poll(vote.poll.id, at)

    async with uncommitted(sent(paper, owner, CLOSING + timedelta(seconds=59))):
        counting = asyncio.create_task(advance_poll(vote.poll.id, COUNTED))
        waited = await has_to_wait(counting)

    assert (waited, await counting) == (True, Step.COUNTED)
    [result] = await Result.select(Result.package).output(load_json=True)
    assert result["package"]["questions"][0]["participating"]["persons"] == 1


async def test_a_paper_that_comes_while_its_right_is_handed_over_is_refused():
    vote = await a_vote()
    seller, buyer, right = await a_sale(vote)
    paper, staff = await a_paper(vote, seller), await staff_of(vote)
    handing_over = hand_over_right(staff, vote.poll.id, right, "证 0001 号", DURING)

    async with uncommitted(handing_over):
        casting = asyncio.create_task(sent(paper, seller))
        waited = await has_to_wait(casting)

    assert (waited, type(await casting)) == (True, NotFound)
    assert isinstance(await sent(await a_paper(vote, buyer), buyer), list)
    assert await Ballot.count() == 1


async def test_a_right_is_not_handed_over_while_the_seller_s_ballot_is_on_its_way():
    vote = await a_vote()
    seller, _, right = await a_sale(vote)
    paper, staff = await a_paper(vote, seller), await staff_of(vote)

    async with uncommitted(sent(paper, seller)):
        handing_over = asyncio.create_task(
            hand_over_right(staff, vote.poll.id, right, "证 0001 号", DURING)
        )
        waited = await has_to_wait(handing_over)

    assert waited
    with pytest.raises(SellerVoted):
        await handing_over


async def test_papers_of_one_owner_in_one_batch_are_cast_in_turn():
    vote = await a_vote(changes_allowed=1)
    owner = await a_voter(vote)
    holder = token_hash(await open_session(owner.id, DURING, stepped_up=True))
    first, second, third = [
        Submission(holder, await a_paper(vote, owner, choice))
        for choice in ("approve", "reject", "abstain")
    ]

    answers = await cast_ballots([first, first, second, third, second], DURING)

    cast, again, changed, refused, changed_again = answers
    assert cast == again and changed == changed_again
    assert isinstance(refused, AlreadyFinal)
    assert await stored_choices(vote) == [(1, "approve"), (2, "reject")]


async def test_of_two_batches_at_once_the_second_appends_to_what_the_first_has_left():
    vote = await a_vote()
    voters = [await a_voter(vote) for _ in range(2)]
    first, second = [await a_paper(vote, voter) for voter in voters]

    async with uncommitted(sent(first, voters[0])):
        casting = asyncio.create_task(sent(second, voters[1]))
        waited = await has_to_wait(casting)

    assert waited
    [receipt] = await casting
    assert (receipt.board.index, receipt.board.size) == (2, 3)
    await require_whole_board(vote.poll.id)


@pytest.mark.parametrize(
    ("ordinal", "same_submission", "once"),
    [(1, False, "ballot_one_ordinal"), (2, True, "ballot_one_submission")],
)
async def test_the_database_itself_takes_no_ballot_twice(as_owner, ordinal, same_submission, once):
    vote = await a_vote()
    owner = await a_voter(vote)
    await sent(await a_paper(vote, owner), owner)

    with pytest.raises(asyncpg.UniqueViolationError, match=once):
        await as_owner.execute(
            """insert into ballot (id, "right", ordinal, submission, sealed, tracker, channel,
                 cast_at, cast_by, assisted)
               select $1, "right", $2, case when $3 then submission else $1 end, sealed,
                 sha256(sealed), channel, cast_at, cast_by, assisted from ballot""",
            uuid4(), ordinal, same_submission,
        )  # fmt: skip


async def test_of_two_co_owners_who_both_say_that_the_other_agrees_one_votes():
    vote = await a_vote()
    unit = await a_unit(vote.building, "201")
    both = [await an_owner(unit, name=name) for name in ("李秀英", "王建国")]
    await on_the_roll(vote, await owners_of(unit), unit, 895_000)
    wife, husband = [await asker_of(one) for one in both]

    async with uncommitted(represent_co_owners(wife, vote.poll.id, DURING)):
        other = asyncio.create_task(represent_co_owners(husband, vote.poll.id, DURING))
        waited = await has_to_wait(other)

    assert waited
    with pytest.raises(HeldByAnother):
        await other
    assert await Representative.count() == 1


async def test_two_workers_that_move_the_turnout_make_each_figure_once():
    vote = await a_vote()
    for _ in range(3):
        await a_voter(vote)
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)

    async with uncommitted(move_turnout(OPENING)):
        other = asyncio.create_task(move_turnout(OPENING))
        waited = await has_to_wait(other)
    await other

    assert waited
    assert await db.value("select count(*) from turnout_figure") == 1
