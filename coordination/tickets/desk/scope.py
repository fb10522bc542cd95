"""What of the tickets an asker's offices reach, before any permit is asked.

Community, subdistrict, supervisors and the estate's property company see every ticket of their
estates. A department, and a company that has handed the estate over, see what they hold and what
they once had to do with. A co-handler 协办 sees the ticket of its part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.clock import SHANGHAI
from coordination.db import rows, value
from coordination.errors import NotFound
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind

PROPERTY = frozenset({RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF})
TERRITORIAL = PROPERTY | {
    RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER, RoleKind.SUPERVISOR,
}  # fmt: skip

# A ticket that has climbed to the district is its departments' to see: of the one that the table
# of responsibilities names for its category, or of all where it names none.
CLIMBED = """t.estate = any({estates}::uuid[]) and coalesce((
    select bool_or(r.body = any({bodies}::uuid[])) from route r
      join body b on b.id = r.body and b.kind = 'department'
      join category c on c.id = t.category and r.category in (c.id, c.parent)
     where r.kind = 'lead' and r.until is null), true)"""


@dataclass(frozen=True, slots=True)
class Scope:
    """Every ticket of these estates; of these bodies, what they hold or acted on; the tickets
    that these co-handle."""

    estates: tuple[UUID, ...] = ()
    bodies: tuple[UUID, ...] = ()
    co_handlers: tuple[UUID, ...] = ()
    climbed: tuple[UUID, ...] = ()  # estates of whose tickets those at level 4 are a department's
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
            if self.climbed:
                above = CLIMBED.format(estates=take(list(self.climbed)), bodies=held)
                parts.append(f"t.level = 4 and {above}")
        return f"({' or '.join(parts)})" if parts else "false"


async def scope_of(asker: Asker, at: datetime) -> Scope:
    """What the asker's offices reach now."""
    lost = await _lost({role.body for role in asker.roles if role.kind in PROPERTY}, at)
    territorial = [r for r in asker.roles if r.kind in TERRITORIAL]
    paths = [role.place_path or "" for role in territorial]
    estates = await _estates(paths, [role.body for role in territorial], lost)
    departments = [r for r in asker.roles if r.kind is RoleKind.DEPARTMENT_OFFICER]
    district = [role.place_path or "" for role in departments]
    by_body = {role.body for role in departments} | set(lost)
    return Scope(
        estates,
        tuple(sorted(by_body)),
        tuple(sorted({role.body for role in asker.roles})),
        await _estates(district, [role.body for role in departments], {}),
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


async def _estates(
    paths: Sequence[str], bodies: Sequence[UUID], lost: Mapping[UUID, set[UUID]]
) -> tuple[UUID, ...]:
    """The estates under these paths that each path's body has not lost; of a district there are
    many, so only their ids."""
    if not paths:
        return ()
    found = await rows(
        """select place.id, array_agg(p.body) as bodies from place
             join unnest($1::text[], $2::uuid[]) as p (path, body)
               on starts_with(place.path, p.path)
            where place.kind = 'estate' group by place.id""",
        paths, bodies,
    )  # fmt: skip
    return tuple(
        each["id"]
        for each in found
        if any(each["id"] not in lost.get(body, ()) for body in each["bodies"])
    )


async def _lost(bodies: set[UUID], at: datetime) -> dict[UUID, set[UUID]]:
    """The estates that these companies no longer serve: one that has ended, any; one of a wider
    place, those that have a company of their own by now."""
    if not bodies:
        return {}
    found = await rows(
        """select b.id, e.id as estate from body b join place bp on bp.id = b.place
             join place e on e.kind = 'estate' and starts_with(e.path, bp.path)
            where b.id = any($1::uuid[]) and (b.until <= $2 or exists (
              select from body n join place np on np.id = n.place
               where n.kind = 'property_company' and n.id <> b.id
                 and (n.until is null or n.until > $2)
                 and length(np.path) > length(bp.path) and starts_with(e.path, np.path)))""",
        list(bodies), at.astimezone(SHANGHAI).date(),
    )  # fmt: skip
    lost: dict[UUID, set[UUID]] = {}
    for each in found:
        lost.setdefault(each["id"], set()).add(each["estate"])
    return lost


def _topic(paths: list[str], bodies: list[UUID]) -> UUID | None:
    """One stream per page: of the narrowest place that is reached, else of the body."""
    if paths:
        return UUID(max(paths, key=len).strip("/").split("/")[-1])
    return bodies[0] if bodies else None
