"""Places 地点, units 专有部分, the working calendar, and settings with their history."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, Boolean, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from coordination.db import DB, Day, MaybeRef, MaybeWhole, MaybeWords, Moment, Ref, Whole, Words
from coordination.law.franchise import AreaSource


class PlaceKind(StrEnum):
    """The levels, from the widest down."""

    DISTRICT = "district"  # 区
    SUBDISTRICT = "subdistrict"  # 街道
    COMMUNITY = "community"  # 社区
    ESTATE = "estate"  # 小区
    BUILDING = "building"  # 楼栋


class Place(Table, db=DB):
    """A place and all that lies in it: `path` is "/id/id/…/", its own id last."""

    id = UUID(primary_key=True)
    kind = Words(20, choices=PlaceKind)
    parent = MaybeRef("self")  # a district lies in nothing that we know of
    name = Words(100)
    path = Words(400, unique=True)
    code = MaybeWords(40, help_text="official code 官方代码, where there is one")
    grid = MaybeWords(40, help_text="grid code 网格, on buildings")
    key = Words(60, help_text="the name as it is compared: 1栋 = 1幢 = 1# = 1")
    sort = Words(60, help_text="order of the name: digits padded, pinyin for 汉字")
    address = Varchar(length=200)
    estate_type = MaybeWords(20, help_text="estates: commercial, resettled, old …")

    place_name_given = Check((name != "") & (path != "") & (key != ""))
    place_one_name = Unique([parent, kind, key])

    def covers(self, other: "Place") -> bool:
        """Whether `other` is this place or lies in it."""
        return other.path.startswith(self.path)


class UnitKind(StrEnum):
    """性质: what a unit is; whether parking counts in a vote is the poll's to say."""

    HOME = "home"  # 住宅
    SHOP = "shop"  # 商铺
    PARKING = "parking"  # 车位
    OTHER = "other"


class Unit(Table, db=DB):
    """An exclusive part 专有部分: flat, shop, registered parking space."""

    id = UUID(primary_key=True)
    estate = Ref(Place, index=True)
    building = Ref(Place)
    entrance = Varchar(length=20, help_text="单元; '' where a building has one door")
    room = Words(30, help_text="房号, as text")
    floor = MaybeWhole()
    kind = Words(20, choices=UnitKind)
    unsold = Boolean(help_text="未售, or sold and not delivered: the developer's", default=False)
    area_cm2 = MaybeWhole(help_text="专有部分面积 in 0.0001 m²; missing stops a freeze")
    area_source = MaybeWords(20, choices=AreaSource)
    sort = Words(80)

    unit_one_room = Unique([building, entrance, room])
    unit_area_positive = Check((area_cm2 > 0) | area_cm2.is_null())
    unit_room_given = Check(room != "")


class CalendarDay(Table, db=DB):
    """A day that is not what its weekday says: a holiday, or a worked weekend 调休."""

    id = UUID(primary_key=True)
    on_day = Day(unique=True)
    working = Boolean(null=False, default=None)
    note = Words(60)
    source = Words(60)


class Setting(Table, db=DB):
    """A value in force from `since` on, for a place and all in it; the newest row counts.

    `by` is a person's id without a foreign key, since places know no people.
    """

    id = UUID(primary_key=True)
    place = MaybeRef(Place)  # none: the whole deployment
    name = Words(60)
    value = JSONB(null=False, default=None)
    since = Moment()
    by = UUID(null=True, default=None)
    reason = Words(300)
    rank = Whole(help_text="settles two rows of one moment")
