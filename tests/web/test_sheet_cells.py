"""Rooms, names and days as people write them."""

import datetime as dt

import pytest

from coordination.web import sheets


def test_other_buildings_stay_others() -> None:
    spelt = ["10栋", "十栋", "十二幢", "二十三栋", "A座", "a栋", "二期03栋", "1-2栋", "楼", ""]

    assert [sheets.building_key(text) for text in spelt] == [
        "10", "10", "12", "23", "A", "A", "二期3", "1-2", "楼", "",
    ]  # fmt: skip


def test_entrances_and_rooms_have_their_keys() -> None:
    entrances = ["1单元", "一单元", "01", "甲单元", ""]
    rooms = ["101", "101室", "101.0", "１０１", "0101", "b-12", "商铺3号"]

    assert [sheets.entrance_key(text) for text in entrances] == ["1", "1", "1", "甲", ""]
    assert [sheets.room_key(text) for text in rooms] == [
        "101", "101", "101", "101", "0101", "B-12", "商铺3",
    ]  # fmt: skip


def test_names_lose_the_spaces_between_characters_only() -> None:
    assert sheets.person_name(" 张　三 ") == "张三"
    assert sheets.person_name("John  Smith") == "John Smith"
    assert sheets.several("张三、李四，王五\n 赵六、") == ["张三", "李四", "王五", "赵六"]


@pytest.mark.parametrize(
    "text", ["2024-05-01", "2024/5/1", "2024.5.1", "2024年5月1日", "20240501", "45413", "45413.5",
             "2024-05-01 09:30"],
)  # fmt: skip
def test_a_day_written_as_text_or_as_a_serial_number_is_that_day(text: str) -> None:
    assert sheets.read_date(text) == dt.date(2024, 5, 1)


@pytest.mark.parametrize("text", ["", "昨天", "2024-13-01", "2024", "101", "20240230"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        sheets.read_date(text)


# Writing
