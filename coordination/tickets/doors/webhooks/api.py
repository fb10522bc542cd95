"""/api/v1/webhooks: addresses that hear what happens to the tickets a key reaches."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordination import clock
from coordination.tickets.doors.keys.access import keyed, keyholder
from coordination.tickets.doors.keys.rules import Caller, Scope
from coordination.tickets.doors.webhooks.actions import end_webhook, register_webhook
from coordination.tickets.doors.webhooks.queries import hooks_of
from coordination.tickets.kinds import EventKind
from coordination.web.api import KEY, UNSEEN, answers


class WebhookSent(Struct, frozen=True):
    """`url`: https, in the open internet. `kinds`: the events to hear of; none: all."""

    url: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
    kinds: list[EventKind] = []


class WebhookMade(Struct, frozen=True):
    """`secret` signs what is sent and is shown this once: `Coordination-Signature: t=…,v1=…`, v1
    being the HMAC-SHA256 of "t.body" in hexadecimal."""

    id: UUID
    secret: str


class WebhookSaid(Struct, frozen=True):
    """A webhook; `waiting`: deliveries that are still tried."""

    id: UUID
    url: str
    kinds: list[str]
    made_at: datetime
    ended_at: datetime | None
    waiting: int
    delivered: int
    failed: int


class Webhooks(Struct, frozen=True):
    webhooks: list[WebhookSaid]


class WebhookEnded(Struct, frozen=True):
    id: UUID
    ended_at: datetime


class WebhookApi(Controller):
    path = "/webhooks"
    guards = [keyed(Scope.WEBHOOKS)]
    dependencies = {"keyholder": Provide(keyholder)}
    opt = {"no_session": True}
    tags = ["webhooks"]
    security = KEY

    @get(responses=answers(401, 403, 429), response_headers=UNSEEN)
    async def list_webhooks(self, keyholder: NamedDependency[Caller]) -> Webhooks:
        """The key's webhooks, and how they fare."""
        return Webhooks(
            [
                WebhookSaid(
                    one.id, one.url, list(one.kinds), one.made_at, one.ended_at, one.waiting,
                    one.delivered, one.failed,
                )
                for one in await hooks_of(keyholder.key)
            ]
        )  # fmt: skip

    @post(responses=answers(400, 401, 403, 409, 422, 429), response_headers=UNSEEN)
    async def register_webhook(
        self, keyholder: NamedDependency[Caller], data: JSONBody[WebhookSent]
    ) -> WebhookMade:
        """Have an address told."""
        hook, secret = await register_webhook(keyholder.key, data.url, data.kinds, clock.now())
        return WebhookMade(hook.id, secret)

    @post(
        "/{webhook_id:uuid}/ending",
        responses=answers(401, 403, 404, 429),
        response_headers=UNSEEN,
    )
    async def end_webhook(
        self, keyholder: NamedDependency[Caller], webhook_id: FromPath[UUID]
    ) -> WebhookEnded:
        """Tell it nothing more."""
        at = clock.now()
        await end_webhook(keyholder.key, webhook_id, at)
        return WebhookEnded(webhook_id, at)
