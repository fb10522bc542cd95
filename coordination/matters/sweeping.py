"""What time alone does to matters: an open duty turns overdue in public, an evaluation ends.

Rows are taken under locks that other workers pass over, so that many workers act once; who comes
late does what fell due meanwhile.
"""

from datetime import datetime

from coordination.db import rows, transaction
from coordination.matters.actions import write_line
from coordination.matters.evaluating import conclude_evaluations
from coordination.matters.steps import lock_matter, tell_staff
from coordination.web.formats import local_time

EVERY = 30.0
AT_ONCE = 100


async def sweep_matters(at: datetime) -> int:
    """Tell of all that fell due by `at`; how many."""
    done = 0
    while moved := await tell_overdue(at) + await conclude_evaluations(at):
        done += moved
    return done


async def tell_overdue(at: datetime, limit: int = AT_ONCE) -> int:
    """Mark the duties that are late, write it on the timeline, tell the staff; how many."""
    async with transaction():
        # The matter first, as everybody locks; then what is still late under its lock.
        held = await rows(
            """select m.id from matter m where exists (
                 select from duty d where d.matter = m.id and d.settled_at is null
                    and d.overdue_at is null and d.due_at <= $1)
                limit $2 for no key update skip locked""",
            at, limit,
        )  # fmt: skip
        late = await rows(
            """update duty set overdue_at = $1
                where matter = any($2::uuid[]) and settled_at is null and overdue_at is null
                  and due_at <= $1 returning matter, label, due_at""",
            at, [one["id"] for one in held],
        )  # fmt: skip
        for duty in late:
            said = f"超期：{duty['label']}，应在 {local_time(duty['due_at'])} 前完成"[:300]
            await write_line(duty["matter"], said, at)
            await tell_staff(await lock_matter(duty["matter"]), "事项超期", said, at)
        return len(held)
