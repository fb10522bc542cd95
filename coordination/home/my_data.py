"""What the ballots know of a person, for the copy of one's own data 导出我的信息.

The choice is not in it: it stays sealed until the close, and afterwards a copy that says it could
be asked for by others. Who wants to see it has the receipt.
"""

from uuid import UUID

from coordination.ballots.board import code_of
from coordination.db import rows
from coordination.people.ties import Tie
from coordination.registry.queries import ACTS_FOR

RIGHTS = f"""
select p.title as poll, e.name as estate, q.title as question, r.area_cm2, r.holders,
       b.ordinal, b.cast_at, b.channel, b.tracker
  from right_holder h join voting_right r on r.id = h."right"
  join question q on q.id = r.question join poll p on p.id = q.poll
  join place e on e.id = p.estate
  left join ballot b on b."right" = r.id
 where h.owner in ({ACTS_FOR}) order by p.opens_at, q.position, r.id, b.ordinal
"""
OBJECTIONS = """
select 'roll' as about, p.title as poll, o.text, o.raised_at, o.answer, o.answered_at
  from roll_objection o join poll p on p.id = o.poll where o.person = $1
union all
select 'result', p.title, o.text, o.raised_at, o.answer, o.answered_at
  from result_objection o join poll p on p.id = o.poll where o.person = $1
union all
select 'candidate', p.title, o.text, o.raised_at, o.answer, o.answered_at
  from candidate_objection o join election n on n.id = o.election join poll p on p.id = n.poll
 where o.person = $1
 order by raised_at
"""
# What became of a candidacy is told to who stands, and to nobody else here.
CANDIDACIES = f"""
select p.title as poll, e.name as estate, c.owner in ({ACTS_FOR}) as own, c.by = $1 as put_forward,
       c.name, c.home, c.about, c.at, c.consented_at, c.withdrawn_at, c.admitted, c.check_reason,
       c.number
  from candidacy c join election n on n.id = c.election join poll p on p.id = n.poll
  join place e on e.id = p.estate
 where c.by = $1 or c.owner in ({ACTS_FOR}) order by c.at, c.id
"""
THEIRS = ("consented_at", "withdrawn_at", "admitted", "check_reason", "number")


async def export(person: UUID) -> dict[str, object]:
    """Rights, each ballot cast on them with its receipt's code, objections, own candidacies and
    whom one put forward."""
    return {
        "rights": [
            {
                "poll": row["poll"],
                "estate": row["estate"],
                "question": row["question"],
                "area_cm2": row["area_cm2"],
                "holders": row["holders"],
                "ballot": row["ordinal"]
                and {
                    "ordinal": row["ordinal"],
                    "cast_at": row["cast_at"],
                    "channel": row["channel"],
                    "receipt_code": code_of(row["tracker"]),
                },
            }
            for row in await rows(RIGHTS, person)
        ],
        "objections": [dict(row) for row in await rows(OBJECTIONS, person)],
        "candidacies": [
            {name: said for name, said in row.items() if row["own"] or name not in THEIRS}
            for row in await rows(CANDIDACIES, person)
        ],
    }


VOTES = Tie("ballots", export)
