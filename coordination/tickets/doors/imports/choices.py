"""What stands for what in an uploaded sheet: guessed at first, then as whoever uploads it says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import UUID

from coordination.tickets.kinds import Door, Outcome

MOST_CATEGORIES = 200  # different words that are matched one by one
SOURCE = re.compile(r"[\w.\-]{1,20}")
NOT_SAID = ""  # an outcome that the source does not tell: closed, and not counted as solved


@dataclass(frozen=True, slots=True)
class Choices:
    """`columns`: field → column. `categories`: the sheet's words → a category's code."""

    source: str  # goes before the number: 12345, 民呼我应, 留言板, 信访
    door: Door = Door.HOTLINE
    columns: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    other: str = ""  # the category of what matches none
    estate: UUID | None = None  # where rows belong that name no estate; None: they are errors
    makes_estates: bool = False  # name estates that nobody entered yet
    outcome: Outcome | None = None  # of closed rows that tell none; None: not told

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """From the row in the database."""
        return cls(
            said["source"], Door(said["door"]), said["columns"], said["categories"],
            said["other"], UUID(said["estate"]) if said["estate"] else None,
            said["makes_estates"], Outcome(said["outcome"]) if said["outcome"] else None,
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source, "door": self.door, "columns": dict(self.columns),
            "categories": dict(self.categories), "other": self.other,
            "estate": str(self.estate) if self.estate else None,
            "makes_estates": self.makes_estates, "outcome": self.outcome,
        }  # fmt: skip

    def category_of(self, words: str) -> str:
        """The code of the category that the sheet's words stand for."""
        return self.categories.get(words) or self.other

    def matched(self, said: Iterable[str], known: "Iterable[Wording]") -> Self:
        """These choices with a guess for every word that none was made for."""
        known = list(known)
        found = {words: guess(words, known) or "" for words in list(said)[:MOST_CATEGORIES]}
        return replace(self, categories={**found, **self.categories})


@dataclass(frozen=True, slots=True)
class Wording:
    """A category as it can be recognised. `words`: its name and the others it is looked for by."""

    code: str
    name: str
    words: frozenset[str]


def guess(said: str, known: Iterable[Wording]) -> str | None:
    """The category whose name is said, else the one whose longest word stands in it."""
    plain = re.sub(r"[\s/／、—-]", "", said).lower()
    best, length = None, 0
    for category in known:
        if plain == category.name.lower():
            return category.code
        for word in category.words:
            if len(word) > length and word.lower() in plain:
                best, length = category.code, len(word)
    return best
