"""Who witnesses a poll's board, what they cosigned and what they still owe."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination import db
from coordination.ballots.checkpoints import with_cosignatures
from coordination.ballots.package_board import Witness
from coordination.ballots.polls.bound_keys import bound_witnesses
from coordination.ballots.polls.queries import estate_of, load_poll, states_of
from coordination.ballots.polls.state import PollState
from coordination.ballots.polls.watchers import vkey_of, watchers_of
from coordination.ballots.sequencing.queries import board_of, checkpoint_at, nodes_of, sizes_of
from coordination.ballots.sequencing.showing import Showing, showings_of
from coordination.ballots.tables import Poll, RollFreeze, Step
from coordination.ballots.tree import inclusion_nodes, inclusion_proof
from coordination.ballots.witnessing.rules import (
    Duty,
    Timetable,
    Witnessed,
    duties_of,
)
from coordination.ballots.witnessing.tables import WitnessKey
from coordination.errors import NotFound
from coordination.people.tables import BodyKind
from coordination.places.tables import Place

SHORT = {
    BodyKind.OWNERS_COMMITTEE: "业委会",
    BodyKind.PREPARATORY_GROUP: "筹备组",
    BodyKind.RESIDENTS_COMMITTEE: "居委会",
    BodyKind.PROPERTY_COMPANY: "物业",
}
CAME = """
select c.poll, k.body, c.size, c.received_at from cosignature c join witness_key k on k.id = c.key
 where c.poll = any($1) order by c.received_at
"""
LEAVES = """
select tracker from board_leaf where poll = $1 and "index" >= $2 and "index" < $3 order by "index"
"""
# Of each key and size the first, which came before what follows, and the last: until then nothing
# had been unsaid.
LINES = """
select size, line from (
  select size, key, line, signed_at, min(signed_at) over each as first,
         max(signed_at) over each as last
    from cosignature where poll = $1 and size = any($2::bigint[])
  window each as (partition by size, key)) as known
 where signed_at in (first, last) order by size, key, signed_at
"""
# Of each key, size and day the first: whoever holds a key may send as many as they like.
KEPT = """
select distinct on (c.size, c.key, date_trunc('day', c.received_at, 'Asia/Shanghai'))
       c.size, c.line, c.received_at
  from cosignature c where c.poll = $1
 order by c.size, c.key, date_trunc('day', c.received_at, 'Asia/Shanghai'), c.received_at
"""
COSIGNED_SIZES = """
select distinct size from cosignature where poll = $1 and size < $2 order by size
"""
# Whoever signed something here, whoever could at any time, and whose key was laid down.
KNOWN = """
select k.name, k.public_key, b.name as party, k.created_at, k.ended_at, k.end_reason
  from witness_key k join body b on b.id = k.body join place p on p.id = b.place
 where k.name = any($3)
    or exists (select from cosignature c where c.key = k.id and c.poll = $1)
    or ($2 like p.path || '%' and (k.ended_at is null
        or k.ended_at > (select min(signed_at) from board_checkpoint where poll = $1)))
 order by k.created_at, k.id
"""


@dataclass(frozen=True, slots=True)
class Party:
    """A body that witnesses, or should: its key, and what it owes. `key` None: none yet."""

    body: UUID
    name: str
    short: str  # what people call it, where no other party is called so
    key: UUID | None
    vkey: str | None
    duties: list[Duty]
    last: Witnessed | None

    def overdue(self, at: datetime) -> list[Duty]:
        return [duty for duty in self.duties if duty.is_overdue(at)]

    @property
    def tardy(self) -> list[Duty]:
        """Done, but after their time."""
        return [duty for duty in self.duties if duty.done_at and duty.done_at > duty.due]

    def waiting(self, at: datetime) -> list[Duty]:
        return [duty for duty in self.duties if duty.waits(at)]


async def timetable_of(poll: Poll) -> Timetable | None:
    """None: the poll ended another way, and nothing is owed any more. NotFound: no board."""
    return (await timetables_of([poll]))[poll.id]


async def timetables_of(polls: Sequence[Poll]) -> dict[UUID, Timetable | None]:
    """The same of several polls, by their ids."""
    ids, states = [poll.id for poll in polls], await states_of(polls)
    sizes, shown = await sizes_of(ids), await showings_of(ids)
    return {poll.id: _timetable(poll, states[poll.id], sizes[poll.id], shown[poll.id])
            for poll in polls}  # fmt: skip


def _timetable(
    poll: Poll, state: PollState, size: int, showings: Sequence[Showing]
) -> Timetable | None:
    if state.has_ended_early:
        return None
    made, counted = state.when(Step.NOTICED), state.when(Step.COUNTED)
    assert made, "a board is opened with the notice"
    shown = [(one.shown_at, one.size) for one in showings]
    counted_at = counted and counted.at
    return Timetable(made.at, poll.opens_at, state.closes_at, counted_at, size, shown)


async def parties_of(poll: Poll, at: datetime) -> list[Party]:
    """The three parties and all others who witness, with what each owes."""
    return (await parties_of_all([poll], at))[poll.id]


async def parties_of_all(polls: Sequence[Poll], at: datetime) -> dict[UUID, list[Party]]:
    """The same of several polls, by their ids: as many statements as for one."""
    if not polls:
        return {}
    times = await timetables_of(polls)
    came: dict[tuple[UUID, UUID], list[Witnessed]] = {}
    for one in await db.rows(CAME, list(times)):
        lines = came.setdefault((one["poll"], one["body"]), [])
        lines.append(Witnessed(one["size"], one["received_at"]))
    parties = {}
    for poll, found in (await watchers_of(list(times), at)).items():
        often = Counter(row["kind"] for row in found)
        parties[poll] = [
            _party(row, often[row["kind"]] == 1, times[poll], came.get((poll, row["id"]), []), at)
            for row in found
        ]
    return parties


def _party(
    row: Any, alone: bool, times: Timetable | None, came: list[Witnessed], at: datetime
) -> Party:
    duties = duties_of(times, came, at) if times else []
    last = came[-1] if came else None
    name: str = row["name"]
    short = SHORT.get(BodyKind(row["kind"]), name) if alone else name
    return Party(row["id"], name, short, row["key"], vkey_of(row), duties, last)


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that counts on a board. `is_bound` None: this board's entry 0 binds no keys."""

    witness: Witness
    since: datetime
    ended_at: datetime | None
    end_reason: str | None
    is_bound: bool | None

    @property
    def vkey(self) -> str:
        return self.witness.as_dict()["vkey"]


async def known_keys(poll: UUID, estate: Place) -> list[KnownKey]:
    """Every key that counts on this board: in force, used here, or laid down in its entry 0."""
    bound = bound_witnesses((await board_of(poll)).entry_zero)
    laid = {one.vkey.partition("+")[0]: one.party for one in bound or () if one.vkey}
    keys = []
    for row in await db.rows(KNOWN, poll, estate.path, list(laid)):
        # Under the name that was laid down, whatever the body is called by now.
        party = laid.get(row["name"]) or row["party"]
        witness = Witness(row["name"], party, row["public_key"])
        is_bound = None if bound is None else row["name"] in laid
        keys.append(
            KnownKey(witness, row["created_at"], row["ended_at"], row["end_reason"], is_bound)
        )
    return keys


async def witnesses_of(poll: UUID, estate: Place) -> list[Witness]:
    """Every key that counts on this board, ended ones that signed it too."""
    return [key.witness for key in await known_keys(poll, estate)]


@dataclass(frozen=True, slots=True)
class Line:
    """One cosignature as it came, for who checks by themselves who kept which day."""

    size: int
    line: str
    received_at: datetime


async def cosignatures_of(poll: UUID) -> list[Line]:
    """Of each key, size and day of Shanghai the first, the smallest boards first."""
    return [Line(**row) for row in await db.rows(KEPT, poll)]


async def cosigned_note(poll: UUID, size: int) -> str:
    """The checkpoint at `size` with every cosignature that has come. NotFound: no such one."""
    note = await checkpoint_at(poll, size)
    if note is None:
        raise NotFound("没有这个大小的检查点。")
    lines = await db.rows(LINES, poll, [size])
    return with_cosignatures(note, [row["line"] for row in lines])


async def cosigned_before(poll: UUID, size: int) -> list[str]:
    """Smaller checkpoints that somebody cosigned, the oldest first."""
    sizes = [row["size"] for row in await db.rows(COSIGNED_SIZES, poll, size)]
    return [await cosigned_note(poll, each) for each in sizes]


async def poll_with_board(poll_id: UUID) -> tuple[Poll, Place]:
    """A poll that everybody may see the board of. NotFound."""
    poll = await load_poll(poll_id)
    await board_of(poll_id)
    return poll, await estate_of(poll)


@dataclass(frozen=True, slots=True)
class FrozenList:
    """The rights list as it was frozen."""

    rights_hash: str
    rights: list[tuple[bytes, bytes]]


async def rights_list(question: UUID) -> FrozenList:
    """Every (who, weight) by who. NotFound: the roll is not frozen."""
    freeze = await RollFreeze.objects().get(RollFreeze.question == question)
    if freeze is None:
        raise NotFound("名册还没有锁定。")
    found = await db.rows(
        "select who, weight from voting_right where question = $1 order by who", question
    )
    return FrozenList(freeze.rights_hash, [(row["who"], row["weight"]) for row in found])


async def leaves_between(poll: UUID, start: int, end: int) -> list[bytes]:
    """The trackers from index `start` on, and before `end`."""
    found = await db.rows(LEAVES, poll, start, end)
    return [row["tracker"] for row in found]


async def inclusion_at(poll: UUID, index: int, size: int) -> list[bytes]:
    """The proof that entry `index` is in the board of `size` entries. ValueError: it is not."""
    places = {node for step in inclusion_nodes(index, size) for node in step}
    found = await nodes_of(poll, places)
    return inclusion_proof(index, size, lambda *node: found[node])


async def keys_of(bodies: Sequence[UUID]) -> dict[UUID, list[WitnessKey]]:
    """All keys of these bodies, the one in force first, then by their end."""
    found: dict[UUID, list[WitnessKey]] = {body: [] for body in bodies}
    if bodies:
        for key in await WitnessKey.objects().where(WitnessKey.body.is_in(list(bodies))):
            found[key.body].append(key)  # pyright: ignore[reportArgumentType]
    for keys in found.values():
        keys.sort(key=lambda key: key.created_at, reverse=True)
    return found
