"""The audit log 审计日志: who did what to what, one row in the transaction that did it.

A row names its subject by kind and id; `detail` holds facts of the business, never a name, a phone
or a choice. One sealer at a time chains committed rows into an `AuditSeal`, outside the callers'
transactions, where it would serialise them. A trigger lists every new row in `audit_unsealed`, in
the same transaction; the sealer takes from that list, so a row that commits late is sealed late
and none is missed, whatever the order of the numbers.
"""

import hashlib
import json
import re
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from asyncpg import Record
from piccolo.columns import JSONB, UUID, Array, BigInt, BigSerial
from piccolo.constraints import Check
from piccolo.table import Table

from coordination.db import DB, Bytes, Moment, Words, execute, row, rows, transaction, value

SEALER = 278_001  # the advisory lock of the one sealer
BATCH = 20_000
# A phone or an identity number has no business in a detail; a reason that quotes one loses it.
NUMBERS = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")


class AuditEntry(Table, db=DB):
    """One thing done. Only ever added."""

    id = BigSerial(primary_key=True)
    at = Moment(index=True)
    person = UUID(null=True, default=None, index=True, help_text="empty: the service")
    verb = Words(60)
    subject_kind = Words(60)
    subject = UUID(null=True, default=None, index=True)
    place = UUID(null=True, default=None)
    detail = JSONB(null=False, default="{}")

    audit_entry_words_given = Check((verb != "") & (subject_kind != ""))


class AuditSeal(Table, db=DB):
    """A link of the chain: which rows, and the hash over them and the link before. Only added."""

    id = BigSerial(primary_key=True)
    entries = Array(BigInt(), null=False, default=None)
    digests = Bytes(help_text="SHA-256 of each row, one after the other, in that order")
    previous = Bytes(unique=True, help_text="hash of the link before; a chain has no forks")
    hash = Bytes()
    at = Moment()


class AuditUnsealed(Table, db=DB):
    """Rows that wait for the sealer, for a second or so."""

    entry = BigInt(primary_key=True)


GUARDS = (
    """
    create function audit_entry_waits() returns trigger language plpgsql as $$
    begin
      insert into audit_unsealed (entry) select id from fresh;
      return null;
    end $$
    """,
    """
    create trigger audit_entry_waits after insert on audit_entry
      referencing new table as fresh for each statement execute function audit_entry_waits()
    """,
)


class HasId(Protocol):
    """A row of any table."""

    @property
    def id(self) -> Any: ...


async def record(
    who: HasId | uuid.UUID | None,
    verb: str,
    what: HasId,
    *,
    at: datetime,
    place: HasId | uuid.UUID | None = None,
    **detail: object,
) -> None:
    """Note in the caller's transaction that `who` (None: the service) did `verb` to row `what`."""
    said = NUMBERS.sub("…", json.dumps(detail, ensure_ascii=False, default=str))
    await execute(
        """insert into audit_entry (at, person, verb, subject_kind, subject, place, detail)
           values ($1, $2, $3, $4, $5, $6, $7::jsonb)""",
        at,
        _id(who),
        verb,
        type(what)._meta.tablename,  # pyright: ignore[reportAttributeAccessIssue]
        _id(what),
        _id(place),
        said,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the service did by itself, to a row of a table."""

    at: datetime
    verb: str
    subject: uuid.UUID
    place: uuid.UUID
    detail: Mapping[str, object]


async def record_each(table: type[Table], lines: Sequence[Line]) -> None:
    """`record` for many things that the service did at once, in their order."""
    said = [NUMBERS.sub("…", json.dumps(dict(one.detail), ensure_ascii=False)) for one in lines]
    await execute(
        """insert into audit_entry (at, verb, subject_kind, subject, place, detail)
           select at, verb, $6, subject, place, detail::jsonb
             from unnest($1::timestamptz[], $2::text[], $3::uuid[], $4::uuid[], $5::text[])
               with ordinality as line (at, verb, subject, place, detail, n) order by n""",
        [one.at for one in lines], [one.verb for one in lines], [one.subject for one in lines],
        [one.place for one in lines], said, table._meta.tablename,
    )  # fmt: skip


def _id(given: HasId | uuid.UUID | None) -> uuid.UUID | None:
    return given if given is None or isinstance(given, uuid.UUID) else given.id


async def seal(at: datetime) -> int:
    """Chain what was committed since the last time; how many rows. 0 while another one seals."""
    sealed = 0
    while count := await _seal_batch(at):
        sealed += count
        if count < BATCH:
            break
    return sealed


async def _seal_batch(at: datetime) -> int:
    async with transaction():
        if not await value("select pg_try_advisory_xact_lock($1)", SEALER):
            return 0
        waiting = await rows(
            """delete from audit_unsealed where entry in
                 (select entry from audit_unsealed order by entry limit $1) returning entry""",
            BATCH,
        )
        if not waiting:
            return 0
        numbers = sorted(one["entry"] for one in waiting)
        digests = b"".join((await digests_of(numbers)).values())
        previous = await value("select hash from audit_seal order by id desc limit 1") or b""
        await execute(
            """insert into audit_seal (entries, digests, previous, hash, at)
               values ($1, $2, $3, $4, $5)""",
            numbers,
            digests,
            previous,
            link(previous, numbers, digests, at),
            at,
        )
        return len(numbers)


async def unsealed() -> int:
    """How many rows wait for the sealer."""
    return await value("select count(*) from audit_unsealed")


def link(previous: bytes, numbers: list[int], digests: bytes, at: datetime) -> bytes:
    """The hash of one link of the chain."""
    head = json.dumps([at.astimezone(UTC).isoformat(), numbers], separators=(",", ":"))
    return hashlib.sha256(previous + digests + head.encode()).digest()


async def digests_of(numbers: list[int]) -> dict[int, bytes]:
    """The SHA-256 of each of these rows that is there, by number, in order."""
    found = await rows(
        """select id, at, person, verb, subject_kind, subject, place, detail
           from audit_entry where id = any($1) order by id""",
        numbers,
    )
    return {one["id"]: hashlib.sha256(_line(dict(one))).digest() for one in found}


def _line(entry: dict[str, Any]) -> bytes:
    at, detail = entry["at"].astimezone(UTC).isoformat(), json.loads(entry["detail"])
    said = entry | {"at": at, "detail": detail}
    words = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return words.encode()


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole log found."""

    entries: int
    seals: int
    head: bytes  # written down elsewhere, it proves later that nothing was cut off the end
    first_break: str | None


async def verify() -> Verdict:
    """Recompute every link and account for every row; name the first thing that does not hold."""
    async with transaction(isolation="repeatable_read", readonly=True):
        seals, head, first_break = 0, b"", None
        async for one in _seals():
            if first_break := await _break_in(one, head):
                break
            seals, head = seals + 1, one["hash"]
        entries = await value("select count(*) from audit_entry")
        return Verdict(entries, seals, head, first_break or await _unaccounted())


async def is_in_chain(head: str) -> bool:
    """Whether some link has this hash, in hexadecimal."""
    return await value(
        "select exists(select 1 from audit_seal where encode(hash, 'hex') = $1)",
        head.strip().lower(),
    )


async def _seals() -> AsyncIterator[Record]:
    last = 0
    while some := await rows("select * from audit_seal where id > $1 order by id limit 50", last):
        for one in some:
            yield one
        last = some[-1]["id"]


async def _break_in(one: Record, previous: bytes) -> str | None:
    number, entries, digests = one["id"], list(one["entries"]), one["digests"]
    if one["previous"] != previous:
        return f"link {number} does not follow the link before it"
    if link(previous, entries, digests, one["at"]) != one["hash"]:
        return f"link {number} was changed"
    found = await digests_of(entries)
    for place, entry in enumerate(entries):
        if entry not in found:
            return f"row {entry}, sealed in link {number}, is gone"
        if found[entry] != digests[32 * place : 32 * place + 32]:
            return f"row {entry}, sealed in link {number}, was changed"
    return None


async def _unaccounted() -> str | None:
    """A row that is neither sealed nor waits to be, or is so twice."""
    odd = await row(
        """
        with placed as (
          select unnest(entries) as id from audit_seal union all select entry from audit_unsealed
        )
        select e.id, count(p.id) as times from audit_entry e left join placed p using (id)
        group by e.id having count(p.id) <> 1 order by e.id limit 1
        """
    )
    if odd is None:
        return None
    return f"row {odd['id']} is {'twice' if odd['times'] else 'nowhere'} in the chain"
