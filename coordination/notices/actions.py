"""Publishing a notice 公告 and proving that it hung.

A notice is a row that is only ever added: number and check code are given in the transaction of
what it announces, so a number is never given for something that did not happen.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import row, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.notices.permits import NOTIFIERS, may_notify, may_post
from coordination.notices.rules import Facts, Section, number_in_words, year_of
from coordination.notices.tables import Notice, NoticeKind, Posting
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.web.codes import check_code

MISSING = "没有找到这份公告。"
SAME_WITHIN = timedelta(minutes=10)  # two taps, or a try again after the connection was lost


class TakenDown(Conflict):
    """It was taken down already."""


async def publish_notice(
    estate: Place,
    kind: NoticeKind,
    title: str,
    text: str,
    facts: Facts,
    at: datetime,
    *,
    issuer: UUID,
    person: UUID | None,
    until: datetime | None = None,
    contact: str = "",
    how_to_object: str = "",
    link: str = "",
    subject: UUID | None = None,
    matter: UUID | None = None,
) -> Notice:
    """Publish it with the next number of the estate's year, in the caller's transaction.

    May the person do this? The caller has settled that. `person` None: the clock did it.
    """
    async with transaction():
        notice = Notice(
            id=await _free_id(), estate=estate.id, kind=kind, title=title, text=text,
            facts=facts.as_dict(), issuer=issuer,
            number=await _next_number(estate, at), published_at=at, until=until, contact=contact,
            how_to_object=how_to_object, check_code="", link=link, subject=subject, matter=matter,
        )  # fmt: skip
        notice.check_code = check_code(notice.id.bytes)
        await notice.save()
        await audit.record(
            person, "publish_notice", notice, at=at, place=estate, number=notice.number, kind=kind
        )
        return notice


async def _next_number(estate: Place, at: datetime) -> str:
    """The row of the series is the lock: a second publisher waits for the first to commit."""
    year = year_of(at)
    last = await value(
        """insert into notice_series (id, estate, year, last) values ($1, $2, $3, 1)
           on conflict (estate, year) do update set last = notice_series.last + 1
           returning last""",
        uuid4(), estate.id, year,
    )  # fmt: skip
    return number_in_words(year, last)


async def _free_id() -> UUID:
    """An id whose check code no other notice has."""
    while True:
        drawn = uuid4()
        if not await Notice.exists().where(Notice.check_code == check_code(drawn.bytes)):
            return drawn


async def publish_plain(
    asker: Asker, estate: Place, title: str, text: str, contact: str, at: datetime
) -> Notice:
    """Publish a plain notice 通知公告 in the name of the asker's body; the same words sent again
    within minutes are the same notice. NotAllowed, Invalid."""
    if not may_notify(asker, estate):
        raise NotAllowed("只有居委会、业主委员会或筹备组的成员可以在这个小区发布通知公告。")
    missing = {
        name: word
        for name, given, word in (
            ("title", title, "请写标题。"),
            ("text", text, "请写正文。"),
            ("contact", contact, "请写联系人和电话。"),
        )
        if not given.strip()
    }
    if missing:
        raise Invalid("公告还没有写完整。", **missing)
    role = asker.role(estate, *NOTIFIERS)
    assert role, "the permit found one"
    section = Section("", tuple(line for line in text.splitlines() if line.strip()))
    async with transaction():
        await value("select pg_advisory_xact_lock(hashtext($1))", f"notice {asker.id}")
        same = await Notice.objects().get(
            (Notice.estate == estate.id) & (Notice.kind == NoticeKind.PLAIN)
            & (Notice.issuer == role.body) & (Notice.title == title.strip())
            & (Notice.text == text.strip()) & (Notice.contact == contact.strip())
            & (Notice.published_at > at - SAME_WITHIN)
            & (Notice.published_at < at + SAME_WITHIN)  # of two taps the later may come first
        )  # fmt: skip
        return same or await publish_notice(
            estate, NoticeKind.PLAIN, title.strip(), text.strip(), Facts((section,)), at,
            issuer=role.body, person=asker.id, contact=contact.strip(),
        )  # fmt: skip


async def post_notice(
    asker: Asker, notice_id: UUID, where: str, posted_at: datetime, photo: str | None, at: datetime
) -> Posting:
    """Record that the notice hangs somewhere since `posted_at`. NotFound, NotAllowed, Invalid."""
    async with transaction():
        notice, _ = await _postable(asker, notice_id)
        _check_posting(notice, where, posted_at, at)
        posting = Posting(
            id=uuid4(), notice=notice.id, where=where.strip(), posted_at=posted_at, by=asker.id,
            photo=photo,
        )  # fmt: skip
        await posting.save()
        await audit.record(asker, "post_notice", posting, at=at, place=notice.estate)
        return posting


async def take_down(asker: Asker, posting_id: UUID, at: datetime) -> Posting:
    """Record that it no longer hangs there. NotFound, NotAllowed, TakenDown."""
    async with transaction():
        await row("select id from posting where id = $1 for update", posting_id)
        posting = await Posting.objects().get(Posting.id == posting_id)
        if posting is None:
            raise NotFound("没有找到这条张贴记录。")
        notice, _ = await _postable(asker, posting.notice)
        if posting.taken_down_at is not None:
            raise TakenDown("这份公告已经记录为取下。")
        posting.taken_down_at, posting.taken_down_by = at, asker.id
        await posting.save([Posting.taken_down_at, Posting.taken_down_by])
        await audit.record(asker, "take_down_notice", posting, at=at, place=notice.estate)
        return posting


async def _postable(asker: Asker, notice_id: UUID) -> tuple[Notice, Place]:
    notice = await Notice.objects().get(Notice.id == notice_id)
    if notice is None:
        raise NotFound(MISSING)
    estate = await Place.objects().get(Place.id == notice.estate)
    assert estate, "the foreign key says so"
    if not may_post(asker, estate):
        raise NotAllowed("只有本小区的居委会、业主委员会、筹备组成员和楼组长可以登记张贴。")
    return notice, estate


def _check_posting(notice: Notice, where: str, posted_at: datetime, at: datetime) -> None:
    fields = {}
    if not where.strip():
        fields["where"] = "请写张贴的地点，例如“3栋1单元门厅公告栏”。"
    if not notice.published_at <= posted_at <= at:
        fields["posted_at"] = "张贴时间应在公告发布之后、现在之前。"
    if fields:
        raise Invalid("张贴记录还没有写完整。", **fields)
