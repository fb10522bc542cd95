"""/desk/handovers: another property company took an estate over, and with it what is open."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from coordination import clock
from coordination.clock import SHANGHAI
from coordination.errors import Invalid, NotAllowed
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.desk.handovers import companies_of, record_handover
from coordination.tickets.desk.tables import Handover
from coordination.tickets.permits import may_hand_over
from coordination.web.forms import Form, Reader, form_again

KINDS = (RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER, RoleKind.OPERATOR)
PAGE = "tickets/desk/handover.html"


class HandoverDeskPages(Controller):
    path = "/desk/handovers"
    guards = [staff(*KINDS)]

    @get()
    async def handovers(self, asker: NamedDependency[Asker]) -> Template:
        paths = {role.place_path for role in asker.roles if role.kind in KINDS}
        estates = await places_within(paths, PlaceKind.ESTATE)
        return Template("tickets/desk/handovers.html", context={"estates": estates})

    @get("/{estate_id:uuid}")
    async def handover(self, asker: NamedDependency[Asker], estate_id: FromPath[UUID]) -> Template:
        return Template(PAGE, context={**await _shown(asker, estate_id), "form": Form()})

    @post("/{estate_id:uuid}")
    async def hand_over(
        self, request: Request, asker: NamedDependency[Asker], estate_id: FromPath[UUID]
    ) -> Response:
        """Move what is open; the old company reads its own until the date given."""
        shown = await _shown(asker, estate_id)
        sent = await request.form()
        said = {name: str(sent.get(name) or "") for name in ("old", "new", "reads", "reason")}
        try:
            handover = await _record(asker, shown, said)
        except Invalid as refusal:
            return form_again(PAGE, refusal, said, **shown)
        return Template(
            "tickets/desk/handed_over.html",
            context={
                "estate": shown["estate"],
                "moved": handover.moved,
                "handover": handover.id,
            },
        )


async def _record(asker: Asker, shown: dict[str, Any], said: dict[str, str]) -> Handover:
    read = Reader(said)
    known = [str(one) for one, _ in shown["companies"]]
    old, new = (read.one_of(name, words, known) for name, words in
                (("old", "原物业"), ("new", "新物业")))  # fmt: skip
    day = read.day("reads", "原物业可以查阅到哪一天")
    reason = read.text("reason", "依据", longest=2_000)
    at: datetime = shown["at"]
    reads_until = datetime.combine(day, time(23, 59), SHANGHAI) if day.year > 1 else at
    if day.year > 1 and reads_until <= at:
        read.wrong("reads", "请填写今天或以后的日期。")
    read.settle()
    return await record_handover(
        asker, shown["estate"], UUID(old), UUID(new), reason, reads_until, at
    )


async def _shown(asker: Asker, estate_id: UUID) -> dict[str, Any]:
    """NotFound; NotAllowed: not an estate of theirs."""
    at = clock.now()
    estate: Place = await place_of(estate_id, PlaceKind.ESTATE)
    if not may_hand_over(asker, estate.path):
        raise NotAllowed("移交由小区所在的社区、街道或运营方办理。")
    found = await companies_of(estate, at)
    return {
        "estate": estate,
        "companies": [(one.id, one.words) for one in found],
        "open": sum(one.open for one in found),
        "at": at,
    }
