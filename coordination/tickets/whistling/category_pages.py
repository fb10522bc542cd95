"""/tickets/new/category: what the words suggest, six icons, and a search behind them."""

from dataclasses import asdict, dataclass

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Template

from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.tickets.whistling.queries import Topic, suggested, topics
from coordination.tickets.whistling.slip_pages import START, begin_anew, onward, opened
from coordination.tickets.whistling.slips import Slip
from coordination.web.forms import Form, form_again


@dataclass
class CategoryFields:
    slip: str = ""
    category: str = ""


class CategoryPages(Controller):
    path = f"{START}/category"
    guards = [signed_in]

    @get()
    async def category(
        self,
        asker: NamedDependency[Asker],
        slip: FromQuery[str] = "",
        main: FromQuery[str] = "",
        q: FromQuery[str] = "",
    ) -> Response:
        """Which kind: what the words suggest, six icons, and a search behind them."""
        found = opened(asker, slip)
        if found is None:
            return begin_anew()
        return Template("tickets/category.html", context=await _topics(asker, found, main, q))

    @post()
    async def keep_category(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[CategoryFields]
    ) -> Response:
        slip = opened(asker, data.slip)
        if slip is None:
            return begin_anew()
        if data.category not in {topic.code for topic in await topics()}:
            wrong = Invalid("请选择一个类别。", category="没有这个类别，请从列出的类别中选择。")
            context = await _topics(asker, slip)
            return form_again("tickets/category.html", wrong, asdict(data), **context)
        return onward(asker, slip.change(category=data.category, compared=False))


async def _topics(asker: Asker, slip: Slip, main: str = "", q: str = "") -> dict[str, object]:
    every = await topics()
    chosen = next((topic for topic in every if topic.code == main), None)
    return {
        "sealed": slip.sealed(asker.id),
        "suggested": suggested(every, slip.text) if not (chosen or q) else [],
        "main": chosen,
        "below": [topic for topic in every if chosen and topic.parent == chosen.id],
        "mains": [topic for topic in every if topic.parent is None],
        "q": q.strip()[:40],
        "found": _matching(every, q) if q.strip() else [],
        "form": Form(),
    }


def _matching(every: list[Topic], q: str) -> list[Topic]:
    """The categories that are called so, or whose words are said in what was typed."""
    typed = q.strip().casefold()
    called = [topic for topic in every if typed in f"{topic.name} {topic.tags}".casefold()]
    return list(dict.fromkeys([*called, *suggested(every, q, most=8)]))
