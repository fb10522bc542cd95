"""What the slices above write on a matter: lines of its timeline, duties its stage waits for.

Each joins the caller's transaction, so that the line and what it tells of stand or fall together.
"""

from datetime import datetime
from uuid import UUID, uuid4

from coordination.db import execute, transaction
from coordination.errors import NotFound
from coordination.matters.tables import Duty, Matter, Stage, TimelineLine

OWNERS_VOTE = "业主大会表决："  # how the duties of polls begin; a matter may wait for one


async def write_line(
    matter_id: UUID,
    text: str,
    at: datetime,
    *,
    link: str = "",
    person: UUID | None = None,
    body: UUID | None = None,
) -> None:
    """Add a line to the matter's timeline, at the stage it is in. NotFound: no such matter."""
    async with transaction():
        stage = await Matter.select(Matter.stage).where(Matter.id == matter_id).first()
        if stage is None:
            raise NotFound("没有找到这个事项。")
        await TimelineLine(
            id=uuid4(), matter=matter_id, at=at, stage=stage["stage"], text=text, link=link,
            person=person, body=body,
        ).save()  # fmt: skip


async def open_duty(
    matter_id: UUID, label: str, due_at: datetime | None = None, *, stage: Stage | None = None
) -> None:
    """Hold a stage of the matter open until what `label` names is settled: `stage`, or whichever
    it is at."""
    async with transaction():
        await Duty(id=uuid4(), matter=matter_id, label=label, due_at=due_at, stage=stage).save()


async def move_duty(matter_id: UUID, label: str, due_at: datetime) -> None:
    """What `label` names has until `due_at`; once late again, the public is told again."""
    await execute(
        """update duty set due_at = $3, overdue_at = null
            where matter = $1 and label = $2 and settled_at is null""",
        matter_id, label, due_at,
    )  # fmt: skip


async def settle_duty(matter_id: UUID, label: str, at: datetime, *, dropped: bool = False) -> None:
    """The stage waits for this no longer; settled again, nothing changes. `dropped`: nothing came
    of it, as of a vote that was withdrawn, or revoked after its result."""
    async with transaction():
        await execute(
            """update duty set settled_at = coalesce(settled_at, $3),
                 dropped_at = case when $4 then $3 end
                where matter = $1 and label = $2
                  and (settled_at is null or $4 and dropped_at is null)""",
            matter_id, label, at, dropped,
        )  # fmt: skip
