"""A consultation 意见征询, and what each account answered."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import DB, MaybeMoment, Moment, Prose, Ref, Whole, Words
from coordination.people.tables import Body, Person
from coordination.places.tables import Place, Unit


class Consultation(Table, db=DB):
    """One thing that people are asked about. `counted` is written once, when it has closed."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    body = Ref(Body)
    person = Ref(Person)
    title = Words(60)
    text = Prose()
    choices = JSONB(null=False, default=None, help_text="the wordings to choose from, in order")
    opened_at = Moment()
    closes_at = Moment(index=True)
    reserved_hint = Varchar(length=40, help_text="the words that sounded like art. 278, if any")
    reserved_reason = Varchar(length=300, help_text="why it is none of the owners' matters")
    counted_at = MaybeMoment()
    counted = JSONB(null=True, default=None, help_text="side → answers by choice")

    consultation_lasts = Check(closes_at > opened_at)
    consultation_words_given = Check((title != "") & (text != ""))


class Side(StrEnum):
    OWNER = "owner"  # 业主
    RESIDENT = "resident"  # 居民


class ConsultationAnswer(Table, db=DB):
    """One account's answer, for one household; a later word of the same account replaces it."""

    id = UUID(primary_key=True)
    consultation = Ref(Consultation)
    person = Ref(Person, index=True)
    unit = Ref(Unit)
    side = Words(20, choices=Side)
    choice = Whole()
    words = Varchar(length=300)
    at = Moment()

    consultation_answer_once = Unique([consultation, person])
    consultation_answer_of_household = Unique([consultation, unit, side])
