"""A body reports on its year, once; each household rates it once, until the last day."""

from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from coordination import audit
from coordination.db import execute, row, rows, transaction
from coordination.disclosures.duty_reports.permits import may_rate, reporting_role
from coordination.disclosures.duty_reports.queries import report_of
from coordination.disclosures.duty_reports.rules import GRADES, RATED_FOR
from coordination.disclosures.duty_reports.tables import DutyReport
from coordination.disclosures.households import households_of
from coordination.errors import Conflict, Invalid, NotAllowed, uncut
from coordination.law.periods import day_of
from coordination.matters.rules import quotes_a_person
from coordination.people.askers import Asker
from coordination.people.tables import BodyKind
from coordination.places.tables import Place


class AlreadyReported(Conflict):
    """That year has its report."""


class RatingOver(Conflict):
    """Its last day is over."""


class HouseholdRated(Conflict):
    """Somebody of the same household has rated it."""


async def publish_report(
    asker: Asker, estate: Place, kind: BodyKind, year: int, text: str, document: str | None,
    at: datetime,
) -> DutyReport:  # fmt: skip
    """Publish the report of the asker's body on a year. NotAllowed, Invalid, AlreadyReported."""
    role = reporting_role(asker, estate, kind)
    if role is None:
        raise NotAllowed("述职由业主委员会、物业服务企业、居民委员会各自发布。")
    this_year = day_of(at).year
    if not this_year - 1 <= year <= this_year:
        raise Invalid("请选择年度。", year=f"述职是{this_year - 1}年或者{this_year}年的。")
    if not text.strip() or quotes_a_person(text):
        raise Invalid("请修改述职内容。", text="请写明做了什么；不要写手机号和证件号。")
    report = DutyReport(
        id=uuid4(), estate=estate.id, body=role.body, year=year, text=text.strip(),
        document=document, published_at=at, published_by=asker.id, rated_to=day_of(at + RATED_FOR),
    )  # fmt: skip
    try:
        async with transaction():
            await report.save()
            await audit.record(asker, "publish_duty_report", report, at=at, place=estate)
    except asyncpg.UniqueViolationError as twice:
        raise AlreadyReported(f"{year}年度已经述职，一年一次。") from twice
    return report


async def rate_report(asker: Asker, report_id: UUID, points: int, words: str, at: datetime) -> None:
    """One rating of one household; rated again by the same account, the later one counts.

    NotFound, NotAllowed: of the body itself, or no household there; RatingOver, HouseholdRated,
    Invalid.
    """
    try:
        async with transaction():
            report, estate = await report_of(report_id)
            if not report.is_rated(at):
                raise RatingOver("评分已经截止。")
            if points not in GRADES:
                raise Invalid("请选择一项。", points="请选择一项。")
            if quotes_a_person(words):
                raise Invalid("请去掉手机号和证件号。", words="请去掉手机号和证件号。")
            if not may_rate(asker, report.body):
                raise NotAllowed("您在这个单位任职，不评自己的单位。")
            unit = await _household(asker, report_id, estate, at)
            await execute(
                """insert into duty_rating (id, report, unit, person, points, words, at)
                   values ($1, $2, $3, $4, $5, $6, $7)
                   on conflict (report, person) do update
                     set points = excluded.points, words = excluded.words, at = excluded.at""",
                uuid4(), report_id, unit, asker.id, points, uncut(words, 300, "words"), at,
            )  # fmt: skip
    except asyncpg.UniqueViolationError as taken:
        raise HouseholdRated("您家刚刚有人评过了。每户一次。") from taken


async def _household(asker: Asker, report_id: UUID, estate: Place, at: datetime) -> UUID:
    before = await row(
        "select unit from duty_rating where report = $1 and person = $2", report_id, asker.id
    )
    if before:
        return before["unit"]
    units = (await households_of(asker.id, estate.id, at)).all
    if not units:
        raise NotAllowed("由本小区的业主和居民评分。请先绑定房屋，或者登记为居民。")
    rated = await rows(
        "select unit from duty_rating where report = $1 and unit = any($2)", report_id, list(units)
    )
    taken = {one["unit"] for one in rated}
    free = next((unit for unit in units if unit not in taken), None)
    if free is None:
        raise HouseholdRated("您家已经有人评过了。每户一次。")
    return free
