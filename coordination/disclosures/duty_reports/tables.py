"""A yearly report of duty 述职 of a body, and what each household says of it."""

from piccolo.columns import UUID, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import DB, Day, MaybeWords, Moment, Prose, Ref, Whole
from coordination.people.tables import Body, Person
from coordination.places.tables import Place, Unit


class DutyReport(Table, db=DB):
    """What a body did in a year for an estate, in its own words."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    body = Ref(Body)
    year = Whole()
    text = Prose()
    document = MaybeWords(64, help_text="sha256 of the stored file")
    published_at = Moment()
    published_by = Ref(Person)
    rated_to = Day(help_text="the last day on which it is rated")

    duty_report_once = Unique([estate, body, year])
    duty_report_said = Check(text != "")


class DutyRating(Table, db=DB):
    """What one household gave, five the best; the same account may change it in time."""

    id = UUID(primary_key=True)
    report = Ref(DutyReport)
    unit = Ref(Unit)
    person = Ref(Person)
    points = Whole()
    words = Varchar(length=300)
    at = Moment()

    duty_rating_of_household = Unique([report, unit])
    duty_rating_once = Unique([report, person])
    duty_rating_points = Check((points >= 1) & (points <= 5))
