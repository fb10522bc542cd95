"""What the matters know of a person, for the copy of one's own data 导出我的信息."""

from uuid import UUID

from coordination.db import rows
from coordination.people.ties import Tie

RAISED = """
select title, text, stage, opened_at, closed_at from matter
 where opened_by = $1 and opened_for is null order by opened_at, id
"""
SUPPORTED = """
select m.title, s.at from support s join matter m on m.id = s.matter
 where s.person = $1 order by s.at, s.id
"""
JUDGED = """
select m.title, e.grade, e.words, e.at from evaluation e join matter m on m.id = e.matter
 where e.person = $1 order by e.at, e.id
"""


async def export(person: UUID) -> dict[str, object]:
    """What a person raised, supported and judged as a resident."""
    return {
        "raised": [dict(row) for row in await rows(RAISED, person)],
        "supported": [dict(row) for row in await rows(SUPPORTED, person)],
        "judged": [dict(row) for row in await rows(JUDGED, person)],
    }


MATTERS = Tie("matters", export)
