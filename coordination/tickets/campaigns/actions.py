"""Opening a campaign over tickets of one kind, adding to it, making it a matter, ending it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import execute, row, rows, transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.matters.raising import TITLE_LONGEST, raise_matter
from coordination.matters.tables import Door
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.tickets.events import actor_of
from coordination.tickets.handling.linking import link_all
from coordination.tickets.kinds import DONE, State
from coordination.tickets.tables import Campaign

KEEPERS = (
    RoleKind.COMMUNITY_WORKER,
    RoleKind.SUBDISTRICT_OFFICER,
    RoleKind.DEPARTMENT_OFFICER,
)
JOIN = """
update ticket t set campaign = $1 from place e, category c
 where e.id = t.estate and c.id = t.category and starts_with(e.path, $2)
   and $3 in (t.category, c.parent) and t.campaign is null
   and t.state not in ('closed', 'merged', 'withdrawn') and ($4::uuid[] is null or t.id = any($4))
"""


class Ended(Conflict):
    """The campaign is over."""


def may_campaign(asker: Asker | None, place: Place) -> bool:
    """社区、街道、部门."""
    return asker is not None and asker.holds(place, *KEEPERS)


async def open_campaign(
    asker: Asker,
    place_id: UUID,
    category: UUID,
    title: str,
    text: str,
    ends_at: datetime,
    at: datetime,
    *,
    tickets: Sequence[UUID] | None = None,
) -> Campaign:
    """Open it over these tickets, or over all open ones of the category there. NotAllowed,
    Invalid."""
    async with transaction():
        place = await place_of(place_id)
        if not may_campaign(asker, place):
            raise NotAllowed("专项整治由社区、街道或者主管部门开展。")
        _check(title, text, ends_at, at)
        campaign = Campaign(
            id=uuid4(), place=place.id, category=category, title=title.strip(), text=text.strip(),
            opened_at=at, opened_by=asker.id, ends_at=ends_at,
        )  # fmt: skip
        await campaign.save()
        await _join(campaign, place, tickets)
        await audit.record(asker, "open_campaign", campaign, at=at, place=place)
        return campaign


async def add_open_tickets(asker: Asker, campaign_id: UUID, at: datetime) -> int:
    """Take in what was whistled since; how many. NotFound, NotAllowed, Ended."""
    async with transaction():
        campaign, place = await _running(asker, campaign_id)
        joined = await _join(campaign, place, None)
        await audit.record(asker, "extend_campaign", campaign, at=at, place=place, count=joined)
        return joined


async def propose_topic(asker: Asker, campaign_id: UUID, at: datetime) -> UUID:
    """建议议题: raise a matter of it, to which its open tickets are linked. NotFound, NotAllowed,
    Ended; Conflict: it has its matter; what raising refuses."""
    async with transaction():
        campaign, place = await _running(asker, campaign_id)
        if campaign.matter:
            raise Conflict("这项专项整治已经列为事项。")
        matter = await raise_matter(
            asker, place, campaign.title[:TITLE_LONGEST], campaign.text, at, door=Door.TICKETS
        )
        campaign.matter = matter
        await campaign.save()
        open_ = [state.value for state in State if state not in DONE]
        members = await rows(
            "select id from ticket where campaign = $1 and matter is null and state = any($2)",
            campaign.id, open_,
        )  # fmt: skip
        await link_all((one["id"] for one in members), matter, actor_of(asker, place), at)
        await audit.record(asker, "propose_topic", campaign, at=at, place=place)
        return matter


async def end_campaign(asker: Asker, campaign_id: UUID, findings: str, at: datetime) -> Campaign:
    """End it, and say what it came to. NotFound, NotAllowed, Ended, Invalid."""
    async with transaction():
        campaign, place = await _running(asker, campaign_id)
        if not findings.strip():
            raise Invalid("还没有写完整。", findings="请写明做了什么、还有什么没有解决。")
        campaign.ended_at, campaign.findings = at, findings.strip()
        await campaign.save()
        await audit.record(asker, "end_campaign", campaign, at=at, place=place)
        return campaign


async def _running(asker: Asker, campaign_id: UUID) -> tuple[Campaign, Place]:
    await row("select id from campaign where id = $1 for update", campaign_id)
    campaign = await Campaign.objects().get(Campaign.id == campaign_id)
    if campaign is None:
        raise NotFound("没有找到这项专项整治。")
    place = await place_of(campaign.place)
    if not may_campaign(asker, place):
        raise NotAllowed("专项整治由社区、街道或者主管部门办理。")
    if campaign.ended_at:
        raise Ended("这项专项整治已经结束。")
    return campaign, place


async def _join(campaign: Campaign, place: Place, tickets: Sequence[UUID] | None) -> int:
    done = await execute(
        JOIN, campaign.id, place.path, campaign.category, None if tickets is None else list(tickets)
    )
    return int(done.split()[-1])


def _check(title: str, text: str, ends_at: datetime, at: datetime) -> None:
    wrong = {}
    if not title.strip():
        wrong["title"] = "请写标题。"
    if not text.strip():
        wrong["text"] = "请写明整治什么、怎么做、谁负责。"
    if ends_at <= at:
        wrong["ends_on"] = "结束日期要在今天以后。"
    if wrong:
        raise Invalid("专项整治还没有写完整。", **wrong)
