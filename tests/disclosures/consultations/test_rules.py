"""Nothing of a consultation may be taken for a ballot."""

import pytest

from coordination.disclosures.consultations.rules import BANNER, ballot_word, read_choices


@pytest.mark.parametrize("word", ["表决", "投票", "同意", "不同意", "赞成", "反对", "弃权", "通过"])
def test_a_choice_in_words_of_the_ballot_is_named(word):
    assert ballot_word(f"我{word}")
    with pytest.raises(ValueError, match="像是表决"):
        read_choices(f"先试一个月\n{word}")


@pytest.mark.parametrize(
    "text", ["", "只有一个", "甲\n甲", "\n".join(map(str, range(9))), f"甲\n{'乙' * 61}"]
)
def test_choices_too_few_too_many_or_too_long_are_refused(text):
    with pytest.raises(ValueError, match="选项"):
        read_choices(text)


def test_choices_keep_their_order():
    assert read_choices(" 乙 \n\n甲\n乙") == ["乙", "甲"]
    assert BANNER == "意见征询，不是业主大会表决，不产生决定"
