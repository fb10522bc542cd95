"""/api/v1/matters: the matters 事项 and what happened to each."""

from datetime import datetime
from typing import Self
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from coordination.matters.reading import Line, Shown, matter_shown, matters, timeline
from coordination.matters.tables import Door, Stage
from coordination.places.queries import place_of
from coordination.places.tables import PlaceKind
from coordination.web.access import anyone
from coordination.web.api import PAGE, answers, cut


class MatterSaid(Struct, frozen=True):
    """A matter 事项. `stage`: of the six 六事; `status`: in words; `needed`: of supporters, to be
    screened; `due`: until when `duty` is owed; `holder`: who has it now."""

    id: UUID
    title: str
    text: str
    place: UUID
    place_name: str
    estate: UUID | None
    estate_name: str | None
    stage: Stage
    status: str
    door: Door | None
    raised_at: datetime
    closed_at: datetime | None
    supporters: int
    needed: int | None
    holder: str | None
    held_since: datetime | None
    duty: str | None
    due: datetime | None
    reserved: str | None  # the class of art. 278, where only the owners decide

    @classmethod
    def of(cls, it: Shown) -> Self:
        return cls(
            it.id, it.title, it.text, it.place, it.place_name, it.estate, it.estate_name, it.stage,
            it.label, it.door, it.opened_at, it.closed_at, it.supporters, it.needed,
            it.holder_name, it.held_since, it.duty, it.due, it.reserved,
        )  # fmt: skip


class Matters(Struct, frozen=True):
    """Matters, the newest first."""

    matters: list[MatterSaid]
    next: UUID | None


class MatterLineSaid(Struct, frozen=True):
    """What happened 经过. `link`: the page that says more; `body`: whose act it was."""

    number: int
    at: datetime
    stage: Stage
    text: str
    link: str
    body: str | None

    @classmethod
    def of(cls, it: Line) -> Self:
        return cls(it.number, it.at, it.stage, it.text, it.link, it.body)


class MatterTimeline(Struct, frozen=True):
    """What happened to a matter, the newest first. `next`: send it as `before`."""

    lines: list[MatterLineSaid]
    next: str | None


class MatterApi(Controller):
    path = "/matters"
    guards = [anyone]
    tags = ["matters"]

    @get(responses=answers(404, 422))
    async def list_matters(
        self,
        estate: FromQuery[UUID | None] = None,
        stage: FromQuery[Stage | None] = None,
        after: FromQuery[UUID | None] = None,
    ) -> Matters:
        """Matters of one estate, or of all; of one stage, or of each."""
        path = (await place_of(estate, PlaceKind.ESTATE)).path if estate else None
        cursor = (await matter_shown(after)).cursor if after else ""
        found, last = cut(await matters(path, stage and stage.value, cursor, PAGE + 1))
        return Matters([MatterSaid.of(one) for one in found], last and last.id)

    @get("/{matter_id:uuid}", responses=answers(404))
    async def read_matter(self, matter_id: FromPath[UUID]) -> MatterSaid:
        """One matter."""
        return MatterSaid.of(await matter_shown(matter_id))

    @get("/{matter_id:uuid}/timeline", responses=answers(404))
    async def read_matter_timeline(
        self, matter_id: FromPath[UUID], before: FromQuery[str] = ""
    ) -> MatterTimeline:
        """What happened to it."""
        await matter_shown(matter_id)
        found, last = cut(await timeline(matter_id, before, PAGE + 1))
        return MatterTimeline([MatterLineSaid.of(one) for one in found], last and last.cursor)
