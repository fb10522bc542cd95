"""送达回证 for a building: what is proven stands printed, the rest is signed at the door."""

from collections.abc import Sequence
from datetime import datetime

from coordination.ballots.delivery.doors import Door
from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Poll, Step
from coordination.errors import NotFound
from coordination.notices.printing import notice_data
from coordination.notices.queries import read_notice
from coordination.web.formats import local_time
from coordination.web.pdf import render


async def delivery_slip(
    poll: Poll, state: PollState, building: str, doors: Sequence[Door], at: datetime
) -> bytes:
    """Every door of the building, nobody's name and nothing of who has voted. NotFound: the poll
    is not announced."""
    announced = state.when(Step.NOTICED)
    if not (announced and announced.notice):
        raise NotFound("投票公告还没有发布，没有可以送达的内容。")
    data = {
        "notice": notice_data(await read_notice(announced.notice)),
        "about": f"{building}：{poll.title}的投票公告和表决票",
        "rows": [_row(door) for door in doors],
    }
    return await render("delivery", data, at)


def _row(door: Door) -> dict[str, str]:
    if not door.is_reached:
        return {"room": door.name, "channel": "", "at": "", "by": ""}
    return {
        "room": door.name, "channel": door.way, "at": local_time(door.since) if door.since else "",
        "by": "见电子凭证",
    }  # fmt: skip
