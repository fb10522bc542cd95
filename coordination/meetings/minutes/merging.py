"""Two people write one part of the minutes at once: neither loses a word. Pure.

A three-way merge by paragraph: what one of them left as it was is taken from the other; where
both wrote, both stay, with a mark between them for a person to settle. Who goes on writing
between the marks goes on in their own words there: a paragraph does not come in twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

BOTH = "【两人同时改了这里，请核对后留一段】"
OTHER = "【另一人写的是】"


@dataclass(frozen=True, slots=True)
class Merged:
    """The text, and whether a person has to settle something in it."""

    text: str
    has_marks: bool


def merge(base: str, mine: str, theirs: str) -> Merged:
    """What `mine` and `theirs`, both begun from `base`, come to."""
    parts = [_lines(text) for text in (base, mine, theirs)]
    old, new, other = parts
    in_mine, in_theirs = _kept(old, new), _kept(old, other)
    anchors = [i for i in range(len(old)) if i in in_mine and i in in_theirs]
    said: list[str] = []
    has_marks = False
    at = (0, 0, 0)
    for anchor in [*anchors, None]:
        end = (
            (len(old), len(new), len(other))
            if anchor is None
            else (anchor, in_mine[anchor], in_theirs[anchor])
        )
        chunk, marked = _settled(old[at[0] : end[0]], new[at[1] : end[1]], other[at[2] : end[2]])
        said += chunk
        has_marks |= marked
        if anchor is not None:
            said.append(old[anchor])
        at = (end[0] + 1, end[1] + 1, end[2] + 1)
    return Merged("\n".join(said), has_marks)


def _settled(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> tuple[list[str], bool]:
    if mine in (base, theirs):
        return list(theirs), False
    if theirs == base:
        return list(mine), False
    if not base:  # both wrote something new at the same place
        return [*theirs, *mine], False
    for changed, around in ((mine, theirs), (theirs, mine)):
        if (at := _found(base, around)) is not None:  # still whole: the change is made in it
            said = [*around[:at], *changed, *around[at + len(base) :]]
            return said, BOTH in said
    if len(base) == len(mine) == len(theirs) > 1:  # neighbours, each changed by one of them
        rows = [_settled([b], [m], [t]) for b, m, t in zip(base, mine, theirs, strict=True)]
        if not any(marked for _, marked in rows):
            return [line for chunk, _ in rows for line in chunk], False
    return [BOTH, *theirs, OTHER, *mine], True


def _found(words: Sequence[str], within: Sequence[str]) -> int | None:
    """Where these paragraphs, not all of them empty, stand one after the other."""
    if not any(words):
        return None
    starts = range(len(within) - len(words) + 1)
    return next((i for i in starts if within[i : i + len(words)] == words), None)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _kept(base: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Paragraphs that stayed: where in `base` → where in `new`."""
    blocks = SequenceMatcher(None, base, new, autojunk=False).get_matching_blocks()
    return {block.a + i: block.b + i for block in blocks for i in range(block.size)}
