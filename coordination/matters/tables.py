"""The matter 事项, the lines of its timeline, and the duties that hold its stage open."""

from enum import StrEnum

from piccolo.columns import UUID, Varchar
from piccolo.table import Table

from coordination.db import DB, MaybeMoment, MaybeRef, Moment, Prose, Ref, Words
from coordination.people.tables import Body, Person
from coordination.places.tables import Place


class Stage(StrEnum):
    RAISED = "raised"  # 点事
    SCREENED = "screened"  # 提事
    DISCUSSED = "discussed"  # 议事
    DECIDED = "decided"  # 决事
    DONE = "done"  # 办事
    EVALUATED = "evaluated"  # 评事


class Matter(Table, db=DB):
    """One problem from its first word to its evaluation."""

    id = UUID(primary_key=True)
    place = Ref(Place)
    title = Words(200)
    text = Prose()
    stage = Words(20, choices=Stage)
    opened_at = Moment()
    opened_by = Ref(Person)


class TimelineLine(Table, db=DB):
    """What happened to a matter; written by the slice it happened in."""

    id = UUID(primary_key=True)
    matter = Ref(Matter, index=True)
    at = Moment()
    stage = Words(20, choices=Stage)
    text = Words(300)
    link = Varchar(length=200)
    person = MaybeRef(Person)  # a clock has no person
    body = MaybeRef(Body)  # nor a body


class Duty(Table, db=DB):
    """What a stage waits for; opened and settled by the slice above."""

    id = UUID(primary_key=True)
    matter = Ref(Matter, index=True)
    label = Words(200)
    due_at = MaybeMoment()
    settled_at = MaybeMoment()
