"""What happened to a ticket, as told to everybody, to who whistled, to the offices."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from coordination.db import rows
from coordination.people.askers import Asker
from coordination.tickets.kinds import Door, EventKind, PhotoKind
from coordination.tickets.whistling.wording import Happening, note, told

EVENTS = """
select v.kind, v.at, v.ordinal, v.person, v.words, v.facts::text as facts, v.is_public,
       coalesce(b.name, '') as body
  from ticket_event v left join body b on b.id = v.body where v.ticket = $1 order by v.ordinal
"""
UNTOLD = frozenset({EventKind.REMIND})  # what follows says it
COUNTED = frozenset({EventKind.CO_SIGN})  # a number for all but the one who joined
BAD = frozenset({EventKind.BREACH, EventKind.REJECT, EventKind.REOPEN, EventKind.ESCALATE})
ASKS = frozenset({EventKind.REPLY, EventKind.ASK_INFO})
# 难点说明 is for everybody, whether the words are or not.
SAID_TO_ALL = frozenset({EventKind.HOLD, EventKind.EXTEND, EventKind.ESCALATE})


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the timeline; `photos` are (name of the photo, of its small copy, its kind)."""

    at: datetime
    ordinal: int
    title: str
    note: str
    tone: str
    photos: list[tuple[str, str | None, PhotoKind]]
    asks: bool = False  # it waits for an answer of who whistled


async def happened_to(ticket: UUID) -> list[Record]:
    """Its events, in order."""
    return await rows(EVENTS, ticket)


async def told_to(
    visitor: Asker | None, ticket: Record, happened: list[Record], *, words: bool, everything: bool
) -> list[Told]:
    """The newest first: public events and one's own, or `everything`; what was said and shown
    only to whom the `words` are for."""
    names = await _names(happened)
    photos = await _photos(ticket["id"]) if words else {}
    lines = []
    for each in reversed(happened):
        mine = visitor is not None and each["person"] == visitor.id
        if not _is_told(each, mine=mine, everything=everything):
            continue
        event = _happening(each)
        said = note(event) if words or event.kind in SAID_TO_ALL else ""
        lines.append(
            Told(
                event.at, event.ordinal, told(event, names, Door(ticket["door"])), said,
                "late" if event.kind in BAD else "done", photos.get(event.ordinal, []),
                event.kind in ASKS,
            )
        )  # fmt: skip
    return lines


def _is_told(each: Record, *, mine: bool, everything: bool) -> bool:
    kind = EventKind(each["kind"])
    if kind in UNTOLD or (kind in COUNTED and not (mine or everything)):
        return False
    return each["is_public"] or mine or everything


def _happening(found: Record) -> Happening:
    return Happening(
        EventKind(found["kind"]), found["at"], found["ordinal"], found["body"], found["words"],
        json.loads(found["facts"]),
    )  # fmt: skip


async def _names(happened: list[Record]) -> dict[UUID, str]:
    """The names of the bodies that the events speak of."""
    ids = set()
    for each in happened:
        facts = json.loads(each["facts"])
        ids |= {facts[name] for name in ("holder", "body", "proposed") if facts.get(name)}
    found = await rows("select id, name from body where id::text = any($1)", sorted(map(str, ids)))
    return {each["id"]: each["name"] for each in found}


async def _photos(ticket: UUID) -> dict[int, list[tuple[str, str | None, PhotoKind]]]:
    photos: dict[int, list[tuple[str, str | None, PhotoKind]]] = {}
    found = await rows(
        """select event, sha256, small, kind from ticket_photo where ticket = $1
           order by event, sort""",
        ticket,
    )
    for each in found:
        photos.setdefault(each["event"], []).append(
            (each["sha256"], each["small"], PhotoKind(each["kind"]))
        )
    return photos
