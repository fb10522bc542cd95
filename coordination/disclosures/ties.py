"""What this slice knows of a person, for the copy of one's own data 导出我的信息."""

from uuid import UUID

from coordination.db import rows
from coordination.people.ties import Tie

ROOMS = """
select r.name as room, a."group", a.use, a.purpose, a.people, a.starts_at, a.ends_at, a.state
  from room_application a join room r on r.id = a.room where a.person = $1 order by a.asked_at"""
ANSWERS = """
select c.title, c.choices->>(a.choice::int) as answer, a.words, a.at
  from consultation_answer a join consultation c on c.id = a.consultation
 where a.person = $1 order by a.at"""
RATINGS = """
select b.name as body, d.year, r.points, r.words, r.at
  from duty_rating r join duty_report d on d.id = r.report join body b on b.id = d.body
 where r.person = $1 order by r.at"""


async def export(person: UUID) -> dict[str, object]:
    """What a person asked of rooms, answered and rated."""
    return {
        "rooms": [dict(row) for row in await rows(ROOMS, person)],
        "consultations": [dict(row) for row in await rows(ANSWERS, person)],
        "duty_ratings": [dict(row) for row in await rows(RATINGS, person)],
    }


DISCLOSURES = Tie("disclosures", export)
