"""/api/v1/notices: public notices 公告/公示, as they were published."""

from datetime import datetime
from typing import Self
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath, FromQuery
from msgspec import Struct, convert

from coordination.notices.queries import NoticeLine, line_of, notices, read_notice
from coordination.notices.tables import NoticeKind, Posting
from coordination.web.access import anyone
from coordination.web.api import PAGE, answers, cut


class NoticeListed(Struct, frozen=True):
    """A notice in a list. `until`: the last moment of posting, or of objecting."""

    id: UUID
    kind: NoticeKind
    number: str
    title: str
    estate: UUID
    estate_name: str
    issuer: str
    published_at: datetime
    until: datetime | None

    @classmethod
    def of(cls, line: NoticeLine) -> Self:
        return convert(line, cls, from_attributes=True)


class Notices(Struct, frozen=True):
    """Notices, the newest first."""

    notices: list[NoticeListed]
    next: UUID | None


class TableSaid(Struct, frozen=True):
    caption: str
    columns: list[str]
    rows: list[list[str]]


class SectionSaid(Struct, frozen=True):
    """A part of a notice: `rows` are pairs of label and value."""

    heading: str
    paragraphs: list[str]
    rows: list[list[str]]
    tables: list[TableSaid]


class PostingSaid(Struct, frozen=True):
    """Where a notice hung 张贴, and since when."""

    where: str
    posted_at: datetime
    taken_down_at: datetime | None

    @classmethod
    def of(cls, posting: Posting) -> Self:
        return cls(posting.where, posting.posted_at, posting.taken_down_at)


class NoticeSaid(Struct, frozen=True):
    """A notice as published. `subject`: the poll it is about, where it is about one."""

    id: UUID
    kind: NoticeKind
    number: str
    check_code: str
    title: str
    text: str
    estate: UUID
    estate_name: str
    issuer: str
    published_at: datetime
    until: datetime | None
    contact: str
    how_to_object: str
    link: str
    subject: UUID | None
    sections: list[SectionSaid]
    data: dict[str, object]  # what the sections say, for machines
    postings: list[PostingSaid]


class NoticeApi(Controller):
    path = "/notices"
    guards = [anyone]
    tags = ["notices"]

    @get(responses=answers(422))
    async def list_notices(
        self,
        estate: FromQuery[UUID | None] = None,
        kind: FromQuery[NoticeKind | None] = None,
        after: FromQuery[UUID | None] = None,
    ) -> Notices:
        """Notices of one estate, or of all; of one kind, or of each."""
        begin = await line_of(after) if after else None
        if after and begin is None:
            return Notices([], None)
        cursor = begin.cursor if begin else ""
        found, last = cut(await notices(estate, kind, after=cursor, limit=PAGE + 1))
        return Notices([NoticeListed.of(line) for line in found], last and last.id)

    @get("/{notice_id:uuid}", responses=answers(404))
    async def read_one_notice(self, notice_id: FromPath[UUID]) -> NoticeSaid:
        """One notice with all it says, and where it hangs."""
        read = await read_notice(notice_id)
        notice = read.notice
        return NoticeSaid(
            id=notice.id,
            kind=NoticeKind(notice.kind),
            number=notice.number,
            check_code=notice.check_code,
            title=notice.title,
            text=notice.text,
            estate=read.estate.id,
            estate_name=read.estate.name,
            issuer=read.issuer.name,
            published_at=notice.published_at,
            until=notice.until,
            contact=notice.contact,
            how_to_object=notice.how_to_object,
            link=notice.link,
            subject=notice.subject,
            sections=convert(read.facts["sections"], list[SectionSaid]),
            data=read.facts["data"],
            postings=[PostingSaid.of(posting) for posting in read.postings],
        )
