"""What time alone does to a term of office: three months before it ends those who must act hear it.

Rows are taken under locks that other workers pass over, so that many workers tell once.
"""

from datetime import datetime, timedelta

from coordination.db import execute, rows, transaction
from coordination.disclosures.registers.rules import SOURCE, Term, term
from coordination.law.periods import day_of
from coordination.people.outbox import tell
from coordination.web.formats import local_day

EVERY = 3600.0
ACTING = ("committee_member", "community_worker", "subdistrict_officer")


async def tell_terms(at: datetime) -> int:
    """Tell the committee, the 居委会 and the 街道, once a term; of how many terms."""
    today = day_of(at)
    async with transaction():
        found = await rows(
            """select b.id, b.name, b.until, p.path from body b join place p on p.id = b.place
                where b.kind = 'owners_committee' and b.term_told_at is null
                  and b.until > $1 and b.until <= $2
                order by b.until, b.id limit 100 for no key update of b skip locked""",
            today, today + timedelta(days=93),
        )  # fmt: skip
        due = [one for one in found if term(one["until"], today) is Term.ENDING]
        for one in due:
            people = await rows(
                """select distinct r.person from role r join place p on p.id = r.place
                    where r.since <= $3 and (r.until is null or r.until > $3) and r.kind = any($4)
                      and (r.body = $1 or r.kind <> 'committee_member' and starts_with($2, p.path))
                    order by r.person""",
                one["id"], one["path"], at, list(ACTING),
            )  # fmt: skip
            await tell(
                [each["person"] for each in people], "term-ending", "业主委员会任期将满",
                f"{one['name']}的任期到{local_day(one['until'] - timedelta(days=1))}届满，"
                f"现在应组织换届选举。依据：{SOURCE}。", at=at, link=f"/registers/{one['id']}",
            )  # fmt: skip
            await execute("update body set term_told_at = $2 where id = $1", one["id"], at)
        return len(due)
