"""/desk/categories: the categories of tickets, kept by the operator."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.law.policies import Priority
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.tickets.routing import category_actions as actions
from coordination.tickets.routing.category_actions import (
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_TAGS,
    NEEDED,
    Words,
)
from coordination.tickets.routing.category_reading import (
    changes_of,
    kept_categories,
    kept_category,
)
from coordination.tickets.words import PRIORITY_WORDS
from coordination.web.forms import Form, Reader, form_again

LIST = "tickets/routing/categories.html"
ONE = "tickets/routing/category.html"


@dataclass
class Fields:
    parent: str = ""
    code: str = ""
    name: str = ""
    tags: str = ""
    priority: str = ""
    sort: str = ""


class CategoryKeeping(Controller):
    path = "/desk/categories"
    guards = [staff(RoleKind.OPERATOR)]

    @get()
    async def categories(self) -> Template:
        form = Form({"priority": Priority.ORDINARY, "sort": "100"})
        return Template(LIST, context=await _all() | {"form": form})

    @post()
    async def add_category(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[Fields]
    ) -> Response:
        context = await _all()
        try:
            read = Reader(data)
            parent = read.one_of("parent", "大类", [value for value, _ in context["mains"]])
            code = read.text("code", "编码", longest=LONGEST_CODE)
            words = _words(read)
            await actions.add_category(asker, UUID(parent), code, words, clock.now())
        except Invalid as refusal:
            return form_again(LIST, refusal, data, **context)
        return Redirect("/desk/categories", status_code=303)

    @get("/{category_id:uuid}")
    async def category(self, category_id: FromPath[UUID]) -> Template:
        context = await _one(category_id)
        kept = context["kept"]
        values = {name: getattr(kept, name) for name in ("name", "tags", "priority", "sort")}
        return Template(ONE, context=context | {"form": Form(values)})

    @post("/{category_id:uuid}")
    async def change_category(
        self,
        asker: NamedDependency[Asker],
        category_id: FromPath[UUID],
        data: URLEncodedBody[Fields],
    ) -> Response:
        try:
            await actions.change_category(asker, category_id, _words(Reader(data)), clock.now())
        except Invalid as refusal:
            return form_again(ONE, refusal, data, **await _one(category_id))
        return Redirect(f"/desk/categories/{category_id}", status_code=303)

    @post("/{category_id:uuid}/retirement")
    async def retire(self, asker: NamedDependency[Asker], category_id: FromPath[UUID]) -> Redirect:
        await actions.retire_category(asker, category_id, clock.now())
        return Redirect(f"/desk/categories/{category_id}", status_code=303)

    @post("/{category_id:uuid}/restoration")
    async def restore(self, asker: NamedDependency[Asker], category_id: FromPath[UUID]) -> Redirect:
        await actions.restore_category(asker, category_id, clock.now())
        return Redirect(f"/desk/categories/{category_id}", status_code=303)


def _words(read: Reader) -> Words:
    name = read.text("name", "名称", longest=LONGEST_NAME)
    tags = read.text("tags", "别的说法", longest=LONGEST_TAGS, optional=True)
    priority = read.one_of("priority", "等级", [one.value for one in Priority])
    sort = read.whole("sort", "次序", most=999)
    read.settle()
    return Words(name, " ".join(tags.split()), Priority(priority), sort)


async def _all() -> dict:
    found = await kept_categories()
    return {
        "categories": found,
        "mains": [(str(one.id), one.name) for one in found if one.parent is None],
        "priorities": list(PRIORITY_WORDS.items()),
    }


async def _one(category_id: UUID) -> dict:
    kept = await kept_category(category_id)
    return {
        "kept": kept,
        "may_retire": kept.parent is not None and kept.code not in NEEDED,
        "changes": await changes_of(category_id),
        "priorities": list(PRIORITY_WORDS.items()),
    }
