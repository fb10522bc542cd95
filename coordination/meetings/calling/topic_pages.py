"""/meetings/{meeting}/topics: points of the agenda, added and taken off."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.meetings.calling.agenda import (
    add_topic,
    drop_topic,
    late_disclosures,
    open_matters,
)
from coordination.meetings.calling.pages import back_to, run
from coordination.meetings.queries import Seen
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, Reader, form_again


@dataclass
class TopicFields:
    title: str = ""
    text: str = ""
    matter: str = ""
    late_reason: str = ""


class TopicPages(Controller):
    path = "/meetings"
    guards = [signed_in]

    @get("/{meeting_id:uuid}/topics/new")
    async def topic(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        proposed: FromQuery[str] = "",
    ) -> Template:
        """`proposed`: the title of what a shelf should show and does not."""
        found = await run(asker, meeting_id)
        context = {**await _choices(found), "form": _proposed(proposed)}
        return Template("meetings/topic.html", context=context)

    @post("/{meeting_id:uuid}/topics/new")
    async def add_topic(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[TopicFields],
    ) -> Response:
        found = await run(asker, meeting_id)
        choices = await _choices(found)
        try:
            read = Reader(data)
            title = read.text("title", "议题")
            text = read.text("text", "说明", longest=2000, optional=True)
            matter = read.one_of(
                "matter", "事项", ["", *(value for value, _ in choices["matters"])]
            )
            late_reason = read.text("late_reason", "理由", longest=300, optional=True)
            if found.state.is_public and not late_reason:
                read.wrong("late_reason", "通知已经发出，请写明为什么要临时增加。")
            read.settle()
            await add_topic(
                asker, meeting_id, title, text, UUID(matter) if matter else None, clock.now(),
                late_reason=late_reason,
            )  # fmt: skip
        except Invalid as refusal:
            return form_again("meetings/topic.html", refusal, data, **choices)
        return back_to(meeting_id)

    @post("/topics/{item_id:uuid}/removal")
    async def drop_topic(self, asker: NamedDependency[Asker], item_id: FromPath[UUID]) -> Redirect:
        return back_to(await drop_topic(asker, item_id, clock.now()))


async def _choices(found: Seen) -> dict[str, Any]:
    """The matters that wait, and what the shelves should show and do not."""
    late = await late_disclosures(found.place, clock.now())
    return {
        "seen": found,
        "matters": await open_matters(found.place),
        "late": [(f"公开{one.shelf_words}：{one.name}", one.who, one.due_on) for one in late],
    }


def _proposed(title: str) -> Form:
    """What a shelf owes, as a topic that may still be changed."""
    words = "应公开而逾期未公开，请责任单位说明原因和公开日期。" if title else ""
    return Form({"title": title[:200], "text": words})
