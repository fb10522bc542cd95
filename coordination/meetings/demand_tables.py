"""A session of the owners' committee that its members demand 提议召开业委会会议."""

from piccolo.columns import UUID
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
    Words,
)
from coordination.meetings.tables import Meeting
from coordination.people.tables import Body, Person
from coordination.places.tables import Place


class SessionDemand(Table, db=DB):
    """What is to be discussed. Once a third of the members ask for it, the days run."""

    id = UUID(primary_key=True)
    committee = Ref(Body)
    place = Ref(Place, index=True)
    title = Words(100)
    text = Prose()
    begun_by = Ref(Person)
    begun_at = Moment()
    reached_at = MaybeMoment()
    members = MaybeWhole(help_text="of the committee, when it was reached")
    due_at = MaybeMoment(help_text="until when the session must be called")
    overdue_at = MaybeMoment(help_text="when it was said in public that it is late")
    meeting = MaybeRef(Meeting)  # nobody has called it yet
    called_at = MaybeMoment(help_text="when its notice went out")

    session_demand_words_given = Check((title != "") & (text != ""))


class SessionDemander(Table, db=DB):
    """A member who asks for it; only ever added."""

    id = UUID(primary_key=True)
    demand = Ref(SessionDemand)
    person = Ref(Person)
    at = Moment()

    session_demander_once = Unique([demand, person])
