"""Sheets 纸质票, what was written down from them, and what came of it.

What a sheet says lies sealed with the poll's key, its photo or recording too: nobody but who
writes it down sees it. All rows but those of printing are only ever added.
"""

from piccolo.columns import UUID, Boolean, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.ballots.tables import Poll, VotingRight
from coordination.db import (
    DB,
    Bytes,
    MaybeMoment,
    MaybeProse,
    MaybeRef,
    MaybeWords,
    Moment,
    Ref,
    Whole,
    Words,
)
from coordination.people.tables import Person
from coordination.places.tables import Place


class Sheet(Table, db=DB):
    """One sheet of paper 纸质票: of one owner in one poll, with all their questions on it."""

    id = UUID(primary_key=True)
    poll = Ref(Poll, index=True)
    serial = Words(9, unique=True, help_text="drawn at random: it says nothing")
    made_at = Moment()


class SheetRight(Table, db=DB):
    """A voting right that a sheet is for; a right has one sheet."""

    id = UUID(primary_key=True)
    sheet = Ref(Sheet, index=True)
    right = Ref(VotingRight, unique=True)


class SheetPrint(Table, db=DB):
    """A file of sheets that somebody had printed 打印: its scope, and how far it has come."""

    id = UUID(primary_key=True)
    poll = Ref(Poll, index=True)
    building = MaybeRef(Place)  # none: the whole estate
    entrance = MaybeWords(20, help_text="of the building; none: all of it")
    is_large = Boolean(null=False, default=None, help_text="large print 大字版")
    asked_by = Ref(Person)
    asked_at = Moment()
    total = Whole()
    done = Whole()
    moved_at = Moment(help_text="one that has not moved for long was killed: ask again")
    finished_at = MaybeMoment()
    file = MaybeWords(64, help_text="sha256 of the stored PDF")
    failure = MaybeProse()


class PrintedSheet(Table, db=DB):
    """A sheet that is in a finished file."""

    id = UUID(primary_key=True)
    sheet = Ref(Sheet)
    print = Ref(SheetPrint, index=True)

    printed_sheet_once = Unique([sheet, print])


class SheetEntry(Table, db=DB):
    """What one person wrote down of a sheet 登记: the first, the second, or the third who settles.

    Nobody writes down a sheet twice.
    """

    id = UUID(primary_key=True, help_text="one submit of the form; a retry finds it")
    sheet = Ref(Sheet)
    number = Whole(help_text="1, 2; 3 settles")
    channel = Words(10, help_text="paper, phone, door")
    sealed = Bytes(help_text="AEAD over the answers, padded to one length per poll")
    consent = Varchar(length=200, help_text="assisted: how the owner agreed; empty: not assisted")
    at = Moment()
    by = Ref(Person)

    sheet_entry_once = Unique([sheet, number])
    sheet_entry_by_another = Unique([sheet, by])
    sheet_entry_numbered = Check((number >= 1) & (number <= 3))


class SheetEvidence(Table, db=DB):
    """What an entry rests on 凭据: photo or recording, sealed; or who else was there."""

    id = UUID(primary_key=True)
    entry = Ref(SheetEntry, index=True)
    kind = Words(10, help_text="photo, recording, witness")
    file = MaybeWords(64, help_text="sha256 of the sealed file; a witness has none")
    media = MaybeWords(30, help_text="what the file is, once opened")
    witness = MaybeWords(60, help_text="who was there, by name")

    sheet_evidence_is_one = Check(
        (file.is_not_null() & media.is_not_null() & witness.is_null())
        | (file.is_null() & media.is_null() & (witness != ""))
    )


class SheetMismatch(Table, db=DB):
    """Two entries of a sheet differ 两次登记不一致: that they do, never in what."""

    sheet = Ref(Sheet, primary_key=True)
    at = Moment()


class SheetOutcome(Table, db=DB):
    """What came of a sheet; none while it waits."""

    sheet = Ref(Sheet, primary_key=True)
    outcome = Words(10, help_text="agreed, settled, duplicate, lapsed")
    at = Moment()


class SheetConflict(Table, db=DB):
    """A right whose entries disagreed until the deadline, or had no second: not counted."""

    id = UUID(primary_key=True)
    sheet = Ref(Sheet, index=True)
    right = Ref(VotingRight, unique=True)


class DuplicateBallot(Table, db=DB):
    """A ballot that came second and does not count 重复票: neither ordinal nor leaf."""

    id = UUID(primary_key=True)
    right = Ref(VotingRight)
    channel = Words(10, help_text="online, paper, phone, door")
    submission = UUID(null=False, default=None, help_text="of the paper, or the sheet's entry")
    sheet = MaybeRef(Sheet)  # an online one has none
    at = Moment()

    duplicate_ballot_once = Unique([right, submission])
