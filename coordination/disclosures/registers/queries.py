"""The registered bodies as everybody reads them.

Names stand here of those alone whose membership is itself published by its rule: the owners'
committee and its preparatory group (指导规则 arts. 10, 31-34), the residents' and the supervisory
committee (城市居民委员会组织法 arts. 8, 9). Of all others: the office that they publish.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from asyncpg import Record

from coordination.db import row, rows
from coordination.disclosures.registers.rules import TONES, Term, term
from coordination.errors import NotFound
from coordination.law.periods import day_of
from coordination.law.terms import election_from
from coordination.people.queries import IN_OFFICE
from coordination.people.tables import BodyKind, RoleKind
from coordination.people.words import BODY_WORDS, ROLE_WORDS
from coordination.places.tables import Place

NAMED = (
    BodyKind.OWNERS_COMMITTEE, BodyKind.PREPARATORY_GROUP, BodyKind.RESIDENTS_COMMITTEE,
    BodyKind.SUPERVISORY,
)  # fmt: skip
SITTING = (
    RoleKind.COMMITTEE_MEMBER, RoleKind.PREPARATORY_MEMBER, RoleKind.COMMUNITY_WORKER,
    RoleKind.SUPERVISOR,
)  # fmt: skip
MISSING = "没有找到这个单位。"
ONE = """
select b.id, b.kind, b.name, b.phone, b.officer, coalesce(b.filing_number, '') as filing_number,
       b.since, b.until, p.id as place, p.name as place_name, p.path
  from body b join place p on p.id = b.place"""
# Its successor: of the same kind and place, in office when the term is over.
FOLLOWED = """exists (
  select from body n where n.place = b.place and n.kind = b.kind and n.id <> b.id
  and (n.until is null or n.until > b.until) and (n.since is null or n.since >= b.since))"""
# $1: the day on which an election is due of what ends until $2; $3: paths of who looks.
ENDING = f"""{ONE}
 where b.kind = 'owners_committee' and b.until is not null and b.until <= $1
   and exists (select from unnest($2::text[]) as o (path) where starts_with(p.path, o.path)
                or starts_with(o.path, p.path))
   and not {FOLLOWED} order by b.until, b.id limit 100"""


@dataclass(frozen=True, slots=True)
class BodyShown:
    """A body of the register."""

    id: UUID
    kind: BodyKind
    name: str
    phone: str
    officer: str
    filing_number: str
    since: date | None
    until: date | None
    place: UUID
    place_name: str
    path: str

    @property
    def kind_words(self) -> str:
        return BODY_WORDS[self.kind]

    @property
    def is_elected(self) -> bool:
        return self.kind is BodyKind.OWNERS_COMMITTEE

    def term(self, at: datetime) -> Term:
        return term(self.until, day_of(at))

    def tone(self, at: datetime) -> str:
        return TONES[self.term(at)]

    @property
    def last_on(self) -> date | None:
        """The last day in office."""
        return self.until and self.until - timedelta(days=1)

    @property
    def election_from(self) -> date | None:
        return self.until and election_from(self.until)


async def registered_at(estate: Place, at: datetime) -> list[BodyShown]:
    """In office for an estate: its own bodies first, then those of what it lies in; and a
    committee whose term is over and that nobody followed."""
    found = await rows(
        f"""{ONE} where starts_with($1, p.path) and b.kind <> 'operator'
              and ({IN_OFFICE.format(day="$2")}
                   or b.kind = 'owners_committee' and b.until <= $2 and not {FOLLOWED})
             order by length(p.path) desc, b.kind, b.name, b.id""",
        estate.path, day_of(at),
    )  # fmt: skip
    return [_shown(one) for one in found]


async def body_shown(body_id: UUID) -> BodyShown:
    """NotFound."""
    found = await row(f"{ONE} where b.id = $1 and b.kind <> 'operator'", body_id)
    if found is None:
        raise NotFound(MISSING)
    return _shown(found)


async def members_of(body: BodyShown, at: datetime) -> list[tuple[str, str, datetime]]:
    """(name, office, since) of those who sit in it, where that is published."""
    if body.kind not in NAMED:
        return []
    found = await rows(
        """select p.name, r.kind, min(r.since) as since from role r join person p on p.id = r.person
            where r.body = $1 and r.kind = any($2) and r.since <= $3
              and (r.until is null or r.until > $3)
            group by p.id, p.name, r.kind order by min(r.since), p.name, p.id""",
        body.id, [kind.value for kind in SITTING], at,
    )  # fmt: skip
    return [(one["name"], ROLE_WORDS[RoleKind(one["kind"])], one["since"]) for one in found]


async def before(body: BodyShown) -> list[Record]:
    """The other terms of the same kind of body there."""
    return await rows(
        """select id, name, since, until, coalesce(filing_number, '') as filing_number from body
            where place = $1 and kind = $2 and id <> $3
            order by since desc nulls last, id limit 12""",
        body.place, body.kind.value, body.id,
    )  # fmt: skip


async def ending_in(paths: Sequence[str], at: datetime) -> list[BodyShown]:
    """Committees within these paths, or above them, whose election is due and nobody follows yet;
    the soonest first."""
    today = day_of(at)
    found = await rows(ENDING, today + timedelta(days=93), list(paths))
    shown = [_shown(one) for one in found]
    return [one for one in shown if one.term(at) is not Term.RUNNING]


def _shown(found: Record) -> BodyShown:
    columns: dict[str, Any] = dict(found)
    columns["kind"] = BodyKind(found["kind"])
    return BodyShown(**columns)
