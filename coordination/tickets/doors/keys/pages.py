"""/tickets/keys: keys for programs, given and taken back; what they did, whom they tell."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotFound
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.places.queries import place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.doors.keys import actions
from coordination.tickets.doors.keys.queries import bodies_to_key, calls_of, key_of, keys_of
from coordination.tickets.doors.keys.rules import PER_MINUTE, SCOPE_WORDS
from coordination.tickets.doors.permits import KEEPING_KEYS
from coordination.tickets.doors.webhooks.actions import end_webhook, register_webhook
from coordination.tickets.doors.webhooks.queries import deliveries_of, hooks_of
from coordination.tickets.words import EVENT_WORDS
from coordination.web.downloads import NO_STORE
from coordination.web.forms import Form, Reader, form_again

KINDS = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY, PlaceKind.ESTATE)


@dataclass
class KeyFields:
    name: str = ""
    body: str = ""
    place: str = ""
    scopes: list[str] | str = ""
    per_minute: str = ""


@dataclass
class HookFields:
    url: str = ""


class KeyPages(Controller):
    path = "/tickets/keys"
    guards = [staff(*KEEPING_KEYS)]

    @get()
    async def keys(self, asker: NamedDependency[Asker]) -> Template:
        return Template("tickets/doors/keys.html", context=await _listing(asker))

    @post()
    async def make(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[KeyFields]
    ) -> Response:
        try:
            read = Reader(data)
            name = read.text("name", "用途", longest=60)
            body, place = _uuid(read.text("body", "单位")), _uuid(read.text("place", "范围"))
            per_minute = read.whole("per_minute", "每分钟请求数", least=1, most=6_000)
            read.settle()
            where = await _place(place)
            if body is None or where is None:
                raise Invalid("请选择单位和范围。", body="请选择单位。", place="请选择范围。")
            scopes = [data.scopes] if isinstance(data.scopes, str) and data.scopes else data.scopes
            key, words = await actions.make_key(
                asker, name, body, where, list(scopes), clock.now(), per_minute
            )
        except Invalid as refusal:
            context = await _listing(asker)
            del context["form"]
            return form_again("tickets/doors/keys.html", refusal, data, **context)
        return Template(
            "tickets/doors/made_key.html", context={"key": key, "words": words}, headers=NO_STORE
        )

    @get("/{key_id:uuid}")
    async def key(self, asker: NamedDependency[Asker], key_id: FromPath[UUID]) -> Template:
        context = await _shown(asker, key_id)
        return Template("tickets/doors/key.html", context=context)

    @post("/{key_id:uuid}/revocation")
    async def revoke(self, asker: NamedDependency[Asker], key_id: FromPath[UUID]) -> Redirect:
        await actions.revoke_key(asker, key_id, clock.now())
        return Redirect(f"/tickets/keys/{key_id}", status_code=303)

    @post("/{key_id:uuid}/webhooks")
    async def add_webhook(
        self,
        asker: NamedDependency[Asker],
        key_id: FromPath[UUID],
        data: URLEncodedBody[HookFields],
    ) -> Response:
        key = await actions.kept_key(asker, key_id)
        try:
            if key.revoked_at:
                raise Invalid("这个密钥已经作废。", url="请在有效的密钥下登记。")
            hook, secret = await register_webhook(
                key.id, data.url.strip(), (), clock.now(), asker.id
            )
        except Invalid as refusal:
            context = await _shown(asker, key_id)
            del context["form"]
            return form_again("tickets/doors/key.html", refusal, data, **context)
        context = {"key": key, "hook": hook, "secret": secret}
        return Template("tickets/doors/made_webhook.html", context=context, headers=NO_STORE)

    @post("/{key_id:uuid}/webhooks/{hook_id:uuid}/ending")
    async def stop_webhook(
        self, asker: NamedDependency[Asker], key_id: FromPath[UUID], hook_id: FromPath[UUID]
    ) -> Redirect:
        key = await actions.kept_key(asker, key_id)
        await end_webhook(key.id, hook_id, clock.now(), asker.id)
        return Redirect(f"/tickets/keys/{key_id}", status_code=303)


def _bodies(asker: Asker) -> list[UUID] | None:
    """Whose keys the asker keeps; the operator everybody's (None)."""
    if asker.is_operator():
        return None
    return sorted({role.body for role in asker.roles if role.kind in KEEPING_KEYS})


async def _listing(asker: Asker) -> dict[str, Any]:
    bodies = await bodies_to_key(_bodies(asker))
    paths = [role.place_path for role in asker.roles if role.kind in KEEPING_KEYS]
    places = [place for kind in KINDS for place in await places_within(paths, kind)]
    chosen = {"per_minute": PER_MINUTE, "scopes": []}
    if len(bodies) == 1:
        chosen["body"] = bodies[0]["id"]
    if len(places) == 1:
        chosen["place"] = places[0].id
    return {
        "keys": await keys_of(_bodies(asker), clock.now()),
        "bodies": [(str(each["id"]), each["name"]) for each in bodies],
        "places": [(str(place.id), place.name) for place in places],
        "scopes": [(one.value, label, note) for one, (label, note) in SCOPE_WORDS.items()],
        "form": Form(chosen),
    }


async def _shown(asker: Asker, key_id: UUID) -> dict[str, Any]:
    await actions.kept_key(asker, key_id)
    return {
        "key": await key_of(key_id, clock.now()),
        "scope_words": {one.value: label for one, (label, _) in SCOPE_WORDS.items()},
        "event_words": {one.value: label for one, label in EVENT_WORDS.items()},
        "calls": await calls_of(key_id),
        "hooks": await hooks_of(key_id),
        "deliveries": await deliveries_of(key_id),
        "form": Form(),
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _place(place: UUID | None) -> Place | None:
    try:
        return await place_of(place, *KINDS) if place else None
    except NotFound:
        return None
