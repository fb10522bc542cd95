"""/meetings/minutes/parts/{part}: one part of the minutes, its editor and its revisions."""

from dataclasses import dataclass
from difflib import ndiff
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotFound
from coordination.meetings.calling.pages import run
from coordination.meetings.minutes.editing import (
    Saved,
    part_of,
    restore,
    revisions_of,
    save_part,
)
from coordination.meetings.queries import names_of
from coordination.meetings.tables import Step
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, Reader, form_again

HOW_WORDS = {"generated": "自动生成", "saved": "保存", "merged": "合并", "restored": "恢复"}


@dataclass
class PartFields:
    text: str = ""
    based_on: str = ""


class PartPages(Controller):
    path = "/meetings/minutes/parts"
    guards = [signed_in]

    @get("/{part_id:uuid}")
    async def part(self, asker: NamedDependency[Asker], part_id: FromPath[UUID]) -> Template:
        context = await _part(asker, part_id)
        last = context["revisions"][-1]
        saved = Saved(last.revision, last.revision, last.text)
        context |= {"form": Form({"text": last.text}), "saved": saved}
        return Template("meetings/part.html", context=context)

    @post("/{part_id:uuid}")
    async def save(
        self,
        request: Request,
        asker: NamedDependency[Asker],
        part_id: FromPath[UUID],
        data: URLEncodedBody[PartFields],
    ) -> Response:
        """By the button, or every ten seconds by itself: then only what was saved is answered."""
        try:
            read = Reader(data)
            based_on = read.whole("based_on", "页面版本", least=1)
            read.settle()
            saved = await save_part(asker, part_id, based_on, data.text, clock.now())
        except Invalid as refusal:
            if request.headers.get("hx-request"):
                raise  # said above the page, which stays as it is
            context = await _part(asker, part_id)
            last = context["revisions"][-1]
            context |= {"saved": Saved(last.revision, last.revision, last.text)}
            return form_again("meetings/part.html", refusal, data, **context)
        if request.headers.get("hx-request"):
            part = await part_of(part_id)
            return Template("meetings/_saved.html", context={"saved": saved, "part": part})
        return Redirect(f"/meetings/minutes/parts/{part_id}", status_code=303)

    @get("/{part_id:uuid}/comparison")
    async def comparison(
        self,
        asker: NamedDependency[Asker],
        part_id: FromPath[UUID],
        revision: FromQuery[int],
    ) -> Template:
        """A revision beside the one that holds."""
        context = await _part(asker, part_id)
        revisions = context["revisions"]
        old = next((one for one in revisions if one.revision == revision), None)
        if old is None:
            raise NotFound("没有这一版。")
        lines = ndiff(old.text.splitlines(), revisions[-1].text.splitlines())
        changes = [(line[0], line[2:]) for line in lines if line[0] != "?"]
        context |= {"old": old, "changes": changes}
        return Template("meetings/comparison.html", context=context)

    @post("/{part_id:uuid}/revisions/{revision:int}/restoring")
    async def restore(
        self,
        asker: NamedDependency[Asker],
        part_id: FromPath[UUID],
        revision: FromPath[int],
    ) -> Redirect:
        await restore(asker, part_id, revision, clock.now())
        return Redirect(f"/meetings/minutes/parts/{part_id}", status_code=303)


async def _part(asker: Asker, part_id: UUID) -> dict[str, Any]:
    """NotFound, NotYourMeeting."""
    part = await part_of(part_id)
    found = await run(asker, part.meeting)
    revisions = await revisions_of(part_id)
    return {
        "part": part,
        "seen": found,
        "revisions": revisions,
        "names": await names_of([one.by for one in revisions]),  # pyright: ignore[reportArgumentType]
        "how": HOW_WORDS,
        "is_draft": found.state.current is Step.MINUTES_DRAFT,
    }
