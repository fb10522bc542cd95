"""Bigrams 二元组 of Chinese text, by which words are found without a dictionary.

"电梯坏了" → 电梯, 梯坏, 坏了. A word of two characters is one gram, so the index alone finds it; a
longer one is a set of grams that the found text is then read for.
"""

import re
import unicodedata
from collections.abc import Iterable

GRAM = 2
LONGEST_TEXT = 2_000  # characters that are looked through; of an imported novel, the beginning
RUN = re.compile(r"[^\W_]+")
MOST_WORDS = 6
# A word as it is typed, and, if need be, as it reads with full-width letters made plain.
STANDS = "position({0} in lower(t.text || ' ' || t.spot)) > 0"
STANDS_WIDE = "position({0} in lower(normalize(t.text || ' ' || t.spot, NFKC))) > 0"


def plain(text: str) -> str:
    """Width and case do not matter, nor does a byte that no database takes."""
    return unicodedata.normalize("NFKC", text).casefold().replace("\x00", "")


def words_in(typed: str) -> list[str]:
    """What is looked for: runs of letters, digits and 汉字, each once, in their order."""
    return list(dict.fromkeys(RUN.findall(plain(typed))))


def grams_of(*texts: str) -> list[str]:
    """Each bigram that occurs, once, in order."""
    return sorted({gram for text in texts for gram in _of(text[:LONGEST_TEXT])})


def _of(text: str) -> Iterable[str]:
    for run in RUN.findall(plain(text)):
        yield from (run[i : i + GRAM] for i in range(len(run) - 1))


def looked_for(words: Iterable[str]) -> list[tuple[str, object]]:
    """The conditions on ticket t by which each of these words stands in it, each with its value,
    whose place is `{0}`: the index finds bigrams, the text settles words that are no bigram."""
    found: list[tuple[str, object]] = []
    if grams := grams_of(*words):
        found.append(("t.grams @> {0}::varchar[]", grams))
    settled = f"({STANDS} or {STANDS_WIDE})"
    return found + [(settled, word) for word in words if len(word) != GRAM]
