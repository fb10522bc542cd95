"""A list as A4, from the very reading that its page shows."""

from datetime import datetime

from coordination.reports.listings.queries import COLOUR_WORDS, Entry, ListingRead
from coordination.reports.listings.scoring import Share, points
from coordination.settings import settings
from coordination.tickets.figures.periods import read_period
from coordination.web import pdf
from coordination.web.formats import local_time, percent


def share_in_words(share: Share) -> str:
    return f"{percent(*share)}（{share[0]}/{share[1]}）" if share else "缺，不计入"


async def print_listing(read: ListingRead, at: datetime) -> bytes:
    """See templates/print/listing.typ. MissingGlyph."""
    listing = read.listing
    month = read_period(listing.month, at).words
    stage = f"异议期至{local_time(listing.objections_until)}"
    if listing.published_at and listing.expires_at:
        stage = f"{local_time(listing.published_at)}公布，{local_time(listing.expires_at)}撤下"
    data = {
        "title": f"{read.place.name}{month}物业服务红黑榜{'' if read.is_published else '（草案）'}",
        "facts": [
            ["编制单位", f"{read.place.name}办事处"],
            ["状态", stage],
            ["比较范围", f"同类型、同规模之间比较；已受理工单少于 {listing.least} 件的不排名。"],
            ["评分公式", f"第 {read.formula.version} 版：" + "、".join(
                f"{label} {weight}" for label, weight, _ in read.weights)
                + "。加权平均，缺项不计入、也不按 0 分算。"],
        ],
        "groups": [
            {"like": like, "rows": [_row(entry) for entry in entries],
             "inputs": [[entry.estate_name, *(share_in_words(s) for _, s in entry.inputs)]
                        for entry in entries]}
            for like, entries in read.groups
        ],
        "labels": [label for label, _, _ in read.weights],
        "origin": {"link": f"{settings().public_url}/reports/listings/{listing.id}"},
    }  # fmt: skip
    return await pdf.render("listing", data, at)


def _row(entry: Entry) -> list[str]:
    decided = COLOUR_WORDS[entry.decision] if entry.decision else "未决定"
    return [
        f"{entry.rank} / {entry.of}" if entry.rank else "不排名", entry.estate_name,
        entry.company_name or "—", str(entry.tickets), points(entry.score), decided,
        entry.reason or "",
    ]  # fmt: skip
