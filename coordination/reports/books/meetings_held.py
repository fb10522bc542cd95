"""办公例会 and 碰头会: what was held, who came, what was resolved, what was given to do."""

from collections.abc import Sequence

from coordination.meetings.kinds import KINDS

HELD = """
select m.starts_at as at, pl.name as place, m.title as meeting, b.name as convener,
  (select string_agg(distinct y.name, '、') from presence r join meeting_party a on a.id = r.party
     join body y on y.id = a.body where a.meeting = m.id) as parties,
  (select string_agg(i.title, '；' order by i.position) from agenda_item i
    where i.meeting = m.id and i.kind = 'topic') as topics,
  (select string_agg(r.text, '；' order by r.number) from resolution r where r.meeting = m.id)
    as resolutions,
  (select count(*) from action_item t where t.meeting = m.id) as tasks, m.state as meeting_state
from meeting m join place pl on pl.id = m.place join body b on b.id = m.convener
where starts_with(pl.path, $1) and m.starts_at >= $2 and m.starts_at < $3
  and $4::timestamptz >= m.starts_at and m.kind = any({kinds})
  and m.state not in ('planned', 'noticed', 'cancelled')
order by m.starts_at, m.id limit $5
"""
HELD_COLUMNS = (
    "at", "place", "meeting", "convener", "parties", "topics", "resolutions", "tasks",
    "meeting_state",
)  # fmt: skip
# 碰头会 settle a thing between those it concerns; all other sessions of bodies are 例会.
BRIEFINGS = ("coordination", "mediation", "building")
OFFICE = tuple(code for code in KINDS if code not in (*BRIEFINGS, "committee"))


def held(codes: Sequence[str]) -> str:
    """The meetings of these kinds; the codes are the program's own."""
    return HELD.format(kinds=f"array[{', '.join(repr(code) for code in codes)}]")
