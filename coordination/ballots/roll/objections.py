"""Objections to the published roll 名册异议: raised by owners, answered in public, unnamed."""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.polls.permits import may_answer_objection
from coordination.ballots.polls.queries import estate_of, role_holders
from coordination.ballots.polls.steps import lock_poll
from coordination.ballots.roll.queries import own_rooms
from coordination.ballots.tables import Poll, RollObjection, Step
from coordination.db import transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

MOST_OPEN = 5
LONGEST = 1000
MISSING = "没有找到这条异议。"


class NotOwner(NotAllowed):
    """Only bound owners of the estate object to its roll."""


class CheckOver(Conflict):
    """The roll is being frozen, or is not published."""


class AnsweredAlready(Conflict):
    """An answer stands; it is not changed."""


async def raise_objection(
    asker: Asker, poll_id: UUID, unit: UUID | None, text: str, at: datetime
) -> RollObjection:
    """Object to the roll, about an own unit or (None) about what is missing.

    NotFound, NotOwner, CheckOver, TooMany, Invalid.
    """
    async with transaction():
        poll, state = await lock_poll(poll_id)
        if not state.is_public:
            raise NotFound("没有找到这次表决。")
        rooms = await own_rooms(asker.id, poll.estate)
        if not rooms:
            raise NotOwner(
                "名册异议由本小区的业主提出。如果您是业主，请先在“我的”里绑定房屋；"
                "也可以直接到居民委员会提出。"
            )
        if state.current is not Step.ROLL_PUBLISHED:
            raise CheckOver(f"现在不在名册核对期内，不能提出异议。有疑问请联系：{poll.contact}")
        _check(unit, {room.id for room in rooms}, text)
        await _require_few(poll_id, asker)
        objection = RollObjection(
            id=uuid4(), poll=poll.id, number=await _next_number(poll_id), person=asker.id,
            unit=unit, text=text.strip(), raised_at=at,
        )  # fmt: skip
        await objection.save()
        await audit.record(asker, "raise_roll_objection", objection, at=at, place=poll.estate)
        await _tell_answerers(poll, await estate_of(poll), objection, at)
        return objection


async def answer_objection(
    asker: Asker, objection_id: UUID, upheld: bool, gist: str, answer: str, at: datetime
) -> RollObjection:
    """Answer it in public. `gist`: what it was about, without names. Upheld: the registry has
    been mended. NotFound, NotAllowed, AnsweredAlready, Invalid."""
    async with transaction():
        objection, poll, estate = await _answerable(asker, objection_id)
        if objection.answered_at is not None:
            raise AnsweredAlready("这条异议已经答复，答复公布后不能更改。")
        fields = {
            name: word
            for name, given, word in (
                ("gist", gist, "请概括异议事由，不写姓名和电话。"),
                ("answer", answer, "请写答复内容。"),
            )
            if not given.strip()
        }
        if fields:
            raise Invalid("答复还没有写完整。", **fields)
        objection.gist, objection.answer, objection.upheld = gist.strip(), answer.strip(), upheld
        objection.answered_by, objection.answered_at = asker.id, at
        await objection.save(
            [
                RollObjection.gist, RollObjection.answer, RollObjection.upheld,
                RollObjection.answered_by, RollObjection.answered_at,
            ]
        )  # fmt: skip
        await audit.record(asker, "answer_roll_objection", objection, at=at, place=estate)
        said = "成立，名册已更正" if upheld else "不成立"
        await tell(
            objection.person, "roll-objection-answered", "您的名册异议已答复",
            f"您对“{poll.title}”业主名册提出的第{objection.number}号异议已答复：{said}。"
            f"{objection.answer}",
            at=at, link=f"/ballots/{poll.id}/roll/objections",
        )  # fmt: skip
        return objection


async def _answerable(asker: Asker, objection_id: UUID) -> tuple[RollObjection, Poll, Place]:
    """The objection with its poll locked, poll first."""
    poll_id = await value("select poll from roll_objection where id = $1", objection_id)
    if poll_id is None:
        raise NotFound(MISSING)
    poll, _ = await lock_poll(poll_id)
    objection = await RollObjection.objects().get(RollObjection.id == objection_id)
    estate = await estate_of(poll)
    assert objection, "objections stay"
    if not may_answer_objection(asker, estate, poll):
        raise NotAllowed("名册异议由召集人或者本社区居民委员会答复。")
    return objection, poll, estate


def _check(unit: UUID | None, own: set[UUID], text: str) -> None:
    fields = {}
    if unit is not None and unit not in own:
        fields["unit"] = "请选择您自己的房屋，或者选择“遗漏或其他”。"
    if not text.strip():
        fields["text"] = "请写明哪里不对，例如“面积应为 89.50 平方米”。"
    elif len(text) > LONGEST:
        fields["text"] = f"最多 {LONGEST} 个字，现在有 {len(text)} 个字。"
    if fields:
        raise Invalid("异议还没有写完整。", **fields)


async def _require_few(poll_id: UUID, asker: Asker) -> None:
    waiting = await value(
        """select count(*) from roll_objection
           where poll = $1 and person = $2 and answered_at is null""",
        poll_id, asker.id,
    )  # fmt: skip
    if waiting >= MOST_OPEN:
        raise TooMany(
            f"您已有{waiting}条异议等待答复，请等答复后再提，或者直接致电召集人。", 86_400
        )


async def _next_number(poll_id: UUID) -> int:
    """Counted under the poll's lock."""
    return await value(
        "select coalesce(max(number), 0) + 1 from roll_objection where poll = $1", poll_id
    )


async def _tell_answerers(
    poll: Poll, estate: Place, objection: RollObjection, at: datetime
) -> None:
    """Those who convene and the 居委会 hear of it, without its words."""
    members = await role_holders(estate, at, body=poll.convener)
    staff = await role_holders(estate, at, RoleKind.COMMUNITY_WORKER)
    await tell(
        sorted({*members, *staff}), "roll-objection", "有一条名册异议等待答复",
        f"“{poll.title}”的业主名册收到第{objection.number}号异议，请核对登记后答复。",
        at=at, link=f"/ballots/{poll.id}/roll/objections/{objection.id}",
    )  # fmt: skip
