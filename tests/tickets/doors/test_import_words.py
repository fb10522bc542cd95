"""A source's words for a state, an outcome, a rating: a denial is never taken for a yes."""

import pytest

from coordination.tickets.doors.imports.words import outcome_said, rating_said, stage_said


@pytest.mark.parametrize(
    ("cells", "stage"),
    [
        ("未办结 待办结 逾期未办结 未结案 没有完成 办理中（预计3日办结） 待回访 未归档", "open"),
        (
            "已办结 已办结，待归档 不予受理办结 已办结-未解决 处理中心已办结 Closed Completed",
            "closed",
        ),
        ("撤销 重复作废 Cancelled", "withdrawn"),
        ("Unresolved 转其他", None),
    ],
)
def test_a_state_is_read_with_its_denial(cells, stage):
    assert {stage_said(cell) for cell in cells.split()} == {stage}


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ("未解决 未能解决 没有解决 尚未解决 无法解决 解决不了 否 是否解决：否 已解释", "explained"),
        ("部分解决 基本解决 未完全解决", "partly"),
        ("已解决 是 是否解决：是 不满意但已解决", "solved"),
        ("不是 其他", None),
    ],
)
def test_what_is_not_solved_never_counts_as_solved(cells, outcome):
    assert {outcome_said(cell) for cell in cells.split()} == {outcome}


@pytest.mark.parametrize(
    ("cells", "rating"),
    [
        ("不满意 不太满意 很不满意", "dissatisfied"),
        ("基本满意 比较满意 一般", "fairly"),
        ("满意 非常满意 满意度：满意", "satisfied"),
        ("未评价 未评价满意度 不了解满意度", None),
    ],
)
def test_who_is_not_content_never_counts_as_content(cells, rating):
    assert {rating_said(cell) for cell in cells.split()} == {rating}
