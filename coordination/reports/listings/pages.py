"""/reports/listings: what is published, for everybody; drafts for the parties; the 街道's work."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people.access import signed_in, staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import places_within
from coordination.places.tables import PlaceKind
from coordination.reports.listings import actions
from coordination.reports.listings.drafting import draft_listing, formula_in_force
from coordination.reports.listings.permits import KEEPER, may_keep
from coordination.reports.listings.printing import print_listing
from coordination.reports.listings.queries import (
    COLOUR_WORDS,
    ListingRead,
    drafts_for,
    listings,
    read_listing,
    weights_of,
)
from coordination.reports.listings.scoring import INPUTS, points
from coordination.reports.tables import Colour
from coordination.tickets.figures.periods import month_of, months_until, read_period
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again, form_from
from coordination.web.pdf import PDF

PATH = "/reports/listings"
OFFERED = 6  # months that a list may be drafted of


@dataclass
class Fields:
    """One form per matter; the others' fields stay empty."""

    place: str = ""
    month: str = ""
    text: str = ""
    answer: str = ""
    upheld: str = ""
    colour: str = ""
    reason: str = ""


class PublicListingPages(Controller):
    """What is published is everybody's; a draft its parties'."""

    path = PATH
    guards = [anyone]

    @get()
    async def listings(self, visitor: NamedDependency[Asker | None]) -> Template:
        return Template("reports/listings/listings.html", context=await _overview(visitor))

    @get("/{listing_id:uuid}")
    async def listing(
        self, visitor: NamedDependency[Asker | None], listing_id: FromPath[UUID]
    ) -> Template:
        read = await read_listing(listing_id, visitor, clock.now())
        return Template("reports/listings/listing.html", context=_shown(read) | {"form": Form()})

    @get("/{listing_id:uuid}/listing.pdf")
    async def listing_pdf(
        self, visitor: NamedDependency[Asker | None], listing_id: FromPath[UUID]
    ) -> Response[bytes]:
        at = clock.now()
        read = await read_listing(listing_id, visitor, at)
        name = quote(f"{read.place.name}{read.listing.month}红黑榜")
        return Response(
            await print_listing(read, at),
            media_type=PDF,
            headers={"content-disposition": f"inline; filename*=UTF-8''{name}.pdf"},
        )


class KeepingPages(Controller):
    """The 街道 drafts, answers, decides, publishes."""

    path = PATH
    guards = [staff(KEEPER)]

    @post("/drafts")
    async def draft(self, asker: NamedDependency[Asker], data: URLEncodedBody[Fields]) -> Response:
        at = clock.now()
        overview = await _overview(asker)
        try:
            read = Reader(data)
            place = read.one_of("place", "街道", [str(one.id) for one in overview["streets"]])
            month = read.one_of("month", "月份", [one.code for one in overview["months"]])
            read.settle()
            listing = await draft_listing(asker, UUID(place), read_period(month, at), at)
        except Invalid as refusal:
            return form_again(
                "reports/listings/listings.html", refusal, data,
                **{k: v for k, v in overview.items() if k != "form"},
            )  # fmt: skip
        return Redirect(f"{PATH}/{listing.id}", status_code=303)

    @post("/{listing_id:uuid}/publication")
    async def publish(self, asker: NamedDependency[Asker], listing_id: FromPath[UUID]) -> Redirect:
        await actions.publish_listing(asker, listing_id, clock.now())
        return Redirect(f"{PATH}/{listing_id}", status_code=303)

    @post("/{listing_id:uuid}/entries/{entry_id:uuid}/decision")
    async def decide(
        self,
        asker: NamedDependency[Asker],
        listing_id: FromPath[UUID],
        entry_id: FromPath[UUID],
        data: URLEncodedBody[Fields],
    ) -> Response:
        try:
            read = Reader(data)
            colour = Colour(read.one_of("colour", "决定", list(Colour)) or Colour.NONE)
            reason = read.text("reason", "理由", longest=500)
            read.settle()
            await actions.decide(asker, entry_id, colour, reason, clock.now())
        except Invalid as refusal:
            return await _again(asker, listing_id, refusal, data, entry_id)
        return Redirect(f"{PATH}/{listing_id}#entry-{entry_id}", status_code=303)

    @post("/{listing_id:uuid}/objections/{objection_id:uuid}/answer")
    async def answer(
        self,
        asker: NamedDependency[Asker],
        listing_id: FromPath[UUID],
        objection_id: FromPath[UUID],
        data: URLEncodedBody[Fields],
    ) -> Response:
        try:
            upheld = data.upheld == "yes"
            await actions.answer_objection(asker, objection_id, upheld, data.answer, clock.now())
        except Invalid as refusal:
            return await _again(asker, listing_id, refusal, data, objection_id)
        return Redirect(f"{PATH}/{listing_id}", status_code=303)


class ObjectionPages(Controller):
    """The parties of a project object."""

    path = PATH
    guards = [signed_in]

    @post("/{listing_id:uuid}/entries/{entry_id:uuid}/objections")
    async def object_to(
        self,
        asker: NamedDependency[Asker],
        listing_id: FromPath[UUID],
        entry_id: FromPath[UUID],
        data: URLEncodedBody[Fields],
    ) -> Response:
        try:
            await actions.object_to_entry(asker, entry_id, data.text, clock.now())
        except Invalid as refusal:
            return await _again(asker, listing_id, refusal, data, entry_id)
        return Redirect(f"{PATH}/{listing_id}#entry-{entry_id}", status_code=303)


class FormulaPages(Controller):
    """The operator sets the weights, from the next draft on."""

    path = PATH + "/formula"
    guards = [staff(RoleKind.OPERATOR)]

    @get()
    async def formula(self) -> Template:
        return Template("reports/listings/formula.html", context=await _formula())

    @post()
    async def set_formula(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[dict[str, str]]
    ) -> Response:
        try:
            read = Reader(data)
            weights = {one.name: read.whole(one.name, one.label, most=1_000) for one in INPUTS}
            reason = read.text("reason", "理由", longest=300)
            read.settle()
            await actions.set_formula(asker, weights, reason, clock.now())
        except Invalid as refusal:
            context = await _formula()
            return form_again("reports/listings/formula.html", refusal, data,
                              **{k: v for k, v in context.items() if k != "form"})  # fmt: skip
        return Redirect(PATH, status_code=303)


async def _formula() -> dict[str, object]:
    formula = await formula_in_force()
    values = {one.name: weight for one, (_, weight, _) in zip(INPUTS, weights_of(formula),
                                                              strict=True)}  # fmt: skip
    return {"formula": formula, "inputs": INPUTS, "form": Form(values)}


async def _overview(visitor: Asker | None) -> dict:
    at = clock.now()
    streets = await places_within([None], PlaceKind.SUBDISTRICT) if visitor else []
    formula = await formula_in_force()
    return {
        "published": await listings(True, at),
        "drafts": await drafts_for(visitor, at),
        "streets": [street for street in streets if may_keep(visitor, street)],
        "months": months_until(month_of(at).previous, OFFERED)[::-1],
        "formula": formula,
        "weights": weights_of(formula),
        "may_set": bool(visitor and visitor.is_operator()),
        "form": Form(),
    }


def _shown(read: ListingRead) -> dict[str, object]:
    at = clock.now()
    return {
        "read": read,
        "listing": read.listing,
        "colours": COLOUR_WORDS,
        "points": points,
        "at": at,
        "may_object_now": not read.is_published and at < read.listing.objections_until,
        "wrong": None,
        "fresh": _fresh,
    }


def _fresh(prefix: str, **values: str) -> Form:
    """One of many forms of the page, before anything is typed."""
    return Form(values, prefix=prefix)


async def _again(
    asker: Asker, listing_id: UUID, refusal: Invalid, data: Fields, wrong: UUID
) -> Template:
    """The list once more, with what was typed at the form it was typed in."""
    read = await read_listing(listing_id, asker, clock.now())
    context = _shown(read) | {"wrong": wrong, "form": form_from(refusal, data)}
    return Template("reports/listings/listing.html", context=context, status_code=422)


PAGES = [PublicListingPages, KeepingPages, ObjectionPages, FormulaPages]
