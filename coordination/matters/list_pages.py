"""/matters and /estates/{estate}/matters: the matters of an estate or of all, for everybody."""

from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from coordination import clock
from coordination.matters.reading import PAGE, counts, matters
from coordination.matters.state import NAMES
from coordination.places.queries import estates, place_of
from coordination.places.tables import Place, PlaceKind
from coordination.web.access import anyone
from coordination.web.forms import Form

SHOWS = {**{stage.value: name for stage, name in NAMES.items()}, "closed": "已结束"}


class MatterListPages(Controller):
    guards = [anyone]

    @get("/matters")
    async def matters(
        self,
        estate: FromQuery[str] = "",
        stage: FromQuery[str] = "",
        after: FromQuery[str] = "",
    ) -> Template:
        """Matters, the newest first, of one estate or of all."""
        wanted = _uuid(estate)
        place = await place_of(wanted, PlaceKind.ESTATE) if wanted else None
        return await _listed(place, stage, after)

    @get("/estates/{estate_id:uuid}/matters")
    async def matters_of_estate(
        self, estate_id: FromPath[UUID], stage: FromQuery[str] = "", after: FromQuery[str] = ""
    ) -> Template:
        """The same of the estate in the address."""
        return await _listed(await place_of(estate_id, PlaceKind.ESTATE), stage, after)


async def _listed(estate: Place | None, stage: str, after: str) -> Template:
    show = stage if stage in SHOWS else ""
    path = estate.path if estate else None
    found = await matters(path, show or None, after)
    number = await counts(path)
    here = f"/matters?estate={estate.id if estate else ''}&stage={show}"
    last = found[PAGE - 1].cursor.replace("+", "%2B") if len(found) > PAGE else None
    context = {
        "estate": estate,
        "estates": [(one.id, one.name) for one in await estates()],
        "matters": found[:PAGE],
        "next": f"{here}&after={last}" if last else None,
        "first": here if after else None,
        "stages": [(each, f"{name}（{number.get(each, 0)}）") for each, name in SHOWS.items()],
        "show": SHOWS.get(show),
        "form": Form({"estate": str(estate.id) if estate else "", "stage": show}),
        "at": clock.now(),
    }
    return Template("matters/matters.html", context=context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
