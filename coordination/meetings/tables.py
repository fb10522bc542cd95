"""A meeting 会议, the steps it took, who is invited and what is on its agenda."""

from enum import StrEnum

from piccolo.columns import UUID, Boolean, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import DB, MaybeMoment, MaybeRef, MaybeWords, Moment, Prose, Ref, Whole, Words
from coordination.matters.tables import Matter
from coordination.notices.tables import Notice
from coordination.people.tables import Body, Person
from coordination.places.tables import Place


class Step(StrEnum):
    PLANNED = "planned"  # 拟开
    NOTICED = "noticed"  # 已通知
    OPEN = "open"  # 进行中
    CLOSED = "closed"  # 已散会
    MINUTES_DRAFT = "minutes_draft"  # 起草纪要
    MINUTES_CHECK = "minutes_check"  # 核对纪要
    MINUTES_FINAL = "minutes_final"  # 纪要定稿
    PUBLISHED = "published"  # 纪要公布
    CANCELLED = "cancelled"  # 取消
    NO_QUORUM = "no_quorum"  # 人未到齐


class Rhythm(StrEnum):
    WEEKLY = "weekly"  # 每周
    MONTHLY = "monthly"  # 每月
    QUARTERLY = "quarterly"  # 每季度


class MeetingSeries(Table, db=DB):
    """A rhythm in which meetings of one kind are planned by themselves."""

    id = UUID(primary_key=True)
    place = Ref(Place)
    kind = Words(40, help_text="a code of meetings/kinds.py")
    convener = Ref(Body)
    venue = Words(100)
    contact = Words(200)
    rhythm = Words(20, choices=Rhythm)
    first_at = Moment(help_text="its day and hour are those of all that follow")
    planned_to = Whole(help_text="how many meetings have been planned")
    begun_by = Ref(Person)
    begun_at = Moment()
    ended_at = MaybeMoment()


class Meeting(Table, db=DB):
    """A meeting. `state` is its last step, written in the step's own transaction."""

    id = UUID(primary_key=True)
    place = Ref(Place, index=True)
    kind = Words(40, help_text="a code of meetings/kinds.py")
    title = Words(100)
    convener = Ref(Body)
    called_by = MaybeRef(Person)  # a series plans by itself
    called_at = Moment()
    starts_at = Moment(index=True)
    lasts_minutes = Whole()
    venue = Words(100)
    contact = Words(200)
    chair = MaybeRef(Person)  # named before the notice, or on the day
    recorder = MaybeRef(Person)
    series = MaybeRef(MeetingSeries)  # most are called one by one
    recalls = MaybeRef("self")  # that one had no quorum
    room_code = MaybeWords(6, unique=True, help_text="签到码, given with the notice")
    state = Words(20, choices=Step)

    meeting_lasts = Check((lasts_minutes >= 10) & (lasts_minutes <= 720))
    meeting_words_given = Check((title != "") & (venue != ""))


class MeetingStep(Table, db=DB):
    """A step that a meeting took; only ever added."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting)
    number = Whole()
    step = Words(20, choices=Step)
    at = Moment()
    until = MaybeMoment(help_text="of a check of minutes: when it ends")
    person = MaybeRef(Person)  # the clock has none
    body = MaybeRef(Body)  # likewise
    reason = Varchar(length=500)
    notice = MaybeRef(Notice)  # not each step is announced

    meeting_step_in_order = Unique([meeting, number])


class MeetingParty(Table, db=DB):
    """A body that is invited, and as what: its part in this kind of meeting."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting)
    body = Ref(Body)
    label = Words(60)
    required = Boolean(null=False, default=None)
    link_code = MaybeWords(12, unique=True, help_text="邀请链接, where nobody has an account")

    meeting_party_once = Unique([meeting, body])


class Answer(StrEnum):
    COMING = "coming"  # 参加
    REPRESENTED = "represented"  # 派代表参加
    DECLINED = "declined"  # 不能参加


class InvitationAnswer(Table, db=DB):
    """What a party answered; the last one counts, all are kept."""

    id = UUID(primary_key=True)
    party = Ref(MeetingParty)
    ordinal = Whole()
    answer = Words(20, choices=Answer)
    words = Varchar(length=200, help_text="who comes instead, or why nobody does")
    person = MaybeRef(Person)  # who answers by the link has no account
    at = Moment()

    invitation_answer_in_order = Unique([party, ordinal])


class ItemKind(StrEnum):
    CARRIED = "carried"  # 上次纪要与决议执行
    TICKETS = "tickets"  # 工单月度分析
    TOPIC = "topic"  # 议题
    DISCLOSURE = "disclosure"  # 公开事项
    OTHER = "other"  # 其他


class AgendaItem(Table, db=DB):
    """A point of the agenda. `late`: moved after the notice 临时动议."""

    id = UUID(primary_key=True)
    meeting = Ref(Meeting, index=True)
    position = Whole()
    kind = Words(20, choices=ItemKind)
    title = Words(200)
    text = Prose()
    matter = MaybeRef(Matter)  # not each point is about one
    late = Boolean(null=False, default=None)
    added_by = MaybeRef(Person)  # what fills itself has nobody
    added_at = Moment()

    agenda_item_in_order = Unique([meeting, position])
