"""Freezing the roll 锁定名册: rights, random numbers, salts, commitments, hashes, the poll's key.

A worker does it in three parts: read the registry; draw and commit, in chunks, outside any
transaction; write all of it in one. Killed anywhere before that commit, nothing is frozen and
the next run starts afresh. Of two runs at once the second finds the poll frozen and stops.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit, jobs
from coordination.ballots.board import draw_right, rights_hash, roll_hash
from coordination.ballots.commitments import FrozenRight, freeze_rights
from coordination.ballots.polls.drafting import convened
from coordination.ballots.polls.queries import (
    check_ends,
    load_poll,
    open_objections,
    state_of,
)
from coordination.ballots.polls.steps import lock_poll, require_next, take_step
from coordination.ballots.privacy import report_areas
from coordination.ballots.roll.electorate import Electorate
from coordination.ballots.roll.publishing import Eligible, eligible, require_electorate
from coordination.ballots.seal import draw_poll_key, wrap
from coordination.ballots.tables import Poll, Step
from coordination.db import connection, execute, transaction
from coordination.errors import Conflict, Refusal
from coordination.people.askers import Asker
from coordination.registry.queries import lock_registry
from coordination.settings import sealing_key
from coordination.web.formats import local_end

FREEZE = "freeze-roll"
CHUNK = 1_000
AT_ONCE = 2  # libsodium runs without the interpreter's lock, so two threads take two cores
TRIES = 3


class CheckPeriodRuns(Conflict):
    """Owners still have time to check the roll."""


class ObjectionsOpen(Conflict):
    """Each objection is answered before the roll is frozen."""


class CandidatesOpen(Conflict):
    """An election's list of candidates is not settled yet."""


class GapsUnexplained(Conflict):
    """Units without area or owner, and no reason for the notice."""


class RegistryMoves(Conflict):
    """The registry was changed while the roll was being frozen, several times over."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question's frozen roll, ready to be written: rows for COPY, and the sums and hashes."""

    electorate: Electorate
    rights: list[tuple]
    units: list[tuple]
    holders: list[tuple]
    sums: tuple


def ready(part: Eligible, frozen: list[FrozenRight], at: datetime) -> Drawn:
    """The rows of a question, its rights and what was drawn for them being in the same order."""
    question, electorate = part.question.id, part.electorate
    known = {str(unit.id): unit for unit in electorate.units}
    drawn = Drawn(electorate, [], [], [], _sums(question, electorate, frozen, at))
    for right, hidden in zip(electorate.rights, frozen, strict=True):
        id = uuid4()
        drawn.rights.append(
            (id, question, hidden.right, hidden.area_cm2, hidden.salt, hidden.who, hidden.r,
             hidden.weight, max(len(right.owners), 1))
        )  # fmt: skip
        for unit in map(known.__getitem__, right.units):
            drawn.units.append(
                (uuid4(), id, unit.id, unit.building, unit.area_cm2, unit.area_source)
            )
        drawn.holders.extend((uuid4(), id, UUID(owner), at, "") for owner in sorted(right.owners))
    return drawn


def _sums(question: UUID, electorate: Electorate, frozen: list[FrozenRight], at: datetime) -> tuple:
    """Sums and hashes as the notice will print them."""
    return (
        uuid4(),
        question,
        electorate.persons,
        electorate.area_cm2,
        len(electorate.units),
        roll_hash((right.right, right.area_cm2) for right in frozen),
        electorate.list_hash,
        rights_hash((right.who, right.weight) for right in frozen),
        json.dumps(report_areas([right.area_cm2 for right in frozen]).as_dict()),
        json.dumps([[unit.name, unit.lacks] for unit in electorate.gaps], ensure_ascii=False),
        at,
    )


async def request_freeze(asker: Asker, poll_id: UUID, at: datetime) -> None:
    """Have a worker freeze the roll; asked again, it starts again.

    NotFound, NotConvener, OutOfOrder, CheckPeriodRuns, ObjectionsOpen, GapsUnexplained,
    EmptyElectorate.
    """
    async with transaction():
        poll, state = await convened(asker, poll_id)
        if state.current is Step.ROLL_FREEZING:
            await audit.record(asker, "freeze_again", poll, at=at, place=poll.estate)
        else:
            require_next(state, Step.ROLL_FREEZING)
            checked_at = await check_ends(state, poll.roll_check_days, at)
            if at < checked_at:
                raise CheckPeriodRuns(f"核对期到{local_end(checked_at)}为止，之后才能锁定名册。")
            await require_ready(poll, await eligible(poll))
            await take_step(poll.id, Step.ROLL_FREEZING, asker, at)
        await _note(poll_id, at, 0, 0)
        await jobs.enqueue(FREEZE, poll_id)


async def require_ready(poll: Poll, parts: list[Eligible]) -> None:
    """ObjectionsOpen, CandidatesOpen, GapsUnexplained, EmptyElectorate."""
    for question in (part.question for part in parts):
        if question.seats is not None and not question.options:
            raise CandidatesOpen(
                f"“{question.title}”的候选人名单还没有确定。请先完成报名、审核和公示，再锁定名册。"
            )
    if waiting := await open_objections(poll.id):
        raise ObjectionsOpen(f"还有{waiting}条名册异议没有答复。请全部答复后再锁定名册。")
    gaps = {unit.id: unit for part in parts for unit in part.electorate.gaps}
    if gaps and not poll.gaps_reason:
        some = "、".join(unit.name for unit in list(gaps.values())[:5])
        raise GapsUnexplained(
            f"有{len(gaps)}个专有部分缺面积或者业主：{some}{'等' if len(gaps) > 5 else ''}。"
            "请居民委员会补录，或者写明原因，在公告中列出。"
        )
    for part in parts:
        require_electorate(part.question, part.electorate)


async def freeze_roll(poll_id: UUID, at: datetime) -> bool:
    """Freeze the roll of a poll that waits for it; False: there was nothing (more) to do.

    ObjectionsOpen, GapsUnexplained, EmptyElectorate, RegistryMoves: nothing is frozen, and the
    progress says why.
    """
    try:
        for _ in range(TRIES):
            poll = await load_poll(poll_id)
            if (await state_of(poll)).current is not Step.ROLL_FREEZING:
                return False
            parts = await eligible(poll)
            drawn = [one async for one in _draw(poll_id, parts, at)]
            written = await _write(poll_id, drawn, at)
            if written is not None:
                return written
        raise RegistryMoves("锁定期间名册登记一直有变动。请暂停登记名册，然后重新锁定。")
    except Refusal as refusal:
        await _note(poll_id, at, 0, 0, failure=str(refusal))
        raise


async def _draw(poll_id: UUID, parts: list[Eligible], at: datetime) -> AsyncIterator[Drawn]:
    """Number and commit each right, two chunks at a time, telling how far it has come."""
    total, done = sum(part.electorate.persons for part in parts), 0
    for part in parts:
        rights = [(draw_right(), right.area_cm2) for right in part.electorate.rights]
        frozen: list[FrozenRight] = []
        for start in range(0, len(rights), CHUNK * AT_ONCE):
            chunks = [
                rights[begin : begin + CHUNK]
                for begin in range(start, min(start + CHUNK * AT_ONCE, len(rights)), CHUNK)
            ]
            for chunk in await asyncio.gather(
                *(asyncio.to_thread(freeze_rights, chunk) for chunk in chunks)
            ):
                frozen += chunk
            await _note(poll_id, at, done + len(frozen), total)
        done += len(frozen)
        yield await asyncio.to_thread(ready, part, frozen, at)


async def _write(poll_id: UUID, drawn: list[Drawn], at: datetime) -> bool | None:
    """All or nothing. False: another run was first. None: the registry moved, draw again."""
    async with transaction():
        poll, state = await lock_poll(poll_id)
        if state.current is not Step.ROLL_FREEZING:
            return False
        await lock_registry(poll.estate)
        now = await eligible(poll)
        if [part.electorate.units for part in now] != [one.electorate.units for one in drawn]:
            return None
        await require_ready(poll, now)
        for one in drawn:
            await _copy(one)
        key = wrap(sealing_key(), str(poll_id), draw_poll_key())
        await execute("update poll set sealed_key = $2 where id = $1", poll_id, key)
        await take_step(poll_id, Step.ROLL_FROZEN, None, at)
        await execute("delete from freeze_progress where poll = $1", poll_id)
        return True


async def _copy(one: Drawn) -> None:
    """The rights of a question, their units and their holders, by COPY; then their sums."""
    async with connection() as it:
        await it.copy_records_to_table(
            "voting_right", records=one.rights,
            columns=["id", "question", "number", "area_cm2", "salt", "who", "blinding", "weight",
                     "holders"],
        )  # fmt: skip
        await it.copy_records_to_table(
            "right_unit", records=one.units,
            columns=["id", "right", "unit", "building", "area_cm2", "area_source"],
        )  # fmt: skip
        await it.copy_records_to_table(
            "right_holder", records=one.holders,
            columns=["id", "right", "owner", "since", "reason"],
        )  # fmt: skip
    await execute(
        """insert into roll_freeze (id, question, persons, area_cm2, units, roll_hash, list_hash,
             rights_hash, privacy, gaps, frozen_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10::jsonb, $11)""",
        *one.sums,
    )


async def _note(
    poll_id: UUID, at: datetime, done: int, total: int, failure: str | None = None
) -> None:
    """How far it has come, for those who wait."""
    await execute(
        """insert into freeze_progress (poll, done, total, moved_at, failure)
           values ($1, $2, $3, $4, $5) on conflict (poll) do update
           set done = excluded.done, total = excluded.total, moved_at = excluded.moved_at,
               failure = excluded.failure""",
        poll_id, done, total, at, failure,
    )  # fmt: skip
