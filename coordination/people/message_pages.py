"""/messages: one's messages in the app. /outbox: what was sent to whom, for the operator."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination import clock
from coordination.people import access, message_actions
from coordination.people.askers import Asker
from coordination.people.outbox_queries import outbox_page
from coordination.people.queries import PAGE, messages_of, unread_messages
from coordination.people.tables import RoleKind
from coordination.settings import settings


class MessagePages(Controller):
    guards = [access.signed_in]
    path = "/messages"

    @get()
    async def messages(
        self,
        asker: NamedDependency[Asker],
        before: FromQuery[UUID | None] = None,
    ) -> Template:
        found = await messages_of(asker.id, before)
        context: dict[str, Any] = {
            "messages": found[:PAGE],
            "next": f"/messages?before={found[PAGE - 1]['id']}" if len(found) > PAGE else None,
            "first": "/messages" if before else None,
            "unread": await unread_messages(asker.id),
        }
        return Template("people/messages.html", context=context)

    @get("/{message:uuid}")
    async def message(self, asker: NamedDependency[Asker], message: FromPath[UUID]) -> Template:
        found = await message_actions.read_message(asker, message, clock.now())
        return Template("people/message.html", context={"message": found})

    @post("/reading")
    async def read_all(self, asker: NamedDependency[Asker]) -> Redirect:
        await message_actions.read_all_messages(asker, clock.now())
        return Redirect("/messages", status_code=303)


class OutboxPages(Controller):
    guards = [access.staff(RoleKind.OPERATOR)]
    path = "/outbox"

    @get()
    async def outbox(self, before: FromQuery[UUID | None] = None) -> Template:
        found = await outbox_page(before, shows_words=settings().demo)
        context: dict[str, Any] = {
            "messages": found[:PAGE],
            "next": f"/outbox?before={found[PAGE - 1].id}" if len(found) > PAGE else None,
            "first": "/outbox" if before else None,
            "demo": settings().demo,
            "has_sms": settings().sms_url is not None,
            "has_email": settings().smtp_url is not None,
        }
        return Template("people/outbox.html", context=context)
