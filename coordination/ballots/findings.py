"""What a recount finds: one check after the other, each with what was said and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass, field

FIRST = 5  # of many faults of one kind, so many are named


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is where the figure stands in the package. `holds` None: not checkable here."""

    name: str
    what: str  # in Chinese, for the reader
    said: object
    found: object
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Findings:
    """Checks of one part of a package, whose names begin with `path`."""

    path: str = ""
    what: str = ""
    checks: list[Check] = field(default_factory=list)

    def same(self, name: str, what: str, said: object, found: object) -> None:
        """What is said must be what was found."""
        self._add(name, what, said, found, said == found)

    def fits(self, name: str, what: str, said: object, found: object, holds: bool) -> None:
        """Said and found are not alike in kind; whether they agree was seen elsewhere."""
        self._add(name, what, said, found, holds)

    def clean(self, name: str, what: str, faults: Sequence[str]) -> None:
        """There must be no faults."""
        more = [f"……共 {len(faults)} 处"] if len(faults) > FIRST else []
        self._add(name, what, [], [*faults[:FIRST], *more], not faults)

    def stated(self, name: str, what: str, said: object) -> None:
        """A statement that nothing in the package can confirm or refute."""
        self._add(name, what, said, None, None)

    def under(self, path: str, what: str) -> "Findings":
        """The same list, for a part of this part."""
        return Findings(f"{self.path}{path}.", f"{self.what}{what}·", self.checks)

    def _add(self, name: str, what: str, said: object, found: object, holds: bool | None) -> None:
        self.checks.append(Check(f"{self.path}{name}", f"{self.what}{what}", said, found, holds))
