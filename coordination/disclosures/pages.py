"""/disclosures 公开: the six shelves of an estate, and each thing on them, for everybody."""

from dataclasses import replace
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from coordination import clock, files
from coordination.disclosures.accounts import accounts_of
from coordination.disclosures.permits import PUBLISHERS, may_disclose, may_take_down
from coordination.disclosures.printing import print_accounts
from coordination.disclosures.queries import (
    DisclosureRead,
    StepShown,
    accounts_before,
    not_begun,
    other_periods,
    read_disclosure,
    shelves_of,
)
from coordination.disclosures.rules import SHELVES
from coordination.errors import NotFound
from coordination.notices.printing import print_notice
from coordination.notices.queries import read_notice
from coordination.notices.rules import Facts, FactsTable, Section
from coordination.people.askers import Asker
from coordination.places.queries import estates, place_of
from coordination.places.tables import PlaceKind
from coordination.web.access import anyone
from coordination.web.forms import Form
from coordination.web.pdf import PDF

GONE = "这份内容已经撤下，或者还没有公开。原因写在它的页面上。"


class DisclosurePages(Controller):
    path = "/disclosures"
    guards = [anyone]

    @get()
    async def disclosures(
        self, visitor: NamedDependency[Asker | None], estate: FromQuery[str] = ""
    ) -> Template:
        """The shelves of an estate; of several, one chooses first."""
        known, at = await estates(), clock.now()
        wanted = _uuid(estate) or (known[0].id if len(known) == 1 else None)
        chosen = await place_of(wanted, PlaceKind.ESTATE) if wanted else None
        context = {
            "estate": chosen,
            "estates": [(one.id, one.name) for one in known],
            "form": Form({"estate": str(chosen.id) if chosen else ""}),
            "shelves": await shelves_of(chosen.id, at) if chosen else {},
            "waiting": await not_begun(chosen.id, at) if chosen else [],
            "names": SHELVES,
            "is_publisher": bool(visitor and visitor.is_any(*PUBLISHERS)),
            "at": at,
        }
        return Template("disclosures/disclosures.html", context=context)

    @get("/{disclosure_id:uuid}")
    async def disclosure(
        self, visitor: NamedDependency[Asker | None], disclosure_id: FromPath[UUID]
    ) -> Template:
        read = await read_disclosure(disclosure_id, clock.now())
        return Template("disclosures/disclosure.html", context=await shown_to(visitor, read))

    @get("/{disclosure_id:uuid}/document")
    async def document(self, disclosure_id: FromPath[UUID]) -> Response[bytes]:
        """The document as it was brought, while it stands published."""
        read, step = await _published(disclosure_id)
        if step.document is None or step.document_kind is None:
            raise NotFound("这一期没有文件，只有表格。")
        ending = "pdf" if step.document_kind == files.PDF else "jpg"
        return _file(await files.content_of(step.document), step.document_kind, read, ending)

    @get("/{disclosure_id:uuid}/print")
    async def print_it(self, disclosure_id: FromPath[UUID]) -> Response[bytes]:
        """As A4 to hang up: its notice, with the table that stands now."""
        read, step = await _published(disclosure_id)
        assert step.notice, "what is published has its notice"
        notice = await read_notice(step.notice)
        if accounts := accounts_of(step.sheet):
            content = await print_accounts(notice, read, step.words, accounts, clock.now())
            return _file(content, PDF, read, "pdf")
        facts = Facts((*(Section(**part) for part in notice.facts["sections"]), *_table(step)))
        content = await print_notice(replace(notice, facts=facts.as_dict()), clock.now())
        return _file(content, PDF, read, "pdf")


async def shown_to(visitor: Asker | None, read: DisclosureRead) -> dict[str, object]:
    """What the page of a disclosure needs, but for the form of taking down."""
    return {
        "read": read,
        "shown": read.shown,
        "now": read.now,
        "others": await other_periods(read.shown),
        "accounts": accounts_of(read.now.sheet) if read.now else None,
        "earlier": await accounts_before(read.shown) if read.shown.balanced else [],
        "may_disclose": may_disclose(visitor, read.estate, read.shown.answers),
        "may_take_down": may_take_down(visitor, read.estate, read.shown.answers),
        "form": Form(),
        "at": clock.now(),
    }


async def _published(disclosure_id: UUID) -> tuple[DisclosureRead, StepShown]:
    """NotFound: it never was, or is no longer."""
    read = await read_disclosure(disclosure_id, clock.now())
    if read.now is None:
        raise NotFound(GONE)
    return read, read.now


def _table(step: StepShown) -> list[Section]:
    sheet = step.sheet
    words = [tuple(line) for line in sheet.words]
    if sheet.totals:
        words.append(tuple(sheet.totals))
    heads = tuple(head.name for head in sheet.heads)
    paragraphs = (step.words,) if step.words else ()
    tables = (FactsTable("", heads, tuple(words)),) if words else ()
    return [Section("内容", paragraphs, (), tables)] if paragraphs or tables else []


def _file(content: bytes, kind: str, read: DisclosureRead, ending: str) -> Response[bytes]:
    name = quote(f"{read.estate.name}{read.shown.name}")
    shown_as = f"inline; filename*=UTF-8''{name}.{ending}"
    # It may be taken down at any moment: no cache keeps it.
    headers = {"content-disposition": shown_as, "cache-control": "no-cache"}
    return Response(content, media_type=kind, headers=headers)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
