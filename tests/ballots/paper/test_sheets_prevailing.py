"""Online and on paper: which of the two counts, what is listed, what an owner may still change."""

import asyncio

import pytest

from coordination import db
from coordination.ballots.paper.writing import Said
from coordination.people.secrecy import seal_phone
from tests.ballots.a_vote import rights_of
from tests.ballots.paper.sheets import TWO, a_sheet, cast_of, wrote
from tests.ballots.test_casting_actions import a_paper, sent
from tests.builders import DURING

pytestmark = pytest.mark.usefixtures("database")


async def prevails(as_owner, which):
    await as_owner.execute("alter table poll disable trigger user")
    await as_owner.execute("update poll set prevails = $1", which)
    await as_owner.execute("alter table poll enable trigger user")


async def test_an_owner_who_voted_online_keeps_that_ballot_and_the_sheet_is_listed():
    vote, owner, serial, clerk, _ = await a_sheet()
    await sent(await a_paper(vote, owner, "reject"), owner)

    assert await wrote(vote, clerk, serial, "approve") is Said.DUPLICATE

    [right] = await rights_of(vote, owner)
    assert await cast_of(vote) == [(right, 1, "online", "reject")]
    assert await db.value("select count(*) from board_leaf where poll = $1", vote.poll.id) == 1
    duplicate = await db.row('select "right", channel from duplicate_ballot')
    assert tuple(duplicate) == (right, "paper")


async def test_of_two_questions_only_the_one_that_was_voted_online_is_a_duplicate():
    vote, owner, serial, clerk, member = await a_sheet(classes=TWO)
    first, second = await rights_of(vote, owner)
    paper = await a_paper(vote, owner, "reject")
    await sent(type(paper)(paper.poll, paper.submission, DURING, {first: "reject"}), owner)

    await wrote(vote, clerk, serial, "approve", "approve")
    said = await wrote(vote, member, serial, "approve", "approve")

    assert said is Said.AGREED
    assert await cast_of(vote) == [(first, 1, "online", "reject"), (second, 1, "paper", "approve")]
    assert await db.value('select "right" from duplicate_ballot') == first


async def test_where_paper_prevails_it_takes_the_next_ordinal_and_a_leaf_of_its_own(as_owner):
    vote, owner, serial, clerk, member = await a_sheet()
    await prevails(as_owner, "paper")
    await sent(await a_paper(vote, owner, "reject"), owner)

    await wrote(vote, clerk, serial, "approve")
    await wrote(vote, member, serial, "approve")

    [right] = await rights_of(vote, owner)
    assert await cast_of(vote) == [(right, 1, "online", "reject"), (right, 2, "paper", "approve")]
    assert await db.value("select count(*) from board_leaf where poll = $1", vote.poll.id) == 2


async def test_a_sheet_and_a_phone_at_once_leave_one_order_of_ballots():
    vote, owner, serial, clerk, member = await a_sheet()
    await wrote(vote, clerk, serial, "approve")
    paper = await a_paper(vote, owner, "reject")

    said, _ = await asyncio.gather(wrote(vote, member, serial, "approve"), sent(paper, owner))

    ballots = await cast_of(vote)
    duplicates = await db.value("select count(*) from duplicate_ballot")
    assert [ordinal for _, ordinal, _, _ in ballots] == list(range(1, len(ballots) + 1))
    assert ballots[-1][2:] == ("online", "reject"), "the ballot online counts either way"
    assert (said, len(ballots), duplicates) in ((Said.AGREED, 2, 0), (Said.DUPLICATE, 1, 1))


async def test_who_was_helped_is_told_and_may_change_the_choice_once_even_where_nobody_may():
    vote, owner, serial, clerk, member = await a_sheet(changes_allowed=0)
    await db.execute("update owner set phone_sealed = $1", seal_phone("+8613800000001"))
    await wrote(vote, clerk, serial, "approve", consent="本人到场，当面同意并签名")
    await wrote(vote, member, serial, "approve")

    messages = await db.rows("select channel, text from message where event = 'ballot-sheet'")
    changed = await sent(await a_paper(vote, owner, "reject"), owner)
    again = await sent(await a_paper(vote, owner, "abstain"), owner)

    assert {row["channel"] for row in messages} == {"in_app", "sms"}
    assert all("更改一次" in row["text"] for row in messages)
    assert not any(word in row["text"] for row in messages for word in ("同意意", "approve"))
    assert isinstance(changed, list) and type(again).__name__ == "AlreadyFinal"
    assert [choice for *_, choice in await cast_of(vote)] == ["approve", "reject"]


async def test_a_sheet_uses_up_none_of_the_owners_own_changes():
    vote, owner, serial, clerk, member = await a_sheet(changes_allowed=1)
    await wrote(vote, clerk, serial, "approve")
    await wrote(vote, member, serial, "approve")

    said = [
        type(await sent(await a_paper(vote, owner, choice), owner)).__name__
        for choice in ("reject", "abstain", "approve")
    ]

    assert said == ["list", "list", "AlreadyFinal"]


async def test_where_paper_prevails_a_later_ballot_online_is_listed_and_does_not_count(as_owner):
    vote, owner, serial, clerk, member = await a_sheet()
    await prevails(as_owner, "paper")
    await wrote(vote, clerk, serial, "approve")
    await wrote(vote, member, serial, "approve")

    answer = await sent(await a_paper(vote, owner, "reject"), owner)

    assert type(answer).__name__ == "PaperPrevails"
    assert [choice for *_, choice in await cast_of(vote)] == ["approve"]
    assert await db.value("select channel from duplicate_ballot") == "online"
