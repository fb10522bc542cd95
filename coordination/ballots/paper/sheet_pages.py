"""/ballots/{poll}/sheets: how far the sheets have come, what to do next, and printing them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.ballots.paper.lists import delivered_sheets, duplicates_of, portions, prints_of
from coordination.ballots.paper.permits import may_settle
from coordination.ballots.paper.printing import (
    LOST,
    Portion,
    print_again,
    print_of,
    request_print,
)
from coordination.ballots.paper.queries import counts_of, waiting_sheets
from coordination.ballots.paper.rules import WAYS
from coordination.ballots.paper.settling import settled_by
from coordination.ballots.paper.writing import poll_for_sheets
from coordination.ballots.tables import Step
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.naming import building_name
from coordination.web.downloads import NO_STORE
from coordination.web.forms import Form, form_from

CHANNELS = {"online": "线上"} | {way.value: words for way, words in WAYS.items()}


@dataclass
class PrintFields:
    portion: str = ""
    large: str = ""


class SheetPages(Controller):
    path = "/ballots/{poll_id:uuid}/sheets"
    guards = [signed_in]

    @get()
    async def sheets(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        """Counts, what waits, and what to do next; never what a sheet says."""
        return Template("ballots/paper/sheets.html", context=await _desk(asker, poll_id, Form()))

    @post("/prints")
    async def print_out(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[PrintFields],
    ) -> Response:
        try:
            portion = _portion(data)
            asked = await request_print(asker, poll_id, portion, clock.now())
        except (Invalid, Conflict) as refusal:
            fields = refusal.fields if isinstance(refusal, Invalid) else {"portion": str(refusal)}
            form = form_from(Invalid(str(refusal), **fields), data)
            context = await _desk(asker, poll_id, form)
            return Template("ballots/paper/sheets.html", context=context, status_code=422)
        return Redirect(f"/ballots/{poll_id}/sheets/prints/{asked}", status_code=303)


class PrintPages(Controller):
    path = "/ballots/{poll_id:uuid}/sheets/prints/{print_id:uuid}"
    guards = [signed_in]

    @get()
    async def sheet_print(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], print_id: FromPath[UUID]
    ) -> Template:
        """How far the file has come; then the file."""
        poll, _, _ = await poll_for_sheets(asker, poll_id)
        at, found = clock.now(), await print_of(asker, poll_id, print_id)
        lost = found.finished_at is None and at - found.moved_at >= LOST
        [said] = [one for one in await prints_of(poll_id) if one["id"] == print_id]
        context = {"poll": poll, "print": found, "portion": said["portion"], "lost": lost}
        return Template("ballots/paper/sheet_print.html", context=context)

    @post()
    async def again(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], print_id: FromPath[UUID]
    ) -> Redirect:
        await print_again(asker, poll_id, print_id, clock.now())
        return Redirect(f"/ballots/{poll_id}/sheets/prints/{print_id}", status_code=303)

    @get("/file")
    async def sheet_file(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], print_id: FromPath[UUID]
    ) -> Response[bytes]:
        poll, _, _ = await poll_for_sheets(asker, poll_id)
        found = await print_of(asker, poll_id, print_id)
        if found.file is None:
            raise NotFound("这份打印件还没有做好。")
        [said] = [one for one in await prints_of(poll_id) if one["id"] == print_id]
        name = quote(f"{poll.title}表决票{said['portion']}.pdf")
        headers = {"content-disposition": f"inline; filename*=UTF-8''{name}", **NO_STORE}
        return Response(await files.content_of(found.file), media_type=files.PDF, headers=headers)


def _portion(data: PrintFields) -> Portion:
    """Invalid: not one of those offered."""
    building, _, entrance = data.portion.partition("|")
    try:
        where = UUID(building) if building else None
    except ValueError as broken:
        raise Invalid("请选择打印哪些票。", portion="请从列出的范围里选择。") from broken
    named = entrance if "|" in data.portion else None
    return Portion(where, named, data.large == "yes")


async def _desk(asker: Asker, poll_id: UUID, form: Form) -> dict[str, Any]:
    at = clock.now()
    poll, state, estate = await poll_for_sheets(asker, poll_id)
    waiting = await waiting_sheets(poll_id)
    return {
        "poll": poll,
        "state": state,
        "at": at,
        "counts": await counts_of(poll_id),
        "delivered": await delivered_sheets(poll_id, at),
        "waiting": waiting,
        "mine": {one.id for one in waiting if may_settle(asker, estate, poll, one.wrote)},
        "settled_by": await settled_by(poll, state) if state.has(Step.NOTICED) else None,
        "duplicates": await duplicates_of(poll_id),
        "channels": CHANNELS,
        "portions": [
            (value, building_name(building) + part, count)
            for value, building, part, count in await portions(poll_id)
        ],
        "prints": await prints_of(poll_id),
        "form": form,
    }
