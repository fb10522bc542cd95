"""/tickets/{ticket}: one ticket for everybody, more of it for who whistled it; its photos."""

from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.tickets.whistling.actions import answer_info, co_sign, withdraw
from coordination.tickets.whistling.page_facts import shown
from coordination.tickets.whistling.reading import kind_of_photo
from coordination.tickets.whistling.slips import LONGEST
from coordination.tickets.whistling.uploads import MOST_BYTES, read_photos
from coordination.web.access import anyone
from coordination.web.forms import Reader, form_again


class TicketPages(Controller):
    path = "/tickets/{ticket_id:uuid}"
    guards = [anyone]

    @get()
    async def ticket(
        self,
        visitor: NamedDependency[Asker | None],
        ticket_id: FromPath[UUID],
        joined: FromQuery[str] = "",
    ) -> Template:
        """What is the matter, who has it now, since when, until when, and whom to call."""
        context = await shown(ticket_id, visitor, clock.now())
        return Template("tickets/ticket.html", context={**context, "joined": joined == "yes"})

    @get("/photos/{name:str}")
    async def photo(
        self, visitor: NamedDependency[Asker | None], ticket_id: FromPath[UUID], name: FromPath[str]
    ) -> Response[bytes]:
        """A photo or document for whom it is. Kept by the browser alone: what may be seen today
        may be closed to the public tomorrow."""
        kind = await kind_of_photo(ticket_id, name, visitor)
        return Response(
            await files.content_of(name),
            media_type=kind,
            headers={"cache-control": "private, max-age=86400", "content-disposition": "inline"},
        )


class TicketActionPages(Controller):
    """What a resident does with a ticket before the reply."""

    path = "/tickets/{ticket_id:uuid}"
    guards = [signed_in]

    @post("/co-signers")
    async def join(self, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]) -> Redirect:
        """我也遇到."""
        await co_sign(asker, ticket_id, clock.now())
        return Redirect(f"/tickets/{ticket_id}?joined=yes", status_code=303)

    @post("/answers", request_max_body_size=MOST_BYTES)
    async def answer(
        self, request: Request, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]
    ) -> Response:
        """What was asked for 补充信息; words stay when a photo is not taken."""
        sent, at = await request.form(), clock.now()
        said = {"words": str(sent.get("words") or "")}
        try:
            read = Reader(said)
            words = read.text("words", "补充的内容", longest=LONGEST, optional=True)
            uploads = [one for one in sent.getall("photos", []) if isinstance(one, UploadFile)]
            photos = await read_photos(uploads, [], asker.id, at)
            if photos.refused:
                read.wrong("photos", " ".join(photos.refused))
            read.settle()
            await answer_info(asker, ticket_id, words, at, photos=tuple(photos.kept))
        except Invalid as refusal:
            context = await shown(ticket_id, asker, at, form=False)
            return form_again("tickets/ticket.html", refusal, said, **context, joined=False)
        return Redirect(f"/tickets/{ticket_id}", status_code=303)

    @post("/withdrawal")
    async def withdraw(self, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]) -> Redirect:
        await withdraw(asker, ticket_id, "", clock.now())
        return Redirect(f"/tickets/{ticket_id}", status_code=303)
