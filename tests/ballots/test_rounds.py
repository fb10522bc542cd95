"""A second round stands beside the first: linked both ways, its figures compared."""

from datetime import timedelta

from coordination import db
from coordination.ballots.results.clockwork import advance_poll, advance_polls
from tests.ballots.a_vote import a_vote, a_voter, freeze
from tests.ballots.test_casting_actions import a_paper, sent
from tests.ballots.test_results import COUNTED
from tests.builders import OPENING

LATER = OPENING + timedelta(hours=1)  # rounds stand in the order in which they open


async def test_a_second_round_shows_what_changed_since_the_first(browser, as_owner):
    first = await a_vote(title="第一轮表决")
    await db.execute("update place set name = '9', key = '9' where id = $1", first.building.id)
    second = await a_vote(title="第二轮表决", estate=first.estate, opens_at=LATER)
    for vote, count in ((first, 1), (second, 3)):
        voters = [await a_voter(vote) for _ in range(4)]
        await freeze(vote)
        await advance_poll(vote.poll.id, LATER)
        for voter in voters[:count]:
            await sent(await a_paper(vote, voter), voter)
    await as_owner.execute("set session_replication_role = replica")  # past the guard of polls
    await as_owner.execute(
        "update poll set second_round_of = $2 where id = $1", second.poll.id, first.poll.id
    )
    page = await browser.open(second.path)
    assert page.select_one(f"a[href='{first.path}']") and not page.select("table caption")

    await advance_polls(COUNTED)

    page = await browser.open(second.path)
    rows = [[cell.text for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert [[row[0], row[1], row[3]] for row in rows] == [
        ["第一轮表决", "1 / 4 人", "参与表决不足，未形成决定"],
        ["第二轮表决", "3 / 4 人", "表决通过"],
    ]
    page = await browser.open(first.path)
    assert page.select_one(f"a[href='{second.path}/result']")
