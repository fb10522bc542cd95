"""/desk/tickets/matters: several tickets of the list raised as one matter 提为事项."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.matters.permits import RAISING
from coordination.matters.raising import TEXT_LONGEST, TITLE_LONGEST
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.tickets.desk.filters import Filter
from coordination.tickets.desk.queries import Line, listed
from coordination.tickets.desk.scope import scope_of
from coordination.tickets.handling.linking import MOST_AT_ONCE, common_place, raise_from
from coordination.web.forms import Form, Reader, form_again

PAGE = "tickets/desk/gathering.html"


class GatheringPages(Controller):
    path = "/desk/tickets/matters"
    guards = [staff(*RAISING)]

    @get("/new")
    async def new(
        self, asker: NamedDependency[Asker], ticket: FromQuery[list[UUID] | None] = None
    ) -> Template:
        context = await _gathered(asker, ticket or [])
        lines: list[Line] = context["lines"]
        names = sorted({line.category_name for line in lines})
        title = f"{'、'.join(names)}（{len(lines)} 张工单）" if lines else ""
        # A matter is for everybody; the words of some tickets are not.
        said = [one.text if one.is_public else one.category_name for one in lines]
        text = "\n".join(
            f"#{one.number} {one.where}：{words}" for one, words in zip(lines, said, strict=True)
        )
        form = Form({"title": title[:TITLE_LONGEST], "text": text[:TEXT_LONGEST]})
        return Template(PAGE, context=context | {"form": form})

    @post()
    async def raise_one(self, request: Request, asker: NamedDependency[Asker]) -> Response:
        sent = await request.form()
        context = await _gathered(asker, _ids(sent.getall("ticket", [])))
        said = {name: str(sent.get(name) or "") for name in ("title", "text")}
        try:
            read = Reader(said)
            title = read.text("title", "标题", longest=TITLE_LONGEST)
            text = read.text("text", "内容", longest=TEXT_LONGEST)
            read.settle()
            matter = await raise_from(
                asker, [one.id for one in context["lines"]], title, text, clock.now()
            )
        except Invalid as refusal:
            return form_again(PAGE, refusal, said, **context)
        return Redirect(f"/matters/{matter}", status_code=303)


async def _gathered(asker: Asker, tickets: Sequence[UUID]) -> dict[str, Any]:
    """The tickets that were chosen, as far as the asker reaches them, and the place of them all."""
    at = clock.now()
    scope = await scope_of(asker, at)
    among = Filter(show="all", among=tuple(tickets[:MOST_AT_ONCE]))
    lines = await listed(scope, among, asker.id, at, None, MOST_AT_ONCE) if tickets else []
    place = await common_place([one.id for one in lines]) if lines else None
    return {"lines": lines, "place": place, "at": at}


def _ids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
