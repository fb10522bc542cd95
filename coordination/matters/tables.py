"""The matter 事项: its steps, who supports it, how it was evaluated, the lines of its timeline,
and the duties that hold its stage open."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, BigSerial, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import (
    DB,
    MaybeMoment,
    MaybeRef,
    MaybeWhole,
    MaybeWords,
    Moment,
    Prose,
    Ref,
    Whole,
    Words,
)
from coordination.people.tables import Body, Person
from coordination.places.tables import Place


class Stage(StrEnum):
    """六事: where a matter is."""

    RAISED = "raised"  # 点事
    SCREENED = "screened"  # 提事
    DISCUSSED = "discussed"  # 议事
    DECIDED = "decided"  # 决事
    DONE = "done"  # 办事
    EVALUATED = "evaluated"  # 评事


class Door(StrEnum):
    """By which a matter came in."""

    RESIDENT = "resident"  # 居民
    PARTY = "party"  # 单位
    TICKETS = "tickets"  # 多张工单
    PATROL = "patrol"  # 联合巡查
    PETITION = "petition"  # 业主联名


class StepKind(StrEnum):
    """What can happen to a matter; `state.ROAD` says after what."""

    RAISED = "raised"  # 点事
    REACHED = "reached"  # 支持达到人数
    ADOPTED = "adopted"  # 社区采纳
    ANSWERED = "answered"  # 答复，不进入提事
    LISTED = "listed"  # 列入
    TO_BALLOT = "to_ballot"  # 转表决
    TO_TICKET = "to_ticket"  # 转工单
    DECLINED = "declined"  # 不列入
    HELD = "held"  # 议事完成
    RESOLVED = "resolved"  # 决定要办
    PARTLY_RESOLVED = "partly_resolved"  # 部分通过
    NOT_RESOLVED = "not_resolved"  # 决定不办
    CARRIED_OUT = "carried_out"  # 办理完成
    APPROVED = "approved"  # 评价合格
    SENT_BACK = "sent_back"  # 评价不合格，退回再议


class Way(StrEnum):
    """How something was decided."""

    CONSENSUS = "consensus"  # 协商一致
    SHOW_OF_HANDS = "show_of_hands"  # 会议表决
    BALLOT = "ballot"  # 业主大会表决


class Grade(StrEnum):
    """How what was done is judged; the same words as for tickets."""

    GOOD = "good"  # 满意
    FAIR = "fair"  # 基本满意
    POOR = "poor"  # 不满意


class Matter(Table, db=DB):
    """One problem from its first word to its evaluation. `stage`, `holder` and `closed_at` are
    what the steps come to, written with them under the row's lock."""

    id = UUID(primary_key=True)
    place = Ref(Place)
    title = Words(200)
    text = Prose()
    stage = Words(20, choices=Stage)
    opened_at = Moment()
    opened_by = Ref(Person)
    opened_for = MaybeRef(Body)  # residents speak for themselves
    door = MaybeWords(20, choices=Door)
    active = MaybeWhole(help_text="residents active of late, when it was raised")
    needed = MaybeWhole(help_text="how many of them must support it")
    reserved = MaybeWords(30, help_text="the class of art. 278, where only the owners decide")
    holder = MaybeRef(Body)  # nobody has it yet where no committee is known
    held_since = MaybeMoment()
    evaluation_ends = MaybeMoment()
    closed_at = MaybeMoment()

    matter_title_given = Check((title != "") & (text != ""))


class MatterStep(Table, db=DB):
    """A step of the road, as it was taken. Only ever added."""

    id = UUID(primary_key=True)
    matter = Ref(Matter)
    number = Whole()
    kind = Words(20, choices=StepKind)
    at = Moment()
    person = MaybeRef(Person)  # a clock has no person
    body = MaybeRef(Body)  # nor a body
    role = Varchar(length=30, help_text="'' of residents and the clock")
    words = Prose(help_text="what the public is told; '' where the kind says all")
    facts = JSONB(null=False, default=None)

    matter_step_once = Unique([matter, number])


class Support(Table, db=DB):
    """Someone who lives or owns there wants it taken up 附议."""

    id = UUID(primary_key=True)
    matter = Ref(Matter)
    person = Ref(Person, index=True)
    at = Moment()

    support_once = Unique([matter, person])


class Evaluation(Table, db=DB):
    """How someone judges what was done. Sent back, a matter is judged anew: `round`."""

    id = UUID(primary_key=True)
    matter = Ref(Matter)
    round = Whole()
    person = Ref(Person, index=True)
    grade = Words(10, choices=Grade)
    words = Prose(help_text="'' where nothing was written")
    at = Moment()

    evaluation_once = Unique([matter, round, person])


class TimelineLine(Table, db=DB):
    """What happened to a matter; written by the slice it happened in."""

    id = UUID(primary_key=True)
    matter = Ref(Matter, index=True)
    number = BigSerial(help_text="tells apart what happened in one moment")
    at = Moment()
    stage = Words(20, choices=Stage)
    text = Words(300)
    link = Varchar(length=200)
    person = MaybeRef(Person)  # a clock has no person
    body = MaybeRef(Body)  # nor a body


class Duty(Table, db=DB):
    """What a stage waits for; opened and settled by the slice it lies in."""

    id = UUID(primary_key=True)
    matter = Ref(Matter, index=True)
    label = Words(200)
    stage = MaybeWords(20, choices=Stage, help_text="that waits for it; none: whichever it is at")
    due_at = MaybeMoment()
    settled_at = MaybeMoment()
    dropped_at = MaybeMoment(help_text="settled because nothing came of it")
    overdue_at = MaybeMoment(help_text="when the public was told that it is late")
