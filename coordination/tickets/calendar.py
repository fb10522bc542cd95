"""The calendar and the policies that the clocks are read by, as the database has them.

Both are kept in the process by what they say, not by when they were read: asking the database
whether the calendar is still the same is one look at a few hundred rows.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from coordination.db import rows, value
from coordination.law.policies import Policy, policy_from_json
from coordination.law.workdays import WorkingCalendar
from coordination.places.tables import Place

# Which days are what they are, in one number.
FINGERPRINT = """(select coalesce(sum(hashtextextended(on_day::text || working::text, 0)), 0)::text
                  from calendar_day)"""
_kept: dict[str, WorkingCalendar] = {}
MOST_KEPT = 8


async def calendar_of(*, fingerprint: str | None = None) -> WorkingCalendar:
    """The working calendar; `fingerprint`: as `FINGERPRINT` just said, if it was asked."""
    known = fingerprint or await value(f"select {FINGERPRINT}")
    if known not in _kept:
        found = await rows("select on_day, working from calendar_day")
        exceptions = {row["on_day"]: row["working"] for row in found}
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[known] = WorkingCalendar(exceptions, frozenset(day.year for day in exceptions))
    return _kept[known]


read_policy = lru_cache(64)(policy_from_json)


async def policies(versions: Iterable[int]) -> dict[int, Policy]:
    """These versions. What a ticket names is there: versions are never deleted."""
    found = await rows(
        "select version, clocks::text as clocks from response_policy where version = any($1)",
        sorted(set(versions)),
    )
    return {row["version"]: read_policy(row["clocks"]) for row in found}


# The nearest place's own, its newest; of {path} at {at}.
IN_FORCE = """(select clocks::text from response_policy r left join place of on of.id = r.place
  where r.since <= {at} and (of.id is null or starts_with({path}, of.path))
  order by coalesce(length(of.path), 0) desc, r.since desc, r.version desc limit 1)"""


async def policy_in_force(estate: Place, at: datetime) -> Policy:
    """The policy for whistles at that moment."""
    return read_policy(
        await value(f"select {IN_FORCE.format(at='$1', path='$2')}", at, estate.path)
    )
