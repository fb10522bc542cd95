"""Witnesses 见证单位 of the boards: their public keys, and what they cosigned.

A private key never comes here. Cosignatures are only ever added; a key is ended, never changed.
"""

from piccolo.columns import UUID
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.ballots.tables import Poll
from coordination.db import (
    DB,
    Bytes,
    Day,
    MaybeMoment,
    MaybeProse,
    MaybeRef,
    Moment,
    Prose,
    Ref,
    Whole,
    Words,
)
from coordination.people.tables import Body, Person


class WitnessKey(Table, db=DB):
    """A party's own key 见证钥匙: its public half. One at a time; the others have ended."""

    id = UUID(primary_key=True)
    body = Ref(Body, index=True)
    name = Words(60, help_text="follows from the key, so that no two names share one")
    public_key = Bytes(help_text="32 bytes, Ed25519")
    created_at = Moment()
    created_by = Ref(Person)
    ended_at = MaybeMoment()
    ended_by = MaybeRef(Person)  # most are in force
    end_reason = MaybeProse()

    witness_key_once = Unique([public_key])
    witness_key_ended_wholly = Check(
        (ended_at.is_null() & ended_by.is_null() & end_reason.is_null())
        | (ended_at.is_not_null() & ended_by.is_not_null() & (end_reason != ""))
    )


class Cosignature(Table, db=DB):
    """A witness saw this checkpoint, and nothing before it had been unsaid."""

    id = UUID(primary_key=True)
    poll = Ref(Poll, index=True)
    size = Whole()
    key = Ref(WitnessKey)
    line = Prose(help_text="a C2SP signature line, with its line feed")
    signed_at = Moment(help_text="as the witness says")
    received_at = Moment(help_text="as we say: what the duties are measured by")

    cosignature_once = Unique([poll, size, key, signed_at])


class WitnessReminder(Table, db=DB):
    """A body was told that a cosignature is due, once for each."""

    id = UUID(primary_key=True)
    poll = Ref(Poll, index=True)
    body = Ref(Body)
    duty = Words(10, help_text="opening, daily, close")
    due_on = Day()
    told_at = Moment()

    witness_reminder_once = Unique([poll, body, duty, due_on])
