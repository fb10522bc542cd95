"""Being put forward 推荐 and coming forward 自荐: by owners, with a fresh proof of who they are."""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.elections.permits import may_nominate_on_paper, may_run
from coordination.ballots.elections.queries import (
    FoundOwner,
    Held,
    held,
    own_owners,
    owner_by_id,
    person_of_owner,
    standing_of,
)
from coordination.ballots.elections.tables import Candidacy
from coordination.ballots.polls.steps import lock_poll
from coordination.db import transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.law.election import MOST_CANDIDATES
from coordination.law.preparing import CANDIDATE_SOURCE, why_not_candidate
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.registry.queries import is_owner_in
from coordination.web.formats import local_end

LONGEST_ABOUT = 300


class NotOwner(NotAllowed):
    """Owners of the estate nominate."""


class NominationOver(Conflict):
    """After the end that the call named."""


class CannotStand(Conflict):
    """The law or the register says no."""

    rule = CANDIDATE_SOURCE


class NominatedAlready(Conflict):
    """Once is enough."""


class ListPublished(Conflict):
    """What was published is changed by withdrawing or by an objection."""


async def nominate(
    asker: Asker, election_id: UUID, owner_id: UUID, about: str, at: datetime
) -> Candidacy:
    """Put an owner forward; oneself with consent, another until they consent.

    ProveFirst, NotFound, NotOwner, NominationOver, CannotStand, NominatedAlready, Invalid.
    """
    asker.must_have_stepped_up(at)
    async with transaction():
        found = await _locked(election_id)
        helps = may_nominate_on_paper(asker, found.estate)
        if not helps and not await is_owner_in(asker.id, found.estate.id):
            raise NotOwner(
                "候选人由本小区业主推荐或自荐。如果您是业主，请先在“我的”里绑定房屋；"
                "也可以到居民委员会请工作人员帮助。"
            )
        _require_open(found, at)
        owner = await _able(found, owner_id, at)
        if not about.strip() or len(about) > LONGEST_ABOUT:
            told = f"请介绍候选人，最多 {LONGEST_ABOUT} 个字，会随名单公示。"
            raise Invalid("还没有写介绍。", about=told)
        is_own = owner_id in {one.id for one in await own_owners(asker.id, found.estate.id)}
        candidacy = Candidacy(
            id=uuid4(), election=election_id, owner=owner_id,
            place=await _next_place(election_id), name=owner.name, home=owner.building,
            about=about.strip(), by=asker.id, at=at, consented_at=at if is_own else None,
        )  # fmt: skip
        await candidacy.save()
        await audit.record(asker, "nominate", candidacy, at=at, place=found.estate, own=is_own)
        if not is_own:
            await _ask_consent(found, candidacy, at)
        return candidacy


async def consent(asker: Asker, candidacy_id: UUID, at: datetime) -> Candidacy:
    """Agree to stand: who was put forward, or for a consent in writing who runs the election.

    ProveFirst, NotFound, NotAllowed, NominationOver.
    """
    asker.must_have_stepped_up(at)
    async with transaction():
        candidacy, found = await locked_candidacy(candidacy_id)
        helps = may_run(asker, found.estate, found.poll) or may_nominate_on_paper(
            asker, found.estate
        )
        if not (helps or await is_own(asker, candidacy)):
            raise NotAllowed("只有被推荐的本人可以同意；书面同意的，由召集人登记。")
        if found.listed is not None or candidacy.withdrawn_at is not None:
            raise NominationOver("候选人名单已经公示，或者已经退出，不能再同意。")
        if candidacy.consented_at is None:
            candidacy.consented_at = at
            await candidacy.save([Candidacy.consented_at])
            await audit.record(asker, "consent_to_stand", candidacy, at=at, place=found.estate)
        return candidacy


async def withdraw(asker: Asker, candidacy_id: UUID, at: datetime) -> Candidacy:
    """Stand no longer, until the list is settled. ProveFirst, NotFound, NotAllowed,
    ListPublished."""
    asker.must_have_stepped_up(at)
    async with transaction():
        candidacy, found = await locked_candidacy(candidacy_id)
        if not await is_own(asker, candidacy):
            raise NotAllowed("只有候选人本人可以退出。")
        if found.is_settled:
            raise ListPublished("候选人名单已经确定并印在票上，不能再退出。请联系召集人说明情况。")
        if candidacy.withdrawn_at is None:
            candidacy.withdrawn_at = at
            await candidacy.save([Candidacy.withdrawn_at])
            await audit.record(asker, "withdraw_candidacy", candidacy, at=at, place=found.estate)
        return candidacy


async def is_own(asker: Asker, candidacy: Candidacy) -> bool:
    """Whether the asker is the one who stands."""
    return await person_of_owner(candidacy.owner) == asker.id


async def locked_candidacy(candidacy_id: UUID) -> tuple[Candidacy, Held]:
    """A candidacy with its poll locked, poll first. NotFound."""
    election = await value("select election from candidacy where id = $1", candidacy_id)
    if election is None:
        raise NotFound("没有找到这名候选人。")
    found = await _locked(election)
    candidacy = await Candidacy.objects().get(Candidacy.id == candidacy_id)
    assert candidacy, "candidacies stay"
    return candidacy, found


async def _locked(election_id: UUID) -> Held:
    found = await held(election_id)
    await lock_poll(found.poll.id)
    return await held(election_id)


def _require_open(found: Held, at: datetime) -> None:
    if not found.takes_nominations(at):
        raise NominationOver(
            f"报名已经在{local_end(found.election.nominate_until)}截止，不能再报名。"
            f"有疑问请联系：{found.poll.contact}"
        )


async def _able(found: Held, owner_id: UUID, at: datetime) -> FoundOwner:
    """The owner, if they may stand. CannotStand, NominatedAlready."""
    owner = await owner_by_id(found.estate.id, owner_id)
    refusal = why_not_candidate(await standing_of(found.estate, owner_id, at))
    if refusal or owner is None:
        raise CannotStand(refusal or "没有查到这名业主。")
    stands = await Candidacy.objects().get(
        (Candidacy.election == found.election.id) & (Candidacy.owner == owner_id)
    )
    if stands:
        raise NominatedAlready(_already(stands))
    return owner


def _already(stands: Candidacy) -> str:
    if stands.withdrawn_at:
        return f"{stands.name}已经退出这次选举，不能再报名。"
    if stands.consented_at is None:
        return f"{stands.name}已经有人推荐。本人同意参选的，回到选举页面点“同意参选”就可以。"
    return f"{stands.name}已经报名，不用重复提交。"


async def _next_place(election_id: UUID) -> int:
    """Counted under the poll's lock."""
    place = await value(
        "select coalesce(max(place), 0) + 1 from candidacy where election = $1", election_id
    )
    if place > MOST_CANDIDATES:
        raise Conflict(f"报名人数已满 {MOST_CANDIDATES} 人。")
    return place


async def _ask_consent(found: Held, candidacy: Candidacy, at: datetime) -> None:
    """They are asked; who has no account is asked on paper by who runs the election."""
    person = await person_of_owner(candidacy.owner)
    if person is not None:
        await tell(
            person, "nominated", "有业主推荐您为业主委员会候选人",
            f"“{found.poll.title}”：有业主推荐您为候选人。同意的，请点开确认；不同意的，不用理会。",
            at=at, link=f"/ballots/elections/{found.election.id}",
        )  # fmt: skip
