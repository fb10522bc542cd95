"""What the screens of a whistle ask: where one lives, what there is to choose, whom to call, and
which open tickets are like the one about to be whistled."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from coordination.db import row, rows
from coordination.law.periods import day_of
from coordination.places.naming import building_name
from coordination.registry.queries import ACTS_FOR
from coordination.tickets.grams import grams_of, plain
from coordination.tickets.kinds import State
from coordination.tickets.whistling.wording import place_words, state_words

SIMILAR_SHOWN = 5
SIMILAR_FOR = timedelta(days=60)
LIKENESS = 2  # bigrams in common that make two texts of one kind alike, wherever it is

HOMES = f"""
select distinct e.id as estate, e.name as estate_name, e.sort as estate_sort,
       b.id, b.name, b.sort
  from place b join place e on e.id = b.parent join unit u on u.building = b.id
 where u.id in (
   select o.unit from ownership o where o.until is null and o.owner in ({ACTS_FOR})
   union all
   select r.unit from residency r where r.person = $1 and r.confirmed_at is not null
      and (r.until is null or r.until > $2))
 order by e.sort, e.id, b.sort, b.id
"""

TO_CALL = """
select b.name, b.phone from body b join place p on p.id = b.place, place e
 where e.id = $1 and starts_with(e.path, p.path) and b.phone <> ''
   and b.kind = any($2) and (b.since is null or b.since <= $3)
   and (b.until is null or b.until > $3)
 order by array_position($2, b.kind::text), length(p.path) desc, b.name
"""

# Of one main category and one estate; the same building or enough of the same words.
SIMILAR = """
with family as (
  select c.id from category c, category wanted
   where wanted.code = $2
     and coalesce(c.parent, c.id) = coalesce(wanted.parent, wanted.id)),
near as (
  select t.*, t.building is not distinct from $3::uuid as here,
         cardinality(array(select unnest(t.grams) intersect select unnest($4::text[]))) as alike
    from ticket t
   where t.estate = $1 and t.state not in ('closed', 'merged', 'withdrawn')
     and t.whistled_at > $5 and t.category in (select id from family))
select t.id, t.number, t.state, t.whistled_at, t.spot, t.cosigners, t.reopened,
       t.is_public, c.name as category,
       b.name as building, case when t.is_public then t.text end as text,
       case when t.is_public then (select p.small from ticket_photo p
         where p.ticket = t.id and p.kind = 'whistle' and p.small is not null
         order by p.sort limit 1) end as photo,
       t.whistled_by = $6 or exists (select from co_signer s
         where s.ticket = t.id and s.person = $6) as mine
  from near t join category c on c.id = t.category left join place b on b.id = t.building
 where t.here or t.alike >= $7
 order by t.here desc, t.alike desc, t.whistled_at desc limit $8
"""


@dataclass(frozen=True, slots=True)
class Home:
    """An estate where someone lives or owns, and their own buildings in it: (id, name)."""

    estate: UUID
    name: str
    buildings: list[tuple[UUID, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Topic:
    """A category as it is chosen: below a main one, or a main one with its icon."""

    id: UUID
    code: str
    name: str
    parent: UUID | None
    icon: str | None
    tags: str

    @property
    def spoken(self) -> list[str]:
        """What people call it."""
        said = [
            *self.tags.replace("，", " ").replace(",", " ").replace("、", " ").split(),
            self.name,
        ]
        return [plain(word) for word in said if len(word) > 1]


@dataclass(frozen=True, slots=True)
class Similar:
    """An open ticket like the one about to be whistled. `photo`: the small copy's name."""

    id: UUID
    number: int
    state: State
    whistled_at: datetime
    spot: str
    cosigners: int
    reopened: int
    is_public: bool
    category: str
    building: str | None
    text: str | None
    photo: str | None
    mine: bool

    @property
    def where(self) -> str:
        return place_words(self.building, self.spot)

    @property
    def label(self) -> str:
        return state_words(self.state, reopened=self.reopened)


async def homes_of(person: UUID, at: datetime) -> list[Home]:
    """The estates where a person owns or lives, confirmed, now."""
    homes: dict[UUID, Home] = {}
    for each in await rows(HOMES, person, at):
        home = homes.setdefault(each["estate"], Home(each["estate"], each["estate_name"]))
        home.buildings.append((each["id"], building_name(each["name"])))
    return list(homes.values())


async def buildings_of(estates: list[UUID]) -> list[tuple[UUID, UUID, str]]:
    """(building, estate, name) of these estates, in order."""
    found = await rows(
        """select id, parent, name from place where kind = 'building' and parent = any($1)
           order by parent, sort, id""",
        estates,
    )
    return [(each["id"], each["parent"], building_name(each["name"])) for each in found]


async def topics() -> list[Topic]:
    """All categories that can be chosen, in order."""
    found = await rows(
        """select id, code, name, parent, icon, tags from category where retired_at is null
           order by sort, code"""
    )
    return [Topic(**each) for each in found]


def suggested(all_topics: list[Topic], text: str, most: int = 3) -> list[Topic]:
    """The categories whose words stand in the text, those that say most of it first."""
    said, hits = plain(text), []
    for topic in all_topics:
        weight = sum(len(word) for word in set(topic.spoken) if word in said)
        if weight:
            hits.append((-weight, topic.parent is None, topic))
    return [topic for *_, topic in sorted(hits, key=lambda hit: hit[:2])[:most]]


async def to_call(estate: UUID, at: datetime, *kinds: str) -> list[tuple[str, str]]:
    """(body, phone) that answer for an estate, of these kinds in this order."""
    wanted = list(kinds or ("property_company", "residents_committee"))
    found = await rows(TO_CALL, estate, wanted, day_of(at))
    return [(each["name"], each["phone"]) for each in found]


async def similar_to(
    person: UUID, estate: UUID, building: UUID | None, category: str, text: str, at: datetime
) -> list[Similar]:
    """Open tickets of the estate that may be about the same: the same building first, then the
    likest."""
    found = await rows(
        SIMILAR, estate, category, building, grams_of(text), at - SIMILAR_FOR, person,
        LIKENESS, SIMILAR_SHOWN,
    )  # fmt: skip
    return [Similar(**{**dict(each), "state": State(each["state"])}) for each in found]


async def estate_name(estate: UUID) -> str | None:
    """None: there is no such estate."""
    found = await row("select name from place where id = $1 and kind = 'estate'", estate)
    return found["name"] if found else None
