"""Extending a running vote 延期: later than announced, with a public reason. Never earlier."""

from datetime import datetime, timedelta
from uuid import UUID

from coordination import jobs
from coordination.ballots.polls.drafting import convened, periods
from coordination.ballots.polls.queries import estate_of
from coordination.ballots.polls.state import PollState
from coordination.ballots.polls.steps import require_next, take_step
from coordination.ballots.tables import Poll, Step
from coordination.db import transaction
from coordination.errors import Conflict, Invalid
from coordination.law.periods import day_of
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, Section
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.web.formats import local_day, local_time

TELL_OF_EXTENSION = "tell-of-extension"


class CloseReached(Conflict):
    """What has closed is counted, not extended."""


async def extend_poll(
    asker: Asker, poll_id: UUID, closes_at: datetime, reason: str, at: datetime
) -> Notice:
    """Move the close to `closes_at`, with a public notice that says why.

    NotFound, NotConvener, OutOfOrder, CloseReached, Invalid.
    """
    async with transaction():
        poll, state = await convened(asker, poll_id)
        require_next(state, Step.EXTENDED)
        if at >= state.closes_at:
            raise CloseReached(
                "投票已经截止，不能再延期。参与不足的事项，结果公告后可以组织第二轮。"
            )
        estate = await estate_of(poll)
        last = last_day(poll, (await periods(estate, at)).voting_most)
        _check(state, closes_at, last, reason)
        notice = await _announce(asker, poll, estate, state, closes_at, reason.strip(), at)
        await take_step(
            poll_id, Step.EXTENDED, asker, at, reason=reason.strip(), notice=notice.id,
            closes_at=closes_at,
        )  # fmt: skip
        await jobs.enqueue(TELL_OF_EXTENSION, notice.id)
        return notice


def last_day(poll: Poll, voting_most: int) -> datetime:
    """The longest that this vote may run, extensions included."""
    return poll.opens_at + timedelta(days=voting_most)


def _check(state: PollState, closes_at: datetime, last: datetime, reason: str) -> None:
    fields = {}
    if not state.closes_at < closes_at or day_of(closes_at) > day_of(last):
        fields["closes_at"] = (
            f"新的截止时间应晚于{local_time(state.closes_at)}，不晚于{local_day(last)}。"
        )
    if not reason.strip():
        fields["reason"] = "请写明延期的原因，原因会公开。"
    if fields:
        raise Invalid("延期还没有写完整。", **fields)


async def _announce(
    asker: Asker,
    poll: Poll,
    estate: Place,
    state: PollState,
    closes_at: datetime,
    reason: str,
    at: datetime,
) -> Notice:
    lead = (
        f"“{poll.title}”的投票截止时间由{local_time(state.closes_at)}延至{local_time(closes_at)}。"
        f"原因：{reason}"
    )
    rows = (
        ("原截止时间", local_time(state.closes_at)),
        ("新截止时间", local_time(closes_at)),
        ("已投的票", "继续有效，不用重投"),
    )
    data: dict[str, object] = {"poll": str(poll.id), "closes_at": closes_at.isoformat()}
    return await publish_notice(
        estate, NoticeKind.EXTENSION, f"关于“{poll.title}”延期的公示", lead,
        Facts((Section("", (lead,), rows),), data), at, issuer=poll.convener, person=asker.id,
        until=closes_at, contact=poll.contact, link=f"/ballots/{poll.id}", subject=poll.id,
        matter=poll.matter,
    )  # fmt: skip
