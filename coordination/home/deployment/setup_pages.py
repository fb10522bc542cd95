"""/setup: the first run, and nothing ever after."""

from dataclasses import dataclass

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.home.deployment.founding import (
    Names,
    found_deployment,
    must_be_empty,
    needs_code,
)
from coordination.people.sign_in_actions import Visit
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again

NO_STORE = {"Cache-Control": "no-store"}


@dataclass
class SetupFields:
    code: str = ""
    operator: str = ""
    login: str = ""
    phone: str = ""
    password: str = ""
    body: str = ""
    subdistrict: str = ""
    community: str = ""
    estate: str = ""


class SetupPages(Controller):
    path = "/setup"
    guards = [anyone]

    @get()
    async def setup(self, request: Request) -> Template:
        await must_be_empty()
        context = {"form": Form(), "needs_code": _needs_code(request)}
        return Template("places/setup.html", context=context, headers=NO_STORE)

    @post()
    async def found(
        self, request: Request, visit: NamedDependency[Visit], data: URLEncodedBody[SetupFields]
    ) -> Response:
        await must_be_empty()
        asks = _needs_code(request)
        try:
            names = _names(data)
            code = data.code if asks else None
            await found_deployment(names, code, visit.source, clock.now())
        except Invalid as refusal:
            return form_again("places/setup.html", _at_our_fields(refusal), data, needs_code=asks)
        return Redirect("/sign-in?next=/places", status_code=303)


def _needs_code(request: Request) -> bool:
    client = request.client.host if request.client else ""
    names = frozenset(name.lower() for name in request.headers)
    return needs_code(client, request.headers.get("host", ""), names)


def _names(data: SetupFields) -> Names:
    read = Reader(data)
    names = Names(
        read.text("operator", "姓名", longest=50),
        read.text("login", "登录名", longest=60, optional=True),
        read.text("phone", "手机号", longest=20, optional=True),
        read.text("password", "密码"),
        read.text("body", "运营单位", longest=100),
        read.text("subdistrict", "街道", longest=50),
        read.text("community", "社区", longest=50),
        read.text("estate", "小区", longest=50),
    )
    read.settle()
    return names


def _at_our_fields(refusal: Invalid) -> Invalid:
    """The people slice says `name` and `body_name` where this form says operator and body."""
    ours = {"name": "operator", "body_name": "body"}
    return Invalid(str(refusal), **{ours.get(k, k): words for k, words in refusal.fields.items()})
