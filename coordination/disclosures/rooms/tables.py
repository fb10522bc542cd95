"""Rooms 场地, what is asked of them, and each step of it."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import DB, MaybeMoment, MaybeRef, Moment, Prose, Ref, Whole, Words
from coordination.people.tables import Body, Person
from coordination.places.tables import Place


class Room(Table, db=DB):
    """A room that residents and groups may use, with its opening hours."""

    id = UUID(primary_key=True)
    number = Whole(unique=True, help_text="for the constraint that forbids two at one time")
    place = Ref(Place, index=True)
    body = Ref(Body)
    name = Words(60)
    where = Words(100)
    seats = Whole()
    says = Prose(help_text="what is there, what it costs, what is asked of who uses it")
    hours = JSONB(
        null=False, default=None, help_text="Monday first: [from, to] in minutes, or null"
    )
    opened_at = Moment()
    opened_by = Ref(Person)
    closed_at = MaybeMoment(help_text="not lent any more")

    room_seats = Check((seats >= 1) & (seats <= 10_000))
    room_named = Check((name != "") & (where != ""))


class Use(StrEnum):
    """What for, as everybody may read it."""

    CULTURE = "culture"  # 文体活动
    WELFARE = "welfare"  # 公益服务
    MEETING = "meeting"  # 居民会议
    LESSON = "lesson"  # 培训讲座
    FAMILY = "family"  # 家庭聚会
    OTHER = "other"  # 其他


class RoomState(StrEnum):
    ASKED = "asked"  # 待答复
    GRANTED = "granted"  # 已同意
    REFUSED = "refused"  # 未同意
    CANCELLED = "cancelled"  # 已取消


class RoomApplication(Table, db=DB):
    """Somebody asks for a room. `state` is what its last step says. Two that are granted never
    overlap: a constraint of the database, see migrations/coordination_rooms.py."""

    id = UUID(primary_key=True)
    room = Ref(Room, index=True)
    room_number = Whole(help_text="that of the room")
    person = Ref(Person, index=True)
    group = Varchar(length=60, help_text="in whose name; empty: their own")
    use = Words(20, choices=Use)
    purpose = Words(300, help_text="read by who answers and who asked alone")
    people = Whole()
    starts_at = Moment()
    ends_at = Moment()
    asked_at = Moment()
    state = Words(20, choices=RoomState)

    room_application_lasts = Check(ends_at > starts_at)
    room_application_people = Check(people >= 1)
    room_application_purpose = Check(purpose != "")


class RoomStep(Table, db=DB):
    """A step of an application; only ever added. The words of a refusal everybody reads."""

    id = UUID(primary_key=True)
    application = Ref(RoomApplication)
    number = Whole()
    state = Words(20, choices=RoomState)
    at = Moment()
    person = Ref(Person)
    body = MaybeRef(Body)  # who asked acts for none
    words = Varchar(length=300)

    room_step_in_order = Unique([application, number])
    room_step_refusal_reasoned = Check((state != "refused") | (words != ""))
