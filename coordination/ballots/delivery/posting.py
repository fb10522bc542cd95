"""Posting 公告送达 for those whom nobody could reach (指导规则 art. 22): a notice with their rooms.

It holds once that notice has hung, proven by a posting in `notices`, for all its days.
"""

from datetime import datetime, timedelta
from uuid import UUID

from coordination import audit
from coordination.ballots.delivery.actions import NOT_YOURS, require_underway
from coordination.ballots.delivery.doors import Door, doors_sought
from coordination.ballots.delivery.permits import may_run_delivery
from coordination.ballots.polls.queries import estate_of, load_poll
from coordination.ballots.polls.steps import lock_poll
from coordination.ballots.tables import Poll
from coordination.db import execute, transaction
from coordination.errors import Conflict, NotFound
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, FactsTable, Section
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.places.values import whole_setting
from coordination.web.formats import local_day


class NobodyToPostFor(Conflict):
    """Only who was sought in vain is posted for."""

    rule = "《业主大会和业主委员会指导规则》第二十二条：无法送达的，应当在物业管理区域内公告"


async def undeliverable(poll: UUID, at: datetime) -> list[Door]:
    """Doors at which somebody was in vain, and that are on no such notice yet."""
    return [
        door for door in await doors_sought(poll, at)
        if door.is_open and door.tries and not door.is_posted
    ]  # fmt: skip


async def post_undeliverable(asker: Asker, poll_id: UUID, at: datetime) -> Notice:
    """Publish the notice for all of them. NotFound, NotOpen, Closed, NobodyToPostFor."""
    async with transaction():
        poll, _ = await lock_poll(poll_id)
        estate = await estate_of(poll)
        if not may_run_delivery(asker, estate, poll):
            raise NotFound(NOT_YOURS)
        await require_underway(poll, at)
        doors = await undeliverable(poll_id, at)
        if not doors:
            raise NobodyToPostFor(
                "没有上门未送达、还没有公告的房屋。请先上门，登记没有送达的原因。"
            )
        days = await whole_setting("posting_delivery_days", estate, at)
        notice = await _publish(asker, poll, doors, days, at)
        await execute(
            """insert into delivery (id, "right", channel, at, manner, notice, by, entered_at,
                                     why_withdrawn)
               select gen_random_uuid(), "right", 'posting', $2, $3, $4, $5, $2, ''
                 from unnest($1::uuid[]) as t ("right")
               on conflict ("right", channel) where withdrawn_at is null do nothing""",
            [right for door in doors for right in door.rights], at,
            f"公告 {notice.number}，张贴满 {days} 天算送达", notice.id, asker.id,
        )  # fmt: skip
        await audit.record(
            asker, "post_undeliverable", poll, at=at, place=poll.estate, doors=len(doors)
        )
        return notice


async def _publish(asker: Asker, poll: Poll, doors: list[Door], days: int, at: datetime) -> Notice:
    estate = await estate_of(await load_poll(poll.id))
    lead = (
        f"以下房屋的业主经上门未能送达“{poll.title}”的投票公告和表决票，现公告送达。"
        f"本公告张贴满{days}天视为送达。请登录本系统投票，或者向联系人领取纸质表决票。"
    )
    rooms = tuple((door.building_name, door.name, local_day(door.tried_at or at)) for door in doors)
    table = FactsTable("未能送达的房屋", ("楼栋", "房号", "最近一次上门"), rooms)
    rows = (("投票截止", local_day(poll.closes_at)), ("领取表决票", poll.contact))
    data: dict[str, object] = {"poll": str(poll.id), "doors": len(doors), "days": days}
    return await publish_notice(
        estate, NoticeKind.PLAIN, f"关于“{poll.title}”的公告送达", lead,
        Facts((Section("", (lead,), rows, (table,)),), data), at, issuer=poll.convener,
        person=asker.id, until=at + timedelta(days=days), contact=poll.contact,
        link=f"/ballots/{poll.id}", subject=poll.id, matter=poll.matter,
    )  # fmt: skip
