"""/handovers: the list of a hand-over, for everybody; the two companies sign its lines."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.law.periods import day_of
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from coordination.places.tables import PlaceKind
from coordination.tickets.desk.handover_lists import (
    accounts_of,
    handover_of,
    handovers_of,
    lines_of,
    side_of,
    sign_line,
)
from coordination.tickets.permits import may_hand_over
from coordination.web.access import anyone


@dataclass
class SigningFields:
    words: str = ""


class HandoverListPages(Controller):
    path = "/handovers"
    guards = [anyone]

    @get()
    async def handovers(self, estate: FromQuery[UUID]) -> Template:
        context = {
            "estate": await place_of(estate, PlaceKind.ESTATE),
            "handovers": await handovers_of(estate),
        }
        return Template("tickets/desk/handover_lists.html", context=context)

    @get("/{handover_id:uuid}")
    async def handover(
        self, visitor: NamedDependency[Asker | None], handover_id: FromPath[UUID]
    ) -> Template:
        """Both companies, tickets, accounts, and each line with its dates."""
        at = clock.now()
        found = await handover_of(handover_id)
        side = side_of(visitor, found)
        context = {
            "handover": found,
            "lines": await lines_of(handover_id),
            "accounts": await accounts_of(found, at),
            "side": side,
            "names": side is not None or bool(visitor and may_hand_over(visitor, found.path)),
            "today": day_of(at),
        }
        return Template("tickets/desk/handover_list.html", context=context)


class HandoverSigning(Controller):
    path = "/handovers"
    guards = [staff(RoleKind.PROPERTY_MANAGER)]

    @post("/lines/{line_id:uuid}/signature")
    async def sign(
        self,
        asker: NamedDependency[Asker],
        line_id: FromPath[UUID],
        data: URLEncodedBody[SigningFields],
    ) -> Response:
        handover = await sign_line(asker, line_id, data.words[:150], clock.now())
        return Redirect(f"/handovers/{handover}", status_code=303)
