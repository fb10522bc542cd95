"""What community and street do over all made estates: campaigns 专项整治, and the 红黑榜.

Loaded when every estate has its tickets. Of the lists, the last but one is published; the last
waits with an objection, for whoever plays the street.
"""

from datetime import datetime, timedelta

from coordination.db import execute, transaction
from coordination.home.demo import people as who
from coordination.home.demo.people_actions import asking, id_of
from coordination.people.askers import Asker
from coordination.places.tables import Place, PlaceKind
from coordination.reports.listings.actions import (
    answer_objection,
    decide,
    object_to_entry,
    publish_listing,
    record_violation,
)
from coordination.reports.listings.drafting import DraftedBefore, draft_listing
from coordination.reports.listings.queries import Entry, read_listing
from coordination.reports.listings.scoring import points
from coordination.reports.tables import Colour, Listing
from coordination.tickets.campaigns.actions import end_campaign, open_campaign
from coordination.tickets.figures.periods import Period, month_of
from coordination.tickets.routing.seeds import category_id

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
VIOLATED = "丁香苑"  # has an open serious violation
TAKEN_IN = """
update ticket t set campaign = $1 from place e
 where e.id = t.estate and starts_with(e.path, $2) and t.category = $3 and t.campaign is null
   and t.whistled_at < $5 and (t.closed_at is null or t.closed_at > $4)
   and t.state not in ('merged', 'withdrawn')
"""
FINDINGS = (
    "清理楼道堆物 31 处，新装挂杆 12 处，劝离占道晾晒。还没有解决的：个别住户多次劝说后又堆放，"
    "已列入网格员每周巡查。"
)


async def load_street(at: datetime) -> None:
    """For the last loading step of the estates."""
    async with transaction():
        community = await _place(PlaceKind.COMMUNITY)
        await _campaigns(community, at)
        street = await _place(PlaceKind.SUBDISTRICT)
        await _violation(at - 75 * DAY)
        last = month_of(at).previous
        await _listing(street, last.previous, at, published=True)
        await _listing(street, last, at, published=False)


async def _place(kind: PlaceKind) -> Place:
    found = await Place.objects().get(Place.kind == kind)
    assert found, "the first estate lies in it"
    return found


async def _campaigns(community: Place, at: datetime) -> None:
    """One that runs, over what is open; one that has ended and says what it came to."""
    began, ended = at - 46 * DAY, at - 9 * DAY
    cleaning = category_id("cleaning")
    worker = await asking(await id_of(who.WORKER), began)
    over = await open_campaign(
        worker, community.id, cleaning, "楼道堆物集中清理",
        "各小区物业每周三上门清理楼道和连廊堆物，网格员同行；先贴通知，三天后清运。",
        began + 35 * DAY, began, tickets=(),
    )  # fmt: skip
    await execute(TAKEN_IN, over.id, community.path, cleaning, began, ended)  # closed by now
    await end_campaign(await asking(worker.id, ended), over.id, FINDINGS, ended)
    began = at - 8 * DAY
    await open_campaign(
        await asking(worker.id, began), community.id, category_id("lighting"),
        "入冬前照明大检修",
        "各小区物业逐栋检查楼道灯、路灯和应急灯，坏的三天内换好，换不了的写明原因和期限。",
        at + 22 * DAY, began,
    )  # fmt: skip


async def _violation(at: datetime) -> None:
    officer = await asking(await id_of(who.SUBDISTRICT), at)
    estate = await Place.objects().get(Place.name == VIOLATED)
    assert estate, "all estates are there"
    await record_violation(
        officer, estate, "消防控制室夜间无人值守，两次限期整改未完成。",
        "消防救援机构责令限期改正通知书（演示）", at,
    )  # fmt: skip


async def _listing(street: Place, month: Period, at: datetime, *, published: bool) -> None:
    """Drafted on the first of the month after; the company of the first estate objects."""
    drafted = month.until + HOUR
    officer = await asking(await id_of(who.SUBDISTRICT), drafted)
    try:
        listing = await draft_listing(None, street.id, month, drafted)
    except DraftedBefore:  # the clock was faster
        return
    manager = await asking(await id_of(who.MANAGER), drafted)
    read = await read_listing(listing.id, officer, drafted)
    entries = [entry for _, group in read.groups for entry in group]
    own = next((one for one in entries if one.company_name and _answers(manager, one)), None)
    moment = min(drafted + 34 * HOUR, at)
    if own:
        text = "有两件工单是市政管网的问题，已转水务，请核对是否仍计入重办。"
        objection = await object_to_entry(manager, own.id, text, moment)
        if published:
            answer = "已核对：转出的工单不计入物业的重办，评分没有变化。"
            await answer_objection(officer, objection.id, False, answer, moment + DAY)
    if published:
        await _publish(officer, listing, entries)


def _answers(manager: Asker, entry: Entry) -> bool:
    return any(role.covers_path(entry.path) for role in manager.roles)


async def _publish(officer: Asker, listing: Listing, entries: list[Entry]) -> None:
    """Decided on one by one when the days to object are over, each with its reason."""
    decided = listing.objections_until + 10 * HOUR
    for entry in entries:
        colour, reason = _decision(entry)
        await decide(officer, entry.id, colour, reason, decided)
    await publish_listing(officer, listing.id, decided + HOUR)


def _decision(entry: Entry) -> tuple[Colour, str]:
    if entry.violations and entry.score is not None:
        return Colour.BLACK, "有尚未整改的严重违规，限期整改未完成，列入黑榜。"
    if entry.score is None:
        return Colour.NONE, f"当月工单 {entry.tickets} 件，不足以评分。"
    said = f"得分 {points(entry.score)}，同类 {entry.of} 个项目中第 {entry.rank}"
    if entry.rank == 1 and entry.of > 1 and entry.suggested is not Colour.BLACK:
        return Colour.RED, f"{said}，没有未整改的严重违规，联席会议各方没有不同意见，列入红榜。"
    if entry.suggested is Colour.BLACK:
        return Colour.BLACK, f"{said}，异议已核对，列入黑榜。"
    return Colour.NONE, f"{said}，不上榜。"
