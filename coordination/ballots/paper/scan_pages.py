"""/ballots/{poll}/sheets/entry: the camera or the keyboard, and on to the sheet.

A call or a visit without the sheet at hand finds it by the room.
"""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.paper.making import sheet_of_room
from coordination.ballots.paper.queries import find_sheet
from coordination.ballots.paper.rules import WAYS, Way, printed, way_of
from coordination.ballots.paper.writing import (
    AlreadyCounted,
    Said,
    WroteBefore,
    poll_for_sheets,
    require_in_time,
    require_unwritten,
)
from coordination.errors import Conflict, Invalid, NotFound, Refusal
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, form_from

SAID = {  # words and tone for the sheet just written down
    Said.FIRST: ("已登记。等另一个人再登记一次，一致后计入。", "done"),
    Said.AGREED: ("两次登记一致，已计入。", "done"),
    Said.DIFFERS: ("与第一次登记不一致，截止后由第三人复核。请把这张票单独放好。", "wait"),
    Said.DUPLICATE: ("这位业主已在线投票，以线上为准；这张票列为重复票，不计入。", "wait"),
    Said.SETTLED: ("复核完成，已计入。", "done"),
}


@dataclass
class RoomFields:
    room: str = ""
    way: str = ""


def _headed(refusal: Refusal) -> str:
    """What a refused serial comes to, in a line above the reason."""
    if isinstance(refusal, NotFound):
        return "没有找到这张票。"
    done = isinstance(refusal, WroteBefore | AlreadyCounted)
    return "这张票现在不用登记。" if done else "这张票不能登记。"


class ScanPages(Controller):
    path = "/ballots/{poll_id:uuid}/sheets/entry"
    guards = [signed_in]

    @get()
    async def scan(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        serial: FromQuery[str | None] = None,
        way: FromQuery[str] = "",
        said: FromQuery[str] = "",
        done: FromQuery[str] = "",
    ) -> Response:
        """The camera or the keyboard; a serial leads on to its sheet."""
        running, at = await poll_for_sheets(asker, poll_id), clock.now()
        chosen, form = way_of(way), Form()
        if serial is not None:
            try:
                sheet = await find_sheet(poll_id, serial)
                require_unwritten(asker, sheet)
                require_in_time(asker, running, sheet, at, at)
                where = f"/ballots/{poll_id}/sheets/{sheet.serial}?way={chosen}"
                return Redirect(where, status_code=303)
            except (NotFound, Conflict) as refusal:
                form = Form({"serial": serial[:40]}, {"serial": str(refusal)}, _headed(refusal))
        return await self._page(asker, poll_id, chosen, form, (said, done))

    @post("/rooms")
    async def find_room(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[RoomFields],
    ) -> Response:
        """A call or a visit without the sheet at hand: the sheet of that room."""
        try:
            serial = await sheet_of_room(asker, poll_id, data.room, clock.now())
        except Invalid as refusal:
            page = await self._page(asker, poll_id, way_of(data.way), form_from(refusal, data))
            page.status_code = 422
            return page
        where = f"/ballots/{poll_id}/sheets/{serial}?way={way_of(data.way)}"
        return Redirect(where, status_code=303)

    async def _page(
        self,
        asker: Asker,
        poll_id: UUID,
        way: Way,
        form: Form,
        just: tuple[str, str] = ("", ""),
    ) -> Template:
        poll, state, _ = await poll_for_sheets(asker, poll_id)
        said, done = just
        context = {
            "poll": poll,
            "state": state,
            "at": clock.now(),
            "way": way,
            "ways": WAYS,
            "said": SAID.get(Said(said)) if said in set(Said) else None,
            "done": printed(done[:9]) if done else "",
            "form": form,
        }
        status = 200 if not form.is_wrong else 409
        return Template("ballots/paper/scan.html", context=context, status_code=status)
