"""/meetings/{meeting}/sheets: the papers on which people signed in, for those who run it."""

from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotFound
from coordination.files import JPEG, LARGEST, content_of, store
from coordination.meetings.calling.pages import run
from coordination.meetings.room.presence import keep_sheet, sheets_of
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, form_again

NO_PHOTO = "请选择纸质签到表的照片。"


class SheetPages(Controller):
    path = "/meetings/{meeting_id:uuid}/sheets"
    guards = [signed_in]

    @get()
    async def sheets(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Template:
        found = await run(asker, meeting_id)
        context = {"seen": found, "sheets": await sheets_of(meeting_id), "form": Form()}
        return Template("meetings/sheets.html", context=context)

    @post(request_max_body_size=2 * LARGEST)
    async def keep(
        self, request: Request, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]
    ) -> Response:
        found, at = await run(asker, meeting_id), clock.now()
        sent = (await request.form()).get("photo")
        content = await sent.read() if isinstance(sent, UploadFile) else b""
        try:
            if not content:
                raise Invalid(NO_PHOTO, photo=NO_PHOTO)
            await keep_sheet(asker, meeting_id, await _stored(content, asker), at)
        except Invalid as refusal:
            return form_again(
                "meetings/sheets.html", refusal, {}, seen=found, sheets=await sheets_of(meeting_id)
            )
        return Redirect(f"/meetings/{meeting_id}/sheets", status_code=303)

    @get("/{name:str}")
    async def sheet(
        self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID], name: FromPath[str]
    ) -> Response[bytes]:
        """The paper, with the names on it: for those who run the meeting alone."""
        await run(asker, meeting_id)
        if name not in {one.sha256 for one in await sheets_of(meeting_id)}:
            raise NotFound("没有这张签到表。")
        return Response(
            await content_of(name), media_type=JPEG, headers={"cache-control": "private, no-store"}
        )


async def _stored(content: bytes, asker: Asker) -> str:
    """Invalid at its field: it is no photo."""
    try:
        return await store(content, at=clock.now(), by=asker.id, photo=True)
    except Invalid as refusal:
        raise Invalid(str(refusal), photo=str(refusal)) from refusal
