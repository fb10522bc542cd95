"""Editing minutes: every save is a revision, nothing typed is ever lost."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import transaction, value
from coordination.errors import Invalid, NotFound
from coordination.meetings.minutes.merging import merge
from coordination.meetings.minutes_tables import HowWritten, MinutesPart, MinutesRevision
from coordination.meetings.queries import Seen
from coordination.meetings.steps import require_state, run_by
from coordination.meetings.tables import Step
from coordination.people.askers import Asker

LONGEST = 20_000
MISSING = "没有找到这一部分纪要。"


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a save. `based_on`: what the writer's page now stands on; `text`: what holds;
    `others`: somebody else wrote meanwhile; `has_marks`: a person has to settle something."""

    based_on: int
    revision: int
    text: str
    others: bool = False
    has_marks: bool = False


async def save_part(asker: Asker, part_id: UUID, based_on: int, text: str, at: datetime) -> Saved:
    """Keep what was typed; with what another wrote since `based_on`, it is merged.

    What was sent is a revision of its own even then: the writer's page goes on from it, so that
    the next save knows what they changed. NotFound, NotYourMeeting, OutOfOrder, Invalid.
    """
    text = text.replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise Invalid("这一部分太长了。", text=f"最多 {LONGEST} 个字，现在有 {len(text)} 个字。")
    async with transaction():
        part, found = await _editable(asker, part_id)
        holds = await last_of(part.id)
        base, last = await _text_at(part.id, based_on), holds.revision
        if base is None:
            raise Invalid("页面已经过期，请复制您写的内容，刷新后再粘贴。")
        others = based_on != last
        if text == base:
            return Saved(based_on, last, holds.text, others)
        mine = await _write(part, last + 1, text, HowWritten.SAVED, asker, at)
        await audit.record(asker, "save_minutes", part, at=at, place=found.place)
        if not others:
            return Saved(mine, mine, text)
        merged = merge(base, text, holds.text)
        both = await _write(part, mine + 1, merged.text, HowWritten.MERGED, asker, at)
        return Saved(mine, both, merged.text, True, merged.has_marks)


async def note_in_minutes(
    found: Seen, item: UUID | None, line: str, asker: Asker, at: datetime
) -> None:
    """What is resolved or asked for while the minutes are written stands in them at once; before,
    they will write themselves. In the caller's transaction, under the meeting's lock."""
    if found.state.current is not Step.MINUTES_DRAFT:
        return
    part = await MinutesPart.objects().get(
        (MinutesPart.meeting == found.meeting.id) & (MinutesPart.item == item)
    )
    if part:
        last = await last_of(part.id)
        text = f"{last.text}\n{line}".strip()
        await _write(part, last.revision + 1, text, HowWritten.SAVED, asker, at)


async def restore(asker: Asker, part_id: UUID, revision: int, at: datetime) -> int:
    """Let an earlier revision hold again; nothing of the later ones goes. NotFound,
    NotYourMeeting, OutOfOrder."""
    async with transaction():
        part, found = await _editable(asker, part_id)
        old = await _text_at(part.id, revision)
        if old is None:
            raise NotFound("没有这一版。")
        await audit.record(asker, "restore_minutes", part, at=at, place=found.place)
        last = await last_of(part.id)
        return await _write(part, last.revision + 1, old, HowWritten.RESTORED, asker, at)


async def _editable(asker: Asker, part_id: UUID) -> tuple[MinutesPart, Seen]:
    part = await part_of(part_id)
    found = await run_by(asker, part.meeting)
    require_state(found, Step.MINUTES_DRAFT, doing="修改纪要")
    return part, found


async def _write(
    part: MinutesPart, revision: int, text: str, how: HowWritten, asker: Asker, at: datetime
) -> int:
    await MinutesRevision(
        id=uuid4(), part=part.id, revision=revision, text=text, how=how, at=at, by=asker.id
    ).save()
    return revision


async def part_of(part_id: UUID) -> MinutesPart:
    """NotFound."""
    part = await MinutesPart.objects().get(MinutesPart.id == part_id)
    if part is None:
        raise NotFound(MISSING)
    return part


async def last_of(part: UUID) -> MinutesRevision:
    """The revision that holds."""
    found = (
        await MinutesRevision.objects()
        .where(MinutesRevision.part == part)
        .order_by(MinutesRevision.revision, ascending=False)
        .first()
    )
    assert found, "a part is written with its first revision"
    return found


async def _text_at(part: UUID, revision: int) -> str | None:
    return await value(
        "select text from minutes_revision where part = $1 and revision = $2", part, revision
    )


async def revisions_of(part: UUID) -> list[MinutesRevision]:
    """All of them, the first one first."""
    return (
        await MinutesRevision.objects()
        .where(MinutesRevision.part == part)
        .order_by(MinutesRevision.revision)
    )


async def parts_of(meeting: UUID) -> list[tuple[MinutesPart, MinutesRevision]]:
    """The parts, each with the revision that holds."""
    parts = (
        await MinutesPart.objects()
        .where(MinutesPart.meeting == meeting)
        .order_by(MinutesPart.position)
    )
    return [(part, await last_of(part.id)) for part in parts]
