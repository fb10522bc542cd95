"""What happens in the room: who came and went, what the chair showed, who raised a hand."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from coordination.ballots.tables import Poll
from coordination.db import DB, MaybeMoment, MaybeRef, MaybeWords, Moment, Prose, Ref, Whole, Words
from coordination.law.classes import MatterClass
from coordination.matters.tables import Matter
from coordination.meetings.tables import AgendaItem, Meeting, MeetingParty
from coordination.notices.tables import Notice
from coordination.people.tables import Person


class CheckIn(StrEnum):
    CODE = "code"  # 扫码或签到码
    TICK = "tick"  # 工作人员代签
    PAPER = "paper"  # 纸质签到


class PaperSheet(Table, db=DB):
    """A photo of the paper on which people signed in 纸质签到表."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting, index=True)
    sha256 = Words(64)
    at = Moment()
    by = Ref(Person)

    paper_sheet_once = Unique([meeting, sha256])


class Presence(Table, db=DB):
    """One stay of one person; who goes and comes again has two."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting, index=True)
    party = MaybeRef(MeetingParty)  # a resident who listens speaks for none
    person = MaybeRef(Person)  # not everyone who comes has an account
    name = Words(60)
    how = Words(20, choices=CheckIn)
    came_at = Moment()
    left_at = MaybeMoment()
    by = Ref(Person)
    sheet = MaybeRef(PaperSheet)  # who signed on paper


class RoomMove(Table, db=DB):
    """What the chair put before the room; the last one is what the screen shows."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting)
    revision = Whole()
    at = Moment()
    by = Ref(Person)
    item = MaybeRef(AgendaItem)  # none: before the first point, or a pause
    until = MaybeMoment(help_text="when the time for this point is up")

    # Two chairs who move at once: one of them does.
    room_move_once = Unique([meeting, revision])


class VotesBy(StrEnum):
    CONSENSUS = "consensus"  # 协商一致
    PARTY = "party"  # 每方一票
    PERSON = "person"  # 每人一票
    MEMBERS = "members"  # 业委会委员


class HandChoice(StrEnum):
    APPROVE = "approve"  # 同意
    REJECT = "reject"  # 不同意
    ABSTAIN = "abstain"  # 弃权


class MotionOutcome(StrEnum):
    CARRIED = "carried"  # 通过
    NOT_CARRIED = "not_carried"  # 未通过


class Motion(Table, db=DB):
    """Something put to the room to decide. `present` is who was there when it was put."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting, index=True)
    item = Ref(AgendaItem)
    question = Words(300)
    votes_by = Words(20, choices=VotesBy)
    present = JSONB(null=False, default=None)
    opened_at = Moment()
    opened_by = Ref(Person)
    closed_at = MaybeMoment()
    closed_by = MaybeRef(Person)  # it is open
    outcome = MaybeWords(20, choices=MotionOutcome)


class Hand(Table, db=DB):
    """A choice of one party or one person in the room; named, and only ever added."""

    id = UUID(primary_key=True)
    motion = Ref(Motion)
    seat = UUID(null=False, default=None, help_text="the party, or the person's stay")
    presence = Ref(Presence)
    choice = Words(20, choices=HandChoice)
    both_sides = Varchar(length=200, help_text="other parties here that this person belongs to")
    at = Moment()
    by = Ref(Person)

    hand_once = Unique([motion, seat])


class ResolutionKind(StrEnum):
    DECIDED = "decided"  # 议定
    TO_ASSEMBLY = "to_assembly"  # 提请业主大会表决


class Resolution(Table, db=DB):
    """What a meeting resolved 决议. Of art. 278 it may only ask for the owners' vote."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting)
    number = Whole()
    item = Ref(AgendaItem)
    motion = MaybeRef(Motion)  # what nobody objects to needs none
    kind = Words(20, choices=ResolutionKind)
    text = Prose()
    matter_class = MaybeWords(20, choices=MatterClass)
    class_reason = Varchar(length=300)
    matter = MaybeRef(Matter)  # not each point is about one
    poll = MaybeRef(Poll)  # once a member of the committee has drafted it
    at = Moment()
    by = Ref(Person)

    resolution_number_once = Unique([meeting, number])


class Publishing(StrEnum):
    RESOLUTION = "resolution"  # 决议公开
    EXECUTION = "execution"  # 执行结果公开


class PublicationDuty(Table, db=DB):
    """One of the two publications 两公开 of a resolution; late, it says so in public."""

    id = UUID(primary_key=True)
    resolution = Ref(Resolution)
    what = Words(20, choices=Publishing)
    due_at = Moment()
    overdue_at = MaybeMoment(help_text="when it was said in public that it is late")
    settled_at = MaybeMoment()
    notice = MaybeRef(Notice)  # it is not published yet

    publication_duty_once = Unique([resolution, what])
