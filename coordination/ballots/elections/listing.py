"""The list of candidates: each checked, published for objections, settled into the ballot.

The number on the ballot is the order that decides at a tie, so a count never waits for a draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit, jobs
from coordination.ballots.elections.calling import HOW_TO_ASK, TELL
from coordination.ballots.elections.nominating import CannotStand, locked_candidacy
from coordination.ballots.elections.permits import may_run
from coordination.ballots.elections.queries import (
    Held,
    candidacies,
    held,
    objections_to,
    person_of_owner,
    standing,
    standing_of,
)
from coordination.ballots.elections.tables import Candidacy, CandidateList, LotDraw
from coordination.ballots.polls.steps import lock_poll
from coordination.ballots.tables import Question
from coordination.db import transaction
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.law.periods import objection_ends
from coordination.law.preparing import why_not_candidate
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, FactsTable, Section
from coordination.notices.tables import NoticeKind
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.calendar import working_days
from coordination.web.formats import local_end, local_time


class NotRunning(NotAllowed):
    """Only who convenes the vote and does not stand runs the election."""


class TooEarly(Conflict):
    """A period still runs."""


class Unfinished(Conflict):
    """Something must come first; the message says what."""


class ListFixed(Conflict):
    """It is on the ballot."""


@dataclass(frozen=True, slots=True)
class Draw:
    """A lot as its minutes say. `order`: candidacies, the first drawn first."""

    order: tuple[UUID, ...]
    drawn_at: datetime
    venue: str
    witnesses: str


async def run_by(asker: Asker, election_id: UUID) -> Held:
    """The election with its poll locked, for who may run it. NotFound, NotRunning, ListFixed."""
    found = await held(election_id)
    await lock_poll(found.poll.id)
    found = await held(election_id)
    if not may_run(asker, found.estate, found.poll, await accounts_of(found)):
        raise NotRunning(
            "候选人由召集这次表决的成员审核公示。自己是候选人的应当回避，请由其他成员办理。"
        )
    if found.is_settled or found.state.has_ended_early or found.state.roll_is_frozen:
        raise ListFixed("候选人名单已经确定，不能再改。")
    return found


async def accounts_of(found: Held) -> set[UUID]:
    """The accounts of those who stand."""
    listed = [one for one in await candidacies(found.election.id) if one.withdrawn_at is None]
    people = [await person_of_owner(one.owner) for one in listed]
    return {person for person in people if person}


async def check_candidacy(
    asker: Asker, candidacy_id: UUID, admitted: bool, reason: str, at: datetime
) -> Candidacy:
    """Admit a candidate or not, with a reason that they are told.

    NotFound, NotRunning, ListFixed, Unfinished, CannotStand, Invalid.
    """
    async with transaction():
        candidacy, found = await locked_candidacy(candidacy_id)
        found = await run_by(asker, found.election.id)
        if found.listed is not None:
            raise ListFixed("名单已经公示。公示期内有异议的，请通过答复异议处理。")
        if admitted:
            await _require_able(found, candidacy, at)
        elif not reason.strip():
            raise Invalid(
                "还没有写原因。", reason=f"请写明为什么不列入{candidacy.name}，会告诉本人。"
            )
        candidacy.admitted, candidacy.check_reason = admitted, reason.strip() or None
        candidacy.checked_by, candidacy.checked_at = asker.id, at
        await candidacy.save(
            [
                Candidacy.admitted, Candidacy.check_reason, Candidacy.checked_by,
                Candidacy.checked_at,
            ]
        )  # fmt: skip
        await audit.record(
            asker, "check_candidacy", candidacy, at=at, place=found.estate, admitted=admitted
        )
        await _tell_checked(found, candidacy, at)
        return candidacy


async def _require_able(found: Held, candidacy: Candidacy, at: datetime) -> None:
    """Looked at again on the day of the check. CannotStand, Unfinished."""
    if candidacy.withdrawn_at is not None:
        raise Unfinished(f"{candidacy.name}已经退出，不能列入。")
    if candidacy.consented_at is None:
        raise Unfinished(f"{candidacy.name}还没有同意参选，本人同意后才能列入。")
    if refusal := why_not_candidate(await standing_of(found.estate, candidacy.owner, at)):
        raise CannotStand(refusal)


async def _tell_checked(found: Held, candidacy: Candidacy, at: datetime) -> None:
    said = "您已列入业主委员会候选人名单。"
    if not candidacy.admitted:
        said = f"您没有列入业主委员会候选人名单，原因：{candidacy.check_reason}"
    person = await person_of_owner(candidacy.owner)
    if person:
        await tell(
            person, "candidacy-checked", "候选人审核结果", f"“{found.poll.title}”：{said}",
            at=at, link=f"/ballots/elections/{found.election.id}",
        )  # fmt: skip


async def publish_list(asker: Asker, election_id: UUID, at: datetime) -> CandidateList:
    """Publish who was admitted; objections begin. NotFound, NotRunning, TooEarly, Unfinished."""
    async with transaction():
        found = await run_by(asker, election_id)
        if found.listed is not None:
            raise ListFixed("候选人名单已经公示过了。")
        if found.takes_nominations(at):
            raise TooEarly(f"报名到{local_end(found.election.nominate_until)}截止，之后才能公示。")
        listed = await candidacies(election_id)
        # Who was put forward and never agreed stands for nothing, and holds nobody up.
        waiting = [
            one.name
            for one in listed
            if one.consented_at and one.admitted is None and one.withdrawn_at is None
        ]
        if waiting:
            raise Unfinished(f"还有{len(waiting)}人没有审核：{'、'.join(waiting[:5])}。")
        if not (admitted := standing(listed)):
            raise Unfinished("还没有一名候选人可以列入名单，请重新征集候选人。")
        until = objection_ends(at, found.election.publicity_days, await working_days())
        notice = await _announce(asker, found, admitted, until, at)
        row = CandidateList(
            id=uuid4(), election=election_id, published_at=at, published_by=asker.id,
            until=until, notice=notice,
        )  # fmt: skip
        await row.save()
        await audit.record(asker, "publish_candidates", row, at=at, place=found.estate)
        await jobs.enqueue(TELL, notice)
        return row


async def _announce(
    asker: Asker, found: Held, admitted: Sequence[Candidacy], until: datetime, at: datetime
) -> UUID:
    lead = (
        f"经审核，下列{len(admitted)}人为业主委员会委员候选人，应选{found.question.seats}人。"
        f"公示期{found.election.publicity_days}天，到{local_end(until)}为止，期间可以提出异议。"
    )
    rows = tuple((one.name, one.home, one.about) for one in admitted)
    table = FactsTable("候选人（按报名先后）", ("姓名", "房屋所在", "介绍"), rows)
    notice = await publish_notice(
        found.estate, NoticeKind.CANDIDATES, "业主委员会委员候选人名单公示", lead,
        Facts((Section("", (lead,), tables=(table,)),), {"election": str(found.election.id)}), at,
        issuer=found.poll.convener, person=asker.id, until=until, contact=found.poll.contact,
        how_to_object=HOW_TO_ASK, link=f"/ballots/elections/{found.election.id}",
        subject=found.poll.id, matter=found.poll.matter,
    )  # fmt: skip
    return notice.id


async def record_draw(asker: Asker, election_id: UUID, draw: Draw, at: datetime) -> LotDraw:
    """Enter the lot that was drawn in public, before the list is settled.

    NotFound, NotRunning, Unfinished, Invalid.
    """
    async with transaction():
        found = await run_by(asker, election_id)
        if not found.draws_lots:
            raise Unfinished("这次选举的规则是报名在先的在先，不抽签。")
        if found.listed is None or found.draw is not None:
            raise Unfinished("名单公示以后抽签，只抽一次。")
        admitted = standing(await candidacies(election_id))
        if sorted(draw.order) != sorted(one.id for one in admitted):
            raise Invalid("抽签次序不完整。", order="每名候选人要有一个不同的次序。")
        if not found.listed.published_at <= draw.drawn_at <= at:
            told = f"抽签应在名单公示（{local_time(found.listed.published_at)}）以后、现在以前。"
            raise Invalid("抽签时间不对。", drawn_at=told)
        row = LotDraw(
            id=uuid4(), election=election_id, drawn_at=draw.drawn_at, venue=draw.venue,
            witnesses=draw.witnesses, recorded_by=asker.id, recorded_at=at,
        )  # fmt: skip
        await row.save()
        for place, candidacy in enumerate(draw.order, 1):
            await Candidacy.update({Candidacy.precedence: place}).where(Candidacy.id == candidacy)
        await audit.record(asker, "record_draw", row, at=at, place=found.estate)
        return row


async def settle_list(asker: Asker, election_id: UUID, at: datetime) -> list[Candidacy]:
    """Number the candidates and put them on the ballot; nothing changes from now on.

    NotFound, NotRunning, TooEarly, Unfinished.
    """
    async with transaction():
        found = await run_by(asker, election_id)
        listed = await _ready(found, at)
        ordered = sorted(listed, key=lambda one: (one.precedence or 0, one.place))
        for number, one in enumerate(ordered, 1):
            one.number = one.precedence = number
            await one.save([Candidacy.number, Candidacy.precedence])
        await Question.update(
            {
                Question.options: ballot_names(ordered),
                Question.precedence: [one.precedence for one in ordered],
            }
        ).where(Question.id == found.question.id)
        assert found.listed, "a list that is ready was published"
        found.listed.settled_at, found.listed.settled_by = at, asker.id
        await found.listed.save([CandidateList.settled_at, CandidateList.settled_by])
        await audit.record(asker, "settle_candidates", found.listed, at=at, place=found.estate)
        return ordered


async def _ready(found: Held, at: datetime) -> list[Candidacy]:
    """Who goes on the ballot. TooEarly, Unfinished."""
    if found.listed is None:
        raise Unfinished("候选人名单还没有公示。")
    if at < found.listed.until:
        raise TooEarly(f"公示期到{local_end(found.listed.until)}为止，之后才能确定名单。")
    open_ones = [o for o in await objections_to(found.election.id) if o.answered_at is None]
    if open_ones:
        raise Unfinished(f"还有{len(open_ones)}条对候选人的异议没有答复，请全部答复后再确定。")
    listed = standing(await candidacies(found.election.id))
    if not listed:
        raise Unfinished("名单上已经没有候选人，请撤回这次表决，重新征集候选人。")
    if found.draws_lots and found.draw is None:
        raise Unfinished("规则是公开抽签排定次序，请先登记抽签结果。")
    return listed


def ballot_names(ordered: Sequence[Candidacy]) -> list[str]:
    """As they stand on the ballot; of namesakes the building tells who is who."""
    names = [one.name for one in ordered]
    said: list[str] = []
    for one in ordered:
        name = f"{one.name}（{one.home}）" if names.count(one.name) > 1 else one.name
        while name in said:
            name += f"·报名{one.place}"
        said.append(name)
    return said
