"""Naming a proxy 委托, and taking it back before it is used.

Source: 业主大会和业主委员会指导规则 art. 26(1): a written proxy. Online the owner's own fresh proof
stands for the signature; otherwise whoever enters it keeps a photo of the document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.casting.actions import AlreadyCast, Closed, NoProxy, NotOpen
from coordination.ballots.casting.rights import my_rights
from coordination.ballots.polls.queries import estate_of, load_poll, state_of
from coordination.ballots.proxies.permits import may_enter_proxies
from coordination.ballots.proxies.queries import agent_named, is_barred, live_with, rights_of_room
from coordination.ballots.proxies.telling import tell_of_end, tell_of_grant
from coordination.ballots.tables import Poll, Step
from coordination.db import execute, row, rows, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.people.askers import Asker
from coordination.people.phones import read_phone
from coordination.people.secrecy import phone_hash
from coordination.people.tables import Person
from coordination.places.values import whole_setting
from coordination.web.sheets import person_name


class TooManyProxies(Conflict):
    """The agent votes for as many others as the setting allows."""

    rule = "一名代理人最多接受三名业主委托（参照《潍坊市物业管理条例》第三十二条；可由本地设置）"


class Entrusted(Conflict):
    """Somebody is named for these rights already."""


class NeedsAgreement(Conflict):
    """A shared right is entrusted by the co-owner whom the others chose."""


class OwnProxy(Invalid):
    """Who holds a right needs no proxy for it."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Whom an owner names: both must fit, so that neither is found out by trying."""

    phone: str
    name: str


async def grant_proxy(asker: Asker, poll_id: UUID, agent: Agent, at: datetime) -> None:
    """Let somebody else vote on all rights that the asker has here and has not used.

    ProveFirst. NotFound: no right here. NotOpen, Closed, AlreadyCast, Entrusted, NeedsAgreement,
    NoProxy, TooManyProxies, Invalid.
    """
    asker.must_have_stepped_up(at)
    async with transaction():
        poll = await load_poll(poll_id)
        mine = [right for right in await my_rights(asker.id, poll_id) if not right.by_proxy]
        if not mine:
            raise NotFound("没有找到由您表决的事项。")
        if any(right.needs_agreement for right in mine):
            raise NeedsAgreement(
                "房屋有共有人的，请先在投票页面确认其他共有人同意由您作主，再委托。"
            )
        rights = [right.id for right in mine if not right.is_anothers]
        if not rights:
            raise NeedsAgreement("您的房屋由另一位共有人代表投票，请由其委托。")
        await _entrust(asker, poll, rights, agent, None, at)


async def enter_proxy(
    asker: Asker, poll_id: UUID, room: tuple[str, str, str], agent: Agent, document: str,
    at: datetime,
) -> None:  # fmt: skip
    """Write down the document by which the owner of a room (building, entrance, room) names one.

    NotFound. NotAllowed: neither 居委会 nor convener. NotOpen, Closed, AlreadyCast, Entrusted,
    NoProxy, TooManyProxies, Invalid.
    """
    async with transaction():
        poll = await load_poll(poll_id)
        if not may_enter_proxies(asker, await estate_of(poll), poll):
            raise NotAllowed("书面委托由居委会工作人员或者召集人登记。")
        rights = await rights_of_room(poll_id, *room)
        if not rights:
            words = "这次表决的名册里没有这一户，请核对楼栋、单元和房号。"
            raise Invalid(words, room=words)
        await _entrust(asker, poll, rights, agent, document, at)


async def _entrust(
    asker: Asker, poll: Poll, rights: list[UUID], named: Agent, document: str | None, at: datetime
) -> None:
    await _require_running(poll, at)
    await _lock(rights)
    unused = await _unused(rights)
    agent = await _agent(named)
    if await is_barred(agent.id, poll.id, at):
        raise NoProxy(
            f"{agent.name}在本小区的物业服务企业任职，物业人员不能代业主投票。请另选受托人。"
        )
    _require_another(asker, agent, document)
    await _require_stranger(agent, unused)
    await _place(asker, poll, agent, unused, document, at)
    await tell_of_grant(asker, poll, agent, unused, at)
    await audit.record(
        asker, "grant_proxy", poll, at=at, place=poll.estate, agent=agent.id, rights=len(unused),
        document=document,
    )  # fmt: skip


async def _require_running(poll: Poll, at: datetime) -> None:
    """From the notice to the close."""
    state = await state_of(poll)
    if state.has_ended_early or state.has(Step.CLOSED) or at >= state.closes_at:
        raise Closed("表决已经截止，不能再委托或者撤回委托。")
    if not state.has(Step.NOTICED):
        raise NotOpen("投票公告发布以后才能委托。")


async def _lock(rights: Sequence[UUID]) -> None:
    """As casting locks them: what comes first is seen by what comes second."""
    await rows(
        "select id from voting_right where id = any($1::uuid[]) order by id for no key update",
        list(rights),
    )


async def _unused(rights: list[UUID]) -> list[UUID]:
    """Those without a ballot. AlreadyCast: none is left. Entrusted: one has a proxy."""
    cast = {
        each["right"]
        for each in await rows(
            'select distinct "right" from ballot where "right" = any($1::uuid[])', rights
        )
    }
    if not set(rights) - cast:
        raise AlreadyCast("已经投过票，不用再委托。")
    taken = await row(
        'select 1 from proxy where "right" = any($1::uuid[]) and ended_at is null', rights
    )
    if taken:
        raise Entrusted("已经委托了别人。要换人，请先撤回原来的委托。")
    return [right for right in rights if right not in cast]


async def _agent(named: Agent) -> Person:
    """Invalid: nobody with an account has this phone and this name."""
    phone = read_phone(named.phone)
    if phone is None:
        raise Invalid("请核对手机号。", phone="手机号应为 11 位数字。")
    found = await agent_named(phone_hash(phone), person_name(named.name))
    if found is None:
        words = "没有用这个手机号和姓名注册的人。请核对，或者请对方先在本系统注册。"
        raise Invalid(words, phone=words)
    return found


def _require_another(asker: Asker, agent: Person, document: str | None) -> None:
    """OwnProxy: nobody names themselves, nor writes down that they were named."""
    if agent.id != asker.id:
        return
    words = "这是您自己的手机号。不用委托，直接投票即可。"
    if document:
        words = "受托人是您自己。请由另一位工作人员核对委托书并登记。"
    raise OwnProxy("不能委托给自己。", phone=words)


async def _require_stranger(agent: Person, rights: list[UUID]) -> None:
    """OwnProxy."""
    holds = await row(
        """select 1 from voicing where person = $1 and "right" = any($2::uuid[])
            and not by_proxy""",
        agent.id, rights,
    )  # fmt: skip
    if holds:
        words = "受托人自己就是这套房屋的业主或共有人，不用委托，由其直接投票即可。"
        raise OwnProxy(words, phone=words)


async def _place(
    asker: Asker, poll: Poll, agent: Person, rights: list[UUID], document: str | None, at: datetime
) -> None:
    """Write the rows in free places of each question. TooManyProxies. One agent at a time, or two
    owners would be given the last place."""
    await execute(
        "select pg_advisory_xact_lock(hashtextextended($1, 281))", f"{poll.id} {agent.id}"
    )
    most = await whole_setting("proxies_most", await estate_of(poll), at)
    for right in rights:
        question = await value("select question from voting_right where id = $1", right)
        free = await value(
            """select n from generate_series(1, $3::int) as n
               where not exists (select from proxy x where x.question = $1 and x.person = $2
                                  and x.slot = n and x.ended_at is null)
               order by n limit 1""",
            question, agent.id, most,
        )  # fmt: skip
        if free is None:
            raise TooManyProxies(
                f"{agent.name}已经接受了 {most} 名业主的委托，不能再接受。请另选受托人。"
            )
        await execute(
            """insert into proxy (id, "right", question, person, slot, granted_at, granted_by,
                                  document, why_ended)
               values ($1, $2, $3, $4, $5, $6, $7, $8, '')""",
            uuid4(), right, question, agent.id, free, at, asker.id, document,
        )  # fmt: skip


async def end_proxy(asker: Asker, poll_id: UUID, proxy: UUID, why: str, at: datetime) -> None:
    """Take a proxy back as its owner, lay it down as the agent, or enter that the owner took it
    back in writing; all that was granted with it.

    NotFound. NotOpen, Closed. AlreadyCast: it has been used.
    """
    async with transaction():
        poll = await load_poll(poll_id)
        await _require_running(poll, at)
        granted = await live_with(proxy)
        if not granted or any(each["poll"] != poll_id for each in granted):
            raise NotFound("没有找到这项委托，可能已经撤回。请刷新页面。")
        rights = [each["right"] for each in granted]
        if not await _may_end(asker, poll, granted[0]["person"], rights):
            raise NotFound("没有找到这项委托，可能已经撤回。请刷新页面。")
        await _lock(rights)
        ended = await rows(
            """update proxy set ended_at = $2, ended_by = $3, why_ended = $4
               where id = any($1::uuid[]) and ended_at is null
                 and not exists (select from ballot b where b."right" = proxy."right")
               returning "right" """,
            [each["id"] for each in granted], at, asker.id, why[:200],
        )  # fmt: skip
        if not ended:
            raise AlreadyCast(
                "已经投票，委托不能再撤回。允许更改的，业主本人可以在截止前自己更改。"
            )
        unused = [each["right"] for each in ended]
        await tell_of_end(asker, poll, granted[0]["person"], unused, at)
        await audit.record(
            asker, "end_proxy", poll, at=at, place=poll.estate, agent=granted[0]["person"],
            rights=len(unused), why=why[:200],
        )  # fmt: skip


async def _may_end(asker: Asker, poll: Poll, agent: UUID, rights: list[UUID]) -> bool:
    """The agent, who holds every one of the rights, or who writes proxies down."""
    if asker.id == agent or may_enter_proxies(asker, await estate_of(poll), poll):
        return True
    held = await value(
        """select count(distinct "right") from voicing
            where person = $1 and "right" = any($2::uuid[]) and not by_proxy""",
        asker.id, rights,
    )  # fmt: skip
    return held == len(rights)
