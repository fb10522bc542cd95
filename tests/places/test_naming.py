"""Names of buildings and rooms: what is the same, what comes first, how they are said."""

import pytest

from coordination.places.naming import (
    natural_order,
    place_key,
    place_order,
    room_name,
    unit_name,
    unit_order,
)
from coordination.places.tables import PlaceKind


@pytest.mark.parametrize("spelling", ["1栋", "1幢", "1#", "1号楼", "一栋", "１幢", "01", " 1 栋"])
def test_every_spelling_of_a_building_is_the_same_building(spelling):
    assert place_key(PlaceKind.BUILDING, spelling) == "1"


def test_two_estates_are_told_apart_by_their_number():
    assert place_key(PlaceKind.ESTATE, "梧桐苑1期") != place_key(PlaceKind.ESTATE, "梧桐苑2期")


def test_buildings_stand_in_the_order_of_their_numbers():
    names = ["10栋", "2幢", "1#", "十一栋", "A座", "3栋"]

    ordered = sorted(names, key=lambda name: place_order(PlaceKind.BUILDING, name))

    assert ordered == ["1#", "2幢", "3栋", "10栋", "十一栋", "A座"]


def test_estates_stand_in_the_order_of_their_sound():
    names = ["梧桐苑", "白云居", "丁香苑", "阳光城2期", "阳光城10期"]

    ordered = sorted(names, key=natural_order)

    assert ordered == ["白云居", "丁香苑", "梧桐苑", "阳光城2期", "阳光城10期"]


def test_rooms_stand_by_entrance_then_by_number():
    rooms = [("2", "101"), ("1", "1001"), ("1", "202"), ("", "商铺3"), ("1", "202A")]

    ordered = sorted(rooms, key=lambda room: unit_order(*room))

    assert ordered == [("", "商铺3"), ("1", "202"), ("1", "202A"), ("1", "1001"), ("2", "101")]


def test_a_unit_is_said_as_people_say_it():
    assert unit_name("3", "2", "101") == "3栋2单元101"
    assert unit_name("3幢", "", "101") == "3幢101"
    assert room_name("", "101") == "101"
