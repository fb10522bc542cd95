"""/me/wechat: whether messages come by WeChat as well, and the way there and back."""

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from coordination import clock
from coordination.people import access
from coordination.people.askers import Asker
from coordination.people.queries import person_of
from coordination.people.wechat_actions import (
    bind_wechat,
    official_account,
    state_of,
    unbind_wechat,
)
from coordination.settings import settings
from coordination.web.csrf import holder

OWN = "/me/wechat"


class WeChatPages(Controller):
    path = OWN
    guards = [access.signed_in]

    @get()
    async def own(self, request: Request, asker: NamedDependency[Asker]) -> Template:
        official_account()
        person = await person_of(asker.id)
        return Template(
            "people/wechat.html",
            context={
                "is_bound": person.wechat_sealed is not None,
                "is_in_wechat": "MicroMessenger" in request.headers.get("user-agent", ""),
                "site": settings().public_url,
            },
        )

    @get("/authorisation", guards=[access.stepped_up])
    async def go(self, request: Request) -> Redirect:
        """To WeChat, which asks nothing of the person and sends them back."""
        account = official_account()
        back = f"{settings().public_url}{OWN}/answer"
        return Redirect(account.way_in(back, state_of(holder(request.cookies))), status_code=303)

    @get("/answer", guards=[access.stepped_up])
    async def come_back(self, request: Request, asker: NamedDependency[Asker]) -> Redirect:
        """With WeChat's code, which the session's own `state` vouches for."""
        said = request.query_params  # Litestar keeps the name `state` for itself
        code, state = said.get("code", ""), said.get("state", "")
        await bind_wechat(asker, holder(request.cookies), code, state, clock.now())
        return Redirect(OWN, status_code=303)

    @post("/removal")
    async def remove(self, asker: NamedDependency[Asker]) -> Redirect:
        await unbind_wechat(asker, clock.now())
        return Redirect(OWN, status_code=303)
