"""红黑榜 and 双评议: what is drafted, objected to, decided and published.

A listing 榜单 is of one subdistrict and month. Its scores are those of the day it was drafted:
they are kept with the inputs they were made of, never computed into place again.
"""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, Boolean, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import (
    DB,
    Day,
    MaybeMoment,
    MaybeProse,
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


class Colour(StrEnum):
    RED = "red"  # 红榜
    BLACK = "black"  # 黑榜
    NONE = "none"  # 不上榜


class ScoreFormula(Table, db=DB):
    """One version of the score 评分公式: how much each input weighs. Public, only added."""

    id = UUID(primary_key=True)
    version = Whole(unique=True)
    weights = JSONB(null=False, default=None, help_text="name of the input → whole weight")
    since = Moment()
    by = MaybeRef(Person)  # the first came with the service
    reason = Words(300)


class Violation(Table, db=DB):
    """A serious violation 严重违规 of a project, as found; while it is open, no red list."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    text = Prose()
    basis = Words(200, help_text="which rule, which document")
    found_at = Moment()
    found_by = Ref(Person)
    settled_at = MaybeMoment()
    settled_by = MaybeRef(Person)  # while it is open, nobody

    violation_said = Check((text != "") & (basis != ""))


class Listing(Table, db=DB):
    """The list of one subdistrict and month: draft, objections, publication, end."""

    id = UUID(primary_key=True)
    place = Ref(Place, index=True)
    month = Words(7, help_text="2026-03")
    formula = Ref(ScoreFormula)
    least = Whole(help_text="tickets below which nobody is ranked")
    drafted_at = Moment()
    drafted_by = MaybeRef(Person)  # the clock drafts it
    objections_until = Moment()
    published_at = MaybeMoment()
    published_by = MaybeRef(Person)  # a draft is published by nobody
    expires_at = MaybeMoment()

    listing_once = Unique([place, month])


class ListingEntry(Table, db=DB):
    """A project on a list: its inputs, score, rank among its like; a person's decision."""

    id = UUID(primary_key=True)
    listing = Ref(Listing)
    estate = Ref(Place, index=True)
    company = MaybeRef(Body)  # an estate may have none
    estate_type = Varchar(length=20)
    band = Words(20, help_text="size band, by homes")
    tickets = Whole(help_text="n")
    inputs = JSONB(null=False, default=None, help_text="name → [part, whole] or null: missing")
    score = MaybeWhole(help_text="hundredths of a point; none: not ranked")
    rank = MaybeWhole()
    of = Whole(help_text="how many of its like are ranked")
    suggested = Words(10, choices=Colour)
    decision = MaybeWords(10, choices=Colour)
    decided_at = MaybeMoment()
    decided_by = MaybeRef(Person)  # until then nobody
    reason = MaybeProse(help_text="why so; nobody is put on a list by a number alone")

    listing_entry_once = Unique([listing, estate])
    listing_entry_reasoned = Check(decision.is_null() | (reason != ""))


class ListingObjection(Table, db=DB):
    """An objection 异议 to an entry of a draft, and its answer."""

    id = UUID(primary_key=True)
    entry = Ref(ListingEntry, index=True)
    person = Ref(Person)
    body = Ref(Body)
    text = Prose()
    at = Moment()
    answer = MaybeProse()
    upheld = Boolean(null=True, default=None)
    answered_at = MaybeMoment()
    answered_by = MaybeRef(Person)  # until then nobody

    listing_objection_said = Check(text != "")


class RaterGroup(StrEnum):
    RESIDENTS = "residents"  # 居民、业主
    COMMITTEES = "committees"  # 居委会、业委会


class Grade(StrEnum):
    EXCELLENT = "excellent"  # 优秀
    GOOD = "good"  # 合格
    FAIR = "fair"  # 基本合格
    POOR = "poor"  # 不合格


class Appraisal(Table, db=DB):
    """A year's 双评议 of a project's property service, open from a day until a day."""

    id = UUID(primary_key=True)
    estate = Ref(Place)
    year = Whole()
    opens_on = Day()
    closes_on = Day(help_text="the last day")
    opened_at = Moment()
    opened_by = Ref(Person)
    published_at = MaybeMoment()

    appraisal_once = Unique([estate, year])


class AppraisalGrade(Table, db=DB):
    """What one person of a group gave; a later word replaces it while it is open."""

    id = UUID(primary_key=True)
    appraisal = Ref(Appraisal)
    group = Words(20, choices=RaterGroup)
    person = Ref(Person)
    grade = Words(20, choices=Grade)
    words = MaybeWords(300)
    at = Moment()

    appraisal_grade_once = Unique([appraisal, group, person])
