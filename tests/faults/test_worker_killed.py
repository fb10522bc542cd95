"""The job worker is killed in the middle of what it does; the next one finishes it, once."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from coordination import clock, db
from coordination.ballots.ballot_tables import Result
from coordination.ballots.casting.actions import Submission, cast_ballots
from coordination.ballots.recount import main as recount
from coordination.ballots.roll.freezing import request_freeze
from coordination.ballots.tables import PollStep, RollFreeze, VotingRight
from coordination.people.sessions import token_hash
from coordination.places.tables import Unit
from coordination.registry.imports.actions import accept_import
from coordination.registry.tables import Owner, Ownership
from tests.ballots.a_vote import Vote, a_vote, freeze
from tests.ballots.convening import CHECKED, a_convening, a_published_roll
from tests.ballots.electorate import seat_owners
from tests.builders import an_estate
from tests.faults.gates import a_gate
from tests.faults.service import a_worker
from tests.registry.rolls import a_line, uploaded
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("database")


async def killed_at(table: str, owner: asyncpg.Connection, folder: Path) -> None:
    """A worker starts, and is killed while it writes to the table."""
    async with a_worker(folder) as worker, a_gate(owner, table) as gate:
        await gate.someone_waits()
        worker.kill()


async def a_vote_that_has_closed(voters: int) -> Vote:
    """Everybody cast; the count has been due for minutes."""
    now = clock.now()
    vote = await a_vote(
        opens_at=now - timedelta(days=16), closes_at=now - timedelta(minutes=5), board=False
    )
    during = now - timedelta(days=1)
    seats = await seat_owners(vote, voters, during)
    await freeze(vote)
    letters = [
        Submission(token_hash(seat.token), seat.paper(vote.poll.id, choice, during))
        for seat, choice in zip(seats, ("approve", "reject", "abstain") * voters, strict=False)
    ]
    answers = await cast_ballots(letters, during)
    assert all(isinstance(answer, list) for answer in answers)
    return vote


async def test_a_worker_killed_while_it_counts_publishes_nothing_and_the_next_two_publish_once(
    tmp_path, as_owner
):
    vote = await a_vote_that_has_closed(40)

    await killed_at("result", as_owner, tmp_path)
    left = await Result.count()
    async with a_worker(tmp_path), a_worker(tmp_path):
        await until(lambda: Result.exists().where(Result.poll == vote.poll.id).run())
        await until(lambda: _took(vote.poll.id, "preliminary"))

    assert left == 0
    assert await Result.count() == 1
    assert await _steps(vote.poll.id) == ["opened", "closed", "counted", "preliminary"]
    file = await _package(vote.poll.id, tmp_path)
    [question] = json.loads(file.read_text())["questions"]
    assert (question["participating"]["persons"], recount([str(file)])) == (40, 0)


async def test_a_worker_killed_while_it_freezes_a_roll_leaves_it_unfrozen_for_the_next(
    tmp_path, as_owner
):
    poll = await a_published_roll(convening := await a_convening())
    await request_freeze(convening.proposer, poll.id, CHECKED)

    await killed_at("roll_freeze", as_owner, tmp_path)
    left = await VotingRight.count() + await RollFreeze.count()
    await _time_passes(as_owner)
    async with a_worker(tmp_path):
        await until(lambda: _took(poll.id, "roll_frozen"))

    assert left == 0
    assert (await VotingRight.count(), await RollFreeze.count()) == (4, 1)
    key, progress = await _key_and_progress(poll.id)
    assert key and progress == 0


async def test_a_worker_killed_while_it_writes_an_import_has_written_nothing_for_the_next(
    tmp_path, as_owner
):
    estate = await an_estate()
    lines = [
        a_line(f"{n}", number=f"42011519900101{n:04}", name=f"业主{n}") for n in range(101, 141)
    ]
    batch = await uploaded(estate, *lines)
    await accept_import(estate, batch, None, all_or_nothing=True, confirmed_rows=[], at=clock.now())

    await killed_at("ownership", as_owner, tmp_path)
    left = await Unit.count() + await Owner.count() + await Ownership.count()
    await _time_passes(as_owner)
    async with a_worker(tmp_path):
        await until(lambda: _is_done(batch))

    assert left == 0
    assert (await Unit.count(), await Owner.count(), await Ownership.count()) == (40, 40, 40)


async def _took(poll: UUID, step: str) -> bool:
    return await PollStep.exists().where(PollStep.poll == poll, PollStep.step == step)


async def _steps(poll: UUID) -> list[str]:
    """Those of the clock, in order."""
    found = await db.rows(
        "select step from poll_step where poll = $1 and role = 'clock' order by number", poll
    )
    return [row["step"] for row in found]


async def _package(poll: UUID, folder: Path) -> Path:
    file = folder / "package.json"
    file.write_text(await db.value("select package::text from result where poll = $1", poll))
    return file


async def _key_and_progress(poll: UUID) -> tuple[bytes | None, int]:
    return (
        await db.value("select sealed_key from poll where id = $1", poll),
        await db.value("select count(*) from freeze_progress"),
    )


async def _is_done(batch: UUID) -> bool:
    return await db.value("select state = 'done' from roll_import where id = $1", batch)


async def _time_passes(owner: asyncpg.Connection) -> None:
    """Half a minute without a sign of life: the queue gives the job to somebody else."""
    moved = await owner.execute(
        "update pgqueuer set heartbeat = heartbeat - interval '31 seconds' where status = 'picked'"
    )
    assert moved != "UPDATE 0", "the killed worker had taken the job"
