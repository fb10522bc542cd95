"""Action items 办事: what a meeting asked of a body, and each step of it."""

from enum import StrEnum

from piccolo.columns import UUID, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import (
    DB,
    MaybeMoment,
    MaybeRef,
    MaybeWhole,
    Moment,
    Prose,
    Ref,
    Whole,
    Words,
)
from coordination.matters.tables import Matter
from coordination.meetings.room_tables import Resolution
from coordination.meetings.tables import AgendaItem, Meeting
from coordination.people.tables import Body, Person
from coordination.places.tables import Place
from coordination.tickets.tables import Ticket


class ActionState(StrEnum):
    TO_DO = "to_do"  # 待办
    UNDERWAY = "underway"  # 进行
    REPORTED = "reported"  # 已完成（待核）
    VERIFIED = "verified"  # 核实
    CANCELLED = "cancelled"  # 取消


class ActionStepKind(StrEnum):
    GIVEN = "given"  # 交办
    STARTED = "started"  # 开始办理
    REPORTED = "reported"  # 报完成
    VERIFIED = "verified"  # 核实
    RETURNED = "returned"  # 退回
    EXTENDED = "extended"  # 延期
    CANCELLED = "cancelled"  # 取消


class ActionItem(Table, db=DB):
    """What is to be done. `state` and `due_at` are what its steps say, written with each."""

    id = UUID(primary_key=True)
    number = Whole(unique=True)
    place = Ref(Place, index=True)
    meeting = Ref(Meeting, index=True)
    item = Ref(AgendaItem)
    resolution = MaybeRef(Resolution)  # not each follows from one
    text = Prose()
    body = Ref(Body, index=True)
    person = MaybeRef(Person)  # the body names one later
    evidence = Varchar(length=200, help_text="what shows that it is done")
    matter = MaybeRef(Matter)  # not each belongs to one
    ticket = MaybeRef(Ticket)  # likewise
    budget_fen = MaybeWhole()
    due_at = Moment(index=True)
    overdue_at = MaybeMoment(help_text="when its body was told that it is late")
    state = Words(20, choices=ActionState)

    action_item_text_given = Check(text != "")


class ActionStep(Table, db=DB):
    """A step of an action; only ever added."""

    id = UUID(primary_key=True)
    action = Ref(ActionItem)
    ordinal = Whole()
    step = Words(20, choices=ActionStepKind)
    at = Moment()
    person = Ref(Person)
    body = MaybeRef(Body)  # who has left it has none
    words = Prose()
    due_at = MaybeMoment(help_text="of an extension: the new day")

    action_step_in_order = Unique([action, ordinal])


class ActionPhoto(Table, db=DB):
    """What shows that it is done: a photo that came with a step, and its copy for lists."""

    id = UUID(primary_key=True)
    step = Ref(ActionStep, index=True)
    sort = Whole()
    sha256 = Words(64, index=True)
    small = Words(64, index=True)
