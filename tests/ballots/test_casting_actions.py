"""Casting, against a real database: what a voter, and who watches a vote, is promised."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from coordination import db
from coordination.ballots.ballot_tables import Ballot
from coordination.ballots.casting.actions import (
    AlreadyFinal,
    Closed,
    HeldByAnother,
    NotOpen,
    SentBefore,
    StepUpNeeded,
    Submission,
    UnknownChoice,
    cast_ballots,
)
from coordination.ballots.casting.news import tell_casts
from coordination.ballots.casting.papers import Paper, fresh_paper
from coordination.ballots.casting.queries import poll_card
from coordination.ballots.receipts import Receipt
from coordination.ballots.seal import Slot, open_choice
from coordination.errors import NotFound, NotSignedIn
from coordination.people.secrecy import seal_phone
from coordination.people.sessions import open_session, token_hash
from coordination.people.tables import Person
from tests.ballots.a_vote import Vote, a_vote, a_voter, on_the_roll, owners_of, rights_of
from tests.builders import CLOSING, DURING, OPENING, a_person, a_unit, an_owner

pytestmark = pytest.mark.usefixtures("database")
BEFORE = OPENING - timedelta(seconds=1)


async def a_paper(vote: Vote, person: Person, choice: str = "approve", opened_at=DURING) -> Paper:
    paper = fresh_paper(vote.poll.id, opened_at)
    return paper.choosing(dict.fromkeys(await rights_of(vote, person), choice))


async def sent(paper: Paper, person: Person, at=DURING, *, stepped_up=True):
    """What becomes of the paper, sent by `person`."""
    token = await open_session(person.id, at, stepped_up=stepped_up)
    [answer] = await cast_ballots([Submission(token_hash(token), paper)], at)
    return answer


async def stored_choices(vote: Vote) -> list[tuple[int, str]]:
    """(ordinal, choice) of all ballots, opened with the poll's key."""
    card = await poll_card(vote.poll.id)
    assert card
    rows = await db.rows(
        'select b.*, r.question from ballot b join voting_right r on r.id = b."right"'
        " order by b.ordinal"
    )
    return [
        (row["ordinal"], open_choice(
            card.key,
            Slot(str(vote.poll.id), str(row["question"]), str(row["right"]), row["ordinal"]),
            row["sealed"],
        )[0])
        for row in rows
    ]  # fmt: skip


async def test_a_cast_is_sealed_and_its_receipt_names_the_leaf():
    vote = await a_vote()
    owner = await a_voter(vote)

    [receipt] = await sent(await a_paper(vote, owner, "abstain"), owner)

    [ballot] = await Ballot.select(Ballot.tracker, Ballot.sealed, Ballot.channel)
    assert isinstance(receipt, Receipt) and receipt.cast
    assert (ballot["tracker"], ballot["channel"]) == (receipt.cast.tracker, "online")
    assert b"abstain" not in ballot["sealed"]
    assert await stored_choices(vote) == [(1, "abstain")]
    assert receipt.right.weight


async def test_all_choices_of_a_question_are_sealed_to_one_length():
    vote = await a_vote()
    voters = [await a_voter(vote) for _ in range(3)]

    for voter, choice in zip(voters, ("approve", "reject", "abstain"), strict=True):
        await sent(await a_paper(vote, voter, choice), voter)

    lengths = await Ballot.raw("select distinct length(sealed) from ballot")
    assert len(lengths) == 1


@pytest.mark.parametrize(
    ("at", "opened_at", "refusal"),
    [
        pytest.param(BEFORE, BEFORE, NotOpen, id="a second too early"),
        pytest.param(OPENING, OPENING, None, id="the opening instant"),
        pytest.param(CLOSING - timedelta(milliseconds=1), DURING, None, id="the last moment"),
        pytest.param(CLOSING, CLOSING, Closed, id="a page opened at the close"),
        pytest.param(CLOSING + timedelta(seconds=59), DURING, None, id="opened before, sent after"),
        pytest.param(CLOSING + timedelta(seconds=60), DURING, Closed, id="the minute is over"),
    ],
)
async def test_the_window_of_a_vote(at, opened_at, refusal):
    vote = await a_vote()
    owner = await a_voter(vote)

    answer = await sent(await a_paper(vote, owner, opened_at=opened_at), owner, at)

    assert (type(answer) if refusal else None) is refusal
    assert await Ballot.count() == (0 if refusal else 1)


async def test_nothing_is_cast_before_the_notice_is_out(as_owner):
    vote = await a_vote()
    owner = await a_voter(vote)
    await as_owner.execute("set coordination.erase = 'on'")
    await as_owner.execute("delete from poll_step where step = 'noticed'")

    assert isinstance(await sent(await a_paper(vote, owner), owner), NotOpen)


async def test_two_taps_at_once_cast_one_ballot():
    vote = await a_vote()
    owner = await a_voter(vote)
    paper = await a_paper(vote, owner)

    answers = await asyncio.gather(*(sent(paper, owner) for _ in range(6)))

    assert len({answer[0].cast.tracker for answer in answers}) == 1
    assert await Ballot.count() == 1


async def test_two_phones_at_once_cast_in_turn_and_the_later_one_counts():
    vote = await a_vote(changes_allowed=1)
    owner = await a_voter(vote)
    papers = [await a_paper(vote, owner, choice) for choice in ("approve", "reject", "abstain")]

    answers = await asyncio.gather(*(sent(paper, owner) for paper in papers))

    refused = [answer for answer in answers if isinstance(answer, AlreadyFinal)]
    assert len(refused) == 1
    assert [ordinal for ordinal, _ in await stored_choices(vote)] == [1, 2]


async def test_a_change_is_a_new_ballot_and_both_are_kept():
    vote = await a_vote(changes_allowed=1)
    owner = await a_voter(vote)

    await sent(await a_paper(vote, owner, "approve"), owner)
    [receipt] = await sent(await a_paper(vote, owner, "reject"), owner)
    third = await sent(await a_paper(vote, owner, "abstain"), owner)

    assert receipt.cast.ordinal == 2
    assert isinstance(third, AlreadyFinal)
    assert await stored_choices(vote) == [(1, "approve"), (2, "reject")]


async def test_a_paper_that_comes_back_with_another_choice_is_not_taken_for_the_old_one():
    vote = await a_vote()
    owner = await a_voter(vote)
    paper = await a_paper(vote, owner, "approve")
    await sent(paper, owner)

    answer = await sent(paper.choosing(dict.fromkeys(paper.choices, "reject")), owner)

    assert isinstance(answer, SentBefore)
    assert await stored_choices(vote) == [(1, "approve")]


async def test_who_may_not_cast_is_refused_and_nothing_is_written():
    vote = await a_vote()
    owner, stranger = await a_voter(vote), await a_person("路人")
    paper = await a_paper(vote, owner)

    assert isinstance(await sent(paper, stranger), NotFound)
    assert isinstance(await sent(paper, owner, stepped_up=False), StepUpNeeded)
    [unknown] = await cast_ballots([Submission(token_hash("no such session"), paper)], DURING)
    assert isinstance(unknown, NotSignedIn)
    assert await Ballot.count() == 0


async def test_another_owners_right_and_a_forged_one_are_both_unknown():
    vote = await a_vote()
    owner, neighbour = await a_voter(vote), await a_voter(vote, name="王桂兰")
    theirs = await a_paper(vote, neighbour)
    forged = fresh_paper(vote.poll.id, DURING).choosing({uuid4(): "approve"})

    assert isinstance(await sent(theirs, owner), NotFound)
    assert isinstance(await sent(forged, owner), NotFound)
    assert await Ballot.count() == 0


async def test_an_option_that_is_not_on_the_paper_is_refused():
    vote = await a_vote()
    owner = await a_voter(vote)

    assert isinstance(await sent(await a_paper(vote, owner, "赞成"), owner), UnknownChoice)
    assert isinstance(await sent(fresh_paper(vote.poll.id, DURING), owner), UnknownChoice)


async def test_a_shared_right_is_cast_by_the_one_whom_the_co_owners_chose():
    vote = await a_vote()
    unit = await a_unit(vote.building, "201")
    wife, husband = await an_owner(unit, name="李秀英"), await an_owner(unit, name="王建国")
    [right] = await on_the_roll(vote, await owners_of(unit), unit, 895_000)

    early = await sent(await a_paper(vote, wife), wife)
    await db.execute(
        'insert into representative (id, poll, "right", person, confirmed_at)'
        " values ($1, $2, $3, $4, $5)",
        uuid4(), vote.poll.id, right, wife.id, DURING,
    )  # fmt: skip

    assert isinstance(early, HeldByAnother)
    assert isinstance(await sent(await a_paper(vote, husband), husband), HeldByAnother)
    assert isinstance(await sent(await a_paper(vote, wife), wife), list)


async def test_one_refused_ballot_does_not_sink_its_batch():
    vote = await a_vote()
    voters = [await a_voter(vote) for _ in range(3)]
    papers = [await a_paper(vote, voter) for voter in voters]
    papers[1] = papers[1].choosing(dict.fromkeys(papers[1].choices, "maybe"))
    batch = [
        Submission(token_hash(await open_session(voter.id, DURING, stepped_up=True)), paper)
        for voter, paper in zip(voters, papers, strict=True)
    ]

    answers = await cast_ballots(batch, DURING)

    assert [isinstance(answer, list) for answer in answers] == [True, False, True]
    assert await Ballot.count() == 2


async def test_the_audit_row_names_the_poll_and_neither_person_nor_ballot():
    vote = await a_vote()
    owner = await a_voter(vote)
    await sent(await a_paper(vote, owner), owner)

    [row] = await db.rows(
        "select person, subject, detail from audit_entry where verb = 'cast_ballot'"
    )

    assert (row["person"], row["subject"], row["detail"]) == (None, vote.poll.id, "{}")


async def test_every_cast_is_told_to_the_account_and_to_the_registered_phone_without_the_choice():
    vote = await a_vote()
    owner = await a_voter(vote)
    await db.execute("update owner set phone_sealed = $1", seal_phone("+8613800000001"))
    await sent(await a_paper(vote, owner, "reject"), owner)

    assert await tell_casts(DURING) == 1
    assert await tell_casts(DURING) == 0

    rows = await db.rows(
        "select person, channel, address_sealed, title || text as words from message"
    )
    assert {(row["person"], row["channel"]) for row in rows} == {
        (owner.id, "in_app"), (None, "sms"),
    }  # fmt: skip
    assert not any("同意" in row["words"] or "reject" in row["words"] for row in rows)
