"""/desk/tickets/{ticket}: one ticket as staff see it, and every form that changes it.

One route takes all forms (desk/acts.py says which there are). Whoever sends a form that was drawn
before somebody else acted is told what happened, and keeps every word.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.tickets.desk.acts import Act, Doing
from coordination.tickets.desk.contact_actions import look_at_caller
from coordination.tickets.desk.filters import filter_of
from coordination.tickets.desk.next_up import next_of
from coordination.tickets.desk.printing import print_work_order
from coordination.tickets.desk.scope import must_reach
from coordination.tickets.desk.sheet import ACTS, Sheet, sheet_of
from coordination.tickets.desk.uploads import MOST_BYTES, kept_files, sealed
from coordination.web.forms import Form, Reader, form_from
from coordination.web.pdf import PDF
from coordination.web.security import own_path

PAGE = "tickets/desk/ticket.html"
NO_STORE = {"Cache-Control": "no-store"}


class TicketDeskPages(Controller):
    path = "/desk/tickets/{ticket_id:uuid}"
    guards = [staff()]

    @get()
    async def ticket(
        self,
        asker: NamedDependency[Asker],
        ticket_id: FromPath[UUID],
        done: FromQuery[str] = "",
        of: FromQuery[str] = "",
    ) -> Template:
        """`of`: the list it was opened from; what was done is followed by the next of it."""
        sheet = await _sheet(asker, ticket_id)
        said, list_ = ACTS[done].done if done in ACTS else "", filter_of(of)
        following = await next_of(asker, list_, ticket_id, sheet.case.at) if said else None
        context = sheet.context(done=said, of=list_, following=following)
        return Template(PAGE, context=context)

    @get("/work-order.pdf")
    async def work_order(
        self, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]
    ) -> Response[bytes]:
        """The ticket to take along."""
        sheet = await _sheet(asker, ticket_id)
        content = await print_work_order(
            sheet.shown, sheet.happenings, sheet.parts, sheet.pictures, sheet.hints, sheet.case.at
        )
        return Response(content, media_type=PDF)

    @post("/contact-views")
    async def look_at_caller(
        self, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]
    ) -> Template:
        """Who whistled, once, and written down."""
        contact = await look_at_caller(asker, ticket_id, clock.now())
        sheet = await _sheet(asker, ticket_id)
        return Template(PAGE, context=sheet.context(contact=contact), headers=NO_STORE)

    @post("/{name:str}", request_max_body_size=MOST_BYTES)
    async def act(
        self,
        request: Request,
        asker: NamedDependency[Asker],
        ticket_id: FromPath[UUID],
        name: FromPath[str],
    ) -> Response:
        """Do what the form says. NotFound: no such act, or not this person's ticket."""
        act = ACTS.get(name)
        if act is None:
            raise NotFound("没有这个页面。请从工单列表重新进入。")
        sheet = await _sheet(asker, ticket_id)
        sent = await request.form()
        said = {
            key: str(sent.get(key) or "") for key in (*act.names, "seen", "back", "carried", "of")
        }
        files = sent.multi_items() if act.has_files else []
        kept, wrong = await kept_files(files, said["carried"], asker.id, sheet.case.at)
        said["carried"] = sealed(kept, asker.id) if kept else ""
        if meanwhile := sheet.stirred_since(said["seen"]):
            return _again(sheet, act, said, Form(said, prefix=name), 409, meanwhile, len(kept))
        read = Reader(said)
        for key, words in wrong.items():
            read.wrong(key, words)
        photos = [(one.kind, one.sha256, one.small) for one in kept]
        try:
            if wrong:
                read.settle()
            await act.do(Doing(asker, ticket_id, read, photos, sheet.case, sheet.case.at))
        except Invalid as refusal:
            form = form_from(_placed(act, refusal), said, name)
            return _again(sheet, act, said, form, 422, [], len(kept))
        except (Conflict, NotAllowed) as refusal:
            fresh = await _sheet(asker, ticket_id)
            form = Form(said, message=str(refusal), prefix=name)
            late = fresh.stirred_since(said["seen"])
            status = 409 if isinstance(refusal, Conflict) else 403
            return _again(fresh, act, said, form, status, late, len(kept))
        again = f"{sheet.shown.path}?" + urlencode({"done": name, "of": said["of"]})
        return Redirect(own_path(said["back"], default=again), status_code=303)


async def _sheet(asker: Asker, ticket_id: UUID) -> Sheet:
    at = clock.now()
    await must_reach(asker, ticket_id, at)
    return await sheet_of(asker, ticket_id, at)


def _placed(act: Act, refusal: Invalid) -> Invalid:
    """The refusal with what it says of no field of this form said on top of it."""
    known = {one.name for one in act.fields}
    fields = {name: words for name, words in refusal.fields.items() if name in known}
    lost = [words for name, words in refusal.fields.items() if name not in known]
    return Invalid(" ".join([str(refusal), *lost]), **fields)


def _again(
    sheet: Sheet,
    act: Act,
    said: Mapping[str, str],
    form: Form,
    status: int,
    meanwhile: list[Any],
    kept: int,
) -> Template:
    context = sheet.context(
        sent=(act, form), meanwhile=meanwhile, of=filter_of(said["of"]),
        carried={"sealed": said["carried"], "count": kept},
    )  # fmt: skip
    return Template(PAGE, context=context, status_code=status)
