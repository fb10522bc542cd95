"""For the bodies that answer: what is due from them, publishing it, taking it down."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.disclosures import actions
from coordination.disclosures.grid import as_boxes, filled, parts_of, read_grid
from coordination.disclosures.pages import shown_to
from coordination.disclosures.permits import PUBLISHERS, may_disclose, offices_of
from coordination.disclosures.queries import (
    DisclosureRead,
    Shown,
    accounts_before,
    is_brought_by,
    owed_by,
    read_disclosure,
)
from coordination.disclosures.sheet import (
    MOST_ROWS,
    Sheet,
    fen,
    file_rows,
    plain_yuan,
    read_sheet,
    typed_rows,
)
from coordination.errors import Invalid, NotAllowed
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.web.downloads import workbook_file
from coordination.web.forms import Form, Reader, form_again, form_from
from coordination.web.sheets import Column, template

# Above the 20 MB that we take, so that a file of 25 MB is answered by us, with what to do.
LARGEST_BODY = 40 * 1024 * 1024


@dataclass
class RemovalFields:
    reason: str = ""


class PublishPages(Controller):
    path = "/disclosures"
    guards = [staff(*PUBLISHERS)]

    @get("/desk")
    async def desk(self, asker: NamedDependency[Asker]) -> Template:
        """What the asker's bodies owe, the longest due first."""
        at = clock.now()
        context = {"owed": await owed_by(offices_of(asker.roles), at), "at": at}
        return Template("disclosures/desk.html", context=context)

    @get("/{disclosure_id:uuid}/publishing")
    async def publishing(
        self, asker: NamedDependency[Asker], disclosure_id: FromPath[UUID]
    ) -> Template:
        context = await _publishable(asker, disclosure_id)
        said = await _begun(context["shown"])
        return Template("disclosures/publishing.html", context=_drawn(context, said))

    @post("/{disclosure_id:uuid}/publishing", request_max_body_size=LARGEST_BODY)
    async def publish(
        self, request: Request, asker: NamedDependency[Asker], disclosure_id: FromPath[UUID]
    ) -> Response:
        """Put it on the shelf. Sent back, the form keeps every word, the rows of the file and the
        document."""
        context = await _publishable(asker, disclosure_id)
        sent = await request.form()
        said: dict[str, Any] = dict.fromkeys(("words", "lines", "kept", "opening"), "")
        said |= {name: one for name, one in sent.items() if isinstance(one, str)}
        if said.get("more"):
            return Template("disclosures/publishing.html", context=_drawn(context, said))
        try:
            reader = Reader(said)
            words = reader.text("words", "说明", longest=actions.WORDS_LONGEST, optional=True)
            reader.settle()
            sheet = await _sheet(context["read"], sent.get("sheet"), said)
            document = await _document(asker, sent.get("document"), said)
            await actions.publish_disclosure(
                asker, disclosure_id, words, document, sheet, clock.now()
            )
        except Invalid as refusal:
            drawn = _drawn(context, said) | {"form": form_from(refusal, said)}
            return Template("disclosures/publishing.html", context=drawn, status_code=422)
        return Redirect(f"/disclosures/{disclosure_id}", status_code=303)

    @get("/{disclosure_id:uuid}/template.xlsx")
    async def template(
        self, asker: NamedDependency[Asker], disclosure_id: FromPath[UUID]
    ) -> Response[bytes]:
        """The workbook to fill in for its table."""
        shown = (await _publishable(asker, disclosure_id))["read"].shown
        columns = [
            Column(head.name, required=not at, note="金额，单位元" if head.money else "")
            for at, head in enumerate(shown.heads)
        ]
        notes = [
            "每行一项，不要写合计，页面上会自动加总。",
            "公开后人人能看到，不要写手机号和证件号。",
        ]
        return workbook_file(template(columns, notes, {}), f"{shown.name}模板")

    @post("/{disclosure_id:uuid}/removal")
    async def take_down(
        self,
        asker: NamedDependency[Asker],
        disclosure_id: FromPath[UUID],
        data: URLEncodedBody[RemovalFields],
    ) -> Response:
        try:
            read = Reader(data)
            reason = read.text("reason", "撤下的原因", longest=actions.REASON_LONGEST)
            read.settle()
            await actions.take_down(asker, disclosure_id, reason, clock.now())
        except Invalid as refusal:
            found = await read_disclosure(disclosure_id, clock.now())
            context = await shown_to(asker, found)
            del context["form"]
            return form_again("disclosures/disclosure.html", refusal, data, **context)
        return Redirect(f"/disclosures/{disclosure_id}", status_code=303)


async def _publishable(asker: Asker, disclosure_id: UUID) -> dict[str, Any]:
    """NotFound; NotAllowed: another body's; AlreadyDisclosed."""
    at = clock.now()
    read = await read_disclosure(disclosure_id, at)
    shown = read.shown
    if not may_disclose(asker, read.estate, shown.answers):
        raise NotAllowed(f"“{shown.title}”由本小区的{shown.who}公开，您不是它的负责人员。")
    if read.now is not None:
        raise actions.AlreadyDisclosed("这一期已经公开。内容有误的，先撤下并写明原因。")
    return {"read": read, "shown": shown, "at": at, "most": MOST_ROWS}


async def _sheet(read: DisclosureRead, file: object, said: dict[str, Any]) -> Sheet:
    """The table: of the file if there is one, else as typed. Invalid at its field."""
    heads = read.shown.heads
    if not heads:
        return Sheet((), ())
    content = await file.read() if isinstance(file, UploadFile) else b""
    if content and isinstance(file, UploadFile):
        try:
            found = file_rows(heads, content, file.filename or "")
        except Invalid as refusal:
            raise Invalid(str(refusal), sheet=str(refusal)) from refusal
        sheet = read_sheet(heads, found)
        said |= as_boxes(sheet)
        return replace(sheet, opening=_opening(read, said))
    typed = read_grid(heads, said)
    pasted = read_sheet(heads, typed_rows(said["lines"])).rows
    return Sheet(tuple(heads), typed + pasted, _opening(read, said))


def _opening(read: DisclosureRead, said: dict[str, Any]) -> int | None:
    """The balance brought forward, as typed. Invalid."""
    if not read.shown.balanced or not said["opening"].strip():
        return None
    try:
        return fen("上期结余", said["opening"])
    except ValueError as fault:
        raise Invalid(f"{fault}。", opening=f"{fault}。") from fault


async def _begun(shown: Shown) -> dict[str, str]:
    """A new form: accounts go on where the last ones ended."""
    before = await accounts_before(shown, 1) if shown.balanced else []
    closed = before[0][1].closing if before else None
    return {} if closed is None else {"opening": plain_yuan(closed)}


def _drawn(context: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """What the form needs: its rows as typed, with empty ones to go on."""
    parts = parts_of(context["shown"].heads)
    return context | {"form": Form(said), "parts": parts, "grid": filled(parts, said)}


async def _document(asker: Asker, file: object, said: dict[str, Any]) -> str | None:
    """The document, kept; the one kept at a try before. Invalid at its field."""
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not content:
        if said["kept"] and not await is_brought_by(asker.id, said["kept"]):
            said["kept"] = ""
            raise Invalid("请重新选择文件。", document="请重新选择文件。")
        return said["kept"] or None
    try:
        said["kept"] = await files.store(content, at=clock.now(), by=asker.id)
    except Invalid as refusal:
        raise Invalid(str(refusal), document=str(refusal)) from refusal
    return said["kept"]
