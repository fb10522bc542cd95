"""What a sheet would do, row by row: read from the kept file, compared, and noted as a preview."""

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from coordination.db import connection, execute
from coordination.errors import Conflict
from coordination.people.secrecy import open_sealed, seal
from coordination.places.naming import place_key
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.doors.imports import columns as of
from coordination.tickets.doors.imports.choices import Choices, Wording
from coordination.tickets.doors.imports.comparing import Compared, compare
from coordination.tickets.doors.imports.queries import categories, known_in
from coordination.tickets.doors.imports.reading import ReadRow, read_row
from coordination.tickets.doors.tables import TicketImport
from coordination.web.sheets import Fault, Table, read_table

PURPOSE = "uploaded tickets"  # of the seal
VERDICTS = ("new", "changed", "same", "error", "doubtful", "strays")
SPELT = 80
OTHER = "other"  # a category's code, where there is one


class FileErased(Conflict):
    """The uploaded file is gone, as the retention setting says."""


def sealed_and_read(data: bytes, file_name: str) -> tuple[Table, bytes]:
    """A file as a table, and sealed, to be kept. UnreadableFile."""
    sealed = seal(base64.b85encode(data).decode(), PURPOSE)
    return read_table(data, file_name, known=of.KNOWN), sealed


async def table_of(batch: UUID) -> tuple[Table, datetime]:
    """The uploaded file as read, and when it was uploaded. FileErased."""
    found = await TicketImport.select(
        TicketImport.file_sealed, TicketImport.file_name, TicketImport.uploaded_at
    ).where(TicketImport.id == batch).first()  # fmt: skip
    if found is None or found["file_sealed"] is None:
        raise FileErased("上传的原件已按期限删除。请重新上传。")
    data = await asyncio.to_thread(_unseal, found["file_sealed"])
    table = await asyncio.to_thread(read_table, data, found["file_name"], known=of.KNOWN)
    return table, found["uploaded_at"]


def _unseal(sealed: bytes) -> bytes:
    return base64.b85decode(open_sealed(sealed, PURPOSE))


async def preview(
    batch: UUID, place: Place, table: Table, choices: Choices, uploaded_at: datetime
) -> None:
    """Read by these choices and keep each row's verdict; or wait for the columns."""
    known = await categories()
    choices = _matched(choices, table, [each.wording for each in known])
    lacking = of.missing(choices.columns)
    counts: dict[str, int] = {}
    if not lacking:
        looked = await look_at(place, table, choices, uploaded_at)
        counts = looked.counts()
        await _keep_lines(batch, looked)
    await execute(
        """update ticket_import set state = $2, choices = $3, counts = $4 where id = $1""",
        batch, "columns" if lacking else "previewed",
        json.dumps(choices.as_json(), ensure_ascii=False), json.dumps(counts),
    )  # fmt: skip


def _matched(choices: Choices, table: Table, known: Sequence[Wording]) -> Choices:
    """With a category for every word of the sheet, and one for what matches none."""
    column = choices.columns.get(of.CATEGORY)
    said = dict.fromkeys(row[column] for row in table.rows if row[column]) if column else {}
    others = [each.code for each in known if each.code == OTHER or each.name.startswith("其他")]
    other = choices.other or next(iter(others or [each.code for each in known[:1]]), "")
    return replace(choices, other=other).matched(said, known)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A whole sheet by some choices."""

    compared: list[Compared]
    faults: dict[int, list[Fault]]
    names: dict[int, str]
    place: Place

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {verdict: 0 for verdict in VERDICTS}
        found["error"] = len(self.faults)
        for each in self.compared:
            if not each.fault:
                found[each.verdict] += 1
                found["doubtful"] += bool(each.row.doubts)
                found["strays"] += each.verdict == "new" and self._strays(each.row)
        return found

    def _strays(self, row: ReadRow) -> bool:
        """Whether it names another estate than the one that all is brought into."""
        kind, name = PlaceKind(self.place.kind), row[of.ESTATE]
        return kind is PlaceKind.ESTATE and bool(name) and place_key(kind, name) != self.place.key


async def look_at(place: Place, table: Table, choices: Choices, uploaded_at: datetime) -> LookedAt:
    """What each row of a sheet would do, as things are now."""
    read = [read_row(row, choices, uploaded_at) for row in table.rows]
    good = [one for one in read if isinstance(one, ReadRow)]
    known = await known_in(place, [row.external for row in good])
    compared = await asyncio.to_thread(compare, good, choices, known)
    faults: dict[int, list[Fault]] = {}
    for wrong in [fault for one in read if isinstance(one, list) for fault in one]:
        faults.setdefault(wrong.row, []).append(wrong)
    for each in compared:
        if each.fault:
            faults.setdefault(each.fault.row, []).append(each.fault)
    names = {row.number: row[choices.columns.get(of.NUMBER, "")] for row in table.rows}
    return LookedAt(compared, faults, names, place)


async def _keep_lines(batch: UUID, looked: LookedAt) -> None:
    good = [each for each in looked.compared if not each.fault]
    lines = [
        (
            uuid4(), batch, each.row.number, each.verdict, _spelt(each.row),
            _text([]), _text([_said(fault) for fault in each.row.doubts]),
            _text(each.differences), False, each.ticket,
        )
        for each in good
    ] + [
        (
            uuid4(), batch, number, "error", looked.names[number][:SPELT],
            _text([_said(fault) for fault in wrong]), _text([]), _text([]), False, None,
        )
        for number, wrong in looked.faults.items()
    ]  # fmt: skip
    async with connection() as it:
        await it.copy_records_to_table(
            "ticket_line",
            columns=["id", "batch", "number", "verdict", "spelt", "problems", "doubts",
                     "differences", "taken", "ticket"],
            records=lines,
        )  # fmt: skip


def _spelt(row: ReadRow) -> str:
    return f"{row[of.NUMBER]} {row.text}"[:SPELT]


def _said(fault: Fault) -> dict[str, str]:
    return {"column": fault.column, "value": fault.value[:200], "reason": fault.reason}


def _text(given: object) -> str:
    return json.dumps(given, ensure_ascii=False)
