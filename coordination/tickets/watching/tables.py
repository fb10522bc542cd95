"""Who is on duty 值班, and whom the clocks have called upon."""

from piccolo.columns import UUID
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import DB, MaybeMoment, MaybeRef, Moment, Ref, Whole, Words
from coordination.people.tables import Body, Person
from coordination.tickets.kinds import EventKind
from coordination.tickets.tables import Ticket


class DutyShift(Table, db=DB):
    """值班: who answers for a body from a moment until a moment, and who stands in for them."""

    id = UUID(primary_key=True)
    body = Ref(Body)
    person = Ref(Person)
    deputy = MaybeRef(Person)  # 替班: not each shift has one
    since = Moment()
    until = Moment()
    entered_at = Moment()
    entered_by = Ref(Person)
    ended_at = MaybeMoment(help_text="taken off the roster: from then on it counts no more")

    duty_shift_lasts = Check(until > since)
    duty_shift_deputy_is_another = Check(deputy.is_null() | (deputy != person))


class DigestLine(Table, db=DB):
    """What the clocks have to say to a person 提醒、督办, kept until they are told: together."""

    id = UUID(primary_key=True)
    person = Ref(Person)
    ticket = Ref(Ticket)
    event = Whole(help_text="its ordinal")
    kind = Words(20, choices=EventKind)
    at = Moment()
    told_at = MaybeMoment()

    digest_line_once = Unique([person, ticket, event])
