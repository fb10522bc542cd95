"""The rights of one person in one poll, as their pages show them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from coordination import db
from coordination.ballots.offers import Offer, offer_of
from coordination.errors import NotFound
from coordination.people.phones import is_mobile
from coordination.people.secrecy import open_phone
from coordination.places.naming import unit_name

MINE = """
select r.id, r.number, r.area_cm2, r.salt, r.blinding, r.who, r.weight,
       (select count(*) from right_holder x where x."right" = r.id and x.until is null) as holders,
       q.id as question, q.position, q.title, q.text, q.cost, q.proposer, q.if_silent,
       q.matter_class, q.seats,
       array(select jsonb_array_elements_text(q.options)) as options,
       array(select array[p.name, u.entrance, u.room]
               from right_unit ru join unit u on u.id = ru.unit join place p on p.id = u.building
              where ru."right" = r.id order by p.sort, u.sort) as rooms,
       array(select o.name from right_holder h join owner o on o.id = h.owner
              where h."right" = r.id and h.until is null order by o.name) as names,
       rep.person as representative, p.changes_allowed, mine.by_proxy,
       (select agent.name from proxy x join person agent on agent.id = x.person
         where x."right" = r.id and x.ended_at is null) as agent,
       p.prevails, b.*
  from (select "right", bool_and(by_proxy) as by_proxy from voicing where person = $1
         group by "right") as mine
  join voting_right r on r.id = mine."right"
  join question q on q.id = r.question join poll p on p.id = q.poll
  left join speaking rep on rep."right" = r.id, lateral (
    select max(ordinal) as cast, max(cast_at) as cast_at,
           count(*) filter (where channel = 'online') as own,
           coalesce(max(ordinal) filter (where channel = 'online'), 0) as last_own,
           max(ordinal) filter (where assisted) as aided,
           coalesce(bool_or(channel <> 'online' and not assisted), false) as on_sheet
      from ballot where ballot."right" = r.id) as b
 where q.poll = $2
 order by mine.by_proxy, q.position, r.number
"""

WORDS = {
    "approve": "同意",
    "reject": "不同意",
    "abstain": "弃权",
    "none_of_these": "都不同意",
}


@dataclass(frozen=True, slots=True)
class MyRight:
    """One voting right of the person who looks: the question, and what stands behind it."""

    row: asyncpg.Record
    person: UUID

    @property
    def id(self) -> UUID:
        return self.row["id"]

    @property
    def question(self) -> UUID:
        return self.row["question"]

    @property
    def title(self) -> str:
        return self.row["title"]

    @property
    def rooms(self) -> list[str]:
        return [unit_name(*parts) for parts in self.row["rooms"]]

    @property
    def area_cm2(self) -> int:
        return self.row["area_cm2"]

    @property
    def cast(self) -> int:
        return self.row["cast"] or 0

    @property
    def cast_at(self) -> datetime | None:
        return self.row["cast_at"]

    @property
    def by_proxy(self) -> bool:
        """Another's, who named the person that looks."""
        return self.row["by_proxy"]

    @property
    def agent(self) -> str:
        """Who was named to vote on it, by name; "" when nobody is."""
        return self.row["agent"] or ""

    @property
    def behalf(self) -> str:
        """代 某某（房号）, when it is another's."""
        owners, rooms = "、".join(self.row["names"]), "、".join(self.rooms)
        return f"代 {owners}（{rooms}）" if self.by_proxy else ""

    @property
    def co_owners(self) -> int:
        """The other holders."""
        return self.row["holders"] - 1

    @property
    def needs_agreement(self) -> bool:
        """Shared, and nobody has yet said that the others agree."""
        return self._is_shared and self.row["representative"] is None

    @property
    def is_anothers(self) -> bool:
        """Shared, and a co-owner votes on it."""
        return self._is_shared and self.row["representative"] not in (None, self.person)

    @property
    def casts_left(self) -> int:
        """How often the person who looks may still cast on it, as `cast_ballots` judges: own
        ballots alone use up the limit, after help there is one, by proxy one in all."""
        if self.by_proxy:
            return int(self.cast == 0)
        if self.is_settled_on_paper:
            return 0
        if self.row["aided"] is not None:
            return int(self.row["last_own"] <= self.row["aided"])
        return max(0, 1 + self.row["changes_allowed"] - self.row["own"])

    @property
    def is_settled_on_paper(self) -> bool:
        """A sheet was written down, and paper prevails in this vote."""
        return self.row["on_sheet"] and self.row["prevails"] == "paper"

    @property
    def was_aided(self) -> bool:
        """Somebody wrote it down for the owner, who may change it once."""
        return self.row["aided"] is not None

    @property
    def is_spent(self) -> bool:
        """Cast, and changed as often as this vote allows."""
        return self.casts_left == 0

    @property
    def is_castable(self) -> bool:
        """Whether the person who looks may still vote on it, as far as the right goes."""
        return not (self.needs_agreement or self.is_anothers or self.is_spent)

    @property
    def _is_shared(self) -> bool:
        return self.co_owners > 0 and not self.by_proxy

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(value, words) in the order of the paper."""
        return [(value, self.words_of(value)) for value in self.offer.choices]

    @property
    def offer(self) -> Offer:
        return offer_of(self.row["options"], self.row["seats"])

    @property
    def seats(self) -> int | None:
        """Of an election: how many candidates a ballot may name at most."""
        return self.row["seats"]

    def words_of(self, choice: str) -> str:
        """What a choice says to its owner; ？ where the paper has no such choice."""
        if not self.offer.accepts(choice):
            return "？"
        if choice in WORDS or self.seats is None:
            return WORDS.get(choice, choice)
        names = self.row["options"]
        return "、".join(f"{n}号 {names[int(n) - 1]}" for n in choice.split(","))


async def my_rights(person: UUID, poll: UUID) -> list[MyRight]:
    """The rights that `person` holds or acts for, question by question; then others', by proxy."""
    return [MyRight(row, person) for row in await db.rows(MINE, person, poll)]


async def rights_to_vote(person: UUID, poll: UUID) -> list[MyRight]:
    """The same. NotFound: this person has no right in this poll, or there is none."""
    rights = await my_rights(person, poll)
    if not rights:
        raise NotFound("没有找到由您表决的事项。")
    return rights


async def holders_besides(person: UUID, rights: list[UUID]) -> list[UUID]:
    """The accounts of the other holders of these rights: they are told who votes."""
    found = await db.rows(
        """select distinct a.person from right_holder h join acting a on a.owner = h.owner
            where h."right" = any($1::uuid[]) and h.until is null and a.person <> $2""",
        rights,
        person,
    )
    return [row["person"] for row in found]


async def phones_besides(person: UUID, rights: list[UUID]) -> list[bytes]:
    """The mobile phones in the register of the other holders of these rights, sealed, each once."""
    found = await db.rows(
        """select distinct on (o.phone_hash) o.phone_sealed from right_holder h
             join owner o on o.id = h.owner and o.phone_sealed is not null
            where h."right" = any($1::uuid[]) and h.until is null
              and not exists (select from acting a where a.owner = o.id and a.person = $2)""",
        rights,
        person,
    )
    return [sealed for row in found if is_mobile(open_phone(sealed := row["phone_sealed"]))]
