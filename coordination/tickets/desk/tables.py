"""A change of property company 交接: when, why, and what was handed over, line by line."""

from piccolo.columns import UUID, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import DB, Day, MaybeDay, MaybeRef, Moment, Prose, Ref, Whole, Words
from coordination.people.tables import Body, Person
from coordination.places.tables import Place


class Handover(Table, db=DB):
    """One company followed another in an estate."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    old = Ref(Body)
    new = Ref(Body)
    at = Moment()
    by = Ref(Person)
    reason = Prose()
    moved = Whole(help_text="open tickets that went to the new one")
    read_to = Day(help_text="the last day on which the old one reads its own")

    handover_to_another = Check(old != new)


class HandoverLine(Table, db=DB):
    """One thing of the list 移交清单. Both sides sign: it is handed over when both have."""

    id = UUID(primary_key=True)
    handover = Ref(Handover)
    position = Whole()
    title = Words(100)
    basis = Varchar(length=200)
    due_on = MaybeDay()
    given_on = MaybeDay()
    given_by = MaybeRef(Person)  # not given yet
    taken_on = MaybeDay()
    taken_by = MaybeRef(Person)  # not taken yet
    words = Varchar(length=300, help_text="what is missing, how many there are")

    handover_line_in_order = Unique([handover, position])
    handover_line_signed_given = Check(given_on.is_null() | given_by.is_not_null())
    handover_line_signed_taken = Check(taken_on.is_null() | taken_by.is_not_null())
