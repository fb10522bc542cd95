"""What other slices know of a person, told here when the application is put together.

People lies low and imports none of them; to export a person's data, to see whom a community may
help, and to close an account, their answers are needed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


async def nowhere(_person: UUID, _at: datetime) -> list[str]:
    """A slice that ties nobody to a place."""
    return []


async def nothing(_person: UUID, _at: datetime) -> None:
    """A slice that has nothing to end when an account closes."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One slice's part. `export`: JSON-ready rows by name; `paths`: of the places a person lives or
    owns in; `close`: what ends with the account, in the caller's transaction."""

    name: str
    export: Callable[[UUID], Awaitable[dict[str, object]]]
    paths: Callable[[UUID, datetime], Awaitable[list[str]]] = nowhere
    close: Callable[[UUID, datetime], Awaitable[None]] = nothing


TIES: dict[str, Tie] = {}


def tie(part: Tie) -> None:
    """Have a slice's part asked from now on."""
    TIES[part.name] = part


async def paths_of(person: UUID, at: datetime) -> list[str]:
    """The paths of all places that a person is tied to."""
    return [path for part in TIES.values() for path in await part.paths(person, at)]
