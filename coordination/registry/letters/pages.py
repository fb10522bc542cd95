"""/registry/{estate}/letters and /deliveries: letters made, printed, and carried to the doors."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotFound
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.naming import building_name
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind
from coordination.registry.letters import actions
from coordination.registry.letters.queries import letters_in
from coordination.registry.permits import may_deliver_letters
from coordination.registry.places import building_in, buildings_carried_to, estate_kept
from coordination.registry.rules import ticked
from coordination.web.forms import Form, form_again
from coordination.web.pdf import PDF


@dataclass
class LetterFields:
    units: list[str] | str = ""  # made anew; none: those that have none
    remake: str = ""  # which of the two buttons it was
    how: str = ""


class LetterPages(Controller):
    path = "/registry/{estate_id:uuid}/letters/{building_id:uuid}"
    guards = [staff(RoleKind.COMMUNITY_WORKER)]

    @get()
    async def letters(
        self, asker: NamedDependency[Asker], estate_id: FromPath[UUID], building_id: FromPath[UUID]
    ) -> Template:
        estate = await estate_kept(asker, estate_id)
        building = await building_in(estate, building_id)
        context = await _shown(estate, building)
        return Template("registry/letters.html", context=context)

    @post()
    async def make(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        building_id: FromPath[UUID],
        data: URLEncodedBody[LetterFields],
    ) -> Response:
        estate = await estate_kept(asker, estate_id)
        building = await building_in(estate, building_id)
        try:
            await actions.make_letters(asker, estate, building, _units(data), clock.now())
        except Invalid as refusal:
            context = await _shown(estate, building)
            del context["form"]
            return form_again("registry/letters.html", refusal, data, **context)
        return Redirect(f"/registry/{estate.id}/letters/{building.id}", status_code=303)

    @post("/print", status_code=200)
    async def print_out(
        self, asker: NamedDependency[Asker], estate_id: FromPath[UUID], building_id: FromPath[UUID]
    ) -> Response[bytes]:
        """The letters, once: a GET would print anew at each look, and the codes would be gone."""
        estate = await estate_kept(asker, estate_id)
        building = await building_in(estate, building_id)
        printed = await actions.print_letters(asker, estate, building, clock.now())
        name = quote(f"{estate.name}{building_name(building.name)}绑定码函")
        return Response(
            printed,
            media_type=PDF,
            headers={
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}.pdf",
                "Cache-Control": "no-store",
            },
        )


class DeliveryPages(Controller):
    path = "/deliveries"
    guards = [staff(RoleKind.COMMUNITY_WORKER, RoleKind.BUILDING_LEAD)]

    @get()
    async def buildings(self, asker: NamedDependency[Asker]) -> Template | Redirect:
        carried = await buildings_carried_to(asker)
        if len(carried) == 1:
            return Redirect(f"/deliveries/{carried[0].id}", status_code=303)
        estates = {place.parent: await place_of(place.parent) for place in carried}
        context = {"buildings": carried, "estates": estates, "said": building_name}
        return Template("registry/delivery_buildings.html", context=context)

    @get("/{building_id:uuid}")
    async def deliveries(
        self, asker: NamedDependency[Asker], building_id: FromPath[UUID]
    ) -> Template:
        building = await _building_carried_to(asker, building_id)
        return Template("registry/deliveries.html", context=await _round(building))

    @post("/{building_id:uuid}/letters/{letter_id:uuid}")
    async def deliver(
        self,
        asker: NamedDependency[Asker],
        building_id: FromPath[UUID],
        letter_id: FromPath[UUID],
        data: URLEncodedBody[LetterFields],
    ) -> Response:
        building = await _building_carried_to(asker, building_id)
        try:
            await actions.deliver_letter(asker, letter_id, data.how, clock.now())
        except Invalid as refusal:
            context = await _round(building)
            del context["form"]
            return form_again("registry/deliveries.html", refusal, data, **context)
        return Redirect(f"/deliveries/{building.id}", status_code=303)


def _units(data: LetterFields) -> list[UUID]:
    """The ticked ones. Invalid: to make anew was asked, and nothing was ticked."""
    try:
        units = [UUID(unit) for unit in ticked(data.units)]
    except ValueError as wrong:
        raise Invalid("请重新勾选要重新制作的房屋。") from wrong
    if data.remake and not units:
        raise Invalid("请先勾选要重新制作的房屋。")
    return units


async def _building_carried_to(asker: Asker, building_id: UUID) -> Place:
    building = await place_of(building_id, PlaceKind.BUILDING)
    if not may_deliver_letters(asker, building):
        raise NotFound("没有这栋楼，或者不由您投递。")
    return building


async def _shown(estate: Place, building: Place) -> dict[str, object]:
    lines = await letters_in(building, clock.now())
    wanting = [line for line in lines if line.wants]
    told = [line for line in lines if line.wants or line.letter]
    return {
        "estate": estate,
        "building": building,
        "label": building_name(building.name),
        "lines": told,
        "others": len(lines) - len(told),
        "missing": sum(not line.letter or bool(line.used_at) for line in wanting),
        "unprinted": sum(bool(line.letter) and not line.printed_at for line in lines),
        "form": Form(),
    }


async def _round(building: Place) -> dict[str, object]:
    lines = await letters_in(building, clock.now())
    printed = [line for line in lines if line.letter and line.printed_at]
    return {
        "building": building,
        "label": building_name(building.name),
        "open": [line for line in printed if line.is_open],
        "delivered": [line for line in printed if not line.is_open],
        "how": actions.HOW,
        "form": Form(),
    }
