"""Who is asking: the person of a session with the roles they hold at that moment.

Permits are asked about an Asker; they never query. Roles are rows with a body, a place and a
period; a place covers all that lies in it. A role that needs a second factor 二次验证 is only
`waiting` until this session has given one: nothing of it works, in no permit of any slice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from coordination.errors import NotSignedIn
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place

STEP_UP_LASTS = timedelta(minutes=10)


class ProveFirst(NotSignedIn):
    """A weighty step needs a fresh proof 二次验证, so that an unlocked screen is not enough."""

    door = "/step-up"


class SecondFactorFirst(NotSignedIn):
    """A role that needs a second factor is held, and this session has not given one."""

    door = "/second-factor"


class ConsentFirst(NotSignedIn):
    """The consent was withdrawn; only giving it again, export and closing work."""

    door = "/consent"


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role in force. `place_path` None: everywhere."""

    kind: RoleKind
    body: UUID
    body_kind: BodyKind
    body_name: str
    place_path: str | None

    def covers(self, place: Place) -> bool:
        """Whether the role reaches `place`."""
        return self.covers_path(place.path)

    def covers_path(self, path: str) -> bool:
        return self.place_path is None or path.startswith(self.place_path)

    def touches_path(self, path: str) -> bool:
        """Whether the role reaches what lies at `path`, or any part of it."""
        return self.covers_path(path) or (self.place_path or "").startswith(path)


@dataclass(frozen=True, slots=True)
class Asker:
    """A signed-in person."""

    id: UUID
    name: str
    phone_tail: str
    session: UUID
    roles: tuple[HeldRole, ...] = ()
    stepped_up_at: datetime | None = None
    second_factor_at: datetime | None = None
    waiting: tuple[HeldRole, ...] = ()  # held, but not before the second factor is given
    has_second_factor: bool = False  # one is set up
    is_paused: bool = False  # consent withdrawn: only consent, export and closing work

    def role(self, place: Place, *kinds: RoleKind) -> HeldRole | None:
        """The first role of one of these kinds that reaches `place`."""
        return next((r for r in self.roles if r.kind in kinds and r.covers(place)), None)

    def holds(self, place: Place, *kinds: RoleKind) -> bool:
        return self.role(place, *kinds) is not None

    def is_any(self, *kinds: RoleKind) -> bool:
        """Whether a role of one of these kinds is held anywhere."""
        return any(role.kind in kinds for role in self.roles)

    def is_operator(self) -> bool:
        return self.is_any(RoleKind.OPERATOR)

    def has_stepped_up(self, at: datetime) -> bool:
        """Whether a fresh proof 二次验证 is at most ten minutes old."""
        return self.stepped_up_at is not None and at - self.stepped_up_at <= STEP_UP_LASTS

    def must_have_stepped_up(self, at: datetime) -> None:
        """ProveFirst: they have not."""
        if not self.has_stepped_up(at):
            raise ProveFirst("请先验证身份，再继续这一步。")
