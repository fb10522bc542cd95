"""Looking at who whistled: each look is written down, and nothing else shows the number."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination import audit
from coordination.db import row, transaction
from coordination.errors import NotAllowed
from coordination.people.askers import Asker
from coordination.people.secrecy import open_phone
from coordination.people.tables import RoleKind
from coordination.places.tables import Place
from coordination.tickets.desk.scope import must_reach
from coordination.tickets.tables import Ticket

LOOKED = "look_at_caller"
IN_THE_ESTATE = frozenset({
    RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF, RoleKind.COMMUNITY_WORKER,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contact:
    """Who whistled, and how to reach them; "" where they left nothing."""

    name: str
    phone: str


def may_see_caller(asker: Asker, estate_path: str, holder: UUID) -> bool:
    """Those who work on the ticket or make its return visit: the holder's staff, the community."""
    return any(
        role.body == holder or (role.kind is RoleKind.COMMUNITY_WORKER)
        for role in asker.roles
        if role.covers_path(estate_path)
        and (role.kind in IN_THE_ESTATE or role.kind is RoleKind.DEPARTMENT_OFFICER)
    )


async def look_at_caller(asker: Asker, ticket_id: UUID, at: datetime) -> Contact:
    """Name and phone of who whistled; noted in the audit log. NotFound, NotAllowed."""
    await must_reach(asker, ticket_id, at)
    ticket = await Ticket.objects().get(Ticket.id == ticket_id)
    assert ticket is not None, "it is in reach"
    estate = await Place.objects().get(Place.id == ticket.estate)
    assert estate is not None
    if not may_see_caller(asker, estate.path, ticket.holder):
        raise NotAllowed("只有正在办理这张工单的单位和社区可以查看居民的联系方式。")
    async with transaction():
        await audit.record(asker, LOOKED, ticket, at=at, place=estate)
        account = await row(
            "select name, phone_sealed from person where id = $1", ticket.whistled_by
        )
    sealed: bytes | None = ticket.caller_phone_sealed
    if sealed is None and account:
        sealed = account["phone_sealed"]
    name = ticket.caller or (account["name"] if account else "")
    return Contact(name, _national(open_phone(sealed)) if sealed else "")


def _national(phone: str) -> str:
    """As people dial it."""
    return phone.removeprefix("+86")
