"""A consultation of the community, and the people of an estate who answer it."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from coordination.disclosures.consultations.actions import Asked, open_consultation
from coordination.people.tables import Person
from coordination.places.tables import Unit
from coordination.registry.tables import Residency
from tests.builders import LONG_AGO, a_building, a_person, a_unit, an_owner
from tests.disclosures.a_disclosure import EARLY, Town
from tests.matters.a_matter import asking

CHOICES = ["先试一个月", "维持现状", "改到西门"]
LAST_ON = date(2026, 4, 16)
AFTER = datetime.fromisoformat("2026-04-17T00:00:00+08:00")
DURING = EARLY + timedelta(days=2)


async def a_consultation(town: Town, **more) -> UUID:
    said = {"title": "快递柜放哪边方便？", "text": "先听听大家怎么看。", "choices": CHOICES,
            "last_on": LAST_ON} | more  # fmt: skip
    asked = Asked(**said)  # pyright: ignore[reportArgumentType]
    return await open_consultation(await asking(town.worker, EARLY), town.estate, asked, EARLY)


async def some_homes(town: Town, number: int = 3) -> list[Unit]:
    building = await a_building(town.estate)
    return [await a_unit(building, f"{n + 1}01") for n in range(number)]


async def a_tenant(unit: Unit, name: str = "租户") -> Person:
    person = await a_person(name)
    await Residency(
        id=uuid4(), unit=unit.id, person=person.id, kind="tenant", proof="合同", asked_at=LONG_AGO,
        confirmed_at=LONG_AGO, until=None,
    ).save()  # fmt: skip
    return person


async def owners_of(units: list[Unit]) -> list[Person]:
    return [await an_owner(unit, name=f"业主{n}") for n, unit in enumerate(units)]
