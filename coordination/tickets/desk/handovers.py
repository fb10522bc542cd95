"""移交: the property companies of an estate and what they hold; the hand-over with its last day.

The old company's people keep their roles until the date to which they may read; its body ends on
the day of the hand-over, so that from then on they see its own tickets and no others (scope.py).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination import audit
from coordination.clock import SHANGHAI
from coordination.db import execute, rows, transaction
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.tickets.desk.handover_lists import begin_list
from coordination.tickets.desk.tables import Handover
from coordination.tickets.handling.correcting import hand_over


@dataclass(frozen=True, slots=True)
class Company:
    """A property company registered for the estate, and how many open tickets it holds."""

    id: UUID
    name: str
    open: int

    @property
    def words(self) -> str:
        return f"{self.name}（未办结 {self.open} 张）"


async def companies_of(estate: Place, at: datetime) -> list[Company]:
    """Those in office, or that still hold something."""
    found = await rows(
        """select b.id, b.name, (select count(*) from ticket t where t.estate = $1
                and t.holder = b.id and t.state not in ('closed', 'merged', 'withdrawn')) as open
             from body b join place p on p.id = b.place
            where b.kind = 'property_company' and (starts_with($2, p.path))
              and (b.until is null or b.until > $3)
            order by open desc, b.name""",
        estate.id, estate.path, at.astimezone(SHANGHAI).date(),
    )  # fmt: skip
    return [Company(**dict(each)) for each in found]


async def record_handover(
    asker: Asker,
    estate: Place,
    old: UUID,
    new: UUID,
    reason: str,
    reads_until: datetime,
    at: datetime,
) -> Handover:
    """Move what is open to the new company, let the old one read its own until then, and begin the
    list that both sign.

    NotFound, NotAllowed, Invalid: as `hand_over`.
    """
    async with transaction():
        moved = await hand_over(asker, estate.id, old, new, reason, at)
        # A company that serves other estates as well goes on there.
        ended = await rows(
            """update body set until = $2 where id = $1 and place = $3 and until is null
               returning id""",
            old, at.astimezone(SHANGHAI).date(), estate.id,
        )  # fmt: skip
        await execute(
            """update role set until = $3, ended_by = $4 where body = $1 and place = $2
                 and (until is null or until > $3)""",
            old, estate.id, reads_until, asker.id,
        )  # fmt: skip
        await audit.record(
            asker, "end_company", estate, at=at, place=estate, body=str(old),
            reads_until=reads_until.isoformat(), body_ended=bool(ended),
        )  # fmt: skip
        read_to = reads_until.astimezone(SHANGHAI).date()
        return await begin_list(asker, estate.id, old, new, reason, moved, read_to, at)
