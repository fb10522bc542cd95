"""What the clocks wrote is told in words that anybody understands."""

from uuid import UUID

import pytest

from coordination.tickets.words import call_words, clock_words

HOLDER = f"holder:{UUID(int=7)}"


@pytest.mark.parametrize(
    ("reason", "count", "words"),
    [
        ("closure:100", 0, "办结时限已到"),
        ("first_reply:150", 0, "首次答复超过时限一半"),
        ("report_in:200", 0, "报到超过时限一倍"),
        ("visit:2:130", 0, "回访超过时限30%"),
        (f"{HOLDER}:100", 0, "本单位经手超期"),
        (f"{HOLDER}:150", 0, "本单位经手超过时限一半"),
        ("milestone:adjudication:100", 0, "裁定时限已到"),
        ("milestone:supervision-7:100", 0, "督办时限已到"),
        ("milestone:公示:100", 0, "节点时限已到"),
        ("reopened", 2, "重办 2 次"),
        ("cosigners", 10, "同求 10 户"),
        ("hops", 3, "流转 3 次"),
        ("hops", 0, "流转多次"),
    ],
)
def test_why_a_ticket_climbed_is_said_in_plain_words(reason, count, words):
    assert call_words({"reason": reason, "count": count}) == words


def test_each_clock_has_a_word_of_its_own():
    names = ("report_in", "first_reply", "closure", "visit:2", HOLDER, "progress:1",
             "milestone:公示", "milestone:adjudication", "milestone:supervision-7")  # fmt: skip

    words = [clock_words(name) for name in names]

    assert len(set(words)) == len(words) and not any(word.isascii() for word in words)
