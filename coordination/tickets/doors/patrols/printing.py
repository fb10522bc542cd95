"""巡察记录 on A4, to be signed by those who walked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from coordination.settings import settings
from coordination.tickets.words import STATE_WORDS
from coordination.web import pdf
from coordination.web.formats import local_time


async def print_patrol(
    patrol: Any, people: Sequence[Any], findings: Sequence[Any], at: datetime
) -> bytes:
    """The record of one patrol. MissingGlyph."""
    data = {
        "estate": patrol["estate_name"],
        "facts": [
            ["巡察时间", local_time(patrol["walked_at"])],
            ["路线", patrol["route"] or "全小区"],
            ["记录", f"{patrol['recorded_by']}（{patrol['body_name']}）"],
        ],
        "people": [[one["body_name"], one["names"]] for one in people],
        "findings": [
            [
                one["text"],
                "正常" if one["is_fine"] else "有问题",
                one["words"],
                f"#{one['number']} {STATE_WORDS[one['state']]}" if one["ticket"] else "",
            ]
            for one in findings
        ],
        "words": patrol["words"],
        "printed": local_time(at),
        "link": f"{settings().public_url}/tickets/patrols/{patrol['id']}",
    }
    return await pdf.render("patrol", data, at)
