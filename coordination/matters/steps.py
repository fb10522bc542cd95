"""Taking a step of a matter's road: the row, what it comes to, the line, the audit row.

Every step goes through `take_step` under the matter's lock, so that none is taken twice.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import row, rows, transaction, value
from coordination.errors import Conflict, NotFound
from coordination.law.periods import day_of, start_of, working_days_after
from coordination.matters.actions import open_duty, settle_duty, write_line
from coordination.matters.permits import RAISING, Reach, role_at
from coordination.matters.state import STEP_WORDS, Standing
from coordination.matters.tables import Matter, MatterStep, Stage, StepKind
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.calendar import working_days
from coordination.places.tables import Place
from coordination.places.values import whole_setting

ANSWERING, SCREENING = "答复点事", "提事并公开答复"
OWN_DUTIES = (ANSWERING, SCREENING)  # settled by the step that they ask for
LINE = 300  # characters of a line


class OutOfOrder(Conflict):
    """The matter is at another stage, or over."""


@dataclass(frozen=True, slots=True)
class Actor:
    """In which role of which body a person acts; residents act in none, nor does the clock."""

    person: UUID | None = None
    body: UUID | None = None
    role: str = ""


CLOCK = Actor()


def actor_of(asker: Asker, path: str) -> Actor:
    """The office in which someone acts at a place."""
    role = role_at(asker, path, RAISING)
    return Actor(asker.id, role.body, role.kind) if role else Actor(asker.id)


@dataclass(slots=True)
class Locked:
    """A matter under its lock, its place, and where it stands."""

    matter: Matter
    place: Place
    standing: Standing
    steps: int

    @property
    def reach(self) -> Reach:
        it: Any = self.matter
        return Reach(self.place.path, it.opened_by, it.opened_for, it.holder)


async def lock_matter(matter_id: UUID) -> Locked:
    """The matter, read after its row is locked. NO KEY UPDATE: who only refers to it does not
    wait. NotFound."""
    await row("select id from matter where id = $1 for no key update", matter_id)
    matter = await Matter.objects().get(Matter.id == matter_id)
    if matter is None:
        raise NotFound("没有找到这个事项。")
    place = await Place.objects().get(Place.id == matter.place)
    assert place, "the foreign key says so"
    taken = await rows(
        "select kind, at from matter_step where matter = $1 order by number", matter_id
    )
    steps = [(StepKind(one["kind"]), one["at"]) for one in taken]
    standing = Standing.of(steps) if steps else Standing(Stage(matter.stage))
    return Locked(matter, place, standing, len(steps))


async def take_step(
    held: Locked,
    kind: StepKind,
    actor: Actor,
    at: datetime,
    words: str = "",
    *,
    link: str = "",
    facts: Mapping[str, Any] | None = None,
    **columns: Any,
) -> Standing:
    """Take it, in the caller's transaction, and write what the matter then comes to. OutOfOrder.

    `columns`: what else of the matter's row changes with it.
    """
    if kind is not StepKind.RAISED and not held.standing.may_follow(kind):
        raise OutOfOrder(
            f"这个事项现在“{held.standing.label}”，不能“{STEP_WORDS[kind]}”。请刷新页面再看。"
        )
    async with transaction():
        # Who waited for the lock asked earlier than what they waited for.
        at = max(at, held.standing.since) if held.standing.since else at
        now = held.standing.after(kind, at)
        await _write_row(held, kind, actor, at, words.strip(), facts or {})
        changed = {**columns, "stage": now.stage, "closed_at": at if now.is_over else None}
        for name, new in changed.items():
            setattr(held.matter, name, new)
        await held.matter.save([getattr(Matter, name) for name in changed])
        said = STEP_WORDS[kind] + (f"：{words.strip()}" if words.strip() else "")
        await write_line(
            held.matter.id, said[:LINE], at, link=link, person=actor.person, body=actor.body
        )
        held.standing, held.steps = now, held.steps + 1
        return now


async def _write_row(
    held: Locked, kind: StepKind, actor: Actor, at: datetime, words: str, facts: Mapping[str, Any]
) -> None:
    step = MatterStep(
        id=uuid4(), matter=held.matter.id, number=held.steps + 1, kind=kind, at=at,
        person=actor.person, body=actor.body, role=actor.role, words=words,
        facts=json.dumps(dict(facts), ensure_ascii=False, default=str),
    )  # fmt: skip
    await step.save()
    await audit.record(actor.person, f"matter_{kind.value}", held.matter, at=at, place=held.place)


async def answer_due(place: Place, at: datetime) -> datetime:
    """When those who answer for the place must have answered."""
    days = await whole_setting("matter_answer_working_days", place, at)
    last = working_days_after(day_of(at), days, await working_days())
    return start_of(last + timedelta(days=1))


async def begin_screening(held: Locked, at: datetime) -> None:
    """The clock of the answer to a topic stops, that of its screening begins."""
    await settle_duty(held.matter.id, ANSWERING, at)
    await open_duty(held.matter.id, SCREENING, await answer_due(held.place, at))


async def residents_committee(place: Place, at: datetime) -> UUID | None:
    """The 居委会 that answers for the place: the nearest."""
    return await value(
        """select b.id from body b join place p on p.id = b.place
            where b.kind = 'residents_committee' and starts_with($1, p.path)
              and (b.until is null or b.until > $2)
            order by length(p.path) desc, b.since desc nulls last, b.id limit 1""",
        place.path, day_of(at),
    )  # fmt: skip


async def staff_of(place: Place, at: datetime) -> list[UUID]:
    """The community's workers who answer for the place."""
    found = await rows(
        """select distinct r.person from role r join place p on p.id = r.place
            where r.kind = 'community_worker' and starts_with($1, p.path) and r.since <= $2
              and (r.until is null or r.until > $2) order by r.person""",
        place.path, at,
    )  # fmt: skip
    return [one["person"] for one in found]


async def tell_supporters(held: Locked, title: str, text: str, at: datetime) -> None:
    """Who raised it and who supports it hear."""
    matter: Any = held.matter
    found = await rows("select person from support where matter = $1", matter.id)
    people = {one["person"] for one in found} | {matter.opened_by}
    await tell(
        sorted(people), "matter", title, f"“{matter.title}”：{text}", at=at,
        link=f"/matters/{matter.id}",
    )  # fmt: skip


async def tell_staff(held: Locked, title: str, text: str, at: datetime) -> None:
    """The community's workers hear."""
    matter: Any = held.matter
    people = await staff_of(held.place, at)
    await tell(
        people, "matter", title, f"“{matter.title}”：{text}", at=at, link=f"/matters/{matter.id}"
    )
