"""/tickets/new/similar, …/check: joined, or checked, whistled and acknowledged."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Conflict, Invalid, NotAllowed, TooMany
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.tickets.tables import Ticket
from coordination.tickets.whistling.actions import (
    Whistle,
    blow_whistle,
    co_sign,
    own_ticket,
)
from coordination.tickets.whistling.dangers import DANGERS
from coordination.tickets.whistling.queries import (
    buildings_of,
    estate_name,
    similar_to,
    to_call,
    topics,
)
from coordination.tickets.whistling.slip_pages import START, begin_anew, onward, opened
from coordination.tickets.whistling.slips import Slip
from coordination.tickets.whistling.wording import place_words
from coordination.web.forms import Form


@dataclass
class SlipFields:
    slip: str = ""
    hidden: str = ""  # "yes": words and photos are not for the public


class SimilarPages(Controller):
    path = f"{START}/similar"
    guards = [signed_in]

    @get()
    async def similar(self, asker: NamedDependency[Asker], slip: FromQuery[str] = "") -> Response:
        """Open tickets that may be about the same; without any, straight on to the check."""
        found = opened(asker, slip)
        if found is None:
            return begin_anew()
        if found.estate is None or not found.category:
            return onward(asker, found)
        alike = await similar_to(
            asker.id, found.estate, found.building, found.category, found.text, clock.now()
        )
        passed = found.change(compared=True)
        if not alike:
            return onward(asker, passed)
        context = {"similar": alike, "sealed": slip, "passed": passed.sealed(asker.id)}
        return Template("tickets/similar.html", context=context)

    @post("/{ticket_id:uuid}/co-signers")
    async def join(
        self,
        asker: NamedDependency[Asker],
        ticket_id: FromPath[UUID],
        data: URLEncodedBody[SlipFields],
    ) -> Response:
        """我也遇到, with the words and photos that were about to be whistled."""
        slip = opened(asker, data.slip)
        if slip is None:
            return begin_anew()
        await co_sign(asker, ticket_id, clock.now(), words=slip.text, photos=slip.photos)
        return Redirect(f"/tickets/{ticket_id}?joined=yes", status_code=303)


class CheckPages(Controller):
    path = f"{START}/check"
    guards = [signed_in]

    @get()
    async def check(self, asker: NamedDependency[Asker], slip: FromQuery[str] = "") -> Response:
        """The answers once more, and the button that sends them."""
        found = opened(asker, slip)
        if found is None:
            return begin_anew()
        if not (found.text and found.estate and found.category):
            return onward(asker, found)
        return Template("tickets/check.html", context=await _answers(asker, found, Form()))

    @post()
    async def whistle(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[SlipFields]
    ) -> Response:
        """吹哨. Refused, the answers stand there still, with the reason."""
        slip = opened(asker, data.slip)
        if slip is None:
            return begin_anew()
        if not (slip.text and slip.estate and slip.category):
            return onward(asker, slip)
        whistle = Whistle(
            slip.ticket, slip.estate, slip.building, slip.spot, slip.category, slip.text,
            data.hidden != "yes", slip.photos,
        )  # fmt: skip
        try:
            ticket = await blow_whistle(asker, whistle, clock.now())
        except (Invalid, Conflict, NotAllowed, TooMany) as refusal:
            return await _refused(asker, slip, data, refusal)
        return Redirect(f"/tickets/{ticket.id}/whistled", status_code=303)


async def _answers(asker: Asker, slip: Slip, form: Form) -> dict[str, object]:
    assert slip.estate
    buildings = {building: name for building, _, name in await buildings_of([slip.estate])}
    names = {topic.code: topic.name for topic in await topics()}
    building = buildings.get(slip.building) if slip.building else None
    return {
        "slip": slip,
        "sealed": slip.sealed(asker.id),
        "where": f"{await estate_name(slip.estate)} {place_words(building, slip.spot)}",
        "category": names.get(slip.category, "？"),
        "danger": DANGERS.get(slip.danger),
        "form": form,
    }


class WhistledPages(Controller):
    path = "/tickets/{ticket_id:uuid}/whistled"
    guards = [signed_in]

    @get()
    async def whistled(self, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]) -> Template:
        """The number, when the first answer is due, whom to call."""
        ticket = await own_ticket(asker, ticket_id)
        return Template("tickets/whistled.html", context=await _told(ticket))


async def _refused(
    asker: Asker,
    slip: Slip,
    data: SlipFields,
    refusal: Invalid | Conflict | NotAllowed | TooMany,
) -> Template:
    status = {Invalid: 422, NotAllowed: 403, TooMany: 429}
    code = next((said for kind, said in status.items() if isinstance(refusal, kind)), 409)
    form = Form({"hidden": data.hidden}, {}, str(refusal))
    context = await _answers(asker, slip, form)
    return Template("tickets/check.html", context=context, status_code=code)


async def _told(ticket: Ticket) -> dict[str, object]:
    at = clock.now()
    return {"ticket": ticket, "bodies": await to_call(ticket.estate, at), "at": at}
