"""What the page of a ticket is drawn from: the ticket, what is like it, what one may do."""

from datetime import datetime, timedelta
from uuid import UUID

from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.places.values import whole_setting
from coordination.tickets.kinds import State
from coordination.tickets.whistling.queries import to_call
from coordination.tickets.whistling.reading import Ticket, merged_into, read_ticket
from coordination.web.forms import Form

REPLIED = frozenset({State.REPLIED, State.VISITING})


async def shown(
    ticket_id: UUID, visitor: Asker | None, at: datetime, *, form: bool = True
) -> dict[str, object]:
    """The context of tickets/ticket.html; `form` False: the caller brings the one that failed."""
    ticket = await read_ticket(ticket_id, visitor)
    archived = await _is_archived(ticket, at)
    context: dict[str, object] = {
        "ticket": ticket,
        "merged_here": await merged_into(ticket_id),
        "bodies": await to_call(ticket.estate, at),
        "may": _may(ticket, visitor, archived),
        "archived": archived,
        "visitor": visitor,
        "objecting": Form(prefix="o"),
        "at": at,
    }
    return context | ({"form": Form()} if form else {})


async def _is_archived(ticket: Ticket, at: datetime) -> bool:
    """归档: closed, and the days are over in which one might object."""
    if ticket.closed_at is None or ticket.state is not State.CLOSED:
        return False
    estate = await place_of(ticket.estate)
    days = await whole_setting("objection_to_close_days", estate, at)
    return at > ticket.closed_at + timedelta(days=days)


def _may(ticket: Ticket, visitor: Asker | None, archived: bool) -> frozenset[str]:
    """What this visitor may do here; the actions ask once more."""
    if visitor is None:
        return frozenset()
    found = set()
    if not ticket.is_own and not ticket.is_done:
        found.add("join")
    if ticket.is_whistler:
        found |= _of_whistler(ticket)
        if ticket.state is State.CLOSED and not archived:
            found.add("object")
    return frozenset(found)


def _of_whistler(ticket: Ticket) -> set[str]:
    found = set()
    if ticket.state is State.NEED_INFO:
        found.add("answer")
    if ticket.state is State.WHISTLED:
        found.add("withdraw")
    if ticket.state in REPLIED:
        found.add("confirm")
    if ticket.state is State.CLOSED and ticket.rating is None:
        found.add("rate")
    return found
