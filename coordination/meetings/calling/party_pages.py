"""/meetings/{meeting}/parties: who is invited; and a party that nobody has entered yet."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template

from coordination import clock
from coordination.errors import Invalid
from coordination.meetings.calling.actions import candidates, choose_parties
from coordination.meetings.calling.pages import back_to, run
from coordination.meetings.calling.registering import parts_to_register, register_party
from coordination.meetings.queries import Seen
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.people.tables import BodyKind
from coordination.web.forms import Form, Reader, form_again


@dataclass
class PartyFields:
    bodies: list[str] | str | None = None


@dataclass
class NewPartyFields:
    kind: str = ""
    name: str = ""
    officer: str = ""
    phone: str = ""


class PartyPages(Controller):
    path = "/meetings/{meeting_id:uuid}/parties"
    guards = [signed_in]

    @get()
    async def parties(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Template:
        found = await run(asker, meeting_id)
        form = Form({"bodies": [str(body) for body in found.bodies]})
        context = {"seen": found, "options": await _bodies(found), "form": form}
        return Template("meetings/parties.html", context=context)

    @post()
    async def choose_parties(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[PartyFields],
    ) -> Response:
        found = await run(asker, meeting_id)
        ticked = [data.bodies] if isinstance(data.bodies, str) else list(data.bodies or ())
        try:
            await choose_parties(asker, meeting_id, _ids(ticked), clock.now())
        except Invalid as refusal:
            options = await _bodies(found)
            return form_again("meetings/parties.html", refusal, data, seen=found, options=options)
        return back_to(meeting_id)

    @get("/new")
    async def party(self, asker: NamedDependency[Asker], meeting_id: FromPath[UUID]) -> Template:
        found = await run(asker, meeting_id)
        context = await _new(asker, found)
        form = Form({"kind": context["kinds"][0][0] if len(context["kinds"]) == 1 else ""})
        return Template("meetings/party.html", context=context | {"form": form})

    @post("/new")
    async def register(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[NewPartyFields],
    ) -> Response:
        context = await _new(asker, await run(asker, meeting_id))
        try:
            read = Reader(data)
            kind = read.one_of("kind", "哪一方", [value for value, _ in context["kinds"]])
            name = read.text("name", "名称", longest=100)
            read.settle()
            await register_party(
                asker, meeting_id, BodyKind(kind), name, data.officer, data.phone, clock.now()
            )
        except Invalid as refusal:
            return form_again("meetings/party.html", refusal, data, **context)
        return back_to(meeting_id)


async def _bodies(found: Seen) -> list[tuple[str, str, str]]:
    return [
        (str(one.body), one.name, one.label + ("（必须参加）" if one.required else ""))
        for one in await candidates(found.kind, found.place, clock.now())
    ]


async def _new(asker: Asker, found: Seen) -> dict[str, Any]:
    kinds = await parts_to_register(asker, found)
    return {"seen": found, "kinds": [(kind.value, label) for kind, label in kinds]}


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError as wrong:
        raise Invalid("请重新选择。", bodies="请从列出的单位中选择。") from wrong
