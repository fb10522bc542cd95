"""Showing 查看凭据 a sealed photo or recording to who is about to write the sheet down; logged."""

from datetime import datetime
from uuid import UUID

from coordination import audit, db, files
from coordination.ballots.casting.queries import poll_card
from coordination.ballots.paper.queries import SheetCard, find_sheet
from coordination.ballots.paper.rules import require_second_in_time, require_settling
from coordination.ballots.paper.sealing import open_file
from coordination.ballots.paper.writing import poll_for_sheets, require_unwritten
from coordination.errors import NotFound
from coordination.people.askers import Asker


async def evidence_of(sheet: SheetCard) -> list[tuple[UUID, str, str]]:
    """(id, kind, the witness's name or "") of what a sheet's entries rest on, oldest first."""
    found = await db.rows(
        """select v.id, v.kind, coalesce(v.witness, '') as witness
             from sheet_evidence v join sheet_entry e on e.id = v.entry
            where e.sheet = $1 order by e.number, v.kind, v.id""",
        sheet.id,
    )
    return [(row["id"], row["kind"], row["witness"]) for row in found]


async def open_evidence(
    asker: Asker, poll_id: UUID, serial: str, evidence: UUID, at: datetime
) -> tuple[bytes, str]:
    """A photo or recording and what it is, for who is about to write the sheet down; logged.

    NotFound, NotYours, WroteBefore, AlreadyCounted, NotOpenForSheets.
    """
    poll, state, estate = await poll_for_sheets(asker, poll_id)
    sheet = await find_sheet(poll_id, serial)
    require_unwritten(asker, sheet)
    if sheet.differs:
        require_settling(state, at)
    require_second_in_time(state, at)
    found = await db.row(
        """select v.file, v.media from sheet_evidence v join sheet_entry e on e.id = v.entry
            where v.id = $1 and e.sheet = $2 and v.file is not null""",
        evidence, sheet.id,
    )  # fmt: skip
    card = await poll_card(poll_id)
    if found is None or card is None:
        raise NotFound("没有这份凭据。")
    content = open_file(card, sheet.id, evidence, await files.content_of(found["file"]))
    async with db.transaction():
        await audit.record(asker, "open_sheet_evidence", poll, at=at, place=estate)
    return content, found["media"]
