"""/registers: the bodies of an estate with members, terms and filing numbers, for everybody."""

from uuid import UUID

from litestar import Controller, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from coordination import clock
from coordination.disclosures.registers.queries import (
    before,
    body_shown,
    members_of,
    registered_at,
)
from coordination.disclosures.registers.rules import SOURCE
from coordination.notices.stamps import stamps_of_body
from coordination.people.words import BODY_WORDS
from coordination.places.queries import estates, place_of
from coordination.places.tables import PlaceKind
from coordination.web.access import anyone


class RegisterPages(Controller):
    path = "/registers"
    guards = [anyone]

    @get()
    async def registers(self, estate: FromQuery[UUID | None] = None) -> Template:
        known, at = await estates(), clock.now()
        wanted = estate or (known[0].id if len(known) == 1 else None)
        chosen = await place_of(wanted, PlaceKind.ESTATE) if wanted else None
        context = {
            "estate": chosen,
            "estates": known,
            "bodies": await registered_at(chosen, at) if chosen else [],
            "at": at,
        }
        return Template("disclosures/registers/registers.html", context=context)

    @get("/{body_id:uuid}")
    async def register(self, body_id: FromPath[UUID]) -> Template:
        """One body: who sits in it, its term, the terms before, and what it stamped."""
        at = clock.now()
        body = await body_shown(body_id)
        context = {
            "body": body,
            "members": await members_of(body, at),
            "others": await before(body),
            "stamps": await stamps_of_body(body.id),
            "words": BODY_WORDS,
            "source": SOURCE,
            "at": at,
        }
        return Template("disclosures/registers/register.html", context=context)
