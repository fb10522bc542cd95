"""Who is responsible: reads of the table and of the duty list."""

from datetime import datetime
from uuid import UUID

from coordination.db import value
from coordination.errors import Conflict
from coordination.law.periods import day_of
from coordination.places.tables import Place

# $1 category, $2 path of the place, $3 at, $4 the day. Own category before the main one, the
# nearest place before the wider. A department has its tickets by 转办, from whoever reported in.
# Without a line: the property company, the 居委会 for what is on its list, the 街道.
RESPONSIBLE = """
with wanted as (select id, parent from category where id = $1),
here as (
  select b.id, b.kind, length(coalesce(p.path, '')) as depth
  from body b left join place p on p.id = b.place
  where starts_with($2, coalesce(p.path, '')) and b.kind not in ('operator', 'department')
    and (b.since is null or b.since <= $4) and (b.until is null or b.until > $4)
),
own as (
  select exists (
    select from committee_duty d join wanted w on d.category in (w.id, w.parent)
    where d.kind = 'self_governed' and d.since <= $3 and (d.until is null or d.until > $3)) as duty
),
found as (
  select h.id, h.kind, 0 as rank, (r.category = w.id)::int as exact,
         length(coalesce(p.path, '')) as place_depth, h.depth
  from route r join wanted w on r.category in (w.id, w.parent)
  left join place p on p.id = r.place
  join here h on h.id = r.body or h.kind = r.body_kind
  where r.kind = 'lead' and r.since <= $3 and (r.until is null or r.until > $3)
    and starts_with($2, coalesce(p.path, ''))
  union all
  select id, kind, array_position(
           array['property_company', 'residents_committee', 'subdistrict_office'], kind::text),
         0, 0, depth
  from here where kind in ('property_company', 'residents_committee', 'subdistrict_office')
)
select found.id from found, own
where found.kind <> 'residents_committee' or own.duty
order by rank, exact desc, place_depth desc, depth desc limit 1
"""


class NobodyResponsible(Conflict):
    """No body is registered that could answer for it."""


async def responsible_body(category: UUID, place: Place, at: datetime) -> UUID:
    """The body that a whistle of this category at this place goes to. NobodyResponsible."""
    found = await value(RESPONSIBLE, category, place.path, at, day_of(at))
    if found is None:
        raise NobodyResponsible(
            "这里还没有登记负责单位，暂时不能在线受理。请拨打社区电话或 12345，"
            "并请社区联系运营方登记物业、居委会或街道。"
        )
    return found


async def may_lead(category: UUID, at: datetime) -> bool:
    """Whether the 居委会 answers for this category: it is on its list as 依法自治."""
    return await value(
        """select exists (select from committee_duty d
             join category c on c.id = $1 and d.category in (c.id, c.parent)
             where d.kind = 'self_governed' and d.since <= $2
               and (d.until is null or d.until > $2))""",
        category,
        at,
    )
