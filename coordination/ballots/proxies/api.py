"""/api/v1/polls/{poll}/proxies: whom an owner names to vote, and who named them, for a program of
theirs. Documents that owners bring are entered on the pages, where their photo is taken."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from coordination import clock
from coordination.ballots.casting.rights import my_rights
from coordination.ballots.polls.queries import estate_of, load_poll
from coordination.ballots.proxies.actions import Agent, end_proxy, grant_proxy
from coordination.ballots.proxies.queries import Grant, grants_of, grants_to
from coordination.errors import NotFound
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.values import whole_setting
from coordination.web.api import SESSION, SESSION_AND_TOKEN, UNSEEN, answers


class ProxySaid(Struct, frozen=True):
    """A proxy 委托: who may vote on these rights in their owner's place. `live`: it may still be
    used, and taken back; `in_writing`: a document was brought, not named online."""

    proxy: UUID
    rights: list[UUID]
    rooms: list[str]
    agent_phone_tail: str
    state: Literal["live", "cast_by_agent", "cast_by_owner", "ended"]
    in_writing: bool
    granted_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, grant: Grant) -> "ProxySaid":
        return cls(
            grant.id, grant.rights, grant.rooms, grant.phone_tail, _state(grant),
            grant.document is not None, grant.granted_at, grant.ended_at,
        )  # fmt: skip


class ProxiesSaid(Struct, frozen=True):
    """`given`: for my own rights; `taken`: I am the agent. `most`: for how many owners one agent
    may vote on a question."""

    given: list[ProxySaid]
    taken: list[ProxySaid]
    most: int


class AgentSent(Struct, frozen=True):
    """Whom I name: the phone and the name of their account, both as they registered."""

    phone: Annotated[str, Meta(min_length=1, max_length=40)]
    name: Annotated[str, Meta(min_length=1, max_length=50)]


class ProxyApi(Controller):
    path = "/polls/{poll_id:uuid}/proxies"
    guards = [signed_in]
    tags = ["casting"]
    response_headers = UNSEEN

    @get(security=SESSION, responses=answers(401, 404))
    async def list_proxies(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> ProxiesSaid:
        """Whom I named in this poll, and who named me."""
        return await _said(asker, poll_id)

    @post(security=SESSION_AND_TOKEN, responses=answers(401, 403, 404, 409, 422))
    async def name_proxy(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], data: JSONBody[AgentSent]
    ) -> ProxiesSaid:
        """Let somebody vote on all rights that I have here and have not used, after a fresh proof;
        they are told."""
        await grant_proxy(asker, poll_id, Agent(data.phone, data.name), clock.now())
        return await _said(asker, poll_id)

    @post(
        "/{proxy_id:uuid}/removal",
        status_code=200,
        security=SESSION_AND_TOKEN,
        responses=answers(401, 403, 404, 409),
    )
    async def end_proxy(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], proxy_id: FromPath[UUID]
    ) -> ProxiesSaid:
        """Take it back; as the agent, lay it down. The other side is told."""
        await end_proxy(asker, poll_id, proxy_id, "", clock.now())
        return await _said(asker, poll_id)


async def _said(asker: Asker, poll_id: UUID) -> ProxiesSaid:
    """NotFound: neither a right of one's own here, nor anybody's proxy."""
    estate = await estate_of(await load_poll(poll_id))
    given, taken = await grants_of(asker.id, poll_id), await grants_to(asker.id, poll_id)
    own = any(not right.by_proxy for right in await my_rights(asker.id, poll_id))
    if not (own or given or taken):
        raise NotFound("没有找到由您表决的事项。")
    return ProxiesSaid(
        [ProxySaid.of(grant) for grant in given],
        [ProxySaid.of(grant) for grant in taken],
        await whole_setting("proxies_most", estate, clock.now()),
    )


def _state(grant: Grant) -> Literal["live", "cast_by_agent", "cast_by_owner", "ended"]:
    if grant.ended_at:
        return "ended"
    if grant.cast_by_owner:
        return "cast_by_owner"
    return "cast_by_agent" if grant.cast_by_agent else "live"
