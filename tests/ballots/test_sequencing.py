"""The board: each ballot has its leaf, each receipt its proof, and nobody takes one back."""

import json
from datetime import timedelta
from itertools import pairwise

import asyncpg
import pytest

from coordination import db
from coordination.ballots.casting.actions import Submission, cast_ballots
from coordination.ballots.casting.queries import poll_card
from coordination.ballots.casting.receipts_of import receipts_of
from coordination.ballots.checkpoints import read_note
from coordination.ballots.receipts import Receipt
from coordination.ballots.results.clockwork import advance_poll
from coordination.ballots.results.turnout import move_turnout
from coordination.ballots.sequencing.appending import append_to_board
from coordination.ballots.sequencing.queries import (
    board_of,
    checkpoint_at,
    consistency_of,
    trackers_in_order,
    vkey_of,
)
from coordination.ballots.sequencing.showing import shown_board
from coordination.ballots.tree import check_consistency, leaf_hash, root_of
from coordination.law.classes import MatterClass
from coordination.people.sessions import open_session, token_hash
from tests.ballots.a_vote import Vote, a_vote, a_voter, freeze
from tests.ballots.convening import CHECKED, WORDS, a_convening, a_noticed_poll
from tests.ballots.electorate import Seat, seat_owners
from tests.ballots.test_casting_actions import a_paper, sent
from tests.ballots.witnesses import a_witness
from tests.builders import CLOSING, DURING, OPENING

pytestmark = pytest.mark.usefixtures("database")
TWO = (MatterClass.MANAGER, MatterClass.SPEND_FUND)


async def cast_at_once(vote: Vote, seats: list[Seat], at=DURING) -> list[Receipt]:
    """The receipts of one batch."""
    batch = [Submission(token_hash(s.token), s.paper(vote.poll.id, "approve", at)) for s in seats]
    answers = await cast_ballots(batch, at)
    return [receipt for answer in answers if isinstance(answer, list) for receipt in answer]


def index_of(receipt: Receipt) -> int:
    assert receipt.board
    return receipt.board.index


async def entries_of(vote: Vote, size: int) -> list[bytes]:
    board = await board_of(vote.poll.id)
    return [board.entry_zero, *await trackers_in_order(vote.poll.id, size)]


async def test_a_batch_gives_each_ballot_the_next_index_under_one_checkpoint_that_proves_it():
    vote = await a_vote(classes=TWO)
    seats = await seat_owners(vote, 3, DURING)

    receipts = await cast_at_once(vote, seats)

    board = await board_of(vote.poll.id)
    assert [index_of(receipt) for receipt in receipts] == [1, 2, 3, 4, 5, 6]
    assert {receipt.board.checkpoint for receipt in receipts if receipt.board} == {
        await checkpoint_at(vote.poll.id, 7)
    }
    assert all(receipt.proven(vkey_of(board)) for receipt in receipts)
    assert [r.cast.tracker for r in receipts if r.cast] == await trackers_in_order(vote.poll.id, 7)


async def test_a_board_that_grew_by_batches_is_one_tree_and_each_checkpoint_extends_the_last():
    vote = await a_vote()
    seats = await seat_owners(vote, 23, DURING)
    for start, end in pairwise((0, 1, 3, 4, 12, 13, 23)):
        await cast_at_once(vote, seats[start:end])

    poll, sizes = vote.poll.id, [1, 2, 4, 5, 13, 14, 24]
    heads = []
    for size in sizes:
        note = await checkpoint_at(poll, size)
        assert note and read_note(note).signed_by(vkey_of(await board_of(poll)))
        heads.append(read_note(note).checkpoint)
    assert [head.size for head in heads] == sizes
    assert [head.root for head in heads] == [root_of(await entries_of(vote, n)) for n in sizes]
    for old in heads:
        for new in heads[heads.index(old) :]:
            proof = await consistency_of(poll, old.size, new.size)
            assert check_consistency(old.size, old.root, new.size, new.root, proof)


async def test_a_receipt_asked_for_again_is_the_same_however_the_board_has_grown():
    vote = await a_vote()
    owner = await a_voter(vote)
    paper = await a_paper(vote, owner)
    seats = await seat_owners(vote, 9, DURING)
    await cast_at_once(vote, seats[:2])
    receipts = await sent(paper, owner)
    await cast_at_once(vote, seats[2:])

    again = await sent(paper, owner)
    kept = await receipts_of(owner.id, vote.poll.id)

    assert isinstance(receipts, list)
    assert again == receipts == [one.receipt for one in kept]
    assert index_of(receipts[0]) == 3
    assert receipts[0].proven(vkey_of(await board_of(vote.poll.id)))


async def test_a_receipt_proves_nothing_of_another_ballot_index_board_or_key():
    vote, other = await a_vote(), await a_vote(title="另一次")
    [receipt, second] = await cast_at_once(vote, await seat_owners(vote, 2, DURING))
    [elsewhere] = await cast_at_once(other, await seat_owners(other, 1, DURING))
    vkey = vkey_of(await board_of(vote.poll.id))
    said = receipt.as_dict()

    def with_board(**lies) -> Receipt:
        return Receipt.from_dict({**said, "board": {**said["board"], **lies}})  # pyright: ignore

    assert receipt.proven(vkey)
    assert not Receipt.from_dict({**said, "cast": second.as_dict()["cast"]}).proven(vkey)
    assert not with_board(index=2).proven(vkey)
    assert not with_board(size=4).proven(vkey)
    assert not with_board(proof=[]).proven(vkey)
    assert elsewhere.board
    assert not with_board(checkpoint=elsewhere.board.checkpoint).proven(vkey)
    assert not receipt.proven(vkey_of(await board_of(other.poll.id)))


async def test_what_is_refused_leaves_no_gap_on_the_board():
    vote = await a_vote(changes_allowed=0)
    owner = await a_voter(vote)
    await sent(await a_paper(vote, owner), owner)
    spent = Submission(
        token_hash(await open_session(owner.id, DURING, stepped_up=True)),
        await a_paper(vote, owner),
    )
    first, last = await seat_owners(vote, 2, DURING)
    batch = [
        Submission(token_hash(first.token), first.paper(vote.poll.id, "approve", DURING)),
        spent,
        Submission(token_hash(last.token), last.paper(vote.poll.id, "reject", DURING)),
    ]

    before, refused, after = await cast_ballots(batch, DURING)

    assert not isinstance(refused, list)
    assert isinstance(before, list) and isinstance(after, list)
    assert [index_of(before[0]), index_of(after[0])] == [2, 3]
    assert await db.value("select count(*) = 3 from board_leaf")


async def test_one_batch_of_two_polls_grows_each_board_by_its_own():
    votes = [await a_vote(), await a_vote(title="另一次")]
    seats = [await seat_owners(vote, 2, DURING) for vote in votes]
    batch = [
        Submission(token_hash(seat.token), seat.paper(vote.poll.id, "approve", DURING))
        for n in range(2)
        for vote, seat in zip(votes, (one[n] for one in seats), strict=True)
    ]

    answers = await cast_ballots(batch, DURING)

    assert [index_of(a[0]) for a in answers if isinstance(a, list)] == [1, 1, 2, 2]
    for vote in votes:
        assert (await board_of(vote.poll.id)).root == root_of(await entries_of(vote, 3))


async def test_the_first_entry_says_what_the_notice_says_and_the_notice_prints_the_key():
    convening = await a_convening()
    witness = await a_witness(convening.estate, 1, CHECKED)
    poll = await a_noticed_poll(convening)

    board = await board_of(poll.id)
    said = json.loads(board.entry_zero)
    facts = await db.value(
        "select facts::text from notice where subject = $1 and kind = 'ballot'", poll.id
    )
    [frozen] = await db.rows("select * from roll_freeze")
    assert (said["poll"], said["title"]) == (str(poll.id), poll.title)
    assert said["questions"] == [{
        "id": str(frozen["question"]), "position": 1, "title": WORDS.title, "class": "manager",
        "quorum": "2/3", "approval": "1/2", "options": [], "seats": None, "tie_rule": None,
        "precedence": None, "changes_allowed": poll.changes_allowed,
        "invalid_takes_part": poll.invalid_takes_part, "roll_hash": frozen["roll_hash"],
        "silence": {"policy": "none", "rule": None, "source": None, "takes_part": False},
        "rights_hash": frozen["rights_hash"], "rooms_hash": frozen["list_hash"],
    }]  # fmt: skip
    shown = await shown_board(poll.id)
    assert (shown.size, shown.root) == (1, leaf_hash(board.entry_zero))
    assert read_note(shown.checkpoint).signed_by(vkey_of(board))
    assert json.loads(facts)["data"]["board_key"] == vkey_of(board)
    printed = [row for part in json.loads(facts)["sections"] for row in part["rows"]]
    assert ["公示票箱公钥", vkey_of(board)] in printed
    assert {"party": witness.body.name, "vkey": witness.vkey} in said["witnesses"]
    assert [f"{witness.body.name}的见证公钥", witness.vkey] in printed


async def test_the_public_sees_the_board_in_steps_and_the_whole_once_it_is_counted():
    vote = await a_vote(classes=TWO)
    seats = await seat_owners(vote, 12, OPENING)
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await move_turnout(OPENING)

    shown = []
    await db.execute("update sign_in set stepped_up_at = $1", OPENING + timedelta(minutes=40))
    for minutes, voting in ((3, seats[:8]), (12, []), (30, seats[8:9]), (45, seats[9:11])):
        at = OPENING + timedelta(minutes=minutes)
        await cast_at_once(vote, voting, at)
        await move_turnout(at)
        shown.append((await shown_board(vote.poll.id)).size)
    await advance_poll(vote.poll.id, CLOSING)
    await advance_poll(vote.poll.id, CLOSING + timedelta(seconds=60))

    assert shown == [1, 17, 17, 17], "not before the pause, nor for fewer than five"
    assert (await shown_board(vote.poll.id)).size == 23


async def test_a_question_with_few_new_ballots_holds_the_board_back():
    vote = await a_vote(classes=TWO)
    later = OPENING + timedelta(minutes=11)
    seats = await seat_owners(vote, 40, later)
    await freeze(vote)
    await advance_poll(vote.poll.id, OPENING)
    await move_turnout(OPENING)
    for seat in seats[1:9]:
        seat.rights.pop()  # all but one vote on the first question alone

    await cast_at_once(vote, seats[:9], later)
    await move_turnout(later)

    assert (await board_of(vote.poll.id)).size == 11
    assert (await shown_board(vote.poll.id)).size == 1


async def test_the_count_closes_the_board_whoever_would_still_append():
    vote = await a_vote()
    await cast_at_once(vote, await seat_owners(vote, 2, DURING))
    await freeze(vote)
    card = await poll_card(vote.poll.id)
    assert card
    for at in (OPENING, CLOSING, CLOSING + timedelta(seconds=60)):
        await advance_poll(vote.poll.id, at)

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="closed by its count"):
        async with db.transaction(), db.connection() as connection:
            await append_to_board(connection, vote.poll.id, card.key, [bytes(32)], CLOSING)

    assert (await shown_board(vote.poll.id)).size == 3


EVIDENCE = {
    "ballot": "ordinal = 9",
    "board_leaf": '"index" = 9',
    "board_checkpoint": "note = 'x'",
    "board_showing": "size = 9",
    "audit_entry": "verb = 'x'",
    "audit_seal": "id = 999",
    "poll_step": "reason = 'x'",
    "voting_right": "area_cm2 = 9",
}


@pytest.mark.parametrize("table", EVIDENCE)
async def test_neither_the_service_nor_its_owner_changes_deletes_or_empties(table, as_owner):
    vote = await a_vote()
    await cast_at_once(vote, await seat_owners(vote, 1, DURING))
    tries = [f"update {table} set {EVIDENCE[table]}", f"delete from {table}", f"truncate {table}"]

    async with db.connection() as app:
        for one in (*tries, f"truncate {table} cascade"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(one)
    if await as_owner.fetchval(f"select count(*) from {table}"):
        for one in tries[:2]:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await as_owner.execute(one)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_owner.execute(f"truncate {table} cascade")


@pytest.mark.parametrize("lie", [
    "entry_zero = ''", "public_key = ''", "root = ''", "size = 1, shown_size = 1",
    "shown_size = 1",
])  # fmt: skip
async def test_of_a_board_nothing_moves_but_its_edge_and_only_forwards(lie, as_owner):
    vote = await a_vote()
    await cast_at_once(vote, await seat_owners(vote, 2, DURING))
    await as_owner.execute("update board set shown_size = size")

    for role in ("coordination_app", "none"):
        await as_owner.execute(f"set role {role}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_owner.execute(f"update board set {lie}")
        for one in ("delete from board", "truncate board cascade"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await as_owner.execute(one)
