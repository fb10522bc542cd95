"""/registry/{estate}/residents: who asked to be known as living here, and the answer."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.clock import SHANGHAI
from coordination.errors import Invalid
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place
from coordination.places.values import whole_setting
from coordination.registry.places import estate_kept
from coordination.registry.residents import actions
from coordination.registry.residents.queries import PAGE
from coordination.web.forms import Form, Reader, form_again


@dataclass
class AnswerFields:
    until: str = ""
    reason: str = ""


class ResidentPages(Controller):
    path = "/registry/{estate_id:uuid}/residents"
    guards = [staff(RoleKind.COMMUNITY_WORKER)]

    @get()
    async def residents(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        after: FromQuery[datetime | None] = None,
    ) -> Template:
        estate = await estate_kept(asker, estate_id)
        context = await _shown(asker, estate, after)
        return Template("registry/residents.html", context=context)

    @post("/{residency_id:uuid}/confirmation")
    async def confirm(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        residency_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        estate = await estate_kept(asker, estate_id)
        try:
            read = Reader(data)
            until = read.day("until", "有效期")
            read.settle()
            last = datetime.combine(until, time.max, SHANGHAI)
            await actions.confirm_residency(asker, estate, residency_id, last, clock.now())
        except Invalid as refusal:
            return await _again(asker, estate, refusal, data)
        return Redirect(f"/registry/{estate.id}/residents", status_code=303)

    @post("/{residency_id:uuid}/refusal")
    async def refuse(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        residency_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        estate = await estate_kept(asker, estate_id)
        try:
            await actions.refuse_residency(asker, estate, residency_id, data.reason, clock.now())
        except Invalid as refusal:
            return await _again(asker, estate, refusal, data)
        return Redirect(f"/registry/{estate.id}/residents", status_code=303)

    @post("/{residency_id:uuid}/ending")
    async def end(
        self, asker: NamedDependency[Asker], estate_id: FromPath[UUID], residency_id: FromPath[UUID]
    ) -> Redirect:
        estate = await estate_kept(asker, estate_id)
        await actions.end_residency(asker, residency_id, clock.now())
        return Redirect(f"/registry/{estate.id}/residents", status_code=303)


async def _again(asker: Asker, estate: Place, refusal: Invalid, data: AnswerFields) -> Template:
    context = await _shown(asker, estate, None)
    del context["form"]
    return form_again("registry/residents.html", refusal, data, **context)


async def _shown(asker: Asker, estate: Place, after: datetime | None) -> dict[str, object]:
    at = clock.now()
    waiting, confirmed = await actions.keeper_sees(asker, estate, after, at)
    months = await whole_setting("residency_months", estate, at)
    return {
        "estate": estate,
        "waiting": waiting,
        "confirmed": confirmed[:PAGE],
        "next": confirmed[PAGE - 1].until if len(confirmed) > PAGE else None,
        "is_first": after is None,
        "until": _months_after(at.astimezone(SHANGHAI).date(), months),
        "form": Form(),
    }


def _months_after(day: date, months: int) -> date:
    """The same day so many months on, or the last of a shorter month: 31 January + 1 = 28."""
    years, month = divmod(day.month - 1 + months, 12)
    for of_month in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, of_month)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")
