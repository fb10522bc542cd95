"""Objecting to a preliminary result 询异, and answering; each once, in public without names."""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.ballot_tables import Result, ResultObjection
from coordination.ballots.casting.rights import my_rights
from coordination.ballots.polls.permits import may_answer_objection
from coordination.ballots.polls.queries import estate_of
from coordination.ballots.polls.steps import lock_poll
from coordination.ballots.tables import Step
from coordination.db import transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from coordination.people.askers import Asker
from coordination.people.outbox import tell

MOST_OPEN = 5  # of one owner, in one poll


class NotInQuestion(Conflict):
    """There is no preliminary result, or its period is over."""


class AlreadyAnswered(Conflict):
    """An answer is given once."""


async def object_to_result(asker: Asker, poll_id: UUID, text: str, at: datetime) -> ResultObjection:
    """An owner on the roll objects. NotFound, NotInQuestion, Invalid, TooMany."""
    async with transaction():
        poll, state = await lock_poll(poll_id)
        if not await my_rights(asker.id, poll_id):
            raise NotFound("没有找到由您表决的事项。")
        result = await Result.objects().get(Result.poll == poll_id)
        until = result.objections_until if result else None
        if state.current is not Step.PRELIMINARY or until is None or at >= until:
            raise NotInQuestion("现在不在初步结果的异议期内。如有疑问，请致电公告上的联系人。")
        if not text.strip():
            raise Invalid("请写明您的异议。", text="请写明哪个数字或哪件事有问题。")
        if len(text) > 2000:
            raise Invalid("异议太长了。", text="请在 2000 字以内写明。")
        await _require_few(poll_id, asker)
        objection = ResultObjection(
            id=uuid4(), poll=poll_id, person=asker.id, text=text.strip(), raised_at=at
        )
        await objection.save()
        await audit.record(asker, "object_to_result", objection, at=at, place=poll.estate)
        return objection


async def answer_result_objection(
    asker: Asker, objection_id: UUID, gist: str, answer: str, at: datetime
) -> ResultObjection:
    """The convener or the 居委会 answers. `gist`: what it was about, without names. NotFound,
    NotAllowed, AlreadyAnswered, Invalid."""
    async with transaction():
        poll_id = await value("select poll from result_objection where id = $1", objection_id)
        if poll_id is None:
            raise NotFound("没有找到这条异议。")
        poll, _ = await lock_poll(poll_id)
        objection = await ResultObjection.objects().get(ResultObjection.id == objection_id)
        assert objection, "objections stay"
        estate = await estate_of(poll)
        if not may_answer_objection(asker, estate, poll):
            raise NotAllowed("只有召集人和居委会可以答复异议。")
        if objection.answered_at is not None:
            raise AlreadyAnswered("这条异议已经答复过了。")
        _require_words(gist, answer)
        objection.gist, objection.answer = gist.strip(), answer.strip()
        objection.answered_by, objection.answered_at = asker.id, at
        await objection.save()
        await tell(
            objection.person,
            "objection-answered",
            "您的异议已答复",
            f"您对「{poll.title}」初步结果的异议已有答复，请查看。",
            link=f"/ballots/{poll.id}/result",
            at=at,
        )
        await audit.record(asker, "answer_result_objection", objection, at=at, place=poll.estate)
        return objection


async def _require_few(poll_id: UUID, asker: Asker) -> None:
    """The final result waits for every answer: nobody shall hold it up by asking without end."""
    waiting = await ResultObjection.count().where(
        ResultObjection.poll == poll_id, ResultObjection.person == asker.id,
        ResultObjection.answered_at.is_null(),
    )  # fmt: skip
    if waiting >= MOST_OPEN:
        raise TooMany(
            f"您已有{waiting}条异议等待答复，请等答复后再提，或者直接致电召集人。", 86_400
        )


def _require_words(gist: str, answer: str) -> None:
    fields = {
        name: word
        for name, given, word in (
            ("gist", gist, "请概括异议事由，不写姓名、房号和电话，最多200个字。"),
            ("answer", answer, "请写明核对的经过和结论。"),
        )
        if not given.strip() or (name == "gist" and len(given) > 200)
    }
    if fields:
        raise Invalid("答复还没有写完整。", **fields)
