"""/api/v1/me: who is asking, as far as a program of theirs needs to know."""

from datetime import datetime
from typing import Self

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from msgspec import Struct

from coordination.people.access import signed_in
from coordination.people.askers import STEP_UP_LASTS, Asker, HeldRole
from coordination.people.tables import BodyKind, RoleKind
from coordination.web.api import SESSION, UNSEEN, answers
from coordination.web.csrf import holder, issue_token


class RoleSaid(Struct, frozen=True):
    """A role in force and the body it is held in."""

    kind: RoleKind
    body: str
    body_kind: BodyKind

    @classmethod
    def of(cls, role: HeldRole) -> Self:
        return cls(role.kind, role.body_name, role.body_kind)


class Me(Struct, frozen=True):
    """The person of the session. `token`: for the header x-csrftoken. `proven_until`: until when
    the last fresh proof lasts. `waiting_roles` work once the second factor is given."""

    name: str
    phone_tail: str
    roles: list[RoleSaid]
    waiting_roles: list[RoleSaid]
    proven_until: datetime | None
    token: str


class MeApi(Controller):
    path = "/me"
    guards = [signed_in]
    tags = ["me"]
    security = SESSION

    @get(responses=answers(401), response_headers=UNSEEN)
    async def read_me(self, request: Request, asker: NamedDependency[Asker]) -> Me:
        """My name, roles, and the token that changes need."""
        proven = asker.stepped_up_at
        return Me(
            asker.name,
            asker.phone_tail,
            [RoleSaid.of(role) for role in asker.roles],
            [RoleSaid.of(role) for role in asker.waiting],
            proven and proven + STEP_UP_LASTS,
            issue_token(holder(request.cookies)),
        )
