"""The ballots 表决票 and what is published of them.

`Ballot` rows are never updated and never deleted: the serving role has no such grant, and a
trigger refuses besides. Choices lie sealed with the poll's key until it closes.
"""

from piccolo.columns import JSONB, UUID, Boolean
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.ballots.tables import Poll, Question, VotingRight
from coordination.db import (
    DB,
    Bytes,
    MaybeMoment,
    MaybeProse,
    MaybeRef,
    MaybeWords,
    Moment,
    Prose,
    Ref,
    Whole,
    Words,
)
from coordination.notices.tables import Notice
from coordination.people.tables import Person
from coordination.places.tables import Place


class Ballot(Table, db=DB):
    """What one right chose, sealed. The highest ordinal counts; all are kept."""

    id = UUID(primary_key=True)
    right = Ref(VotingRight)
    ordinal = Whole()
    submission = UUID(
        null=False, default=None, help_text="one submit of the form; a retry finds it"
    )
    sealed = Bytes(help_text="AEAD over {choice, nonce}, padded")
    tracker = Bytes(help_text="SHA-256 of the leaf")
    channel = Words(10, help_text="online, paper, phone, door")
    assisted = Boolean(null=False, default=False, help_text="written down for the owner by another")
    cast_at = Moment()
    cast_by = Ref(Person, help_text="the account that cast or entered it")

    ballot_one_ordinal = Unique([right, ordinal])
    ballot_one_submission = Unique([right, submission])
    ballot_tracker_once = Unique([tracker])
    ballot_ordinal_from_one = Check(ordinal >= 1)


class Stall(Table, db=DB):
    """A step that the clock owes a poll and could not take, such as counting sealed ballots it
    cannot open, or while sheets wait to be settled; gone as soon as it could."""

    poll = Ref(Poll, primary_key=True)
    why = Words(60, help_text="the kind of error: BrokenSeal, WrongKey …; SheetsWait")
    since = Moment()
    until = MaybeMoment(help_text="when it ends by itself at the latest; none: with help alone")


class CastNews(Table, db=DB):
    """A cast that its owner has yet to be told of; gone once the messages are written.

    Without foreign keys: it lives for two seconds, and is written in the path of the rush.
    """

    id = UUID(primary_key=True)
    poll = UUID(null=False, default=None)
    person = UUID(null=False, default=None)
    at = Moment()


class TurnoutFigure(Table, db=DB):
    """Turnout 参与率 as last shown: persons exact, area in whole percent.

    A row moves only when ten minutes have passed and five more rights have voted.
    """

    id = UUID(primary_key=True)
    question = Ref(Question, index=True)
    building = MaybeRef(Place)  # none: the whole electorate
    label = Words(60, help_text="the building, or the merged small ones")
    rights = Whole()
    persons = Whole()
    area_percent = Whole()
    moved_at = Moment()


class Result(Table, db=DB):
    """A result as published 初步统计结果/结果公告: a row, never recomputed into place."""

    id = UUID(primary_key=True)
    poll = Ref(Poll)
    kind = Words(20, help_text="preliminary, final")
    package = JSONB(null=False, default=None, help_text="the public package, the only source")
    sha256 = Words(64, help_text="of the package file as served")
    published_at = Moment()
    notice = Ref(Notice)
    objections_until = MaybeMoment()

    result_once = Unique([poll, kind])


class ResultObjection(Table, db=DB):
    """An objection to the preliminary result 询异, and its answer.

    `text` is the owner's own and may name people; the public reads `gist` and `answer`.
    """

    id = UUID(primary_key=True)
    poll = Ref(Poll, index=True)
    person = Ref(Person)
    text = Prose()
    raised_at = Moment()
    gist = MaybeWords(200, help_text="what it was about, without names, as published")
    answer = MaybeProse()
    answered_by = MaybeRef(Person)
    answered_at = MaybeMoment()

    result_objection_words = Check(text != "")
    result_objection_answered_wholly = Check(
        (answered_at.is_null() & answer.is_null() & gist.is_null())
        | (answered_at.is_not_null() & (answer != "") & (gist != "") & answered_by.is_not_null())
    )
