"""A notice as A4, in the official layout, from the very facts that its page shows."""

from datetime import datetime

from coordination.notices.queries import NoticeRead
from coordination.settings import settings
from coordination.web import pdf
from coordination.web.formats import local_day, local_end, local_time


def notice_data(read: NoticeRead) -> dict[str, object]:
    """What every print says of its notice; see templates/print/official.typ."""
    notice = read.notice
    period = f"自{local_day(notice.published_at)}起"
    if notice.until:
        period += f"至{local_end(notice.until)}"
    return {
        "number": notice.number,
        "title": notice.title,
        "issuer": read.issuer_words,
        "on": local_day(notice.published_at),
        "period": period,
        "places": "、".join(posting.where for posting in read.postings),
        "stamps": [
            f"{stamp.stamp}（{stamp.number_words}，{local_day(stamp.at)}，"
            f"{stamp.body_name}，{stamp.office}）"
            for stamp in read.stamps
        ],
        "contact": notice.contact,
        "objection": notice.how_to_object,
        "link": f"{settings().public_url}/v/{notice.check_code}",
        "code": notice.check_code,
    }


async def print_notice(read: NoticeRead, at: datetime) -> bytes:
    """The notice as PDF. MissingGlyph."""
    data = {"notice": notice_data(read), "sections": read.facts["sections"]}
    return await pdf.render("notice", data, at)


async def print_postings(read: NoticeRead, names: dict, at: datetime) -> bytes:
    """The proof of posting 张贴证明 as PDF; `names` of those who posted. MissingGlyph."""
    postings = [
        {
            "where": posting.where,
            "posted": local_time(posting.posted_at),
            "by": names.get(posting.by, ""),
            "photo": posting.photo or "",
            "taken_down": local_time(posting.taken_down_at) if posting.taken_down_at else "",
        }
        for posting in read.postings
    ]
    return await pdf.render("posting", {"notice": notice_data(read), "postings": postings}, at)
