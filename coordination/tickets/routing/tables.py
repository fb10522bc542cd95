"""Who is responsible for what, where 责任表; the 居委会's duty list; hints for a building."""

from enum import StrEnum

from piccolo.columns import UUID
from piccolo.constraints import Check
from piccolo.table import Table

from coordination.db import DB, MaybeMoment, MaybeRef, MaybeWords, Moment, Prose, Ref, Words
from coordination.people.tables import Body, BodyKind, Person
from coordination.places.tables import Place
from coordination.tickets.tables import Category


class RouteKind(StrEnum):
    LEAD = "lead"  # 主管
    ASSIST = "assist"  # 协助


class Route(Table, db=DB):
    """One line of the table: category × place × body. It names a body, or a kind of body: then it
    is the one of that kind that the estate has."""

    id = UUID(primary_key=True)
    category = Ref(Category, index=True)
    place = MaybeRef(Place)  # none: everywhere
    kind = Words(10, choices=RouteKind)
    body = MaybeRef(Body)  # else a kind
    body_kind = MaybeWords(30, choices=BodyKind)
    since = Moment()
    by = MaybeRef(Person)  # the first lines came with the service
    until = MaybeMoment()

    route_names_one = Check(
        (body.is_null() & body_kind.is_not_null()) | (body.is_not_null() & body_kind.is_null())
    )


class DutyKind(StrEnum):
    SELF_GOVERNED = "self_governed"  # 依法自治: the committee answers for it
    ASSISTED = "assisted"  # 依法协助: it helps whoever answers


class CommitteeDuty(Table, db=DB):
    """A line of the 居委会's duty list 职责清单. What is not on it cannot be assigned to it."""

    id = UUID(primary_key=True)
    category = Ref(Category, index=True)
    kind = Words(20, choices=DutyKind)
    basis = Words(300)
    since = Moment()
    by = MaybeRef(Person)  # likewise
    until = MaybeMoment()


class BuildingHint(Table, db=DB):
    """What a handler should know of a building: where the valve is, who has the key."""

    id = UUID(primary_key=True)
    building = Ref(Place, index=True)
    text = Prose()
    at = Moment()
    by = Ref(Person)
    ended_at = MaybeMoment()

    building_hint_text_given = Check(text != "")
