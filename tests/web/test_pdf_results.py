"""The printed result holds what the package says."""

import pytest

from coordination.ballots.package import restated
from coordination.ballots.package_figures import CountingRules
from coordination.ballots.results.announcing import OUTCOMES
from coordination.ballots.results.printing import words_of
from coordination.law.silence import SilencePolicy
from coordination.law.tally import Outcome
from tests.ballots.packages import a_package, a_question, forty
from tests.web.test_pdf import NOTICE, area_text, joined, pages


async def printed(package: dict, objected: int = 0) -> str:
    words = words_of(package)
    data = {"notice": NOTICE, "package": package, "words": words, "objected": objected}
    return joined(await pages("result", data))


async def test_the_printed_result_holds_every_figure_of_the_package() -> None:
    package = a_package(
        a_question(forty(approve=25, reject=4, abstain=2, invalid=1), undelivered=3),
        a_question(forty(approve=19, reject=8), position=2),
    )

    text = await printed(package)

    assert f"结果：{OUTCOMES[Outcome.CARRIED]}" in text
    for question in package["questions"]:
        for said in ("roll", "delivered", "returned", "invalid", "undelivered", "participating"):
            assert question[said]["area_m2"] in text
        for choice in question["choices"]:
            row = f"{choice['label']}{choice['persons']}{choice['persons_pct']}%"
            assert row + f"{choice['area_m2']}{choice['area_pct']}%" in text
        for check in question["checks"]:
            area = check["name"].endswith("area")
            part, whole = (
                area_text(check[side]) if area else str(check[side]) for side in ("part", "whole")
            )
            assert f"{part}/{whole}" in text
            assert f"须{check['wording']}" in text
        for named in ("roll_hash", "rooms_hash", "rights_hash"):
            assert question["roll"][named] in text
    assert package["sha256"] in text
    assert "77.50%31/40人达到" in text
    assert "未达到" not in text


@pytest.mark.parametrize(
    ("objected", "told"), [(0, "没有收到异议。"), (2, "收到异议2条，均已答复，答复见下方链接。")]
)
async def test_a_final_result_says_that_the_period_is_over_and_what_is_left(objected, told) -> None:
    """Nobody is told to object where nobody may; a court may still revoke what was decided."""
    preliminary = a_package(a_question(forty(approve=25, reject=4)))

    text = await printed(restated(preliminary, "final"), objected)

    assert "2026年4月2日至2026年4月7日，已经届满，" + told in text
    assert "民法典第二百八十条第二款" in text and "一年内" in text
    assert preliminary["publication"]["objections"] not in text


async def test_a_result_without_a_quorum_says_so() -> None:
    package = a_package(a_question(forty(approve=5, reject=4)))

    text = await printed(package)

    assert "结果：" + OUTCOMES[Outcome.NO_QUORUM] in text
    assert text.count("未达到") == 2


async def test_a_choice_among_options_is_printed_with_the_bars_of_each() -> None:
    votes = [(800_000 + n, "甲方案") for n in range(20)] + [
        (900_000 + n, "乙方案") for n in range(5)
    ]
    package = a_package(a_question(votes, CountingRules(options=("甲方案", "乙方案"))))

    text = await printed(package)

    assert f"结果：{OUTCOMES[Outcome.CARRIED]}；选定：甲方案" in text
    assert "80.00%20/25人达到" in text.split("“甲方案”同意比例核对")[1]
    assert "20.00%5/25人未达到" in text.split("“乙方案”同意比例核对")[1]


async def test_where_silence_joins_the_majority_both_counts_are_printed() -> None:
    rules = CountingRules(
        silence=SilencePolicy.DELIVERED_JOINS_MAJORITY,
        silence_rule="送达后不表决的视为同意多数意见",
        silence_source="议事规则第十条",
        silence_takes_part=True,
    )
    package = a_package(a_question(forty(approve=15, reject=4), rules))

    text = await printed(package)

    assert f"结果：{OUTCOMES[Outcome.CARRIED]}" in text
    assert "按议事规则第十条“送达后不表决的视为同意多数意见”处理送达未收回的" in text
    assert "（送达算参与表决）" in text
    assert "计入多数，共21人" in text
    before_the_bars = text.split("法定要求逐项核对")[0]
    assert "其中：按规约计入送达未表决的21人" in before_the_bars
    assert f"不计入时：{OUTCOMES[Outcome.NO_QUORUM]}" in before_the_bars
    assert "结果（不计未表决的票）：" + OUTCOMES[Outcome.NO_QUORUM] in text
