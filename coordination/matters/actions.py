"""What the slices above write on a matter: lines of its timeline, duties its stage waits for.

Each joins the caller's transaction, so that the line and what it tells of stand or fall together.
"""

from datetime import datetime
from uuid import UUID, uuid4

from coordination.db import transaction
from coordination.errors import NotFound
from coordination.matters.tables import Duty, Matter, Stage, TimelineLine


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


async def open_matter(
    place: UUID, title: str, text: str, person: UUID, at: datetime, *, link: str = ""
) -> Matter:
    """点事: a new matter, with the line that says where it came from."""
    async with transaction():
        matter = Matter(
            id=uuid4(), place=place, title=title, text=text, stage=Stage.RAISED, opened_at=at,
            opened_by=person,
        )  # fmt: skip
        await matter.save()
        await write_line(matter.id, f"点事：{title}"[:300], at, link=link, person=person)
        return matter


async def open_duty(matter_id: UUID, label: str, due_at: datetime | None = None) -> None:
    """Hold the matter's stage open until what `label` names is settled."""
    async with transaction():
        await Duty(id=uuid4(), matter=matter_id, label=label, due_at=due_at).save()


async def settle_duty(matter_id: UUID, label: str, at: datetime) -> None:
    """The stage waits for this no longer; settled again, nothing changes."""
    async with transaction():
        await Duty.update({Duty.settled_at: at}).where(
            Duty.matter == matter_id, Duty.label == label, Duty.settled_at.is_null()
        )
