"""Notices as pages read them; open to everybody, so there is nothing here about persons."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from coordination.db import row, rows, value
from coordination.errors import NotFound
from coordination.notices.rules import KINDS
from coordination.notices.stamps import Stamped, stamps_of
from coordination.notices.tables import Notice, NoticeKind, Posting
from coordination.people.tables import Body
from coordination.places.tables import Place
from coordination.web.codes import typed

PAGE = 20


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in a list."""

    id: UUID
    kind: NoticeKind
    number: str
    title: str
    estate: UUID
    estate_name: str
    issuer: str
    published_at: datetime
    until: datetime | None

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]

    @property
    def cursor(self) -> str:
        """What the next page starts after."""
        return f"{self.published_at.isoformat()}_{self.id}"


@dataclass(frozen=True, slots=True)
class NoticeRead:
    """One notice with whom it is from and where it hangs. `facts` are Python values."""

    notice: Notice
    facts: Any
    estate: Place
    issuer: Body
    postings: list[Posting]
    stamps: list[Stamped]

    @property
    def kind_words(self) -> str:
        return KINDS[NoticeKind(self.notice.kind)]

    @property
    def issuer_words(self) -> str:
        """The issuer, a body of the estate behind its name unless it already bears it."""
        name, estate = self.issuer.name, self.estate.name
        is_of_here = self.issuer.place == self.estate.id
        return f"{estate}{name}" if is_of_here and not name.startswith(estate) else name


LINES = """
select n.id, n.kind, n.number, n.title, n.estate, p.name as estate_name, b.name as issuer,
       n.published_at, n.until
from notice n join place p on p.id = n.estate join body b on b.id = n.issuer
where ($1::uuid is null or n.estate = $1) and ($2::text is null or n.kind = $2)
  and ($3::uuid is null or n.subject = $3)
  and ($4::timestamptz is null or (n.published_at, n.id) < ($4, $5::uuid))
order by n.published_at desc, n.id desc limit $6
"""


async def notices(
    estate: UUID | None = None,
    kind: NoticeKind | None = None,
    *,
    subject: UUID | None = None,
    after: str = "",
    limit: int = PAGE,
) -> list[NoticeLine]:
    """The newest first; `after` is the cursor of the last line of the page before."""
    at, last = _cursor(after)
    found = await rows(LINES, estate, kind and kind.value, subject, at, last, limit)
    return [NoticeLine(**{**line, "kind": NoticeKind(line["kind"])}) for line in found]


def _cursor(after: str) -> tuple[datetime | None, UUID | None]:
    """A cursor that was typed by hand and says nothing starts at the beginning."""
    at, _, last = after.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), UUID(last)) if moment.tzinfo else (None, None)
    except (ValueError, OverflowError):  # also days before the calendar begins
        return None, None


async def read_notice(notice_id: UUID) -> NoticeRead:
    """The notice as published. NotFound."""
    notice = await Notice.objects().where(Notice.id == notice_id).output(load_json=True).first()
    if notice is None:
        raise NotFound("没有找到这份公告。")
    estate = await Place.objects().get(Place.id == notice.estate)
    issuer = await Body.objects().get(Body.id == notice.issuer)
    assert estate and issuer, "the foreign keys say so"
    postings = (
        await Posting.objects().where(Posting.notice == notice_id).order_by(Posting.posted_at)
    )
    return NoticeRead(
        notice, notice.facts, estate, issuer, postings, await stamps_of(notice_id)
    )  # fmt: skip


async def by_check_code(code: str) -> NoticeLine | None:
    """The notice that a printed check code belongs to, as typed; None: there is none."""
    found = await row("select id from notice where check_code = $1", typed(code))
    if found is None:
        return None
    return await line_of(found["id"])


async def line_of(notice_id: UUID) -> NoticeLine | None:
    """A notice as a list shows it."""
    found = await row(
        """select n.id, n.kind, n.number, n.title, n.estate, p.name as estate_name,
                  b.name as issuer, n.published_at, n.until
           from notice n join place p on p.id = n.estate join body b on b.id = n.issuer
           where n.id = $1""",
        notice_id,
    )
    return NoticeLine(**{**found, "kind": NoticeKind(found["kind"])}) if found else None


async def now_holds(notice_id: UUID) -> UUID | None:
    """Of the notice of a meeting that was moved since: the notice that holds now."""
    return await value(
        """select l.id from notice n
             join notice l on l.subject = n.subject and l.kind = n.kind
              and (l.published_at, l.number) > (n.published_at, n.number)
            where n.id = $1 and n.kind = 'meeting'
            order by l.published_at desc, l.number desc limit 1""",
        notice_id,
    )


async def posters(read: NoticeRead) -> dict[UUID, str]:
    """The names of those who posted it, for staff and the proof; never on a public page."""
    people = [posting.by for posting in read.postings]
    found = await rows("select id, name from person where id = any($1)", people)
    return {row["id"]: row["name"] for row in found}


async def posting_of(photo: str) -> UUID | None:
    """The notice whose posting a stored photo proves; None: it proves none."""
    return await value("select notice from posting where photo = $1 limit 1", photo)
