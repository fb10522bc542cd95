"""Lists as their pages show them."""

import json
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from asyncpg import Record

from coordination.db import rows
from coordination.errors import NotFound
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.reports.listings.permits import may_keep, may_object, may_see_draft
from coordination.reports.listings.scoring import INPUTS, Share
from coordination.reports.tables import Colour, Listing, ScoreFormula

COLOUR_WORDS = {Colour.RED: "红榜", Colour.BLACK: "黑榜", Colour.NONE: "不上榜"}

ENTRIES = """
select n.id, n.estate, e.name as estate_name, e.path, b.name as company_name, n.estate_type,
  n.band, n.tickets, n.inputs::text as inputs, n.score, n.rank, n.of, n.suggested, n.decision,
  n.reason, n.decided_at,
  (select count(*) from violation v where v.estate = n.estate and v.settled_at is null)
    as violations
from listing_entry n join place e on e.id = n.estate left join body b on b.id = n.company
where n.listing = $1
order by n.estate_type, n.band, n.rank nulls last, e.sort, e.id
"""
OBJECTIONS = """
select o.id, o.entry, b.name as body_name, o.text, o.at, o.answer, o.upheld, o.answered_at
from listing_objection o join listing_entry n on n.id = o.entry join body b on b.id = o.body
where n.listing = $1 order by o.at, o.id
"""
IN_FORCE = """
select l.id, l.month, p.name as place_name, l.published_at, l.expires_at, l.objections_until,
  p.path
from listing l join place p on p.id = l.place
where case when $1 then l.published_at is not null and l.expires_at > $2
           else l.published_at is null end
order by l.month desc, p.sort, p.id limit 60
"""

VIOLATIONS = """
select v.id, e.name as estate_name, v.text, v.basis, v.found_at, v.settled_at
from violation v join place e on e.id = v.estate
where exists (select from unnest($1::text[]) as p (path) where starts_with(e.path, p.path))
order by v.settled_at is not null, v.found_at desc, v.id limit 200
"""


@dataclass(frozen=True, slots=True)
class Objection:
    id: UUID
    entry: UUID
    body_name: str
    text: str
    at: datetime
    answer: str | None
    upheld: bool | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A project on a list; `inputs` in the order of the formula."""

    id: UUID
    estate: UUID
    estate_name: str
    path: str
    company_name: str | None
    estate_type: str
    band: str
    tickets: int
    inputs: list[tuple[str, Share]]
    score: int | None
    rank: int | None
    of: int
    suggested: Colour
    decision: Colour | None
    reason: str | None
    decided_at: datetime | None
    violations: int
    objections: list[Objection]
    may_object: bool


@dataclass(frozen=True, slots=True)
class ListingRead:
    """A list with its projects by their like: (type and size, entries)."""

    listing: Listing
    place: Place
    formula: ScoreFormula
    weights: list[tuple[str, int, str]]  # label, weight, where it comes from
    groups: list[tuple[str, list[Entry]]]
    may_keep: bool

    @property
    def is_published(self) -> bool:
        return self.listing.published_at is not None


@dataclass(frozen=True, slots=True)
class ListingLine:
    id: UUID
    month: str
    place_name: str
    published_at: datetime | None
    expires_at: datetime | None
    objections_until: datetime
    path: str


async def listings(published: bool, at: datetime) -> list[ListingLine]:
    """Those in force, or the drafts; the newest first."""
    return [ListingLine(**row) for row in await rows(IN_FORCE, published, at)]


async def drafts_for(asker: Asker | None, at: datetime) -> list[ListingLine]:
    if asker is None:
        return []
    return [
        line
        for line in await listings(False, at)
        if any(role.touches_path(line.path) for role in asker.roles)
    ]


async def read_listing(listing_id: UUID, asker: Asker | None, at: datetime) -> ListingRead:
    """NotFound: no such list, a draft that the asker has no part in, or one that expired."""
    listing = await Listing.objects().get(Listing.id == listing_id)
    if listing is None:
        raise NotFound("没有找到这份榜单。")
    place = await place_of(listing.place)
    over = listing.expires_at is not None and listing.expires_at <= at
    hidden = listing.published_at is None and not may_see_draft(asker, place)
    if hidden or (over and not may_keep(asker, place)):
        raise NotFound("没有找到这份榜单。公布满期的榜单已经撤下。")
    formula = await ScoreFormula.objects().get(ScoreFormula.id == listing.formula)
    assert formula, "the foreign key says so"
    entries = await _entries(listing, asker)
    grouped = groupby(entries, lambda entry: f"{entry.estate_type} · {entry.band}")
    return ListingRead(
        listing, place, formula, weights_of(formula),
        [(like, list(group)) for like, group in grouped], may_keep(asker, place),
    )  # fmt: skip


def weights_of(formula: ScoreFormula) -> list[tuple[str, int, str]]:
    weights = json.loads(formula.weights)
    return [(each.label, weights.get(each.name, 0), each.source) for each in INPUTS]


async def _entries(listing: Listing, asker: Asker | None) -> list[Entry]:
    said: dict[UUID, list[Objection]] = {}
    for row in await rows(OBJECTIONS, listing.id):
        objection = Objection(**row)
        said.setdefault(objection.entry, []).append(objection)
    found = []
    for row in await rows(ENTRIES, listing.id):
        given = dict(row)
        shares = json.loads(given.pop("inputs"))
        found.append(Entry(
            **given | {
                "inputs": [(each.label, _share(shares.get(each.name))) for each in INPUTS],
                "suggested": Colour(given["suggested"]),
                "decision": Colour(given["decision"]) if given["decision"] else None,
                "objections": said.get(given["id"], []),
                "may_object": may_object(asker, given["path"]),
            }
        ))  # fmt: skip
    return found


def _share(given: list[int] | None) -> Share:
    return (given[0], given[1]) if given else None


async def violations_under(paths: list[str]) -> list[Record]:
    """Serious violations of projects under these paths, the open ones first."""
    return await rows(VIOLATIONS, paths)
