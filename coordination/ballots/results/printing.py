"""The A4 print of a result: notice and package, nothing counted anew."""

from datetime import datetime
from typing import Any

from coordination.ballots.ballot_tables import Result
from coordination.ballots.package_tables import CHANNELS, FORMS, REASONS
from coordination.ballots.results.announcing import CHECKS, OUTCOMES
from coordination.ballots.tables import Poll
from coordination.notices.queries import NoticeRead, read_notice
from coordination.settings import settings
from coordination.web.formats import local_day, local_time
from coordination.web.pdf import render

WORDS = {
    "outcomes": OUTCOMES,
    "checks": CHECKS,
    "channels": CHANNELS,
    "forms": FORMS,
    "reasons": REASONS,
}


async def result_pdf(poll: Poll, result: Result, package: dict[str, Any], at: datetime) -> bytes:
    """The notice of this result as it hangs on the board."""
    notice = as_printed(await read_notice(result.notice))
    data = {"notice": notice, "package": package, "words": WORDS}
    return await render("result", data, at)


def as_printed(read: NoticeRead) -> dict[str, str]:
    """A notice's own words for templates/print/official.typ."""
    notice = read.notice
    until = f" 至 {local_time(notice.until)}" if notice.until else ""
    return {
        "number": notice.number,
        "title": notice.title,
        "issuer": read.issuer.name,
        "on": local_day(notice.published_at),
        "period": f"{local_day(notice.published_at)}{until}",
        "places": "、".join(posting.where for posting in read.postings),
        "contact": notice.contact,
        "objection": notice.how_to_object,
        "link": f"{settings().public_url}/v/{notice.check_code}",
        "code": notice.check_code,
    }
