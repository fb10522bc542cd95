"""/api/v1/sms-reports: what the SMS gateway says later became of a message."""

import hmac
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from litestar import Controller, post
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.params import JSONBody

from coordination import clock
from coordination.errors import NotSignedIn
from coordination.people.sending import note_report
from coordination.settings import settings
from coordination.web.access import declares_access
from coordination.web.api import answers


@declares_access
async def gateway(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    """The gateway shows the token that we show it (COORDINATION_SMS_TOKEN)."""
    token = settings().sms_token
    shown = connection.headers.get("authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        raise NotSignedIn("需要短信网关的令牌。")


@dataclass
class SmsReport:
    """`reference` is the one that came with the message."""

    reference: UUID
    status: Literal["delivered", "failed"]
    reason: str = ""


class SmsReports(Controller):
    path = "/sms-reports"
    guards = [gateway]
    opt = {"no_session": True}
    tags = ["messages"]

    @post(status_code=204, responses=answers(401, 422))
    async def report(self, data: JSONBody[SmsReport]) -> None:
        """Whether the phone has the message. Said twice, it counts once."""
        delivered = data.status == "delivered"
        await note_report(data.reference, delivered, data.reason, clock.now())
