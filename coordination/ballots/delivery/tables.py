"""Delivery 送达 of notice and ballot, right by right; tries that failed; who carries; reminders.

A proof is never changed; one that was entered by mistake is withdrawn with a reason and stays.
"""

from enum import StrEnum

from piccolo.columns import UUID, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.ballots.tables import Poll, VotingRight
from coordination.db import DB, MaybeMoment, MaybeRef, MaybeWords, Moment, Ref, Whole, Words
from coordination.notices.tables import Notice
from coordination.people.tables import Person
from coordination.places.tables import Place


class DeliveryChannel(StrEnum):
    MESSAGE = "message"  # 短信回执，或站内消息已读
    ONLINE = "online"  # 登录后打开了表决页面
    DOOR = "door"  # 上门送达
    LETTER = "letter"  # 挂号信
    POSTING = "posting"  # 公告送达


class Delivery(Table, db=DB):
    """A proof that a right's owner was reached 送达凭证. `by` none: recorded by itself."""

    id = UUID(primary_key=True)
    right = Ref(VotingRight)
    channel = Words(10, choices=DeliveryChannel)
    at = Moment(help_text="when it reached them; of a posting: when the notice was issued")
    manner = Varchar(length=100, help_text="who took it, the letter's number, which message")
    photo = MaybeWords(64, help_text="sha256 of the stored photo")
    notice = MaybeRef(Notice)  # a posting's: it holds once that notice has hung long enough
    by = MaybeRef(Person)
    entered_at = Moment()
    withdrawn_at = MaybeMoment()
    withdrawn_by = MaybeRef(Person)  # almost none is
    why_withdrawn = Varchar(length=200)


class DeliveryTry(Table, db=DB):
    """Somebody went and did not reach the owner 未送达: when, who, why."""

    id = UUID(primary_key=True)
    right = Ref(VotingRight, index=True)
    at = Moment()
    by = Ref(Person)
    reason = Words(20, help_text="absent, refused, moved, unknown, other")
    note = Varchar(length=200)


class DeliveryDuty(Table, db=DB):
    """Who carries to a building or to one entrance of it 送达分工, until another does."""

    id = UUID(primary_key=True)
    poll = Ref(Poll, index=True)
    building = Ref(Place)
    entrance = Varchar(length=20, help_text="'': all of the building")
    person = Ref(Person, index=True)
    given_by = Ref(Person)
    given_at = Moment()
    ended_at = MaybeMoment()


class Reminder(Table, db=DB):
    """A reminder 催票 to those who have not voted: at most two in a poll."""

    id = UUID(primary_key=True)
    poll = Ref(Poll)
    ordinal = Whole()
    by = Ref(Person)
    at = Moment()
    sent_at = MaybeMoment(help_text="when it went out; by day")

    reminder_once = Unique([poll, ordinal])
    reminder_at_most_two = Check((ordinal >= 1) & (ordinal <= 2))
