"""What the tickets know of a person, for the copy of one's own data 导出我的信息."""

from uuid import UUID

from coordination.db import rows
from coordination.people.ties import Tie

WHISTLED = """
select t.number, e.name as estate, b.name as building, t.spot, c.name as category, t.text,
       t.is_public, t.whistled_at, t.state, t.outcome, t.rating, t.closed_at
  from ticket t join place e on e.id = t.estate left join place b on b.id = t.building
  join category c on c.id = t.category where t.whistled_by = $1 order by t.number
"""
SAID = """
select t.number, v.kind, v.at, v.words from ticket_event v join ticket t on t.id = v.ticket
 where v.person = $1 and v.role is null and v.kind <> 'whistle' order by v.at, t.number, v.ordinal
"""


async def export(person: UUID) -> dict[str, object]:
    """What a person whistled, and what else they said or did as a resident."""
    return {
        "whistles": [dict(row) for row in await rows(WHISTLED, person)],
        "said": [dict(row) for row in await rows(SAID, person)],
    }


TICKETS = Tie("tickets", export)
