"""The calendar and the policies that the clocks are read by, as the database has them."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from coordination.db import rows, value
from coordination.law.policies import Policy, policy_from_json
from coordination.places.calendar import FINGERPRINT, working_days
from coordination.places.tables import Place

__all__ = ["FINGERPRINT", "calendar_of", "policies", "policy_in_force", "read_policy"]
calendar_of = working_days
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
