"""What of the tickets an asker's offices reach, before any permit is asked.

Community, subdistrict, supervisors and the estate's property company see every ticket of their
estates. A department, and a company that has handed the estate over, see what they hold and what
they once had to do with. A co-handler 协办 sees the ticket of its part.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.clock import SHANGHAI
from coordination.db import rows, value
from coordination.errors import NotFound
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import places_within
from coordination.places.tables import PlaceKind

PROPERTY = frozenset({RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF})
TERRITORIAL = PROPERTY | {
    RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER, RoleKind.SUPERVISOR,
}  # fmt: skip
BY_BODY = PROPERTY | {RoleKind.DEPARTMENT_OFFICER}


@dataclass(frozen=True, slots=True)
class Scope:
    """Every ticket of these estates; of these bodies, what they hold or acted on; the tickets
    that these co-handle."""

    estates: tuple[UUID, ...] = ()
    bodies: tuple[UUID, ...] = ()
    co_handlers: tuple[UUID, ...] = ()
    topic: UUID | None = None  # whose changes its pages hear of

    def within(self, take) -> str:
        """The condition on ticket t of a list; `take` gives a value its place."""
        parts = []
        if self.estates:
            parts.append(f"t.estate = any({take(list(self.estates))}::uuid[])")
        if self.bodies:
            held = take(list(self.bodies))
            parts.append(f"t.holder = any({held}::uuid[])")
            parts.append(
                f"t.id in (select ticket from ticket_event where body = any({held}::uuid[]))"
            )
        return f"({' or '.join(parts)})" if parts else "false"


async def scope_of(asker: Asker, at: datetime) -> Scope:
    """What the asker's offices reach now."""
    former = await _former({role.body for role in asker.roles if role.kind in PROPERTY}, at)
    territorial = [r for r in asker.roles if r.kind in TERRITORIAL and r.body not in former]
    by_body = {r.body for r in asker.roles if r.kind in BY_BODY}
    by_body -= {r.body for r in territorial}
    paths = {role.place_path for role in territorial}
    estates = await places_within(paths, PlaceKind.ESTATE) if paths else []
    return Scope(
        tuple(estate.id for estate in estates),
        tuple(sorted(by_body)),
        tuple(sorted({role.body for role in asker.roles})),
        _topic([path for path in paths if path], sorted(by_body)),
    )


async def must_reach(asker: Asker, ticket: UUID, at: datetime) -> Scope:
    """The asker's scope. NotFound: it does not hold this ticket."""
    scope = await scope_of(asker, at)
    values: list[object] = [ticket, list(scope.co_handlers)]

    def take(given: object) -> str:
        values.append(given)
        return f"${len(values)}"

    found = await value(
        f"""select true from ticket t where t.id = $1 and ({scope.within(take)}
              or t.id in (select ticket from sub_task where body = any($2::uuid[])))""",
        *values,
    )
    if not found:
        raise NotFound("没有找到这张工单，或者它不在您的职责范围内。")
    return scope


async def _former(bodies: set[UUID], at: datetime) -> set[UUID]:
    """Those of these bodies whose time is over."""
    found = await rows(
        "select id from body where id = any($1::uuid[]) and until <= $2",
        list(bodies), at.astimezone(SHANGHAI).date(),
    )  # fmt: skip
    return {each["id"] for each in found}


def _topic(paths: list[str], bodies: list[UUID]) -> UUID | None:
    """One stream per page: of the narrowest place that is reached, else of the body."""
    if paths:
        return UUID(max(paths, key=len).strip("/").split("/")[-1])
    return bodies[0] if bodies else None
