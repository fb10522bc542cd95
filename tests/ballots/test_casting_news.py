"""What everyone is told of their casts, many at a time."""

import pytest

from coordination import db
from coordination.ballots.casting import news
from coordination.ballots.casting.news import tell_casts
from coordination.people.secrecy import phone_hash, seal_phone
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_casting_actions import a_paper, sent
from tests.builders import DURING
from tests.people.accounts import sent_to

pytestmark = pytest.mark.usefixtures("database")
PHONES = ["+8613800000001", "+8613800000002", "+8613800000003"]


async def three_who_voted():
    vote = await a_vote(title="选聘物业")
    voters = [await a_voter(vote) for _ in PHONES]
    for voter, phone in zip(voters, PHONES, strict=True):
        await db.execute(
            """update owner set phone_sealed = $2, phone_hash = $3
                where id in (select owner from binding where person = $1)""",
            voter.id, seal_phone(phone), phone_hash(phone),
        )  # fmt: skip
    await freeze(vote)
    for voter in voters:
        await sent(await a_paper(vote, voter), voter)
    return vote, voters


async def test_many_are_told_at_once_each_on_their_own_phone(monkeypatch):
    asked = 0
    vote, voters = await three_who_voted()
    rows = db.rows

    async def counted(*words):
        nonlocal asked
        asked += 1
        return await rows(*words)

    monkeypatch.setattr(news.db, "rows", counted)

    assert await tell_casts(DURING) == 3

    assert asked == 2, "what waits, and the phones: however many voted"
    for phone in PHONES:
        assert len(await sent_to(phone)) == 1
    told = await rows("select person, link from message where channel = 'in_app'")
    assert {row["person"] for row in told} == {voter.id for voter in voters}
    assert {row["link"] for row in told} == {f"/ballots/{vote.poll.id}/receipts"}
    assert await db.value("select bool_and(urgent) from message")


async def test_who_voted_and_changed_in_one_batch_is_told_twice():
    vote, [first, *_] = await three_who_voted()
    await sent(await a_paper(vote, first, "reject"), first)

    assert await tell_casts(DURING) == 4

    assert [len(await sent_to(phone)) for phone in PHONES] == [2, 1, 1]
