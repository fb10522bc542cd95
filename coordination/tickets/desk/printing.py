"""工单 and the slip of a 代办 on A4, from the very facts that their pages show."""

from collections.abc import Sequence
from datetime import datetime

from coordination.files import path_of
from coordination.settings import settings
from coordination.tickets.desk.view import Happening, Part, Picture, Shown
from coordination.web import pdf
from coordination.web.formats import local_time

MOST_PHOTOS = 4


async def print_work_order(
    shown: Shown,
    happenings: Sequence[Happening],
    parts: Sequence[Part],
    pictures: Sequence[Picture],
    hints: Sequence[str],
    at: datetime,
) -> bytes:
    """The ticket to take along: what, where, by when, what has happened, room to sign. It names
    nobody who whistled. MissingGlyph."""
    ticket = shown.ticket
    data = {
        **_head(shown, at),
        "text": ticket.text,
        "facts": [
            ["地点", shown.where],
            ["类别", shown.category_name],
            ["等级", shown.priority_words],
            ["状态", shown.state_words],
            ["来源", shown.door_words],
            ["吹哨时间", local_time(ticket.whistled_at)],
            ["责任单位", shown.holder_name],
            ["经办人", shown.handler_name or "（待报到）"],
            *[[name, local_time(due)] for name, due in _dues(shown) if due],
        ],
        "blocker": ticket.blocker or "",
        "hints": list(hints),
        "parts": [[one.body_name, one.text, local_time(one.due_at), one.result or ""]
                  for one in parts],
        "events": [[local_time(one.at), one.label, one.who, one.words] for one in happenings],
        "photos": _photos(pictures),
    }  # fmt: skip
    return await pdf.render("work_order", data, at)


async def print_slip(shown: Shown, at: datetime) -> bytes:
    """What the caller takes home: the number, when to hear, whom to call. MissingGlyph."""
    data = {
        **_head(shown, at),
        "facts": [
            ["类别", shown.category_name],
            ["地点", shown.where],
            ["登记时间", local_time(shown.ticket.whistled_at)],
            ["责任单位", f"{shown.holder_name} {shown.holder_phone}".strip()],
            *[[name, local_time(due)] for name, due in _dues(shown) if due],
        ],
    }
    return await pdf.render("ticket_slip", data, at)


def _head(shown: Shown, at: datetime) -> dict[str, object]:
    return {
        "number": f"#{shown.number}",
        "estate": shown.estate_name,
        "printed": local_time(at),
        "link": f"{settings().public_url}/tickets/{shown.ticket.id}",
    }


def _dues(shown: Shown) -> list[tuple[str, datetime | None]]:
    ticket = shown.ticket
    return [
        ("应报到", None if ticket.reported_at else ticket.report_due_at),
        ("应答复", None if ticket.replied_at else ticket.reply_due_at),
        ("应办结", None if ticket.closed_at else ticket.close_due_at),
    ]


def _photos(pictures: Sequence[Picture]) -> list[dict[str, object]]:
    """The small copies of the first photos, as bytes that a template can draw."""
    found = []
    for picture in pictures:
        if picture.small and len(found) < MOST_PHOTOS:
            try:
                content = path_of(picture.small).read_bytes()
            except OSError:  # a restored database may be ahead of its files
                continue
            found.append({"label": picture.label, "bytes": list(content)})
    return found
