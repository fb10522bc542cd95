"""What a row of a roll says, and every way in which it can be wrong."""

import pytest

from coordination.law.franchise import AreaSource
from coordination.people.secrecy import id_hash, open_phone, phone_hash
from coordination.places.tables import UnitKind
from coordination.registry.imports.columns import REQUIRED
from coordination.registry.imports.reading import ReadUnit
from coordination.registry.imports.whole import ReadRoll, read_roll
from coordination.registry.tables import OwnerKind
from coordination.web.sheets import Fault, read_table
from tests.registry.rolls import HEADER, LI, ZHANG, a_line, a_roll


def read(*lines, header=HEADER) -> ReadRoll:
    return read_roll(read_table(a_roll(*lines, header=header), "r.xlsx", required=REQUIRED))


def the_unit(*lines, header=HEADER) -> ReadUnit:
    roll = read(*lines, header=header)
    assert roll.faults == []
    return roll.units[0]


def the_fault(*lines) -> Fault:
    [fault] = read(*lines).faults
    return fault


def faults_of(*lines) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in read(*lines).faults]


def test_a_row_is_a_room_an_area_and_an_owner():
    unit = the_unit(a_line(phone="138 0013 8000"))

    assert unit.room == ("1", "1", "101")
    assert (unit.area_cm2, unit.kind, unit.source) == (895_000, UnitKind.HOME, None)
    [owner] = unit.owners
    assert (owner.name, owner.last4, owner.kind) == ("张三", "0011", OwnerKind.PERSON)
    assert owner.hash == id_hash(ZHANG)
    assert owner.phone_hash == phone_hash("13800138000")
    assert owner.phone_sealed and open_phone(owner.phone_sealed) == "+8613800138000"


@pytest.mark.parametrize("building", ["1栋", "1幢", "1#", "1号楼", "１栋", " 1 栋"])
@pytest.mark.parametrize("room", ["101", "101室", "１０１", 101, 101.0])
def test_every_spelling_of_a_room_is_the_same_room(building, room):
    assert the_unit(a_line(room, building=building, entrance="一单元")).room == ("1", "1", "101")


def test_co_owners_stand_in_one_cell_with_a_number_each():
    unit = the_unit(a_line(name="张三、李 四", number=f"{ZHANG}、{LI}", phone="13800138000、无"))

    assert [(owner.name, owner.last4, owner.phone_tail) for owner in unit.owners] == [
        ("张三", "0011", "8000"),
        ("李四", "0022", ""),
    ]


def test_one_phone_of_two_owners_is_the_first_ones():
    unit = the_unit(a_line(name="张三、李四", number=f"{ZHANG}、{LI}", phone="13800138000"))

    assert [owner.phone_tail for owner in unit.owners] == ["8000", ""]


def test_spaces_width_and_case_of_a_number_do_not_make_another_person():
    number = "４２０１１５ 19900101 001x"

    assert the_unit(a_line(number=number)).owners[0].hash == id_hash("42011519900101001X")


@pytest.mark.parametrize(
    ("name", "number"),
    [("某某置业有限公司", "91420100MA4KXXUT5A"), ("王五", "91420100MA4KLLUT5A")],
)
def test_a_firm_is_known_by_its_name_or_its_number(name, number):
    assert the_unit(a_line(name=name, number=number)).owners[0].kind is OwnerKind.COMPANY


def test_an_unsold_unit_needs_neither_name_nor_number():
    unit = the_unit(a_line(kind="未售", name="", number=""))

    assert unit.is_unsold
    assert [owner.kind for owner in unit.owners] == [OwnerKind.DEVELOPER]


def test_the_source_of_an_area_may_be_told():
    header = (*HEADER, "面积来源")

    unit = the_unit((*a_line(), "实测"), header=header)

    assert unit.source is AreaSource.SURVEY


@pytest.mark.parametrize(
    ("area", "reason"),
    [
        ("", "面积为空"),
        ("-89.5", "面积应大于零"),
        (-89.5, "面积应大于零"),
        ("0", "面积应大于零"),
        ("八十九", "面积应写成平方米数字"),
        ("89.5平", "面积应写成平方米数字"),
        ("89.12345", "面积最多四位小数"),
    ],
)
def test_an_area_that_is_none_is_named_with_what_stood_there(area, reason):
    fault = the_fault(a_line(area=area))

    assert (fault.row, fault.column, fault.reason) == (2, "专有部分面积", reason)
    assert fault.value == str(area)


@pytest.mark.parametrize("area", ["89.50", 89.5, "８９．５", "89.50㎡", " 89.5000 "])
def test_an_area_is_read_however_it_is_written(area):
    assert the_unit(a_line(area=area)).area_cm2 == 895_000


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("", "为空"),
        ("420115********0011", "被遮挡"),
        ("420115XXXXXXXX0011", "被遮挡"),
        (420115199001010011, "科学计数"),
        ("4.20115E+17", "科学计数"),
        ("无", "不是证件号"),
        ("000000", "不是证件号"),
        ("9" * 41, "最多 40"),
        (f"{ZHANG} {LI}", "连在了一起"),
    ],
)
def test_a_number_that_would_merge_people_is_refused(number, words):
    fault = the_fault(a_line(number=number))

    assert fault.column == "证件号"
    assert words in fault.reason


@pytest.mark.parametrize(
    ("name", "number", "column"),
    [
        ("", ZHANG, "业主姓名"),
        ("张三、李四", ZHANG, "证件号"),
        ("张三", f"{ZHANG}、{LI}", "证件号"),
        ("张三、李四", f"{ZHANG}、{ZHANG}", "证件号"),
        ("长" * 101, ZHANG, "业主姓名"),
    ],
)
def test_names_and_numbers_belong_together(name, number, column):
    assert the_fault(a_line(name=name, number=number)).column == column


@pytest.mark.parametrize("phone", ["12345", "1380013800", "13800138000、13900139000", "电话"])
def test_a_phone_that_nobody_has_is_refused(phone):
    assert the_fault(a_line(phone=phone)).column == "联系电话"


@pytest.mark.parametrize("phone", ["", "无", "13800138000", "+86 138-0013-8000", "027-87654321"])
def test_a_phone_may_be_missing_or_written_in_many_ways(phone):
    assert len(the_unit(a_line(phone=phone)).owners) == 1


@pytest.mark.parametrize("kind", ["", "别墅", "住宅房"])
def test_a_kind_is_one_of_four(kind):
    assert the_fault(a_line(kind=kind)).reason == "性质应为住宅、商铺、车位、未售之一"


def test_a_room_has_a_building_and_a_number():
    assert faults_of(a_line("", building="")) == [(2, "楼栋"), (2, "房号")]


def test_everything_wrong_with_a_row_is_said_at_once():
    row = a_line(area="", name="", number="*", kind="?")

    assert faults_of(row) == [
        (2, "专有部分面积"), (2, "性质"), (2, "业主姓名"), (2, "证件号"),
    ]  # fmt: skip


def test_of_one_room_in_two_rows_neither_is_taken():
    roll = read(a_line("101"), a_line("102"), a_line("101室", building="1幢", number=LI))

    assert [unit.room[2] for unit in roll.units] == ["102"]
    assert [(fault.row, fault.column) for fault in roll.faults] == [(2, "房号"), (4, "房号")]
    assert "第 2、4 行是同一处" in roll.faults[0].reason


def test_a_room_with_and_without_its_entrance_is_asked_about():
    assert faults_of(a_line(entrance=""), a_line(entrance="2")) == [(2, "单元")]


def test_one_number_under_two_names_is_a_slip_of_somebody():
    roll = read(a_line("101", name="张三"), a_line("102", name="李四"), a_line("103", number=LI))

    assert [unit.room[2] for unit in roll.units] == ["103"]
    assert [(fault.row, fault.column) for fault in roll.faults] == [(2, "证件号"), (3, "证件号")]


def test_one_owner_with_two_phones_is_asked_which():
    roll = read(
        a_line("101", phone="13800138000"), a_line("102", phone="13900139000"), a_line("103")
    )

    assert [(fault.row, fault.column) for fault in roll.faults] == [
        (2, "联系电话"), (3, "联系电话"),
    ]  # fmt: skip
    assert [unit.room[2] for unit in roll.units] == ["103"]


def test_an_absurd_area_is_no_fault_but_a_question():
    roll = read(a_line("101", area="10000"), a_line("102", area="10000.0001"))

    assert roll.faults == []
    assert [unit.room[2] for unit in roll.absurd()] == ["102"]
