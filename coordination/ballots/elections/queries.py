"""Elections as pages and actions read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from coordination.ballots.elections.tables import (
    Candidacy,
    CandidateList,
    CandidateObjection,
    Election,
    LotDraw,
)
from coordination.ballots.polls.choosing import plain_room
from coordination.ballots.polls.queries import estate_of, load_poll, state_of
from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Poll, Question
from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.law.election import TieRule
from coordination.law.preparing import Standing
from coordination.places.naming import building_name, unit_name
from coordination.places.tables import Place

MISSING = "没有找到这次选举。"


@dataclass(frozen=True, slots=True)
class Held:
    """An election with all that surrounds it."""

    election: Election
    poll: Poll
    state: PollState
    estate: Place
    question: Question
    listed: CandidateList | None
    draw: LotDraw | None

    @property
    def is_settled(self) -> bool:
        return self.listed is not None and self.listed.settled_at is not None

    @property
    def draws_lots(self) -> bool:
        return self.question.tie_rule == TieRule.LOT

    def takes_nominations(self, at: datetime) -> bool:
        """Until the hour that the notice said, unless the poll has gone from under it."""
        return at < self.election.nominate_until and not self.state.has_ended_early

    def takes_objections(self, at: datetime) -> bool:
        return self.listed is not None and not self.is_settled and at < self.listed.until


async def held(election_id: UUID) -> Held:
    """NotFound."""
    election = await Election.objects().get(Election.id == election_id)
    if election is None:
        raise NotFound(MISSING)
    poll = await load_poll(election.poll)
    question = (
        await Question.objects()
        .get(Question.id == election.question)
        .output(load_json=True)
    )  # fmt: skip
    listed = await CandidateList.objects().get(CandidateList.election == election.id)
    draw = await LotDraw.objects().get(LotDraw.election == election.id)
    assert question, "the foreign key says so"
    estate = await estate_of(poll)
    return Held(election, poll, await state_of(poll), estate, question, listed, draw)


async def election_for(question_id: UUID) -> UUID | None:
    """The election of this question, once its call was published."""
    found = await Election.objects().get(Election.question == question_id)
    return found.id if found else None


async def candidacies(election_id: UUID) -> list[Candidacy]:
    """Everybody who was put forward, in that order."""
    return await (
        Candidacy.objects().where(Candidacy.election == election_id).order_by(Candidacy.place)
    )


def standing(found: list[Candidacy]) -> list[Candidacy]:
    """Those who were admitted and have not withdrawn, by number, before that in their order."""
    admitted = [one for one in found if one.admitted and one.withdrawn_at is None]
    return sorted(admitted, key=lambda one: (one.number or 0, one.place))


async def objections_to(election_id: UUID) -> list[CandidateObjection]:
    return await (
        CandidateObjection.objects()
        .where(CandidateObjection.election == election_id)
        .order_by(CandidateObjection.number)
    )


@dataclass(frozen=True, slots=True)
class FoundOwner:
    """An owner of the estate, with a unit of theirs."""

    id: UUID
    name: str
    building: str


OWNED = """
select o.id, o.name, b.name as building, u.entrance, u.room from owner o
join ownership t on t.owner = o.id and t.until is null
join unit u on u.id = t.unit join place b on b.id = u.building
"""


async def owner_named(estate: UUID, room: str, name: str) -> FoundOwner | None:
    """Whoever owns that room under that name."""
    found = await rows(f"{OWNED} where u.estate = $1 and o.name = $2", estate, name.strip())
    for each in found:
        if plain_room(unit_name(each["building"], each["entrance"], each["room"])) == plain_room(
            room
        ):
            return _found(each)
    return None


async def own_owners(person: UUID, estate: UUID) -> list[FoundOwner]:
    """The owners that a person acts for here, each once."""
    found = await rows(
        f"""{OWNED} where u.estate = $1
               and o.id = any (array(select owner from acting where person = $2))
            order by o.name, u.sort""",
        estate, person,
    )  # fmt: skip
    return list({each["id"]: _found(each) for each in found}.values())


async def owner_by_id(estate: UUID, owner: UUID) -> FoundOwner | None:
    """The owner, if they own anything here."""
    each = await row(f"{OWNED} where u.estate = $1 and o.id = $2 limit 1", estate, owner)
    return _found(each) if each else None


def _found(each: Any) -> FoundOwner:
    return FoundOwner(each["id"], each["name"], building_name(each["building"]))


async def standing_of(estate: Place, owner: UUID, at: datetime) -> Standing:
    """What the register and the offices say of somebody who would stand."""
    found = await row(
        """select
             exists (select from ownership t join unit u on u.id = t.unit
                      where t.owner = $1 and t.until is null and u.estate = $2) as owns,
             exists (select from owner where id = $1 and kind <> 'person') as organisation,
             exists (select from guardian where owner = $1 and ended_at is null) as guarded,
             exists (select from binding b join role r on r.person = b.person
                      join place p on p.id = r.place
                     where b.owner = $1 and b.ended_at is null
                       and r.kind in ('property_manager', 'property_staff')
                       and r.since <= $4 and (r.until is null or r.until > $4)
                       and (starts_with($3, p.path) or starts_with(p.path, $3))) as works""",
        owner, estate.id, estate.path, at,
    )  # fmt: skip
    assert found, "a row of four answers"
    return Standing(found["owns"], None, found["works"], found["guarded"], found["organisation"])


async def person_of_owner(owner: UUID) -> UUID | None:
    """The account bound to an owner."""
    found = await row("select person from binding where owner = $1 and ended_at is null", owner)
    return found["person"] if found else None
