"""Rows of an election 业主委员会选举: who was put forward, what became of it, who took office.

The vote itself is a question of a poll like any other; its options are the candidates once their
list is settled. Here is what comes before and after.
"""

from piccolo.columns import UUID, Boolean
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.ballots.tables import Poll, Question
from coordination.db import (
    DB,
    Day,
    MaybeDay,
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
from coordination.law.preparing import Side
from coordination.notices.tables import Notice
from coordination.people.tables import Body, Person, Role
from coordination.registry.tables import Owner


class Election(Table, db=DB):
    """The call for candidates 候选人报名 for a question's seats, as its notice says."""

    id = UUID(primary_key=True)
    poll = Ref(Poll)
    question = Ref(Question, unique=True)
    years = Whole(help_text="the term, in years")
    nominate_until = Moment()
    publicity_days = Whole()
    called_at = Moment()
    called_by = Ref(Person)
    notice = Ref(Notice)

    election_days_positive = Check((publicity_days > 0) & (years > 0))


class Candidacy(Table, db=DB):
    """An owner who was put forward 推荐 or came forward 自荐."""

    id = UUID(primary_key=True)
    election = Ref(Election, index=True)
    owner = Ref(Owner)
    place = Whole(help_text="1, 2, 3 … in the order of nomination")
    name = Words(40, help_text="as it stands on the ballot")
    home = Words(40, help_text="the building they own in, as published; no room")
    about = Prose(help_text="what they say of themselves, as published")
    by = Ref(Person)
    at = Moment()
    consented_at = MaybeMoment(help_text="of who was put forward by another")
    withdrawn_at = MaybeMoment()
    admitted = Boolean(null=True, default=None)
    check_reason = MaybeWords(300, help_text="why not, as told to them")
    checked_by = MaybeRef(Person)  # nobody yet
    checked_at = MaybeMoment()
    number = MaybeWhole(help_text="on the ballot, once the list is settled")
    precedence = MaybeWhole(help_text="1 goes before 2 at a tie")

    candidacy_once = Unique([election, owner])
    candidacy_in_order = Unique([election, place])
    candidacy_number_once = Unique([election, number])
    candidacy_words_given = Check((name != "") & (home != "") & (about != ""))
    candidacy_checked_wholly = Check(
        (checked_at.is_null() & admitted.is_null())
        | (checked_at.is_not_null() & admitted.is_not_null() & checked_by.is_not_null())
    )


class CandidateList(Table, db=DB):
    """The list as published 候选人公示, and when it was settled."""

    id = UUID(primary_key=True)
    election = Ref(Election, unique=True)
    published_at = Moment()
    published_by = Ref(Person)
    until = Moment(help_text="end of the publicity")
    notice = Ref(Notice)
    settled_at = MaybeMoment()
    settled_by = MaybeRef(Person)  # the publicity still runs


class CandidateObjection(Table, db=DB):
    """An objection to a candidate 对候选人的异议, and its answer.

    `text` is the owner's own and may name people; the public reads `gist` and `answer`.
    """

    id = UUID(primary_key=True)
    election = Ref(Election, index=True)
    candidacy = Ref(Candidacy)
    number = Whole(help_text="1, 2, 3 … as the public list counts them")
    person = Ref(Person)
    text = Prose()
    raised_at = Moment()
    gist = MaybeWords(200, help_text="what it was about, without names, as published")
    answer = MaybeProse()
    upheld = Boolean(null=True, default=None)
    answered_by = MaybeRef(Person)
    answered_at = MaybeMoment()

    candidate_objection_words = Check(text != "")
    candidate_objection_once = Unique([election, number])
    candidate_objection_answered_wholly = Check(
        (answered_at.is_null() & answer.is_null() & gist.is_null() & upheld.is_null())
        | (
            answered_at.is_not_null()
            & (answer != "")
            & (gist != "")
            & upheld.is_not_null()
            & answered_by.is_not_null()
        )
    )


class LotDraw(Table, db=DB):
    """The lot drawn in public 公开抽签 before the list was settled; `precedence` is its order."""

    id = UUID(primary_key=True)
    election = Ref(Election, unique=True)
    drawn_at = Moment()
    venue = Words(100)
    witnesses = Words(200, help_text="who was there, as the minutes say")
    recorded_by = Ref(Person)
    recorded_at = Moment()


class Office(Table, db=DB):
    """Who was elected took office 就任: the committee, its term, and what must follow."""

    id = UUID(primary_key=True)
    question = Ref(Question, unique=True)
    body = Ref(Body)
    elected_on = Day()
    since = Day()
    until = Day(help_text="exclusive")
    confirmed_by = Ref(Person)
    confirmed_at = Moment()
    session_on = MaybeDay(help_text="the first session 首次会议")
    filed_on = MaybeDay(help_text="备案 with 街道 and department")
    filing_number = MaybeWords(60)
    reminded_session_at = MaybeMoment()
    reminded_filing_at = MaybeMoment()
    reminded_term_at = MaybeMoment(help_text="three months before its end")

    office_lasts = Check(since < until)


class Seat(Table, db=DB):
    """One seat of a committee: who was elected to it, or came after as substitute 候补递补."""

    id = UUID(primary_key=True)
    office = Ref(Office, index=True)
    candidacy = Ref(Candidacy, unique=True)
    role = MaybeRef(Role)  # the elected has no account yet
    taken_at = Moment()
    instead_of = MaybeRef("self")  # most are elected; a substitute names whose seat it was

    OWNER = Side.OWNER.value
    DEVELOPER = Side.DEVELOPER.value
    SUBDISTRICT = Side.SUBDISTRICT.value
    RESIDENTS_COMMITTEE = Side.RESIDENTS_COMMITTEE.value


class GroupMembership(Table, db=DB):
    """A member of a preparatory group 筹备组成员, as its published list names them."""

    id = UUID(primary_key=True)
    body = Ref(Body, index=True)
    person = MaybeRef(Person)  # a representative without an account takes part on paper
    name = Words(40)
    side = Words(30, choices=Side)
    chairs = Boolean(null=False, default=None)
    role = MaybeRef(Role)  # as `person`
    entered_by = Ref(Person)
    entered_at = Moment()
    ended_at = MaybeMoment()

    group_membership_named = Check(name != "")
