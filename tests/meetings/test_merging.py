"""Two write one text at once, and nobody loses a word."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.meetings.minutes.merging import BOTH, OTHER, merge

TEXTS = st.lists(st.sampled_from("甲乙丙丁"), max_size=6).map("\n".join)
NEW = st.lists(st.sampled_from(["甲", "乙", "丙", "我的话", "你的话", ""]), max_size=6)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("一\n二\n三", "一\n二改\n三", "一\n二\n三改", "一\n二改\n三改"),
        ("一\n二", "一\n二\n三", "零\n一\n二", "零\n一\n二\n三"),
        ("一", "一\n我", "一\n你", "一\n你\n我"),
        ("一\n二", "二", "一\n二\n三", "二\n三"),
        ("一", "一", "二", "二"),
        ("一", "二", "二", "二"),
    ],
)
def test_what_only_one_changed_is_taken_from_the_one(base, mine, theirs, merged):
    assert merge(base, mine, theirs).text == merged
    assert not merge(base, mine, theirs).has_marks


def test_what_both_changed_stays_twice_with_a_mark():
    merged = merge("一\n二\n三", "一\n我的二\n三", "一\n你的二\n三")

    assert merged.text == f"一\n{BOTH}\n你的二\n{OTHER}\n我的二\n三"
    assert merged.has_marks


def test_two_who_go_on_writing_in_one_paragraph_have_it_twice_and_no_more():
    mine, yours = "我写的。", "你写的。"
    holds = merge("原话\n别的", f"{mine}\n别的", f"{yours}\n别的").text

    for _ in range(3):  # each page goes on from its own words, which it saved last
        was, mine = mine, f"{mine}我续。"
        holds = merge(f"{was}\n别的", f"{mine}\n别的", holds).text
        was, yours = yours, f"{yours}你续。"
        merged = merge(f"{was}\n别的", f"{yours}\n别的", holds)
        holds = merged.text

    assert holds == f"{BOTH}\n{yours}\n{OTHER}\n{mine}\n别的"
    assert merged.has_marks


def test_a_line_that_one_changed_takes_the_line_that_another_put_beside_it():
    assert merge("一", "一改", "一\n二").text == "一改\n二"
    assert merge("一", "零\n一", "一改").text == "零\n一改"


@given(TEXTS, NEW, NEW)
def test_no_paragraph_that_either_wrote_is_lost(base, mine, theirs):
    merged = Counter(merge(base, "\n".join(mine), "\n".join(theirs)).text.split("\n"))

    for new in (mine, theirs):
        for words, count in (Counter("\n".join(new).split("\n")) - Counter(base.split("\n"))
                             ).items():  # fmt: skip
            assert merged[words] >= count


@given(TEXTS, TEXTS)
def test_nobody_else_writing_changes_nothing(base, mine):
    assert merge(base, mine, base).text == mine
    assert merge(base, base, mine).text == mine
