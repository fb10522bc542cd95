"""The result's page says the outcome first, in large, before any figure."""

import pytest

from tests.ballots.test_results import COUNTED, a_counted_vote

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("choices", "absent", "words"),
    [
        (("approve",) * 22 + ("reject",) * 6, 3, "通过"),
        (("approve",) * 8 + ("reject",) * 22, 3, "未通过"),
        (("approve",) * 12, 24, "参与不足"),
    ],
)
async def test_the_outcome_is_read_before_any_figure(browser, time_is, choices, absent, words):
    vote, _ = await a_counted_vote(choices, absent)
    time_is(COUNTED)

    page = await browser.open(f"{vote.path}/result")

    ruling = page.select_one("main .panel .ruling")
    assert ruling.text.strip() == words
    following = [part.get("class", [""])[0] for part in ruling.find_next_siblings()]
    assert "chart" in following, "the four bars come after it"
    before = "".join(ruling.find_all_previous(string=True))
    assert "%" not in before.split("</head>")[-1]
