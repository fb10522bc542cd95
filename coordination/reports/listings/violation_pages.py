"""/reports/listings/violations 严重违规: what the 街道 has found at its projects. A project with an
open one is on no red list."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.places.queries import places_within
from coordination.places.tables import PlaceKind
from coordination.reports.listings.actions import record_violation, settle_violation
from coordination.reports.listings.permits import KEEPER
from coordination.reports.listings.queries import violations_under
from coordination.web.forms import Form, Reader, form_again

PATH = "/reports/listings/violations"


@dataclass
class Fields:
    """A violation, as it is typed."""

    estate: str = ""
    text: str = ""
    basis: str = ""


class ViolationPages(Controller):
    """The 街道 records what it found, and that it is mended."""

    path = PATH
    guards = [staff(KEEPER)]

    @get()
    async def violations(self, asker: NamedDependency[Asker]) -> Template:
        context = await _kept_by(asker) | {"form": Form()}
        return Template("reports/listings/violations.html", context=context)

    @post()
    async def record(self, asker: NamedDependency[Asker], data: URLEncodedBody[Fields]) -> Response:
        kept = await _kept_by(asker)
        estates = {str(one.id): one for one in kept["estates"]}
        try:
            read = Reader(data)
            estate = read.one_of("estate", "小区", list(estates))
            text = read.text("text", "违规事实", longest=2_000)
            basis = read.text("basis", "依据", longest=200)
            read.settle()
            await record_violation(asker, estates[estate], text, basis, clock.now())
        except Invalid as refusal:
            return form_again("reports/listings/violations.html", refusal, data, **kept)
        return Redirect(PATH, status_code=303)

    @post("/{violation_id:uuid}/settlement")
    async def settle(self, asker: NamedDependency[Asker], violation_id: FromPath[UUID]) -> Redirect:
        await settle_violation(asker, violation_id, clock.now())
        return Redirect(PATH, status_code=303)


async def _kept_by(asker: Asker) -> dict[str, Any]:
    """The projects of the streets that the asker keeps, and what was found at them."""
    streets = await places_within([None], PlaceKind.SUBDISTRICT)
    paths = [street.path for street in streets if asker.holds(street, KEEPER)]
    return {
        "estates": await places_within(paths, PlaceKind.ESTATE),
        "violations": await violations_under(paths),
    }
