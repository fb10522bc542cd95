"""Rules of matters that are ours, without I/O: words that may stand in public, titles alike."""

import unicodedata

from coordination.audit import NUMBERS

# Words that art. 278 speaks of: whoever says that a thing is none of these gives a reason.
RESERVED_WORDS = (
    "维修资金", "物业服务企业", "选聘", "解聘", "更换物业", "管理规约", "议事规则", "改建", "重建",
    "公共收益", "经营活动", "共有部分", "停车收费", "换届", "选举业主委员会",
)  # fmt: skip
ALIKE = 2  # pairs of letters in common that make two titles alike


def quotes_a_person(text: str) -> bool:
    """Whether a mobile phone or an identity number stands in words that everybody will read."""
    plain = unicodedata.normalize("NFKC", text)
    return NUMBERS.search(plain.replace(" ", "").replace("-", "")) is not None


def reserved_word(text: str) -> str | None:
    """The first word of art. 278 in it: perhaps only the owners together decide this."""
    return next((word for word in RESERVED_WORDS if word in text), None)


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters; width, case and marks do not matter."""
    plain = unicodedata.normalize("NFKC", text).lower()
    letters = "".join(letter for letter in plain if letter.isalnum())
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1))


def likeness(one: str, other: str) -> int:
    """How many pairs of letters two texts have in common."""
    return len(pairs(one) & pairs(other))
