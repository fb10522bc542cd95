"""From a draft to a published list: objections with answers, decisions with reasons."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import row, transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.places.values import whole_setting
from coordination.reports.listings.drafting import formula_in_force
from coordination.reports.listings.permits import OBJECTORS, may_keep, may_object
from coordination.reports.listings.scoring import INPUTS
from coordination.reports.tables import (
    Colour,
    Listing,
    ListingEntry,
    ListingObjection,
    ScoreFormula,
    Violation,
)
from coordination.tickets.figures.periods import Period

ONLY_STREET = "红黑榜由街道办理。"


class StillOpen(Conflict):
    """The days to object are not over, or an objection waits for its answer."""


class Published(Conflict):
    """It is published, and stays as it was published."""


class TooLate(Conflict):
    """The days to object are over."""


class OpenViolation(Conflict):
    """A project with an open serious violation is on no red list."""


async def object_to_entry(
    asker: Asker, entry_id: UUID, text: str, at: datetime
) -> ListingObjection:
    """异议, while the draft is open to it. NotFound, NotAllowed, TooLate, Invalid."""
    async with transaction():
        entry, listing = await _locked(entry_id)
        estate = await place_of(entry.estate)
        role = asker.role(estate, *OBJECTORS)
        if not may_object(asker, estate.path) or role is None:
            raise NotAllowed("对这个小区的评分提异议，由它的物业服务企业或者业主委员会提出。")
        if listing.published_at or at >= listing.objections_until:
            raise TooLate("异议期已过。对公布的榜单有意见的，请直接联系街道。")
        objection = ListingObjection(
            id=uuid4(), entry=entry.id, person=asker.id, body=role.body, at=at,
            text=_said(text, "text", "请写明哪个数字不对、依据是什么。"),
        )  # fmt: skip
        await objection.save()
        await audit.record(asker, "object_to_listing", objection, at=at, place=listing.place)
        return objection


async def answer_objection(
    asker: Asker, objection_id: UUID, upheld: bool, answer: str, at: datetime
) -> ListingObjection:
    """The 街道's answer. NotFound, NotAllowed, Conflict, Invalid."""
    async with transaction():
        objection = await ListingObjection.objects().get(ListingObjection.id == objection_id)
        if objection is None:
            raise NotFound("没有找到这条异议。")
        _, listing = await _locked(objection.entry)
        await _must_keep(asker, listing)
        objection = await ListingObjection.objects().get(ListingObjection.id == objection_id)
        assert objection
        if objection.answered_at:
            raise Conflict("这条异议已经答复。")
        objection.answer = _said(answer, "answer", "请写明核对的结果和依据。")
        objection.upheld, objection.answered_at, objection.answered_by = upheld, at, asker.id
        await objection.save()
        await audit.record(asker, "answer_listing", objection, at=at, place=listing.place)
        await tell(
            objection.person, "listing-answered", "红黑榜异议已答复", objection.answer, at=at,
            link=f"/reports/listings/{listing.id}",
        )  # fmt: skip
        return objection


async def decide(asker: Asker, entry_id: UUID, colour: Colour, reason: str, at: datetime) -> None:
    """A person's decision, with its reason; the score only suggests.

    NotFound, NotAllowed, Published, OpenViolation, Invalid.
    """
    async with transaction():
        entry, listing = await _locked(entry_id)
        await _must_keep(asker, listing)
        if listing.published_at:
            raise Published("榜单已经公布，不能再改。")
        if colour is not Colour.NONE and entry.score is None:
            raise Invalid("工单不足，没有评分，不能上榜。", colour="请选择“不上榜”。")
        if colour is Colour.RED and await Violation.exists().where(
            Violation.estate == entry.estate, Violation.settled_at.is_null()
        ):
            raise OpenViolation("这个小区有尚未整改的严重违规，不能上红榜。")
        entry.reason = _said(reason, "reason", "请写明理由。上榜不能只凭分数。")
        entry.decision, entry.decided_at, entry.decided_by = colour, at, asker.id
        await entry.save()
        await audit.record(
            asker, "decide_listing", entry, at=at, place=listing.place, colour=colour
        )


async def publish_listing(asker: Asker, listing_id: UUID, at: datetime) -> Listing:
    """Publish it, for as long as the setting says. NotFound, NotAllowed, Published, StillOpen."""
    async with transaction():
        listing = await _locked_listing(listing_id)
        street = await _must_keep(asker, listing)
        if listing.published_at:
            raise Published("榜单已经公布。")
        if at < listing.objections_until:
            raise StillOpen("异议期还没有满，不能公布。")
        waiting = await row(WAITING, listing.id)
        if waiting:
            raise StillOpen(waiting["what"])
        months = await whole_setting("listing_months", street, at)
        listing.published_at, listing.published_by = at, asker.id
        listing.expires_at = _months_later(at, months)
        await listing.save()
        await audit.record(asker, "publish_listing", listing, at=at, place=street)
        return listing


WAITING = """
select '还有异议没有答复，答复后才能公布。' as what from listing_objection o
  join listing_entry e on e.id = o.entry where e.listing = $1 and o.answered_at is null
union all
select '有建议上榜的小区还没有人作出决定。' from listing_entry e
  where e.listing = $1 and e.suggested <> 'none' and e.decision is null
limit 1
"""


def _months_later(at: datetime, months: int) -> datetime:
    """The first moment of the same month so much later, at the latest of days of `at`."""
    there = Period(at.year + (at.month - 1 + months) // 12, (at.month - 1 + months) % 12 + 1)
    return min(there.since + (at - Period(at.year, at.month).since), there.until)


async def set_formula(
    asker: Asker, weights: Mapping[str, int], reason: str, at: datetime
) -> ScoreFormula:
    """A new version of the weights, from the next draft on. NotAllowed, Invalid."""
    if not asker.is_operator():
        raise NotAllowed("评分公式由运营人员设置。")
    names = {each.name for each in INPUTS}
    if set(weights) != names or min(weights.values()) < 0 or not sum(weights.values()):
        raise Invalid("权重不完整。", weights="每项都要填不小于 0 的整数，并且不能都是 0。")
    async with transaction():
        await row("select pg_advisory_xact_lock(hashtext('score_formula'))")
        last = await formula_in_force()
        formula = ScoreFormula(
            id=uuid4(), version=last.version + 1, weights=json.dumps(dict(weights)), since=at,
            by=asker.id, reason=_said(reason, "reason", "请写明为什么改。"),
        )  # fmt: skip
        await formula.save()
        await audit.record(asker, "set_score_formula", formula, at=at, version=formula.version)
        return formula


async def record_violation(
    asker: Asker, estate: Place, text: str, basis: str, at: datetime
) -> Violation:
    """严重违规, found by the authority. NotAllowed, Invalid."""
    if not may_keep(asker, estate):
        raise NotAllowed("严重违规由街道登记。")
    async with transaction():
        violation = Violation(
            id=uuid4(), estate=estate.id, found_at=at, found_by=asker.id,
            text=_said(text, "text", "请写明违规事实。"),
            basis=_said(basis, "basis", "请写明依据的规定或文书。"),
        )  # fmt: skip
        await violation.save()
        await audit.record(asker, "record_violation", violation, at=at, place=estate)
        return violation


async def settle_violation(asker: Asker, violation_id: UUID, at: datetime) -> None:
    """整改完成. NotFound, NotAllowed, Conflict."""
    async with transaction():
        await row("select id from violation where id = $1 for update", violation_id)
        found = await Violation.objects().get(Violation.id == violation_id)
        if found is None:
            raise NotFound("没有找到这条违规记录。")
        if not may_keep(asker, await place_of(found.estate)):
            raise NotAllowed("严重违规由街道办理。")
        if found.settled_at:
            raise Conflict("这条违规已经整改完成。")
        found.settled_at, found.settled_by = at, asker.id
        await found.save()
        await audit.record(asker, "settle_violation", found, at=at, place=found.estate)


async def _locked(entry_id: UUID) -> tuple[ListingEntry, Listing]:
    """The entry, its list locked: objections, decisions and publication take turns."""
    entry = await ListingEntry.objects().get(ListingEntry.id == entry_id)
    if entry is None:
        raise NotFound("榜单里没有这个小区。")
    listing = await _locked_listing(entry.listing)
    entry = await ListingEntry.objects().get(ListingEntry.id == entry_id)
    assert entry
    return entry, listing


async def _locked_listing(listing_id: UUID) -> Listing:
    await row("select id from listing where id = $1 for update", listing_id)
    listing = await Listing.objects().get(Listing.id == listing_id)
    if listing is None:
        raise NotFound("没有找到这份榜单。")
    return listing


async def _must_keep(asker: Asker, listing: Listing) -> Place:
    street = await place_of(listing.place)
    if not may_keep(asker, street):
        raise NotAllowed(ONLY_STREET)
    return street


def _said(text: str, field: str, ask: str) -> str:
    if not text.strip():
        raise Invalid("还没有写完整。", **{field: ask})
    return text.strip()[:2_000]
