"""A petition 业主联名提议 and who signed it. Who signed is shown to nobody but the signer."""

from piccolo.columns import UUID
from piccolo.constraints import Check
from piccolo.table import Table

from coordination.db import (
    DB,
    MaybeMoment,
    MaybeProse,
    MaybeRef,
    Moment,
    Prose,
    Ref,
    Whole,
    Words,
)
from coordination.law.petition import PetitionKind
from coordination.matters.tables import Matter
from coordination.people.tables import Body, Person
from coordination.places.tables import Place
from coordination.registry.tables import Owner


class Petition(Table, db=DB):
    """What the owners of an estate ask for together. The four figures are what the registry and
    the signatures came to at `counted_at`; once reached, they stay."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    kind = Words(20, choices=PetitionKind)
    title = Words(100)
    text = Prose()
    matter = Ref(Matter)
    started_by = Ref(Person)
    started_at = Moment()
    closes_at = Moment(help_text="until when signatures are collected")
    signed_persons = Whole()
    signed_area_cm2 = Whole()
    persons = Whole()
    area_cm2 = Whole()
    counted_at = Moment()
    answerer = Ref(Body)
    reached_at = MaybeMoment()
    due_at = MaybeMoment(help_text="until when the answer is owed")
    notice = UUID(null=True, default=None, help_text="the notice of its result")
    lapsed_at = MaybeMoment(help_text="too few signed in time")
    answered_at = MaybeMoment()
    answered_by = MaybeRef(Person)  # it waits
    answer = MaybeProse()

    petition_words_given = Check((title != "") & (text != ""))


class Signature(Table, db=DB):
    """One owner's name under it, by the account that acts for them; taken back, a new one may
    follow."""

    id = UUID(primary_key=True)
    petition = Ref(Petition)
    owner = Ref(Owner, index=True)
    person = Ref(Person, index=True)
    at = Moment()
    withdrawn_at = MaybeMoment()
