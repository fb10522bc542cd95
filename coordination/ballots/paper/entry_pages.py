"""/ballots/{poll}/sheets/entry and …/sheets/{serial}: scanned, written down, on to the next.

Made for two hundred sheets in a row on a phone: the code is scanned (or typed), one screen holds
all questions of the sheet, and saving leads straight back to the scan. What was chosen is in no
address and in no field but those of the form itself.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.ballots.casting.queries import PollCard, poll_card
from coordination.ballots.paper.evidence import (
    ENDINGS,
    MOST_PHOTOS,
    Evidence,
    Kept,
    Kind,
    Sent,
    keep_evidence,
)
from coordination.ballots.paper.queries import SheetCard, find_sheet, numbered
from coordination.ballots.paper.rules import (
    INVALIDITIES,
    LONGEST_CONSENT,
    WAYS,
    Answer,
    NotOpenForSheets,
    read_answer,
    way_of,
)
from coordination.ballots.paper.showing import evidence_of, open_evidence
from coordination.ballots.paper.writing import (
    AlreadyCounted,
    Writing,
    WroteBefore,
    checked_consent,
    poll_for_sheets,
    require_in_time,
    require_unwritten,
    write_down,
)
from coordination.ballots.seal import PageTooOld, open_page, seal_page
from coordination.errors import Conflict, Invalid, NotAllowed, Refusal
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.settings import sealing_key
from coordination.web.downloads import NO_STORE
from coordination.web.forms import Form

LASTS = timedelta(hours=12)
MOST_BYTES = (MOST_PHOTOS + 2) * files.LARGEST  # the photos, a recording, and room to say no


@dataclass(frozen=True, slots=True)
class Opened:
    """The form as it was opened: which submit it is, since when, what evidence it holds already."""

    id: UUID
    at: datetime
    kept: tuple[Kept, ...] = ()

    def sealed(self, sheet: UUID, by: UUID, at: datetime) -> str:
        data: dict[str, object] = {
            "id": str(self.id),
            "at": self.at.isoformat(),
            "kept": [[str(k.id), k.kind, k.file, k.media, k.witness] for k in self.kept],
        }
        return seal_page(sealing_key(), data, _context(sheet, by), at, LASTS)


def _opened(sheet: UUID, by: UUID, sealed: str, at: datetime) -> Opened:
    """PageTooOld: older than half a day. PageExpired: altered, or somebody else's."""
    data: Any = open_page(sealing_key(), sealed, _context(sheet, by), at)
    kept = tuple(Kept(UUID(id), Kind(kind), *rest) for id, kind, *rest in data["kept"])
    return Opened(UUID(data["id"]), datetime.fromisoformat(data["at"]), kept)


def _opened_or_anew(
    sheet: UUID, by: UUID, sealed: str, at: datetime
) -> tuple[Opened, Conflict | None]:
    """The form; of one that lay too long a fresh one, opened now, and what to say. PageExpired."""
    try:
        return _opened(sheet, by, sealed, at), None
    except PageTooOld:
        said = "页面打开得太久，先前收到的照片和录音要重新选，其他内容都还在，请核对后再保存。"
        return Opened(uuid4(), at), Conflict(said)


def _context(sheet: UUID, by: UUID) -> bytes:
    return b"sheet " + sheet.bytes + by.bytes


class EntryPages(Controller):
    path = "/ballots/{poll_id:uuid}/sheets/{serial:str}"
    guards = [signed_in]

    @get()
    async def entry(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        serial: FromPath[str],
        way: FromQuery[str] = "",
    ) -> Template:
        """All questions of one sheet, nothing chosen."""
        sheet = await _sheet(asker, poll_id, serial)
        at = clock.now()
        form = Form({"way": (sheet.way or way_of(way)).value})
        return await _form(asker, sheet, Opened(uuid4(), at), form, at)

    @post(request_max_body_size=MOST_BYTES)
    async def keep(
        self,
        request: Request,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        serial: FromPath[str],
    ) -> Response:
        """Write it down and go on to the next. What is wrong comes back with all that was sent."""
        at, fields = clock.now(), await request.form()
        await poll_for_sheets(asker, poll_id)
        sheet = await find_sheet(poll_id, serial)
        opened, too_old = _opened_or_anew(sheet.id, asker.id, str(fields.get("page") or ""), at)
        try:
            evidence = await _evidence(asker, sheet, opened, fields, at)
            opened = replace(opened, kept=evidence.kept)
            if too_old:
                raise too_old
            writing = _writing(sheet, opened, fields, evidence.wrong)
            said = await write_down(asker, poll_id, serial, writing, at)
        except (WroteBefore, AlreadyCounted):  # the scan says so, and goes on to the next
            where = f"/ballots/{poll_id}/sheets/entry?serial={sheet.serial}"
            return Redirect(where, status_code=303)
        except (Invalid, Conflict, NotAllowed) as refusal:
            return await _again(asker, sheet, opened, fields, refusal, at)
        way = f"way={writing.way}&said={said}&done={sheet.serial}"
        return Redirect(f"/ballots/{poll_id}/sheets/entry?{way}", status_code=303)

    @get("/evidence/{evidence_id:uuid}")
    async def evidence(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        serial: FromPath[str],
        evidence_id: FromPath[UUID],
    ) -> Response[bytes]:
        """The photo or recording, for who is about to write the sheet down."""
        content, media = await open_evidence(asker, poll_id, serial, evidence_id, clock.now())
        name = f"{serial}.{ENDINGS.get(media, 'bin')}"
        how = "inline" if media == files.JPEG else "attachment"
        headers = {"content-disposition": f'{how}; filename="{name}"', **NO_STORE}
        return Response(content, media_type=media, headers=headers)


async def _sheet(asker: Asker, poll_id: UUID, serial: str) -> SheetCard:
    """The sheet, for who may write it down and has not. NotFound, NotYours, WroteBefore …"""
    running, at = await poll_for_sheets(asker, poll_id), clock.now()
    sheet = await find_sheet(poll_id, serial)
    require_unwritten(asker, sheet)
    require_in_time(asker, running, sheet, at, at)
    return sheet


async def _card(poll: UUID) -> PollCard:
    card = await poll_card(poll)
    if card is None:
        raise NotOpenForSheets("名册还没有锁定，现在没有票可以登记。")
    return card


async def _evidence(
    asker: Asker, sheet: SheetCard, opened: Opened, fields: FormMultiDict, at: datetime
) -> Evidence:
    """What was sent along, kept sealed beside what came with an earlier try."""
    recordings = await _contents(fields, "recording")
    sent = Sent(
        await _contents(fields, "photo"),
        recordings[-1] if recordings else None,
        _text(fields, "witness"),
    )
    again = fields.get("retake") == "yes"
    before = [each for each in opened.kept if not (again and each.kind is Kind.PHOTO)]
    return await keep_evidence(await _card(sheet.poll), sheet.id, sent, asker.id, at, before)


async def _contents(fields: FormMultiDict, name: str) -> list[bytes]:
    """The files of a field; one with a name and no bytes is one, a field left empty is none."""
    sent = [one for one in fields.getall(name, []) if isinstance(one, UploadFile)]
    contents = [(await one.read(files.LARGEST + 1), one.filename) for one in sent]
    return [content for content, name in contents if content or name]


def _text(fields: FormMultiDict, name: str) -> str:
    return str(fields.get(name) or "").replace("\x00", "")


def _writing(
    sheet: SheetCard, opened: Opened, fields: FormMultiDict, refused: Mapping[str, str]
) -> Writing:
    """What the form says. Invalid, at each field; also at those whose files were `refused`."""
    answers: dict[UUID, Answer] = {}
    wrong: dict[str, str] = {}
    for name, asked in numbered(sheet.asked).items():
        try:
            ticked = [str(one) for one in fields.getall(name, [])]
            answers[asked.question] = read_answer(asked.offer, ticked)
        except Invalid as refusal:
            wrong[name] = f"事项{asked.position}：{refusal}"
    if wrong or refused:
        told = f"有 {len(wrong)} 个事项要再看一下票面，" if wrong else "还没有登记，"
        raise Invalid(f"{told}其他内容都还在。", **wrong, **refused)
    helped = fields.get("helped") == "yes"
    consent = checked_consent(_text(fields, "consent"), helped, LONGEST_CONSENT)
    way = way_of(_text(fields, "way"))
    return Writing(opened.id, opened.at, sheet.way or way, answers, opened.kept, consent)


async def _again(
    asker: Asker,
    sheet: SheetCard,
    opened: Opened,
    fields: FormMultiDict,
    refusal: Refusal,
    at: datetime,
) -> Template:
    names = [*numbered(sheet.asked), "way", "witness", "helped", "consent"]
    values = {name: [str(one) for one in fields.getall(name, [])] for name in names}
    single = {name: said[-1] if said else "" for name, said in values.items()}
    single["way"] = sheet.way or way_of(single["way"])
    said: Mapping[str, Any] = {**single, **{n: values[n] for n in numbered(sheet.asked)}}
    errors = refusal.fields if isinstance(refusal, Invalid) else {}
    page = await _form(asker, sheet, opened, Form(said, errors, str(refusal)), at)
    kinds = {Invalid: 422, NotAllowed: 403}
    page.status_code = next((n for kind, n in kinds.items() if isinstance(refusal, kind)), 409)
    return page


async def _form(
    asker: Asker, sheet: SheetCard, opened: Opened, form: Form, at: datetime
) -> Template:
    poll, _, _ = await poll_for_sheets(asker, sheet.poll)
    context = {
        "poll": poll,
        "sheet": sheet,
        "asked": numbered(sheet.asked),
        "invalidities": [(f"invalid:{why}", words) for why, words in INVALIDITIES.items()],
        "ways": WAYS,
        "page": opened.sealed(sheet.id, asker.id, at),
        "kept": Counter(each.kind.value for each in opened.kept),
        "most": MOST_PHOTOS,
        "evidence": await evidence_of(sheet),
        "form": form,
    }
    return Template("ballots/paper/entry.html", context=context, headers=NO_STORE)
