"""Polls 业主大会表决, their questions, the frozen roll, and what happened to them.

A state is a row: `PollStep` says what has happened, nothing else does. `VotingRight` is a
snapshot: later sales change the owners, never the roll. The ballots themselves and what is
published of them are in `ballot_tables`.
"""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, Boolean, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.ballots.silence_tables import SilenceRule
from coordination.db import (
    DB,
    Bytes,
    MaybeBytes,
    MaybeMoment,
    MaybeProse,
    MaybeRef,
    MaybeWhole,
    MaybeWords,
    Moment,
    Prose,
    Ref,
    Whole,
    Words,
)
from coordination.law.classes import MatterClass
from coordination.law.election import TieRule
from coordination.matters.tables import Matter
from coordination.notices.tables import Notice
from coordination.people.tables import Body, Person
from coordination.places.tables import Place, Unit
from coordination.registry.tables import Owner


class Poll(Table, db=DB):
    """One vote of the owners' assembly 一次业主大会表决: questions, one timetable, one convener."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    convener = Ref(Body)
    title = Words(120)
    summary = Prose(help_text="what it is about, in three lines")
    contact = Words(200, help_text="whom to call, as printed")
    drafted_by = Ref(Person)
    drafted_at = Moment()
    opens_at = Moment()
    closes_at = Moment()
    # What holds for this vote; defaults come from the settings, and the notice prints them.
    roll_check_days = Whole()
    notice_days = Whole()
    objection_days = Whole()
    changes_allowed = Whole(help_text="how often a choice may be changed: 0 or 1")
    parking_counts = Boolean(null=False, default=None)
    invalid_takes_part = Boolean(null=False, default=None)
    prevails = Varchar(
        length=10, default="online", help_text="who voted online and on paper: online, paper"
    )
    package_form = Words(10, help_text="grouped, sums; '' as the number of rights suggests")
    silence = MaybeRef(SilenceRule)  # most estates have none: then silence counts for nothing
    gaps_reason = MaybeProse(help_text="units without area or owner, listed and explained")
    sealed_key = MaybeBytes(help_text="the poll's key, wrapped by COORDINATION_KEY")
    reissues = MaybeRef("self")  # most polls replace nothing
    second_round_of = MaybeRef("self")  # most polls are first rounds
    matter = MaybeRef(Matter)  # a poll may stand alone

    poll_opens_before_it_closes = Check(opens_at < closes_at)
    poll_title_given = Check((title != "") & (summary != "") & (contact != ""))
    poll_changes_known = Check((changes_allowed >= 0) & (changes_allowed <= 1))
    poll_prevails_known = Check((prevails == "online") | (prevails == "paper"))
    poll_days_positive = Check((roll_check_days > 0) & (notice_days > 0) & (objection_days > 0))


class ScopeKind(StrEnum):
    ESTATE = "estate"  # 全体业主
    BUILDINGS = "buildings"  # 部分楼栋
    ENTRANCES = "entrances"  # 部分单元
    FLOORS = "floors"  # 部分楼层
    UNITS = "units"  # 所列专有部分
    KIND = "kind"  # 一类专有部分, such as homes only


class Question(Table, db=DB):
    """A question 表决事项: one class of art. 278, one scope, its own electorate."""

    id = UUID(primary_key=True)
    poll = Ref(Poll, index=True)
    position = Whole()
    title = Words(120)
    text = Prose(help_text="what is decided, in plain words")
    cost = Varchar(length=200, help_text="what it costs and who pays")
    proposer = Varchar(length=100)
    if_silent = Varchar(length=300, help_text="what happens if I do nothing")
    # A draft may lack class and scope; no roll is published for it then.
    matter_class = MaybeWords(30, choices=MatterClass)
    class_reason = MaybeProse(help_text="why this class; a person wrote it")
    scope_kind = MaybeWords(20, choices=ScopeKind)
    scope = JSONB(null=False, default=None, help_text="{buildings, entrances, floors, units, kind}")
    options = JSONB(null=False, default=None, help_text="[] for a motion; else the options' names")
    # Of an election alone: its options are the candidates, by the numbers on the ballot.
    seats = MaybeWhole()
    tie_rule = MaybeWords(20, choices=TieRule)
    by_election_of = MaybeRef("self")  # most elections fill a whole committee
    precedence = JSONB(null=True, default=None, help_text="by candidate; 1 goes first at a tie")

    question_once = Unique([poll, position])
    question_words_given = Check((title != "") & (text != "") & (class_reason != ""))
    question_election_whole = Check(
        (seats.is_null() & tie_rule.is_null()) | ((seats > 0) & tie_rule.is_not_null())
    )
    question_class_has_reason = Check(
        (matter_class.is_null() & class_reason.is_null())
        | (matter_class.is_not_null() & class_reason.is_not_null())
    )


class QuestionDocument(Table, db=DB):
    """A document that belongs to a question 附件."""

    id = UUID(primary_key=True)
    question = Ref(Question, index=True)
    file = Words(64, help_text="sha256 of the stored file")
    title = Words(120)


class Step(StrEnum):
    """The road of a poll, in order; the last three leave it."""

    DRAFTED = "drafted"
    ROLL_PUBLISHED = "roll_published"
    ROLL_FREEZING = "roll_freezing"
    ROLL_FROZEN = "roll_frozen"
    PROPOSED = "proposed"  # notice put to the second member
    RETURNED = "returned"  # the second member sent it back; it is proposed again
    NOTICED = "noticed"  # the second member confirmed it
    OPENED = "opened"
    EXTENDED = "extended"
    CLOSED = "closed"
    COUNTED = "counted"
    PRELIMINARY = "preliminary"
    FINAL = "final"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    REISSUED = "reissued"


class PollStep(Table, db=DB):
    """A step a poll has taken. Never changed; none is taken twice.

    Only what may happen again counts up: proposed, returned, extended.
    """

    id = UUID(primary_key=True)
    poll = Ref(Poll, index=True)
    number = Whole(help_text="1, 2, 3 … along the poll's own road")
    step = Words(20, choices=Step)
    ordinal = Whole(help_text="1; an n-th extension is n")
    at = Moment()
    closes_at = MaybeMoment(help_text="the new close, of an extension")
    person = MaybeRef(Person)  # the clock opens and closes
    body = MaybeRef(Body)
    role = Varchar(length=30, help_text="the role the person acted in")
    reason = Varchar(length=500)
    document = MaybeWords(64, help_text="sha256 of the stored file")
    notice = MaybeRef(Notice)  # not each step is announced

    poll_step_once = Unique([poll, step, ordinal])
    poll_step_in_order = Unique([poll, number])
    poll_step_extension_says_until = Check(
        ((step == Step.EXTENDED) & closes_at.is_not_null())
        | ((step != Step.EXTENDED) & closes_at.is_null())
    )


class PollEnding(Table, db=DB):
    """A way out of the road of an announced vote that one member put forward 提请中止: taken when
    a second confirms it, unless it is dropped first."""

    id = UUID(primary_key=True)
    poll = Ref(Poll, index=True)
    step = Words(20, help_text="withdrawn, revoked, reissued")
    reason = Words(500)
    document = MaybeWords(64, help_text="sha256 of the stored file")
    proposed_by = Ref(Person)
    proposed_at = Moment()
    dropped_by = MaybeRef(Person)  # most are confirmed
    dropped_at = MaybeMoment()


class RollFreeze(Table, db=DB):
    """The frozen roll of a question 票权清册: sums and hashes as the notice prints them."""

    id = UUID(primary_key=True)
    question = Ref(Question, unique=True)
    persons = Whole()
    area_cm2 = Whole()
    units = Whole()
    roll_hash = Words(64, help_text="SHA-256 over canonical {right, area_cm2}")
    list_hash = Words(64, help_text="SHA-256 over the public list of rooms and areas")
    rights_hash = Words(64, help_text="SHA-256 over (who, weight) sorted by who")
    privacy = JSONB(null=False, default=None, help_text="the privacy report from areas alone")
    gaps = JSONB(null=False, default=None, help_text="[[room, what it lacks]]: left out")
    frozen_at = Moment()

    roll_has_someone = Check((persons > 0) & (area_cm2 > 0))


class VotingRight(Table, db=DB):
    """A voting right 表决权: one person of the law with the area they hold, per question."""

    id = UUID(primary_key=True)
    question = Ref(Question, index=True)
    number = Whole(help_text="random within the question; what the roll hash names")
    area_cm2 = Whole()
    salt = Bytes(help_text="32 bytes; who = SHA-256(salt ‖ right id)")
    who = Bytes()
    blinding = Bytes(help_text="32 bytes: the r of weight = area·G + r·H")
    weight = Bytes(help_text="32 bytes: the commitment")
    holders = Whole(help_text="how many co-owners; 1 votes without asking")

    right_number_once = Unique([question, number])
    right_who_once = Unique([question, who])
    right_has_area = Check(area_cm2 > 0)


class RightUnit(Table, db=DB):
    """A unit that a right stands for, with the area it had when the roll froze."""

    id = UUID(primary_key=True)
    right = Ref(VotingRight, index=True)
    unit = Ref(Unit)
    building = Ref(Place)
    area_cm2 = Whole()
    area_source = MaybeWords(20)

    right_unit_once = Unique([right, unit])


class RightHolder(Table, db=DB):
    """An owner who holds the right, alone or with others; more come by a sale (with reason)."""

    id = UUID(primary_key=True)
    right = Ref(VotingRight, index=True)
    owner = Ref(Owner, index=True)
    since = Moment()
    until = MaybeMoment()
    reason = Varchar(length=300)
    by = MaybeRef(Person)  # the freeze has no person

    right_holder_once = Unique([right, owner])


class Representative(Table, db=DB):
    """Which co-owner votes on a shared right 共有人推选: the first who says the others agree."""

    id = UUID(primary_key=True)
    poll = Ref(Poll)
    right = Ref(VotingRight, unique=True)
    person = Ref(Person)
    confirmed_at = Moment()


class RollObjection(Table, db=DB):
    """An objection to the published roll 名册异议, and its answer.

    `text` is the owner's own and may name people; the public reads `gist` and `answer`.
    """

    id = UUID(primary_key=True)
    poll = Ref(Poll, index=True)
    number = Whole(help_text="1, 2, 3 … as the public list counts them")
    person = Ref(Person)
    unit = MaybeRef(Unit)  # one may object that a unit is missing
    text = Prose()
    raised_at = Moment()
    gist = MaybeWords(200, help_text="what it was about, without names, as published")
    answer = MaybeProse()
    upheld = Boolean(null=True, default=None)
    answered_by = MaybeRef(Person)
    answered_at = MaybeMoment()

    roll_objection_words = Check(text != "")
    roll_objection_once = Unique([poll, number])
    roll_objection_answered_wholly = Check(
        (answered_at.is_null() & answer.is_null() & gist.is_null() & upheld.is_null())
        | (
            answered_at.is_not_null()
            & (answer != "")
            & (gist != "")
            & upheld.is_not_null()
            & answered_by.is_not_null()
        )
    )
