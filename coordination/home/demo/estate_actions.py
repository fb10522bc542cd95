"""An estate made up: its roll uploaded as a clerk would, accounts of its owners, its past votes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from coordination.home.demo import people as who
from coordination.home.demo.estate_roll import Line, csv_of, signed_up
from coordination.home.demo.people_actions import bind_owners, id_of, make_accounts
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.registry.imports.actions import confirm_import, upload_roll
from coordination.registry.imports.writing_actions import write_roll


async def import_roll(worker: Asker, estate: Place, lines: Sequence[Line], at: datetime) -> None:
    """Upload, look at the preview, confirm, and have it written."""
    name = f"{estate.name}业主名册.csv"
    batch = await upload_roll(worker, estate, csv_of(lines), name, at)
    await confirm_import(
        worker, estate, batch, all_or_nothing=True, confirmed_rows=(), at=at + timedelta(minutes=9)
    )
    await write_roll(batch)


async def buildings_of(estate: Place) -> dict[str, Place]:
    """The buildings that the roll named, by name."""
    found = await Place.objects().where(Place.parent == estate.id).order_by(Place.sort)
    return {place.name: place for place in found}


async def sign_owners_up(estate: Place, lines: Sequence[Line], at: datetime) -> dict[UUID, str]:
    """Accounts of most owners, bound to what they own; the phones of those who vote, by person."""
    owners = signed_up(lines)
    ids = await make_accounts([person for person in owners if person not in who.NAMED], at)
    ids |= {person.phone: await id_of(person) for person in owners if person in who.NAMED}
    await bind_owners(estate, ids, at)
    return {person: phone for phone, person in ids.items() if phone != who.WIFE.phone}
