"""A new version of the clocks 时限. What was whistled before keeps the version it has."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.law.policies import Policy, policy_to_json
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.tickets.calendar import read_policy
from coordination.tickets.tables import ResponsePolicy
from coordination.tickets.watching.permits import may_write_policy
from coordination.tickets.watching.policy_form import same

LOCK = 278_007
LONGEST_REASON = 300
FARTHEST = timedelta(days=400)


class NothingChanged(Conflict):
    """The version before it promises the same, in the same place."""


async def write_policy(
    asker: Asker, policy: Policy, place_id: UUID | None, since: datetime, reason: str, at: datetime
) -> int:
    """Write the next version, in force from `since` on; its number.

    NotFound, NotAllowed; NothingChanged; Invalid: in the past, or without a reason.
    """
    place = await place_of(place_id) if place_id else None
    if not may_write_policy(asker, place.path if place else None):
        raise NotAllowed("时限由运营方制定；街道可以为本街道制定。")
    _check(since, reason, at)
    async with transaction():
        # One at a time: the numbers of the versions have no gap and no double.
        await value("select pg_advisory_xact_lock($1)", LOCK)
        last = await value(
            """select clocks::text from response_policy where place is not distinct from $1
               order by since desc, version desc limit 1""",
            place_id,
        )
        if last is not None and same(read_policy(last), policy):
            raise NothingChanged("和上一版完全一样，没有改动。")
        version = await value("select coalesce(max(version), 0) + 1 from response_policy")
        numbered = replace(policy, version=version)
        row = ResponsePolicy(
            id=uuid4(), version=version, place=place_id, clocks=policy_to_json(numbered),
            since=since, by=asker.id, reason=reason.strip(),
        )  # fmt: skip
        await row.save()
        await audit.record(
            asker, "write_policy", row, at=at, place=place_id, version=version,
            since=since.isoformat(),
        )  # fmt: skip
        return version


def _check(since: datetime, reason: str, at: datetime) -> None:
    wrong: dict[str, str] = {}
    if not at <= since <= at + FARTHEST:
        wrong["since"] = f"应在现在以后、{FARTHEST.days} 天以内：已经受理的工单不受影响。"
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        wrong["reason"] = f"请写明理由，最多 {LONGEST_REASON} 个字。"
    if wrong:
        raise Invalid(next(iter(wrong.values())), **wrong)
