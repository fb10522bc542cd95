"""/tickets/new/place: where it is; one's own building is chosen already."""

from dataclasses import dataclass

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.tickets.whistling.queries import Home, buildings_of, homes_of
from coordination.tickets.whistling.slip_pages import START, begin_anew, onward, opened
from coordination.tickets.whistling.slips import Slip
from coordination.web.forms import Form, Reader, form_again

OTHER = "other"


@dataclass
class PlaceFields:
    slip: str = ""
    place: str = ""
    building: str = ""
    spot: str = ""


class PlacePages(Controller):
    path = f"{START}/place"
    guards = [signed_in]

    @get()
    async def place(self, asker: NamedDependency[Asker], slip: FromQuery[str] = "") -> Response:
        """Where: one's own building is chosen, public parts and other buildings stand below."""
        found = opened(asker, slip)
        if found is None:
            return begin_anew()
        homes = await homes_of(asker.id, clock.now())
        context = {**await _place_context(asker, found, homes), "form": _place_form(found, homes)}
        return Template("tickets/place.html", context=context)

    @post()
    async def keep_place(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[PlaceFields]
    ) -> Response:
        slip = opened(asker, data.slip)
        if slip is None:
            return begin_anew()
        homes = await homes_of(asker.id, clock.now())
        try:
            slip = await _placed(slip, data, homes)
        except Invalid as refusal:
            context = await _place_context(asker, slip, homes)
            return form_again("tickets/place.html", refusal, data, **context)
        return onward(asker, slip)


def _place_form(slip: Slip, homes: list[Home]) -> Form:
    if slip.estate is None:
        first = next((f"b_{building}" for home in homes for building, _ in home.buildings), "")
        return Form({"place": first})
    own = {building for home in homes for building, _ in home.buildings}
    if slip.building is None:
        place = f"p_{slip.estate}"
    else:
        place = f"b_{slip.building}" if slip.building in own else OTHER
    return Form({"place": place, "building": str(slip.building or ""), "spot": slip.spot})


async def _place_context(asker: Asker, slip: Slip, homes: list[Home]) -> dict[str, object]:
    several = len(homes) > 1
    options = [
        (f"b_{building}", f"{home.name} {name}" if several else name, "我家这栋楼")
        for home in homes
        for building, name in home.buildings
    ]
    options += [
        (f"p_{home.estate}", f"{home.name}公共部位" if several else "公共部位",
         "道路、绿化、大门、车库、设备房……")
        for home in homes
    ]  # fmt: skip
    names = {home.estate: home.name for home in homes}
    others = [
        (building, f"{names[estate]} {name}" if several else name)
        for building, estate, name in await buildings_of(list(names))
    ]
    return {
        "sealed": slip.sealed(asker.id),
        "options": [*options, (OTHER, "其他楼栋", "在下面选择")],
        "others": others,
    }


async def _placed(slip: Slip, data: PlaceFields, homes: list[Home]) -> Slip:
    """The slip with its place. Invalid: none was chosen, or not one of the asker's estates."""
    read = Reader(data)
    spot = read.text("spot", "具体位置", longest=100, optional=True).replace("\x00", "")
    before = _place_form(slip, homes)
    is_moved = data.building not in ("", before.value("building"))
    # Who picks another building below and leaves the line above as it was means the other one.
    place = OTHER if is_moved and data.place == before.value("place") else data.place
    kind, _, chosen = place.partition("_")
    if kind == OTHER:
        kind, chosen = "b", data.building
        if not chosen:
            read.wrong("building", "请选择是哪一栋楼。")
    estates = {str(home.estate): home.estate for home in homes}
    buildings = {
        str(building): (estate, building)
        for building, estate, _ in await buildings_of(list(estates.values()))
    }
    if kind == "p" and chosen in estates:
        estate, building = estates[chosen], None
    else:
        estate, building = buildings.get(chosen, (None, None))
    if estate is None:
        read.wrong("place", "请选择在哪里。只能选您居住或者拥有房屋的小区。")
    read.settle()
    return slip.change(estate=estate, building=building, spot=spot, compared=bool(slip.danger))
