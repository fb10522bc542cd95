"""/meetings/series: rhythms of meetings, begun and ended by the body that calls them."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.meetings.calling.actions import MeetingFacts
from coordination.meetings.calling.offers import offered_to, prefilled
from coordination.meetings.calling.series import LASTS, begin_series, end_series, series_of
from coordination.meetings.kinds import KINDS
from coordination.meetings.tables import Rhythm
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.web.forms import Form, Reader, form_again

RHYTHMS = [(Rhythm.WEEKLY.value, "每周"), (Rhythm.MONTHLY.value, "每月"),
           (Rhythm.QUARTERLY.value, "每季度")]  # fmt: skip


@dataclass
class SeriesFields:
    kind: str = ""
    place: str = ""
    rhythm: str = ""
    first_at: str = ""
    venue: str = ""
    contact: str = ""


class SeriesPages(Controller):
    path = "/meetings/series"
    guards = [signed_in]

    @get()
    async def series(self, asker: NamedDependency[Asker]) -> Template:
        context = await _context(asker)
        form = Form(await prefilled(asker, context["offers"], ""))
        return Template("meetings/series.html", context=context | {"form": form})

    @post()
    async def begin(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[SeriesFields]
    ) -> Response:
        context = await _context(asker)
        try:
            read = Reader(data)
            rhythm = read.one_of("rhythm", "多久一次", list(Rhythm))
            first_at = read.moment("first_at", "第一次开会时间")
            venue = read.text("venue", "地点", longest=100)
            contact = read.text("contact", "联系人和电话")
            kind, place = context["offers"].read(read)
            facts = MeetingFacts("例会", first_at, LASTS, venue, contact)
            await begin_series(asker, place, kind.code, Rhythm(rhythm), facts, clock.now())
        except Invalid as refusal:
            if "starts_at" in refusal.fields:
                refusal.fields["first_at"] = refusal.fields.pop("starts_at")
            return form_again("meetings/series.html", refusal, data, **context)
        return Redirect("/meetings/series", status_code=303)

    @post("/{series_id:uuid}/ending")
    async def end(self, asker: NamedDependency[Asker], series_id: FromPath[UUID]) -> Redirect:
        await end_series(asker, series_id, clock.now())
        return Redirect("/meetings/series", status_code=303)


async def _context(asker: Asker) -> dict:
    found = await series_of([role.body for role in asker.roles])
    places = {one.id: (await place_of(one.place)).name for one in found}
    return {
        "offers": await offered_to(asker), "series": found, "kinds": KINDS, "places": places,
        "rhythms": RHYTHMS,
    }  # fmt: skip
