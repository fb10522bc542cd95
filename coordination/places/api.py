"""/api/v1/estates: the estates, and where each lies."""

from typing import Self
from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from coordination.places.queries import estates_after, lineage, parts_of, place_of
from coordination.places.tables import Place, PlaceKind
from coordination.web.access import anyone
from coordination.web.api import PAGE, answers, cut


class PlaceSaid(Struct, frozen=True):
    """A place 地点. `code`: official 官方代码, where it has one; `grid`: 网格, on buildings."""

    id: UUID
    kind: PlaceKind
    name: str
    code: str | None
    grid: str | None

    @classmethod
    def of(cls, place: Place) -> Self:
        return cls(place.id, PlaceKind(place.kind), place.name, place.code, place.grid)


class EstateLine(Struct, frozen=True):
    """An estate 小区 in a list."""

    id: UUID
    name: str
    address: str


class Estates(Struct, frozen=True):
    """Estates in natural order."""

    estates: list[EstateLine]
    next: UUID | None


class EstateSaid(Struct, frozen=True):
    """An estate 小区: `lies_in` from the widest place down, `buildings` in natural order."""

    id: UUID
    name: str
    address: str
    code: str | None
    lies_in: list[PlaceSaid]
    buildings: list[PlaceSaid]


class EstateApi(Controller):
    path = "/estates"
    guards = [anyone]
    tags = ["estates"]

    @get(responses=answers(422))
    async def list_estates(self, after: FromQuery[UUID | None] = None) -> Estates:
        """All estates, a page at a time."""
        found, last = cut(await estates_after(after, PAGE + 1))
        lines = [EstateLine(place.id, place.name, place.address) for place in found]
        return Estates(lines, last and last.id)

    @get("/{estate_id:uuid}", responses=answers(404))
    async def read_estate(self, estate_id: FromPath[UUID]) -> EstateSaid:
        """One estate, where it lies, and its buildings."""
        estate = await place_of(estate_id, PlaceKind.ESTATE)
        *around, _ = await lineage(estate)
        buildings = [part for part in await parts_of(estate) if part.kind == PlaceKind.BUILDING]
        return EstateSaid(
            estate.id,
            estate.name,
            estate.address,
            estate.code,
            [PlaceSaid.of(place) for place in around],
            [PlaceSaid.of(building) for building in buildings],
        )
