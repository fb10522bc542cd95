"""Which rights a proof of delivery has reached, and by which way first."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from coordination.ballots.delivery.tables import DeliveryChannel
from coordination.ballots.package_tables import REACHED
from coordination.db import rows

WORDS: Mapping[str, str] = {way.value: REACHED[way.value] for way in DeliveryChannel}

# What holds by $2 of a delivery d: not withdrawn, and a posting only once its notice has hung
# somewhere, proven by a photo, for all the days it was issued for. Then `since` is when those were
# over.
HOLDS = """
lateral (
  select d.at as since where d.channel <> 'posting' and d.at <= $2
  union all
  select min(p.posted_at + (n.until - n.published_at)) from posting p
    join notice n on n.id = p.notice
   where d.channel = 'posting' and p.notice = d.notice and p.photo is not null
     and p.posted_at + (n.until - n.published_at) <= $2
     and (p.taken_down_at is null
          or p.taken_down_at >= p.posted_at + (n.until - n.published_at))
) as held
"""
PROVEN = f"""
select r.number, first.channel from voting_right r join lateral (
  select d.channel from delivery d join {HOLDS} on held.since is not null
   where d."right" = r.id and d.withdrawn_at is null
   order by held.since, d.channel limit 1) as first on true
 where r.question = $1
"""


async def proven_deliveries(question: UUID, until: datetime) -> dict[int, str]:
    """The number of each right of a question that a proof reached by `until`, with the way of the
    first. A ballot that came back is a proof of its own and not looked at here."""
    return {row["number"]: row["channel"] for row in await rows(PROVEN, question, until)}
