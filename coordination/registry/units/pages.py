"""/registry: estates, buildings and units as the community keeps them."""

from collections.abc import Awaitable
from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.law.areas import format_area
from coordination.law.franchise import AreaSource
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place, UnitKind
from coordination.registry.bindings.actions import bind_in_person, unbind_in_person
from coordination.registry.imports.comparing import KIND_WORDS, SOURCE_WORDS
from coordination.registry.places import building_in, estate_kept, estates_kept
from coordination.registry.queries import gaps
from coordination.registry.residents.queries import waiting_in
from coordination.registry.units import actions
from coordination.registry.units.actions import Correction, NewOwners
from coordination.registry.units.queries import PAGE, buildings_of, past_owners, units_in
from coordination.web.forms import Form, Reader, form_from

KEEPERS = [staff(RoleKind.COMMUNITY_WORKER)]
NO_STORE = {"Cache-Control": "no-store"}
PROOF_WORDS = {"letter": "绑定码函", "phone": "登记手机验证码", "in_person": "当面核验"}


@dataclass
class UnitFields:
    """One form per matter; the others' fields stay empty."""

    names: str = ""
    numbers: str = ""
    phones: str = ""
    document: str = ""
    area: str = ""
    source: str = ""
    kind: str = ""
    floor: str = ""
    reason: str = ""
    number: str = ""
    account: str = ""
    phone: str = ""


class RegistryPages(Controller):
    path = "/registry"
    guards = KEEPERS

    @get()
    async def estates(self, asker: NamedDependency[Asker]) -> Template | Redirect:
        kept = await estates_kept(asker)
        if len(kept) == 1:
            return Redirect(f"/registry/{kept[0].id}", status_code=303)
        return Template("registry/estates.html", context={"estates": kept})

    @get("/{estate_id:uuid}")
    async def registry(self, asker: NamedDependency[Asker], estate_id: FromPath[UUID]) -> Template:
        estate = await estate_kept(asker, estate_id)
        context = {
            "estate": estate,
            "buildings": await buildings_of(estate),
            "gaps": await gaps(estate.id),
            "waiting": len(await waiting_in(estate)),
        }
        return Template("registry/registry.html", context=context)

    @get("/{estate_id:uuid}/units")
    async def units(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        building: FromQuery[UUID | None] = None,
        room: FromQuery[str] = "",
        after: FromQuery[str] = "",
    ) -> Template:
        """Units by building, or all with that room number; what owns them is a page further."""
        estate = await estate_kept(asker, estate_id)
        place = await building_in(estate, building) if building else None
        found = await units_in(estate, place.id if place else None, room[:30], after[:200])
        context = {
            "estate": estate,
            "building": place,
            "room": room[:30],
            "units": found[:PAGE],
            "next": found[PAGE - 1].key if len(found) > PAGE else None,
            "is_first": not after,
            "kinds": KIND_WORDS,
        }
        return Template("registry/units.html", context=context)


class UnitPages(Controller):
    """One unit: whose it is, and what staff do about it. Each look is in the audit log."""

    path = "/registry/{estate_id:uuid}/units/{unit_id:uuid}"
    guards = KEEPERS

    @get()
    async def unit(
        self, asker: NamedDependency[Asker], estate_id: FromPath[UUID], unit_id: FromPath[UUID]
    ) -> Template:
        return await _page(asker, await estate_kept(asker, estate_id), unit_id)

    @post("/owners")
    async def change_owners(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        unit_id: FromPath[UUID],
        data: URLEncodedBody[UnitFields],
    ) -> Response:
        estate = await estate_kept(asker, estate_id)
        new = NewOwners(data.names, data.numbers, data.phones, data.document)
        act = actions.change_owners(asker, estate, unit_id, new, clock.now())
        return await _done(asker, estate, unit_id, act, data, "sale")

    @post("/correction")
    async def correct(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        unit_id: FromPath[UUID],
        data: URLEncodedBody[UnitFields],
    ) -> Response:
        estate = await estate_kept(asker, estate_id)
        act = _correct(asker, estate, unit_id, data)
        return await _done(asker, estate, unit_id, act, data, "correction")

    @post("/owners/{owner_id:uuid}/phone")
    async def change_phone(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        unit_id: FromPath[UUID],
        owner_id: FromPath[UUID],
        data: URLEncodedBody[UnitFields],
    ) -> Response:
        estate = await estate_kept(asker, estate_id)
        act = actions.change_owner_phone(
            asker, estate, owner_id, data.phone, data.document, clock.now()
        )
        return await _done(asker, estate, unit_id, act, data, f"phone-{owner_id}")

    @post("/owners/{owner_id:uuid}/binding")
    async def bind(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        unit_id: FromPath[UUID],
        owner_id: FromPath[UUID],
        data: URLEncodedBody[UnitFields],
    ) -> Response:
        estate = await estate_kept(asker, estate_id)
        act = bind_in_person(
            asker, estate, owner_id, data.number, data.account, data.document, clock.now()
        )
        return await _done(asker, estate, unit_id, act, data, f"bind-{owner_id}")

    @post("/bindings/{binding_id:uuid}/ending")
    async def unbind(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        unit_id: FromPath[UUID],
        binding_id: FromPath[UUID],
        data: URLEncodedBody[UnitFields],
    ) -> Response:
        estate = await estate_kept(asker, estate_id)
        act = unbind_in_person(asker, estate, binding_id, data.reason, clock.now())
        return await _done(asker, estate, unit_id, act, data, f"unbind-{binding_id}")

    @post("/owners/{owner_id:uuid}/guardian")
    async def set_guardian(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        unit_id: FromPath[UUID],
        owner_id: FromPath[UUID],
        data: URLEncodedBody[UnitFields],
    ) -> Response:
        estate = await estate_kept(asker, estate_id)
        act = actions.set_guardian(
            asker, estate, owner_id, data.account, data.document, clock.now()
        )
        return await _done(asker, estate, unit_id, act, data, f"guardian-{owner_id}")

    @post("/owners/{owner_id:uuid}/guardian/ending")
    async def end_guardian(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        unit_id: FromPath[UUID],
        owner_id: FromPath[UUID],
    ) -> Redirect:
        estate = await estate_kept(asker, estate_id)
        await actions.end_guardian(asker, estate, owner_id, clock.now())
        return _back(estate, unit_id)


async def _correct(asker: Asker, estate: Place, unit: UUID, data: UnitFields) -> None:
    read = Reader(data)
    source = read.one_of("source", "面积来源", [each.value for each in AreaSource])
    kind = read.one_of("kind", "性质", [each.value for each in UnitKind])
    floor = read.whole("floor", "楼层", least=-9, most=200) if data.floor.strip() else None
    read.settle()
    new = Correction(data.area, AreaSource(source), UnitKind(kind), floor, data.reason)
    await actions.correct_unit(asker, estate, unit, new, clock.now())


async def _done(
    asker: Asker,
    estate: Place,
    unit: UUID,
    act: Awaitable[object],
    data: UnitFields,
    wrong: str,
) -> Response:
    """Back to the unit once it is done; refused, its page with the form `wrong` open."""
    try:
        await act
    except Invalid as refusal:
        return await _page(asker, estate, unit, refusal, data, wrong)
    return _back(estate, unit)


def _back(estate: Place, unit: UUID) -> Redirect:
    return Redirect(f"/registry/{estate.id}/units/{unit}", status_code=303)


async def _page(
    asker: Asker,
    estate: Place,
    unit: UUID,
    refusal: Invalid | None = None,
    data: UnitFields | None = None,
    wrong: str = "",
) -> Template:
    """The unit's page; after a refusal the form that came back stands open, filled."""
    facts, owners = await actions.keeper_sees(asker, estate, unit, clock.now())
    known = {
        "area": format_area(facts.area_cm2) if facts.area_cm2 else "",
        "source": facts.area_source,
        "kind": facts.kind.value,
        "floor": facts.floor,
    }
    form = form_from(refusal, data, prefix=wrong) if refusal else Form()
    context = {
        "estate": estate,
        "unit": facts,
        "owners": owners,
        "past": await past_owners(unit),
        "kinds": KIND_WORDS,
        "sources": SOURCE_WORDS,
        "proofs": PROOF_WORDS,
        "kind_options": [(kind.value, words) for kind, words in KIND_WORDS.items()],
        "source_options": [(source.value, words) for source, words in SOURCE_WORDS.items()],
        "wrong": wrong,
        "form": form,
        "blank": lambda name: Form(prefix=name),
        "proven": asker.has_stepped_up(clock.now()),
        "correction": form if wrong == "correction" else Form(known, prefix="correction"),
    }
    status = 422 if refusal else 200
    return Template("registry/unit.html", context=context, status_code=status, headers=NO_STORE)
