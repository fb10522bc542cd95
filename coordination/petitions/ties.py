"""What the petitions know of a person, for the copy of one's own data 导出我的信息."""

from uuid import UUID

from coordination.db import rows
from coordination.people.ties import Tie

SIGNED = """
select p.title, s.at, s.withdrawn_at, p.started_by = $1 as started
  from signature s join petition p on p.id = s.petition
 where s.person = $1 order by s.at, s.id
"""


async def export(person: UUID) -> dict[str, object]:
    """What a person signed, and took back."""
    return {"signed": [dict(row) for row in await rows(SIGNED, person)]}


PETITIONS = Tie("petitions", export)
