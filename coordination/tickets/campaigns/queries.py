"""Clusters that suggest a campaign, campaigns as pages show them, figures before and after."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from coordination.db import row, rows
from coordination.errors import NotFound
from coordination.places.queries import place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.places.values import settings_in_force
from coordination.tickets.figures.counts import COUNTS, seconds_to
from coordination.tickets.tables import Campaign

SETTINGS = ("cluster_days", "cluster_building", "cluster_estate")
ALIKE = """
select t.building, b.name as building_name, t.category, c.name as category_name,
  array_agg(t.id order by t.number) as tickets
from ticket t join category c on c.id = t.category left join place b on b.id = t.building
where t.estate = $1 and t.whistled_at > $2 and t.campaign is null and t.state not in
  ('merged', 'withdrawn') and not (t.state = 'closed' and t.outcome = 'refused')
group by 1, 2, 3, 4 order by 4, 2
"""
MEMBERS = """
select t.id, t.number, t.text, t.is_public, t.state, t.outcome, t.whistled_at, e.name as estate,
  coalesce(b.name, '') as building
from ticket t join place e on e.id = t.estate left join place b on b.id = t.building
where t.campaign = $1 order by t.number desc limit 200
"""
FIGURES = ("accepted", "closed", "solved", "reopened", "late")
WINDOW = f"""
select {
    ", ".join(f"count(*) filter (where {COUNTS[name].condition}) as {name}" for name in FIGURES)
},
  percentile_disc(0.5) within group (order by {seconds_to("closed_at")})
    filter (where {COUNTS["closed"].condition}) as median
from ticket t join place e on e.id = t.estate and starts_with(e.path, $1)
  join category c on c.id = t.category
where t.whistled_at >= $2 and t.whistled_at < $3 and $5 in (t.category, c.parent)
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Tickets of one category, so many that a campaign is suggested. `building` None: spread over
    the estate."""

    estate: Place
    building: UUID | None
    building_name: str
    category: UUID
    category_name: str
    tickets: tuple[UUID, ...]
    days: int


async def clusters(estate: Place, at: datetime) -> list[Cluster]:
    """In one building, or over the whole estate, as many as the settings say."""
    held = await settings_in_force(estate, *SETTINGS, at=at)
    days, building, whole = (int(held[name].value) for name in SETTINGS)
    found: list[Cluster] = []
    over: dict[UUID, list[UUID]] = {}
    names: dict[UUID, str] = {}
    for one in await rows(ALIKE, estate.id, at - timedelta(days=days)):
        names[one["category"]] = one["category_name"]
        over.setdefault(one["category"], []).extend(one["tickets"])
        if one["building"] and len(one["tickets"]) >= building:
            found.append(Cluster(
                estate, one["building"], one["building_name"], one["category"],
                one["category_name"], tuple(one["tickets"]), days,
            ))  # fmt: skip
    wide = [
        Cluster(estate, None, "", category, names[category], tuple(tickets), days)
        for category, tickets in over.items()
        if len(tickets) >= whole
    ]
    return wide + [one for one in found if one.category not in {w.category for w in wide}]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was whistled in a window of days, and what became of it by now."""

    accepted: int
    closed: int
    solved: int
    reopened: int
    late: int
    median: int | None


@dataclass(frozen=True, slots=True)
class CampaignRead:
    """A campaign with its members and its figures over two windows of equal length."""

    campaign: Campaign
    place: Place
    category_name: str
    days: int
    before: Figures
    after: Figures
    members: list
    count: int


async def read_campaign(campaign_id: UUID, at: datetime) -> CampaignRead:
    """NotFound."""
    campaign = await Campaign.objects().get(Campaign.id == campaign_id)
    if campaign is None:
        raise NotFound("没有找到这项专项整治。")
    place = await place_of(campaign.place)
    days = max(1, (min(at, campaign.ended_at or at) - campaign.opened_at).days)
    length = timedelta(days=days)
    found = await row(
        "select c.name, (select count(*) from ticket t where t.campaign = $2) as members"
        " from category c where c.id = $1",
        campaign.category, campaign.id,
    )  # fmt: skip
    assert found, "the foreign key says so"
    return CampaignRead(
        campaign, place, found["name"], days,
        await _window(place, campaign, campaign.opened_at - length, campaign.opened_at, at),
        await _window(place, campaign, campaign.opened_at, campaign.opened_at + length, at),
        await rows(MEMBERS, campaign.id), found["members"],
    )  # fmt: skip


async def _window(
    place: Place, campaign: Campaign, since: datetime, until: datetime, at: datetime
) -> Figures:
    found = await row(WINDOW, place.path, since, until, at, campaign.category)
    assert found
    return Figures(**found)


async def campaigns_of(estate: Place | None, limit: int = 60) -> list:
    """Those of a place, of what it lies in and of what lies in it; the newest first."""
    return await rows(
        """select g.id, g.title, g.opened_at, g.ends_at, g.ended_at, p.name as place_name,
             c.name as category_name,
             (select count(*) from ticket t where t.campaign = g.id) as members
           from campaign g join place p on p.id = g.place join category c on c.id = g.category
           where $1::text is null or starts_with($1, p.path) or starts_with(p.path, $1)
           order by g.opened_at desc, g.id limit $2""",
        estate and estate.path, limit,
    )  # fmt: skip


async def clusters_within(paths: list[str], at: datetime) -> list[Cluster]:
    """The clusters of every estate under these paths."""
    estates = await places_within(paths, PlaceKind.ESTATE) if paths else []
    return [one for estate in estates for one in await clusters(estate, at)]
