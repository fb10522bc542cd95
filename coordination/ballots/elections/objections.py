"""Objections to candidates 对候选人的异议: raised by owners, answered in public, unnamed.

As with the roll: while one is open the list is not settled, and one that is upheld strikes the
candidate off.
"""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.elections.listing import Unfinished, run_by
from coordination.ballots.elections.nominating import NotOwner, locked_candidacy
from coordination.ballots.elections.queries import Held
from coordination.ballots.elections.tables import Candidacy, CandidateObjection
from coordination.ballots.polls.queries import role_holders
from coordination.db import transaction, value
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.registry.queries import is_owner_in

LONGEST = 1000


class NotPublic(Conflict):
    """Not within the days of publicity."""


async def object_to_candidate(
    asker: Asker, candidacy_id: UUID, text: str, at: datetime
) -> CandidateObjection:
    """NotFound, NotOwner, NotPublic, Invalid."""
    async with transaction():
        candidacy, found = await locked_candidacy(candidacy_id)
        if not await is_owner_in(asker.id, found.estate.id):
            raise NotOwner("对候选人的异议由本小区业主提出，也可以到居民委员会当面提出。")
        if not found.takes_objections(at):
            raise NotPublic(f"现在不在候选人公示期内。有疑问请联系：{found.poll.contact}")
        if not text.strip() or len(text) > LONGEST:
            told = f"请写明哪里不符合条件，最多 {LONGEST} 个字。"
            raise Invalid("异议还没有写完整。", text=told)
        objection = CandidateObjection(
            id=uuid4(), election=found.election.id, candidacy=candidacy.id,
            number=await _next_number(found.election.id), person=asker.id, text=text.strip(),
            raised_at=at,
        )  # fmt: skip
        await objection.save()
        await audit.record(asker, "object_to_candidate", objection, at=at, place=found.estate)
        await _tell_answerers(found, objection, at)
        return objection


async def answer_objection(
    asker: Asker, objection_id: UUID, upheld: bool, gist: str, answer: str, at: datetime
) -> CandidateObjection:
    """Answer in public; upheld, the candidate leaves the list. NotFound, NotRunning, ListFixed,
    Unfinished, Invalid."""
    election = await value("select election from candidate_objection where id = $1", objection_id)
    if election is None:
        raise NotFound("没有找到这条异议。")
    if not gist.strip() or not answer.strip():
        raise Invalid(
            "答复还没有写完整。", gist="请概括异议事由，不写姓名和电话。", answer="请写答复内容。"
        )
    async with transaction():
        found = await run_by(asker, election)
        objection = await CandidateObjection.objects().get(CandidateObjection.id == objection_id)
        assert objection, "objections stay"
        if objection.answered_at is not None:
            raise Unfinished("这条异议已经答复，答复公布后不能更改。")
        objection.gist, objection.answer, objection.upheld = gist.strip(), answer.strip(), upheld
        objection.answered_by, objection.answered_at = asker.id, at
        await objection.save(
            [
                CandidateObjection.gist, CandidateObjection.answer, CandidateObjection.upheld,
                CandidateObjection.answered_by, CandidateObjection.answered_at,
            ]
        )  # fmt: skip
        if upheld:
            await Candidacy.update(
                {Candidacy.admitted: False, Candidacy.check_reason: answer.strip()[:300]}
            ).where(Candidacy.id == objection.candidacy)
        await audit.record(
            asker, "answer_candidate_objection", objection, at=at, place=found.estate
        )
        await tell(
            objection.person, "candidate-objection-answered", "您对候选人的异议已答复",
            f"您提出的第{objection.number}号异议已答复：{'成立' if upheld else '不成立'}。"
            f"{objection.answer}",
            at=at, link=f"/ballots/elections/{found.election.id}",
        )  # fmt: skip
        return objection


async def _next_number(election_id: UUID) -> int:
    """Counted under the poll's lock."""
    return await value(
        "select coalesce(max(number), 0) + 1 from candidate_objection where election = $1",
        election_id,
    )


async def _tell_answerers(found: Held, objection: CandidateObjection, at: datetime) -> None:
    """Those who convene hear of it, without its words."""
    members = await role_holders(found.estate, at, body=found.poll.convener)
    await tell(
        members, "candidate-objection", "有一条对候选人的异议等待答复",
        f"“{found.poll.title}”收到第{objection.number}号对候选人的异议，请核实后答复。",
        at=at, link=f"/ballots/{found.poll.id}/questions/{found.question.id}/candidates",
    )  # fmt: skip
