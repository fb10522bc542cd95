"""/witness-keys: the parties' own keys, for those who hold an office there."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.witnessing.keys import end_key, register_key
from coordination.ballots.witnessing.permits import offices
from coordination.ballots.witnessing.queries import keys_of
from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, form_again


@dataclass
class KeyForm:
    vkey: str = ""
    proof: str = ""


@dataclass
class EndForm:
    reason: str = ""


class WitnessKeyPages(Controller):
    path = "/witness-keys"
    guards = [signed_in]

    @get()
    async def witness_keys(self, asker: NamedDependency[Asker]) -> Template:
        """The keys of the bodies in which the asker holds an office."""
        context = await _context(asker)
        return Template(
            "ballots/witness_keys.html", context=context | {"form": Form(), "wrong": None}
        )

    @post("/{body_id:uuid}")
    async def register(
        self,
        asker: NamedDependency[Asker],
        body_id: FromPath[UUID],
        data: URLEncodedBody[KeyForm],
    ) -> Response:
        """Register a key; the one before ends."""
        try:
            await register_key(asker, body_id, data.vkey, data.proof, clock.now())
        except Invalid as wrong:
            context = await _context(asker)
            return form_again("ballots/witness_keys.html", wrong, data, **context, wrong=body_id)
        return Redirect("/witness-keys", status_code=303)

    @post("/{body_id:uuid}/endings")
    async def end(
        self,
        asker: NamedDependency[Asker],
        body_id: FromPath[UUID],
        data: URLEncodedBody[EndForm],
    ) -> Response:
        """Take the key out of force."""
        try:
            await end_key(asker, body_id, data.reason, clock.now())
        except Invalid as wrong:
            context = await _context(asker)
            return form_again("ballots/witness_keys.html", wrong, data, **context, wrong=body_id)
        return Redirect("/witness-keys", status_code=303)


async def _context(asker: Asker) -> dict[str, object]:
    held = offices(asker)
    return {
        "offices": held,
        "keys": await keys_of([role.body for role in held]),
        "proven": asker.has_stepped_up(clock.now()),
    }
