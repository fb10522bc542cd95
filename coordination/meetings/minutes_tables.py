"""Minutes 会议纪要: parts, every revision of each, objections, signatures, the seal."""

from enum import StrEnum

from piccolo.columns import UUID
from piccolo.constraints import Unique
from piccolo.table import Table

from coordination.db import DB, MaybeMoment, MaybeProse, MaybeRef, Moment, Prose, Ref, Whole, Words
from coordination.meetings.tables import AgendaItem, Meeting, MeetingParty
from coordination.people.tables import Person


class MinutesPart(Table, db=DB):
    """A part of the minutes: a point of the agenda, or what stands before and after them."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting)
    position = Whole()
    item = MaybeRef(AgendaItem)  # the head and the end belong to none
    title = Words(200)

    minutes_part_in_order = Unique([meeting, position])


class HowWritten(StrEnum):
    GENERATED = "generated"  # 自动生成
    SAVED = "saved"  # 保存
    MERGED = "merged"  # 合并
    RESTORED = "restored"  # 恢复


class MinutesRevision(Table, db=DB):
    """The words of a part as they were once; all are kept, the last one holds."""

    id = UUID(primary_key=True)
    part = Ref(MinutesPart)
    revision = Whole()
    text = Prose()
    how = Words(20, choices=HowWritten)
    at = Moment()
    by = Ref(Person)

    minutes_revision_in_order = Unique([part, revision])


class MinutesObjection(Table, db=DB):
    """What somebody who was there says is not so, and what was answered."""

    id = UUID(primary_key=True)
    part = Ref(MinutesPart, index=True)
    person = Ref(Person)
    words = Prose()
    at = Moment()
    answer = MaybeProse()
    answered_by = MaybeRef(Person)  # it waits
    answered_at = MaybeMoment()


class Capacity(StrEnum):
    CHAIR = "chair"  # 主持人
    RECORDER = "recorder"  # 记录人
    PARTY = "party"  # 参会方
    MEMBER = "member"  # 委员


class MinutesSignature(Table, db=DB):
    """Who signed, as what, and the hash of what they signed."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting)
    capacity = Words(20, choices=Capacity)
    seat = Words(60, help_text="chair, recorder, or the id of the party or member")
    party = MaybeRef(MeetingParty)  # chair and recorder sign for none
    person = Ref(Person)
    sha256 = Words(64)
    at = Moment()

    minutes_signature_once = Unique([meeting, seat])


class SealedMinutes(Table, db=DB):
    """The minutes as signed, and their hash; never changed."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting, unique=True)
    text = Prose(help_text="what was hashed, as JSON")
    sha256 = Words(64)
    at = Moment()


class Addendum(Table, db=DB):
    """A correction of sealed minutes 更正: stands behind them, changes nothing in them."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting)
    ordinal = Whole()
    words = Prose()
    sha256 = Words(64, help_text="over the hash before it and these words")
    by = Ref(Person)
    at = Moment()

    addendum_in_order = Unique([meeting, ordinal])
