"""Which co-owner votes on a shared right 共有人推选.

The first who says that the others agree votes; the others are told, and object to the people
named in the notice. Source: 业主大会和业主委员会指导规则 art. 25.
"""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.casting.actions import Closed, HeldByAnother, NotOpen
from coordination.ballots.casting.rights import holders_besides, my_rights, phones_besides
from coordination.ballots.polls.queries import load_poll, state_of
from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Poll, Representative, Step, VotingRight
from coordination.db import transaction
from coordination.errors import Conflict, NotFound
from coordination.people.askers import Asker
from coordination.people.outbox import tell, tell_address
from coordination.people.secrecy import open_phone


class NotShared(Conflict):
    """One is the only owner of every right one holds here."""


async def represent_co_owners(asker: Asker, poll_id: UUID, at: datetime) -> None:
    """Vote for the co-owners of every shared right one holds here.

    NotFound: no right here. NotOpen, Closed. NotShared. HeldByAnother: a co-owner was first.
    """
    async with transaction():
        poll = await load_poll(poll_id)
        rights = await my_rights(asker.id, poll_id)
        if not rights:
            raise NotFound("没有找到由您表决的事项。")
        _require_running(poll, await state_of(poll), at)
        shared = sorted(right.id for right in rights if right.co_owners)
        if not shared:
            raise NotShared("您的表决权不与他人共有，不需要这一步，可以直接投票。")
        await (
            VotingRight.select(VotingRight.id)
            .where(VotingRight.id.is_in(shared))
            .order_by(VotingRight.id)
            .lock_rows("NO KEY UPDATE")
        )
        for right in await my_rights(asker.id, poll_id):
            if right.is_anothers:
                raise HeldByAnother(
                    "另一位共有人已经确认由其代表投票。如有异议，请联系公告联系人。"
                )
            if right.needs_agreement:  # who acts for no holder any more gives way
                await Representative.delete().where(Representative.right == right.id)
                await Representative(
                    id=uuid4(), poll=poll_id, right=right.id, person=asker.id, confirmed_at=at
                ).save()
        await _tell_the_others(asker, poll, shared, at)
        await audit.record(asker, "represent_co_owners", poll, at=at, rights=len(shared))


def _require_running(poll: Poll, state: PollState, at: datetime) -> None:
    """As casting asks it: by the times, since the clock may be a second late."""
    if state.has_ended_early or state.has(Step.CLOSED) or at >= state.closes_at:
        raise Closed("表决已经截止，不用再确认由谁代表投票。")
    if not state.has(Step.NOTICED) or at < poll.opens_at:
        raise NotOpen("这次表决还没有开始，请在公告的时间内确认。")


async def _tell_the_others(asker: Asker, poll: Poll, rights: list[UUID], at: datetime) -> None:
    """By their accounts, and by their phones in the register: some may have no account yet."""
    for other in await holders_besides(asker.id, rights):
        await tell(
            other,
            "co-owner-represents",
            "共有人代表投票",
            f"您与他人共有的房屋在「{poll.title}」中由共有人{asker.name}代表投票。"
            "如不同意，请在截止前联系公告联系人。",
            link=f"/ballots/{poll.id}/vote",
            at=at,
        )
    for sealed in await phones_besides(asker.id, rights):
        await tell_address(
            open_phone(sealed),
            "co-owner-represents",
            "共有人代表投票",
            "您共有的房屋在业主大会表决中由另一位共有人代表投票。不同意的，请在截止前致电公告联系人。",
            at=at,
        )
