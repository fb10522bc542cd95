"""The call list 回访清单: whose reply has not been confirmed, who is to be asked first in front."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import rows
from coordination.places.naming import building_name
from coordination.registry.rules import masked_name
from coordination.tickets.desk.filters import DUE
from coordination.tickets.words import countdown

PAGE = 50

# $1 estates, $2 who calls, $3 and $4 the line before. Whoever had a hand in a ticket, or works for
# its holder, does not make its return visit.
CALLS = f"""
select t.id, t.number, e.name as estate_name, b.name as building_name, t.spot,
       c.name as category_name, h.name as holder_name, t.state, {DUE} as due_at, t.reopened,
       coalesce(nullif(t.caller, ''), w.name, '') as caller,
       coalesce(nullif(t.caller_phone_tail, ''), w.phone_tail, '') as phone_tail,
       (select count(distinct (v.at at time zone 'Asia/Shanghai')::date)
          from ticket_event v where v.ticket = t.id and v.kind = 'visit'
           and v.ordinal > coalesce((select max(r.ordinal) from ticket_event r
                                      where r.ticket = t.id and r.kind = 'reply'), 0)) as tried,
       (select max(v.at) from ticket_event v where v.ticket = t.id and v.kind = 'visit')
         as last_tried_at
  from ticket t join place e on e.id = t.estate left join place b on b.id = t.building
  join category c on c.id = t.category join body h on h.id = t.holder
  left join person w on w.id = t.whistled_by
 where t.state in ('replied', 'visiting') and t.estate = any($1::uuid[])
   and t.holder <> all($5::uuid[])
   and not exists (select from ticket_event m where m.ticket = t.id and m.person = $2
     and m.kind in ('report_in', 'accept', 'take_up', 'reply', 'finish_sub_task'))
   and ($3::timestamptz is null or ({DUE}, t.number) > ($3, $4::bigint))
 order by {DUE}, t.number limit $6
"""


@dataclass(frozen=True, slots=True)
class Call:
    """A return visit to be made."""

    id: UUID
    number: int
    estate_name: str
    building_name: str | None
    spot: str
    category_name: str
    holder_name: str
    state: str
    due_at: datetime
    reopened: int
    caller: str
    phone_tail: str
    tried: int
    last_tried_at: datetime | None

    @property
    def who(self) -> str:
        name = masked_name(self.caller) if self.caller else "没有留姓名"
        return f"{name}（尾号 {self.phone_tail}）" if self.phone_tail else name

    @property
    def where(self) -> str:
        building = building_name(self.building_name) if self.building_name else "公共部位"
        return " ".join(filter(None, (self.estate_name, building, self.spot)))

    def clock(self, at: datetime) -> str:
        return countdown(self.due_at, at)

    @property
    def cursor(self) -> str:
        return f"{self.due_at.isoformat()}_{self.number}"


async def calls(
    estates: Sequence[UUID],
    bodies: Sequence[UUID],
    caller: UUID,
    after: tuple[datetime | None, int] = (None, 0),
    limit: int = PAGE + 1,
) -> list[Call]:
    """The calls that this person may make in these estates; `bodies`: those they work for."""
    found = await rows(CALLS, list(estates), caller, *after, list(bodies), limit)
    return [Call(**dict(each)) for each in found]
