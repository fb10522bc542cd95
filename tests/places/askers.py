"""Askers made for tests: someone signed in who holds one role, at a place or everywhere."""

from uuid import uuid4

from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place


def asker_with(kind: RoleKind | None = None, place: Place | None = None) -> Asker:
    """Someone with this role (None: nothing but an account)."""
    held = (
        (HeldRole(kind, uuid4(), BodyKind.OTHER, "某单位", place and place.path),) if kind else ()
    )
    return Asker(id=uuid4(), name="王敏", phone_tail="0000", session=uuid4(), roles=held)
