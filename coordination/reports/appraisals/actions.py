"""Opening a year's 双评议, grading, publishing."""

from datetime import date, datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import execute, row, transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound, uncut
from coordination.law.periods import day_of
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind
from coordination.places.values import choice_setting
from coordination.reports.tables import Appraisal, Grade, RaterGroup

KEEPERS = (RoleKind.SUBDISTRICT_OFFICER, RoleKind.COMMUNITY_WORKER)
SITTING = (RoleKind.COMMUNITY_WORKER, RoleKind.COMMITTEE_MEMBER, RoleKind.PREPARATORY_MEMBER)
INTERESTED = (RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF)
# Owners bound to a unit of the estate; residents confirmed for one, where the setting has them.
BELONGS = """
select exists (select from binding b join owner o on o.id = b.owner
                where b.person = $1 and o.estate = $2 and b.ended_at is null) as owns,
       exists (select from residency r join unit u on u.id = r.unit
                where r.person = $1 and u.estate = $2 and r.confirmed_at is not null
                  and (r.until is null or r.until > $3)) as lives
"""


class NotOpen(Conflict):
    """It is graded from its first day to its last."""


def may_open(asker: Asker | None, estate: Place) -> bool:
    """街道、社区."""
    return asker is not None and asker.holds(estate, *KEEPERS)


async def group_of(asker: Asker, estate: Place, at: datetime) -> RaterGroup | None:
    """In which of the two groups they grade: the committees' members in theirs, others who live
    or own there among the residents, and who works for the company in none."""
    if asker.holds(estate, *INTERESTED):
        return None
    if asker.holds(estate, *SITTING):
        return RaterGroup.COMMITTEES
    found = await row(BELONGS, asker.id, estate.id, at)
    assert found
    residents_too = await choice_setting("appraisal_raters", estate, at) == "residents"
    return RaterGroup.RESIDENTS if found["owns"] or (found["lives"] and residents_too) else None


async def open_appraisal(
    asker: Asker, estate_id: UUID, opens_on: date, closes_on: date, at: datetime
) -> Appraisal:
    """Open this year's. NotAllowed, Invalid, Conflict: the year has one."""
    async with transaction():
        estate = await place_of(estate_id, PlaceKind.ESTATE)
        if not may_open(asker, estate):
            raise NotAllowed("双评议由街道或者社区组织。")
        if closes_on < opens_on or opens_on < day_of(at):
            raise Invalid("日期不对。", closes_on="开始不能早于今天，结束不能早于开始。")
        await row("select id from place where id = $1 for update", estate.id)
        year = opens_on.year
        if await Appraisal.exists().where(Appraisal.estate == estate.id, Appraisal.year == year):
            raise Conflict("这个小区这一年的双评议已经安排，一年只评一次。")
        appraisal = Appraisal(
            id=uuid4(), estate=estate.id, year=year, opens_on=opens_on, closes_on=closes_on,
            opened_at=at, opened_by=asker.id,
        )  # fmt: skip
        await appraisal.save()
        await audit.record(asker, "open_appraisal", appraisal, at=at, place=estate, year=year)
        return appraisal


async def grade(
    asker: Asker, appraisal_id: UUID, given: Grade, words: str, at: datetime
) -> RaterGroup:
    """One grade of one person; graded again while it is open, the later word counts.

    NotFound, NotAllowed, NotOpen, Invalid.
    """
    async with transaction():
        appraisal = await _appraisal(appraisal_id)
        if not is_open(appraisal, at):
            raise NotOpen("现在不在评议期内。")
        estate = await place_of(appraisal.estate)
        group = await group_of(asker, estate, at)
        if group is None:
            raise NotAllowed("由本小区的居民、业主和居委会、业委会成员评议；物业人员不评自己。")
        if given is Grade.POOR and not words.strip():
            raise Invalid("请写明原因。", words="评“不合格”的，请写一句为什么。")
        await execute(
            """insert into appraisal_grade (id, appraisal, "group", person, grade, words, at)
               values ($1, $2, $3, $4, $5, $6, $7)
               on conflict (appraisal, "group", person)
               do update set grade = excluded.grade, words = excluded.words, at = excluded.at""",
            uuid4(), appraisal.id, group.value, asker.id, given.value,
            uncut(words, 300, "words") or None, at,
        )  # fmt: skip
        # Who graded is in the log; how, is in the row alone.
        await audit.record(asker, "grade_appraisal", appraisal, at=at, place=estate)
        return group


async def publish_appraisal(asker: Asker, appraisal_id: UUID, at: datetime) -> Appraisal:
    """Publish it once its last day is over. NotFound, NotAllowed, NotOpen, Conflict."""
    async with transaction():
        await row("select id from appraisal where id = $1 for update", appraisal_id)
        appraisal = await _appraisal(appraisal_id)
        estate = await place_of(appraisal.estate)
        if not may_open(asker, estate):
            raise NotAllowed("双评议由街道或者社区公布。")
        if day_of(at) <= appraisal.closes_on:
            raise NotOpen("评议期还没有结束，不能公布。")
        if appraisal.published_at:
            raise Conflict("已经公布。")
        appraisal.published_at = at
        await appraisal.save()
        await audit.record(asker, "publish_appraisal", appraisal, at=at, place=estate)
        return appraisal


def is_open(appraisal: Appraisal, at: datetime) -> bool:
    return appraisal.opens_on <= day_of(at) <= appraisal.closes_on


async def _appraisal(appraisal_id: UUID) -> Appraisal:
    found = await Appraisal.objects().get(Appraisal.id == appraisal_id)
    if found is None:
        raise NotFound("没有找到这次评议。")
    return found
