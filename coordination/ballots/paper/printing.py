"""Printing sheets 打印表决票: asked for by a page, made by a worker, part by part.

One file holds the sheets of an estate, a building or an entrance, in the order of the rooms. Parts
keep the memory small and say how far it has come.
"""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from pypdf import PdfWriter

from coordination import audit, db, files, jobs
from coordination.ballots.offers import Offer, offer_of
from coordination.ballots.paper.making import make_sheets
from coordination.ballots.paper.queries import box_words
from coordination.ballots.paper.rules import printed
from coordination.ballots.paper.tables import SheetPrint
from coordination.ballots.paper.writing import poll_for_sheets
from coordination.ballots.polls.answer_words import silence_words
from coordination.ballots.polls.queries import estate_of, load_poll, questions_of, state_of
from coordination.ballots.polls.silence import rule_of
from coordination.ballots.tables import Poll, Question
from coordination.errors import Conflict, Invalid, NotFound, Refusal
from coordination.law.areas import format_area
from coordination.people.askers import Asker
from coordination.people.queries import body_of
from coordination.places.naming import unit_name
from coordination.places.tables import Place, PlaceKind
from coordination.web.formats import local_time
from coordination.web.pdf import render

PRINT = "print-sheets"  # the job
PART = 50  # sheets set at once
ON_SLIP = 4  # rooms that fit a receipt: a developer's eighty would take a page
LOST = timedelta(minutes=2)  # without a step: its worker was killed
BOTH = {
    "online": "线上和纸质都投的，以线上投票为准。",
    "paper": "线上和纸质都投的，以纸质票为准。",
}
# A sheet lies where its owner's largest unit does, as turnout counts it.
LISTED = """
with home as (
  select distinct on (s.id) s.id, s.serial, u.building, u.entrance, b.sort as b_sort,
         u.sort as u_sort
    from sheet s join sheet_right sr on sr.sheet = s.id
    join right_unit ru on ru."right" = sr."right"
    join unit u on u.id = ru.unit join place b on b.id = u.building
   where s.poll = $1 order by s.id, ru.area_cm2 desc, b.sort, u.sort
)
select id, serial from home
 where ($2::uuid is null or building = $2) and ($3::text is null or entrance = $3)
 order by b_sort, entrance, u_sort, serial
"""
SHOWN = """
select sr.sheet, array_agg(distinct array[b.sort, u.sort, b.name, u.entrance, u.room]) as rooms,
       (select array_agg(array[q.id::text, r.area_cm2::text] order by q.position)
          from sheet_right x join voting_right r on r.id = x."right"
          join question q on q.id = r.question where x.sheet = sr.sheet) as asked
  from sheet_right sr join right_unit ru on ru."right" = sr."right"
  join unit u on u.id = ru.unit join place b on b.id = u.building
 where sr.sheet = any($1::uuid[]) group by sr.sheet
"""


class NothingToPrint(Conflict):
    """No sheet lies in this building or entrance."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What to print: a building, one entrance of it, or (None) the whole estate."""

    building: UUID | None = None
    entrance: str | None = None
    is_large: bool = False


async def request_print(asker: Asker, poll_id: UUID, portion: Portion, at: datetime) -> UUID:
    """Have sheets made and printed; the id under which the page follows it.

    NotFound, NotYours, NoSheetsNow, NothingToPrint, Invalid.
    """
    _, _, estate = await poll_for_sheets(asker, poll_id)
    await _require_building(estate, portion)
    async with db.transaction():
        poll = await make_sheets(poll_id, at)
        listed = await db.rows(LISTED, poll_id, portion.building, portion.entrance)
        if not listed:
            raise NothingToPrint("所选的楼栋、单元里没有这次表决的业主，没有票可以打印。")
        wanted = SheetPrint(
            id=uuid4(), poll=poll_id, building=portion.building, entrance=portion.entrance,
            is_large=portion.is_large, asked_by=asker.id, asked_at=at, total=len(listed), done=0,
            moved_at=at,
        )  # fmt: skip
        await wanted.save()
        await audit.record(asker, "print_sheets", poll, at=at, place=estate, count=len(listed))
        await jobs.enqueue(PRINT, wanted.id)
    return wanted.id


async def print_again(asker: Asker, poll_id: UUID, print_id: UUID, at: datetime) -> None:
    """Take up a print whose worker was killed, or that failed. NotFound, NotYours."""
    found = await print_of(asker, poll_id, print_id)
    if found.finished_at or (found.failure is None and at - found.moved_at < LOST):
        return
    async with db.transaction():
        found.failure, found.moved_at, found.done = None, at, 0
        await found.save([SheetPrint.failure, SheetPrint.moved_at, SheetPrint.done])
        await jobs.enqueue(PRINT, found.id)


async def print_of(asker: Asker, poll_id: UUID, print_id: UUID) -> SheetPrint:
    """One print, for who may print. NotFound, NotYours."""
    await poll_for_sheets(asker, poll_id)
    found = await SheetPrint.objects().get(
        (SheetPrint.id == print_id) & (SheetPrint.poll == poll_id)
    )
    if found is None:
        raise NotFound("没有这份打印件。")
    return found


async def run_print(print_id: UUID, at: datetime) -> None:
    """Make the file; run by a worker, and a second time without harm. A refusal (a character that
    the font lacks) is kept for the page."""
    wanted = await SheetPrint.objects().get(SheetPrint.id == print_id)
    if wanted is None or wanted.finished_at:
        return
    try:
        content, sheets = await _composed(wanted, at)
    except Refusal as refusal:
        wanted.failure, wanted.moved_at = str(refusal), at
        await wanted.save([SheetPrint.failure, SheetPrint.moved_at])
        return
    file = await files.store(content, at=at, by=None)
    async with db.transaction():
        wanted.file, wanted.finished_at, wanted.done = file, at, wanted.total
        await wanted.save([SheetPrint.file, SheetPrint.finished_at, SheetPrint.done])
        await db.execute(
            """insert into printed_sheet (id, sheet, print)
               select gen_random_uuid(), sheet, $2 from unnest($1::uuid[]) as t (sheet)
               on conflict do nothing""",
            sheets, print_id,
        )  # fmt: skip


async def _composed(wanted: SheetPrint, at: datetime) -> tuple[bytes, list[UUID]]:
    """The whole file, and whose sheets are in it. MissingGlyph."""
    poll = await load_poll(wanted.poll)
    listed = await db.rows(LISTED, poll.id, wanted.building, wanted.entrance)
    words = await _words(poll, wanted.is_large)
    whole = PdfWriter()
    for start in range(0, len(listed), PART):
        part = listed[start : start + PART]
        content = await render("sheets", words | {"sheets": await _sheets(part)}, at)
        await asyncio.to_thread(whole.append, io.BytesIO(content))
        await db.execute(
            "update sheet_print set done = $2, moved_at = $3 where id = $1",
            wanted.id, start + len(part), at,
        )  # fmt: skip
    out = io.BytesIO()
    await asyncio.to_thread(whole.write, out)
    return out.getvalue(), [row["id"] for row in listed]


async def _words(poll: Poll, is_large: bool) -> dict[str, Any]:
    """What stands on each sheet."""
    estate, state = await estate_of(poll), await state_of(poll)
    body, questions = await body_of(poll.convener), await questions_of(poll.id)
    return {
        "title": poll.title,
        "estate": estate.name,
        "convener": body.name,
        "contact": poll.contact,
        "closes": local_time(state.closes_at),
        "large": is_large,
        "prevails": BOTH[poll.prevails],
        "silent": await _silent(poll, questions),
        "questions": {str(each.id): _question(each) for each in questions},
    }


async def _silent(poll: Poll, questions: Sequence[Question]) -> str:
    """What the estate's rule makes of a sheet that was delivered and stays away; "" without one."""
    if poll.silence is None:
        return ""
    but = "选举除外。" if any(each.seats for each in questions) else ""
    return silence_words(await rule_of(poll)) + but


def _question(question: Question) -> dict[str, Any]:
    options: Any = question.options
    offer = offer_of(options, question.seats)
    return {
        "heading": f"事项{question.position}　{question.title}",
        "text": question.text,
        "boxes": [box_words(offer, value) for value in offer.choices],
        "note": _note(offer),
    }


def _note(offer: Offer) -> str:
    if offer.seats is not None:
        return f"最多选 {offer.seats} 人；选“都不同意”或“弃权”的，不再选人。"
    return "只选一项。" if offer.options else ""


async def _sheets(part: Sequence[asyncpg.Record]) -> list[dict[str, Any]]:
    found = {row["sheet"]: row for row in await db.rows(SHOWN, [row["id"] for row in part])}
    return [_sheet(row["serial"], found[row["id"]]) for row in part]


def _sheet(serial: str, shown: asyncpg.Record) -> dict[str, Any]:
    areas = {area for _, area in shown["asked"]}
    largest = max(map(int, areas))
    rooms = [unit_name(*room[2:]) for room in sorted(shown["rooms"])]
    return {
        "serial": printed(serial),
        "link": serial,  # what its QR code holds: nothing else
        "rooms": "、".join(rooms),
        "on_slip": "、".join(rooms) if len(rooms) <= ON_SLIP else f"{rooms[0]}等 {len(rooms)} 处",
        "area": format_area(largest),
        "asked": [
            [question, format_area(int(area)) if len(areas) > 1 else ""]
            for question, area in shown["asked"]
        ],
    }


async def _require_building(estate: Place, portion: Portion) -> None:
    if portion.building is None:
        if portion.entrance is not None:
            raise Invalid("请先选楼栋，再选单元。", portion="请先选楼栋，再选单元。")
        return
    building = await Place.objects().get(
        (Place.id == portion.building) & (Place.kind == PlaceKind.BUILDING)
    )
    if building is None or building.parent != estate.id:
        raise NotFound("本小区没有这栋楼。")
