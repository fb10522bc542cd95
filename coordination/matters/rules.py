"""Rules of matters that are ours, without I/O: words that may stand in public, titles alike."""

import unicodedata

from coordination.audit import NUMBERS

ALIKE = 2  # pairs of letters in common that make two titles alike


def quotes_a_person(text: str) -> bool:
    """Whether a mobile phone or an identity number stands in words that everybody will read."""
    plain = unicodedata.normalize("NFKC", text)
    return NUMBERS.search(plain.replace(" ", "").replace("-", "")) is not None


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters; width, case and marks do not matter."""
    plain = unicodedata.normalize("NFKC", text).lower()
    letters = "".join(letter for letter in plain if letter.isalnum())
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1))


def likeness(one: str, other: str) -> int:
    """How many pairs of letters two texts have in common."""
    return len(pairs(one) & pairs(other))
