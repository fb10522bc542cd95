"""What an upload would change, beside what is known. No database: both sides are given."""

from uuid import uuid4

from coordination.people.secrecy import id_hash, phone_hash
from coordination.places.tables import UnitKind
from coordination.registry.imports.columns import REQUIRED
from coordination.registry.imports.comparing import (
    DEVELOPER,
    Compared,
    Difference,
    KnownOwner,
    KnownUnit,
    Registry,
    compare,
)
from coordination.registry.imports.whole import read_roll
from coordination.registry.tables import OwnerKind
from coordination.web.sheets import read_table
from tests.registry.rolls import HEADER, LI, WANG, ZHANG, a_line, a_roll

ZHANG_SAN = KnownOwner(
    uuid4(), id_hash(ZHANG), "张三", OwnerKind.PERSON, "0011", phone_hash("13800138000"), "8000"
)
LI_SI = KnownOwner(uuid4(), id_hash(LI), "李四", OwnerKind.PERSON, "0022")
BUILDER = KnownOwner(uuid4(), id_hash(DEVELOPER), DEVELOPER, OwnerKind.DEVELOPER)


def a_known(*owners: KnownOwner, room: str = "101", entrance: str = "1", **facts) -> KnownUnit:
    given = {"area_cm2": 895_000, "kind": UnitKind.HOME, "is_unsold": False, "source": "register"}
    held = frozenset(owner.id for owner in owners)
    return KnownUnit(uuid4(), ("1", entrance, room), owners=held, **given | facts)


def registry(*units: KnownUnit, owners=(ZHANG_SAN, LI_SI, BUILDER)) -> Registry:
    return Registry(
        {unit.room: unit for unit in units},
        {owner.id: owner for owner in owners},
        id_hash(DEVELOPER),
    )


def compared(known: Registry, *lines, header=HEADER) -> list[Compared]:
    roll = read_roll(read_table(a_roll(*lines, header=header), "r.xlsx", required=REQUIRED))
    assert roll.faults == []
    return compare(roll.units, known)


def the_one(known: Registry, line, header=HEADER) -> Compared:
    [one] = compared(known, line, header=header)
    return one


def test_a_room_that_nobody_knew_is_new():
    assert the_one(registry(), a_line()).verdict == "new"


def test_a_room_as_it_is_known_is_the_same_however_it_is_spelt():
    known = registry(a_known(ZHANG_SAN))

    line = a_line("101室", building="1幢", entrance="一单元", area="89.5000", name="张 三")

    assert the_one(known, line).verdict == "same"


def test_what_would_change_is_told_with_before_and_after():
    known = registry(a_known(ZHANG_SAN))

    one = the_one(known, a_line(area="90", kind="商铺", phone="13900139999"))

    assert one.verdict == "changed"
    assert one.differences == (
        Difference("专有部分面积", "89.5000", "90.0000"),
        Difference("性质", "住宅", "商铺"),
        Difference("联系电话", "尾号 8000", "尾号 9999"),
    )


def test_another_owner_is_a_change_of_owner():
    one = the_one(registry(a_known(ZHANG_SAN)), a_line(name="李四、王五", number=f"{LI}、{WANG}"))

    assert one.differences == (Difference("业主", "张三", "李四、王五"),)


def test_co_owners_in_another_order_are_the_same_co_owners():
    known = registry(a_known(ZHANG_SAN, LI_SI))

    assert the_one(known, a_line(name="李四、张三", number=f"{LI}、{ZHANG}")).verdict == "same"


def test_a_known_owner_under_another_name_is_a_change():
    one = the_one(registry(a_known(ZHANG_SAN)), a_line(name="张叁"))

    assert one.differences == (Difference("业主姓名", "张三", "张叁"),)


def test_an_empty_phone_and_an_unsaid_source_leave_what_is_known():
    known = registry(a_known(ZHANG_SAN, source="survey"))

    assert the_one(known, a_line(phone="")).verdict == "same"
    told = the_one(known, (*a_line(), "登记簿"), header=(*HEADER, "面积来源"))
    assert told.differences == (Difference("面积来源", "实测", "登记簿"),)


def test_a_missing_area_is_filled_in():
    one = the_one(registry(a_known(ZHANG_SAN, area_cm2=None)), a_line())

    assert one.differences == (Difference("专有部分面积", "", "89.5000"),)


def test_all_that_is_unsold_belongs_to_one_developer():
    known = registry(a_known(BUILDER, is_unsold=True))

    one = the_one(known, a_line(kind="未售", name="", number=""))
    new = the_one(registry(owners=()), a_line(kind="未售", name="", number=""))

    assert one.verdict == "same"
    assert [(o.kind, o.name, o.hash) for o in new.owners] == [
        (OwnerKind.DEVELOPER, "建设单位", id_hash(DEVELOPER))
    ]


def test_what_is_unsold_keeps_the_kind_it_had():
    known = registry(a_known(ZHANG_SAN, kind=UnitKind.SHOP))

    one = the_one(known, a_line(kind="未售", name="", number=""))

    assert Difference("性质", "商铺", "商铺（未售）") in one.differences


def test_the_developers_number_makes_their_other_units_theirs():
    firm = "91420100MA4KXXUT5A"
    unsold = a_line("101", kind="未售", name="某某置业有限公司", number=firm)
    kept = a_line("102", name="某某置业有限公司", number=firm)

    first, second = compared(registry(owners=()), unsold, kept)

    assert first.owners == second.owners
    assert first.owners[0].kind is OwnerKind.DEVELOPER
    assert first.owners[0].hash == id_hash(firm)


def test_a_buyer_named_on_an_undelivered_unit_is_not_the_developer():
    lines = (
        a_line("101", kind="未售", name="张三", number=ZHANG),
        a_line("102", kind="未售", name="李四", number=LI),
        a_line("103", name="李四", number=LI),
    )

    unsold, other, sold = compared(registry(owners=()), *lines)

    assert unsold.owners == other.owners
    assert unsold.owners[0].name == "建设单位"
    assert [(owner.name, owner.kind) for owner in sold.owners] == [("李四", OwnerKind.PERSON)]


def test_a_buyer_already_known_as_an_owner_does_not_become_the_developer():
    known = registry(a_known(ZHANG_SAN))

    one = the_one(known, a_line("102", kind="未售", name="张三", number=ZHANG))

    assert one.owners[0].hash == id_hash(DEVELOPER)


def test_a_known_room_without_its_entrance_is_not_made_a_second_time():
    one = the_one(registry(a_known(ZHANG_SAN)), a_line(entrance=""))

    assert one.verdict == "error"
    assert one.fault and one.fault.column == "单元"
    assert "1单元" in one.fault.reason


def test_the_same_number_in_another_entrance_is_another_room():
    assert the_one(registry(a_known(ZHANG_SAN)), a_line(entrance="2单元")).verdict == "new"
