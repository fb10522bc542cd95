"""What may be ticked of a sheet, and how a serial is read."""

import pytest

from coordination.ballots.offers import offer_of
from coordination.ballots.paper.rules import Answer, draw_serial, printed, read_answer, read_serial
from coordination.errors import Invalid

MOTION, OPTIONS = offer_of([], None), offer_of(["甲方案", "乙方案"], None)
ELECTION = offer_of(["张三", "李四", "王五", "赵六"], 3)


@pytest.mark.parametrize(
    ("offer", "ticked", "answer"),
    [
        (MOTION, ["approve"], Answer("approve")),
        (MOTION, ["invalid:two_boxes"], Answer("invalid", "two_boxes")),
        (OPTIONS, ["乙方案"], Answer("乙方案")),
        (OPTIONS, ["none_of_these"], Answer("none_of_these")),
        (ELECTION, ["4", "1"], Answer("1,4")),
        (ELECTION, ["2"], Answer("2")),
        (ELECTION, ["abstain"], Answer("abstain")),
        (ELECTION, ["invalid:torn"], Answer("invalid", "torn")),
    ],
)
def test_what_is_ticked_is_what_the_sheet_says(offer, ticked, answer):
    assert read_answer(offer, ticked) == answer


@pytest.mark.parametrize(
    ("offer", "ticked", "words"),
    [
        (MOTION, [], "请照票面选一项"),
        (MOTION, ["approve", "reject"], "选得多于允许"),
        (MOTION, ["approve", "invalid:torn"], "只能选一种"),
        (MOTION, ["invalid:because"], "只能选一种"),
        (MOTION, ["invalid"], "只能选一项"),
        (OPTIONS, ["丙方案"], "只能选一项"),
        (ELECTION, ["1", "2", "3", "4"], "最多选 3 人"),
        (ELECTION, ["1", "abstain"], "最多选 3 人"),
        (ELECTION, ["5"], "最多选 3 人"),
        (ELECTION, ["٣"], "最多选 3 人"),
    ],
)
def test_what_no_sheet_can_say_is_sent_back_and_never_taken_for_invalid(offer, ticked, words):
    with pytest.raises(Invalid, match=words):
        read_answer(offer, ticked)


def test_a_serial_is_read_as_printed_scanned_or_typed_and_nothing_else():
    serial = draw_serial()

    for text in (serial, printed(serial), f" {printed(serial).lower()} ", " ".join(serial)):
        assert read_serial(text) == serial
    for text in ("", "ABC", serial + "A", "ABCDEFGH0", "https://example.org"):
        assert read_serial(text) is None
    assert len(printed(serial)) == 11
