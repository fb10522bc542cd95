"""/ballots/{poll}/proxy, for owners and whom they name; …/proxies, for who enters documents."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.ballots.casting.actions import NoProxy
from coordination.ballots.casting.rights import my_rights
from coordination.ballots.polls.document_pages import stored
from coordination.ballots.polls.noticing import seen
from coordination.ballots.proxies.actions import (
    Agent,
    TooManyProxies,
    end_proxy,
    enter_proxy,
    grant_proxy,
)
from coordination.ballots.proxies.permits import may_enter_proxies
from coordination.ballots.proxies.queries import document_grant, grants_in, grants_of, grants_to
from coordination.ballots.tables import Step
from coordination.errors import Invalid, NotAllowed, NotFound, Refusal
from coordination.people.access import signed_in, stepped_up
from coordination.people.askers import Asker
from coordination.people.phones import read_phone
from coordination.places.values import whole_setting
from coordination.web.forms import Form, FormPerThing, Reader, form_again

REFUSED = (Invalid, NoProxy, TooManyProxies)
DESK_FIELDS = ("building", "entrance", "room", "phone", "name")


@dataclass
class AgentFields:
    phone: str = ""
    name: str = ""


@dataclass
class WhyFields:
    why: str = ""


class OwnProxyPages(Controller):
    path = "/ballots/{poll_id:uuid}/proxy"
    guards = [signed_in]

    @get()
    async def proxy(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        """Whom I named, and who named me."""
        return Template("ballots/proxy.html", context=await _mine(asker, poll_id))

    @get("/new", guards=[stepped_up])
    async def new_proxy(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        context = await _mine(asker, poll_id)
        return Template("ballots/new_proxy.html", context=context | {"form": Form()})

    @post()
    async def name_proxy(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[AgentFields],
    ) -> Response:
        try:
            read = Reader(data)
            agent = _agent(read)
            read.settle()
            await grant_proxy(asker, poll_id, agent, clock.now())
        except REFUSED as refusal:
            context = await _mine(asker, poll_id)
            return form_again("ballots/new_proxy.html", _at_agent(refusal), data, **context)
        return Redirect(f"/ballots/{poll_id}/proxy", status_code=303)

    @post("/{proxy_id:uuid}/removal")
    async def take_back(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], proxy_id: FromPath[UUID]
    ) -> Redirect:
        """As the owner; as the agent, lay it down."""
        await end_proxy(asker, poll_id, proxy_id, "", clock.now())
        return Redirect(f"/ballots/{poll_id}/proxy", status_code=303)


class ProxyDeskPages(Controller):
    path = "/ballots/{poll_id:uuid}/proxies"
    guards = [signed_in]

    @get()
    async def proxies(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        """All of the poll's proxies, and the form for a document that an owner brought."""
        context = await _desk(asker, poll_id)
        return Template("ballots/proxies.html", context=context | {"form": Form()})

    @post(request_max_body_size=files.LARGEST_FORM)
    async def enter(
        self, request: Request, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Response:
        context, sent = await _desk(asker, poll_id), await request.form()
        said = {name: str(sent.get(name) or "") for name in DESK_FIELDS}
        try:
            read = Reader(said)
            room = (
                read.text("building", "楼栋", longest=30),
                read.text("entrance", "单元", longest=20, optional=True),
                read.text("room", "房号", longest=30),
            )
            agent = _agent(read)
            read.settle()
            document = await stored(sent.get("document"), asker, "document")
            await enter_proxy(asker, poll_id, room, agent, document, clock.now())
        except REFUSED as refusal:
            return form_again("ballots/proxies.html", _at_agent(refusal), said, **context)
        return Redirect(f"/ballots/{poll_id}/proxies", status_code=303)

    @post("/{proxy_id:uuid}/removal")
    async def enter_end(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        proxy_id: FromPath[UUID],
        data: URLEncodedBody[WhyFields],
    ) -> Response:
        """The owner took it back in writing, or at the counter."""
        context = await _desk(asker, poll_id)
        try:
            read = Reader(data)
            why = read.text("why", "撤回的凭据", longest=150)
            read.settle()
            await end_proxy(asker, poll_id, proxy_id, why, clock.now())
        except Invalid as refusal:
            context["form"] = context["endings"].again(proxy_id, refusal, data)
            return Template("ballots/proxies.html", context=context, status_code=422)
        return Redirect(f"/ballots/{poll_id}/proxies", status_code=303)

    @get("/documents/{sha256:str}")
    async def document(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], sha256: FromPath[str]
    ) -> Response[bytes]:
        """The photo of a written proxy, for its owner, the agent, and who keeps them."""
        poll, _, estate = await seen(asker, poll_id)
        theirs = [*await grants_of(asker.id, poll_id), *await grants_to(asker.id, poll_id)]
        mine = any(grant.document == sha256 for grant in theirs)
        keeps = may_enter_proxies(asker, estate, poll)
        if not (mine or keeps and await document_grant(poll_id, sha256)):
            raise NotFound("没有这份委托书，或者不由您查看。")
        content = await files.content_of(sha256)
        kind = files.PDF if content.startswith(b"%PDF-") else files.JPEG
        return Response(content, media_type=kind, headers={"cache-control": "no-store"})


def _at_agent(refusal: Refusal) -> Invalid:
    """What is wrong with whom they named stands at the field, and every word is kept."""
    words = f"{refusal}（依据：{refusal.rule}）" if refusal.rule else str(refusal)
    return refusal if isinstance(refusal, Invalid) else Invalid(words, phone=words)


def _agent(read: Reader) -> Agent:
    phone = read.text("phone", "受托人手机号")
    if read_phone(phone) is None:
        read.wrong("phone", "手机号应为 11 位数字。")
    return Agent(phone, read.text("name", "受托人姓名", longest=50))


async def _mine(asker: Asker, poll_id: UUID) -> dict[str, Any]:
    """NotFound: neither a right of one's own here, nor anybody's proxy."""
    poll, state, estate = await seen(asker, poll_id)
    rights = [right for right in await my_rights(asker.id, poll_id) if not right.by_proxy]
    given, taken = await grants_of(asker.id, poll_id), await grants_to(asker.id, poll_id)
    if not (rights or given or taken):
        raise NotFound("没有找到由您表决的事项。")
    at = clock.now()
    live = {right for grant in given if grant.is_live for right in grant.rights}
    free = [right for right in rights if not right.cast and right.id not in live]
    return {
        "poll": poll,
        "state": state,
        "running": not state.has_ended_early and at < state.closes_at,
        "rights": free,
        "given": given,
        "taken": taken,
        "most": await whole_setting("proxies_most", estate, at),
        "at": at,
    }


async def _desk(asker: Asker, poll_id: UUID) -> dict[str, Any]:
    poll, state, estate = await seen(asker, poll_id)
    if not may_enter_proxies(asker, estate, poll):
        raise NotAllowed("书面委托由居委会工作人员或者召集人登记。")
    at, grants = clock.now(), await grants_in(poll_id)
    return {
        "poll": poll,
        "state": state,
        "running": state.has(Step.NOTICED) and not state.has_ended_early and at < state.closes_at,
        "grants": grants,
        "endings": FormPerThing("e", [one.id for one in grants]),
        "most": await whole_setting("proxies_most", estate, at),
        "wrong": None,
    }
