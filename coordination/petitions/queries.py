"""The owners of an estate as the registry has them today, and petitions as pages show them."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.law import franchise
from coordination.law.franchise import Right
from coordination.law.periods import day_of
from coordination.law.petition import PetitionKind, PetitionRule, rule_for, signed_weight, weight_of
from coordination.law.tally import Weight
from coordination.petitions.tables import Petition
from coordination.places.queries import place_of
from coordination.places.tables import Place, UnitKind
from coordination.registry.queries import ACTS_FOR, gaps

PAGE = 20
# What counts: with an area, and sold to somebody known or not sold at all.
UNITS = """
select u.id, u.kind, u.unsold, u.area_cm2,
       array(select o.owner from ownership o where o.unit = u.id and o.until is null) as owners
  from unit u where u.estate = $1 and u.area_cm2 is not null
   and (u.unsold or exists (select from ownership o where o.unit = u.id and o.until is null))
"""
LIST = """
select p.id, p.title, p.kind, p.started_at, p.closes_at, p.reached_at, p.due_at, p.lapsed_at,
       p.answered_at, p.signed_persons, p.persons, e.name as estate_name
  from petition p join place e on e.id = p.estate
 where ($1::uuid is null or p.estate = $1)
   and ($2::uuid is null or (p.started_at, p.id) <
        (select started_at, id from petition where id = $2))
 order by p.started_at desc, p.id desc limit $3
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many signed, of how many."""

    signed: Weight
    whole: Weight
    gaps: int = 0  # units that do not count: no area, or sold to nobody known


@dataclass(frozen=True, slots=True)
class PetitionLine:
    """A petition in a list."""

    id: UUID
    title: str
    kind: str
    started_at: datetime
    closes_at: datetime
    reached_at: datetime | None
    due_at: datetime | None
    lapsed_at: datetime | None
    answered_at: datetime | None
    signed_persons: int
    persons: int
    estate_name: str

    @property
    def label(self) -> str:
        return label_of(self.reached_at, self.lapsed_at, self.answered_at)

    def is_late(self, at: datetime) -> bool:
        return self.due_at is not None and self.answered_at is None and self.due_at <= at


@dataclass(frozen=True, slots=True)
class PetitionRead:
    """A petition with its estate, its rule, and who owes the answer."""

    petition: Petition
    estate: Place
    rule: PetitionRule
    answerer_name: str
    answerer_phone: str

    @property
    def label(self) -> str:
        it = self.petition
        return label_of(it.reached_at, it.lapsed_at, it.answered_at)

    @property
    def counted(self) -> Counted:
        it = self.petition
        return Counted(
            Weight(it.signed_persons, it.signed_area_cm2), Weight(it.persons, it.area_cm2)
        )


def label_of(
    reached_at: datetime | None, lapsed_at: datetime | None, answered_at: datetime | None
) -> str:
    """Where it stands, in words."""
    if answered_at:
        return "已答复"
    if reached_at:
        return "已达到比例，等待答复"
    return "期满未达到比例" if lapsed_at else "正在联名"


async def owners_acted_for(person: UUID, estate: UUID) -> list[UUID]:
    """The owners of the estate that a person acts for, as themselves or as a guardian."""
    found = await rows(
        f"""select distinct o.owner from ownership o join unit u on u.id = o.unit
             where o.until is null and u.estate = $2 and o.owner in ({ACTS_FOR})
             order by o.owner""",
        person, estate,
    )  # fmt: skip
    return [one["owner"] for one in found]


async def count(petition: UUID, estate: UUID, *, parking_counts: bool) -> Counted:
    """All owners as the registry has them now, and those of them who signed."""
    units = [
        franchise.Unit(
            str(one["id"]), one["area_cm2"], frozenset(map(str, one["owners"])),
            one["kind"] == UnitKind.PARKING, one["unsold"],
        )
        for one in await rows(UNITS, estate)
    ]  # fmt: skip
    signers = await rows(
        "select owner from signature where petition = $1 and withdrawn_at is null", petition
    )
    signed = [str(one["owner"]) for one in signers]

    lacking = len(await gaps(estate))

    def work() -> Counted:
        rights: list[Right] = franchise.voting_rights(units, parking_counts=parking_counts)
        return Counted(signed_weight(rights, signed), weight_of(rights), lacking)

    # A large estate takes a while, in which the loop has others to serve.
    return await asyncio.to_thread(work)


async def read_petition(petition_id: UUID) -> PetitionRead:
    """NotFound."""
    petition = await Petition.objects().get(Petition.id == petition_id)
    if petition is None:
        raise NotFound("没有找到这份业主联名。")
    body = await row("select name, phone from body where id = $1", petition.answerer)
    assert body, "the foreign key says so"
    rule = rule_for(PetitionKind(petition.kind), day_of(petition.started_at))
    estate = await place_of(petition.estate)
    return PetitionRead(petition, estate, rule, body["name"], body["phone"])


async def petitions(
    estate: UUID | None, after: UUID | None = None, limit: int = PAGE + 1
) -> list[PetitionLine]:
    """The newest first."""
    return [PetitionLine(**dict(one)) for one in await rows(LIST, estate, after, limit)]


async def has_signed(petition: UUID, person: UUID) -> bool:
    """Whether this account has signed for somebody."""
    found = await row(
        """select 1 from signature where petition = $1 and person = $2 and withdrawn_at is null
            limit 1""",
        petition, person,
    )  # fmt: skip
    return found is not None


async def own_estates(person: UUID) -> list[tuple[UUID, str]]:
    """The estates in which somebody that the person acts for owns a unit."""
    found = await rows(
        f"""select distinct e.id, e.name, e.sort from ownership o join unit u on u.id = o.unit
             join place e on e.id = u.estate
            where o.until is null and o.owner in ({ACTS_FOR}) order by e.sort, e.id""",
        person,
    )
    return [(one["id"], one["name"]) for one in found]
