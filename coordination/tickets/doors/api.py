"""/api/v1/tickets: tickets for programs that show a key."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter
from msgspec import Meta, Struct, convert

from coordination import clock
from coordination.clock import SHANGHAI
from coordination.tickets.doors.filing_actions import Filed, file_ticket
from coordination.tickets.doors.keys.access import keyed, keyholder
from coordination.tickets.doors.keys.rules import Caller, Scope
from coordination.tickets.doors.queries import Asked, events_for, ticket_for, tickets_for
from coordination.tickets.kinds import Door, EventKind, Outcome, Rating, State
from coordination.web.api import KEY, PAGE, UNSEEN, answers, cut

# No zero byte, and something else than spaces.
Said = Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"^[^\x00]*\S[^\x00]*$")]
Short = Annotated[str, Meta(max_length=100, pattern=r"^[^\x00]*$")]


class TicketSaid(Struct, frozen=True):
    """A ticket 工单 as it stands. `text` and `blocker` are null where the words are not public and
    the key's body does not hold it; `external`: its number in the system it came from."""

    id: UUID
    number: int
    estate: UUID
    building: UUID | None
    spot: str
    category: str
    door: Door
    priority: str
    state: State
    level: int
    holder: UUID
    holder_name: str
    outcome: Outcome | None
    rating: Rating | None
    reopened: int
    cosigners: int
    external: str | None
    whistled_at: datetime
    changed_at: datetime
    reported_at: datetime | None
    replied_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    overdue_since: datetime | None
    is_public: bool
    text: str | None
    blocker: str | None

    @classmethod
    def of(cls, found: object) -> Self:
        return convert(dict(found), cls, strict=False)  # pyright: ignore


class Tickets(Struct, frozen=True):
    """Tickets, the newest first."""

    tickets: list[TicketSaid]
    next: UUID | None


class EventSaid(Struct, frozen=True):
    """Something that happened; `words` null where the key may not read them."""

    ordinal: int
    kind: EventKind
    at: datetime
    body_name: str | None
    words: str | None


class Events(Struct, frozen=True):
    """What happened, in order; `next`: the ordinal to send as `after`."""

    events: list[EventSaid]
    next: int | None


class TicketSent(Struct, frozen=True):
    """A report. `category`: a code of /open311/v2/services.json; `is_public`: whether its words
    may stand on the public page; `external`: your own number of it."""

    estate: UUID
    category: Annotated[str, Meta(max_length=40)]
    text: Said
    building: UUID | None = None
    spot: Short = ""
    caller: Annotated[str, Meta(max_length=60, pattern=r"^[^\x00]*$")] = ""
    phone: Annotated[str, Meta(max_length=40, pattern=r"^[^\x00]*$")] = ""
    is_public: bool = False
    external: Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\x00]*$")] | None = None


class TicketTaken(Struct, frozen=True):
    """It has a number, and people who answer for it."""

    id: UUID
    number: int
    whistled_at: datetime


class TicketApi(Controller):
    path = "/tickets"
    dependencies = {"keyholder": Provide(keyholder)}
    opt = {"no_session": True}
    tags = ["tickets"]
    security = KEY

    @get(guards=[keyed(Scope.READ)], responses=answers(401, 403, 422, 429), response_headers=UNSEEN)
    async def list_tickets(
        self,
        keyholder: NamedDependency[Caller],
        estate: FromQuery[UUID | None] = None,
        stands: Annotated[State | None, QueryParameter(name="state")] = None,
        category: FromQuery[str | None] = None,
        changed_since: FromQuery[datetime | None] = None,
        after: FromQuery[UUID | None] = None,
    ) -> Tickets:
        """Tickets within the key's place."""
        asked = Asked(estate, stands, category, _aware(changed_since), after)
        found, last = cut(await tickets_for(keyholder, asked, PAGE + 1))
        return Tickets([TicketSaid.of(one) for one in found], last["id"] if last else None)

    @post(
        guards=[keyed(Scope.WRITE)],
        responses=answers(400, 401, 403, 404, 409, 422, 429),
        response_headers=UNSEEN,
    )
    async def file_ticket(
        self,
        request: Request,
        keyholder: NamedDependency[Caller],
        data: JSONBody[TicketSent],
        token: Annotated[
            str, HeaderParameter(name="Idempotency-Key", description="Sent again, answered again.")
        ] = "",
    ) -> TicketTaken:
        """Report something; it goes to who is responsible for it."""
        filed = Filed(
            Door.API, data.estate, data.category, data.text, data.building, data.spot,
            data.caller, data.phone, data.is_public, data.external,
        )  # fmt: skip
        ticket = await file_ticket(
            keyholder, filed, clock.now(), token=token, body=await request.body()
        )
        return TicketTaken(ticket.id, ticket.number, ticket.whistled_at)

    @get(
        "/{ticket_id:uuid}",
        guards=[keyed(Scope.READ)],
        responses=answers(401, 403, 404, 429),
        response_headers=UNSEEN,
    )
    async def read_ticket(
        self, keyholder: NamedDependency[Caller], ticket_id: FromPath[UUID]
    ) -> TicketSaid:
        """One ticket."""
        return TicketSaid.of(await ticket_for(keyholder, ticket_id))

    @get(
        "/{ticket_id:uuid}/events",
        guards=[keyed(Scope.READ)],
        responses=answers(401, 403, 404, 422, 429),
        response_headers=UNSEEN,
    )
    async def list_events(
        self,
        keyholder: NamedDependency[Caller],
        ticket_id: FromPath[UUID],
        after: FromQuery[int | None] = None,
    ) -> Events:
        """What happened to a ticket."""
        found, last = cut(await events_for(keyholder, ticket_id, after, PAGE + 1))
        said = [convert(dict(one), EventSaid, strict=False) for one in found]
        return Events(said, last["ordinal"] if last else None)


def _aware(at: datetime | None) -> datetime | None:
    """A time without a zone is the community's."""
    return at and (at if at.tzinfo else at.replace(tzinfo=SHANGHAI))
