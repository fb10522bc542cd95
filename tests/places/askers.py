"""Askers made for tests: someone signed in who holds one role, at a place or everywhere."""

from datetime import datetime
from uuid import UUID, uuid4

from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind, Person, RoleKind
from coordination.places.tables import Place
from tests.builders import DURING


def asker_with(
    kind: RoleKind | None = None,
    place: Place | None = None,
    *,
    person: UUID | None = None,
    stepped_up_at: datetime | None = DURING,
) -> Asker:
    """Someone with this role (None: nothing but an account)."""
    role = kind and HeldRole(kind, uuid4(), BodyKind.OTHER, "某单位", place and place.path)
    return Asker(
        id=person or uuid4(), name="王敏", phone_tail="0000", session=uuid4(),
        roles=(role,) if role else (), stepped_up_at=stepped_up_at,
    )  # fmt: skip


async def a_keeper(estate: Place, **given) -> Asker:
    """A worker of the estate's community who has an account."""
    community = await Place.objects().get(Place.id == estate.parent)
    asker = asker_with(RoleKind.COMMUNITY_WORKER, community, **given)
    await Person(id=asker.id, name=asker.name, phone_tail="", joined_at=DURING).save()
    return asker
