"""/campaigns: what is handled together, for everybody; suggestions and steps for staff."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotAllowed
from coordination.law.periods import DAY, start_of
from coordination.matters.raising import TEXT_LONGEST
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.places.queries import place_of, places_within
from coordination.places.tables import PlaceKind
from coordination.tickets.campaigns import actions
from coordination.tickets.campaigns.actions import KEEPERS, may_campaign
from coordination.tickets.campaigns.queries import (
    FIGURES,
    campaigns_of,
    clusters_within,
    read_campaign,
)
from coordination.tickets.desk.queries import categories_offered
from coordination.tickets.figures.counts import COUNTS
from coordination.tickets.words import OUTCOME_WORDS, STATE_WORDS
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again, form_from


@dataclass
class Fields:
    place: str = ""
    category: str = ""
    title: str = ""
    text: str = ""
    ends_on: str = ""
    findings: str = ""


class PublicCampaignPages(Controller):
    """Open to everybody."""

    path = "/campaigns"
    guards = [anyone]

    @get()
    async def campaigns(
        self, visitor: NamedDependency[Asker | None], estate: FromQuery[UUID | None] = None
    ) -> Template:
        at = clock.now()
        here = await place_of(estate, PlaceKind.ESTATE) if estate else None
        paths = _kept_paths(visitor)
        context = {
            "estate": here,
            "campaigns": await campaigns_of(here),
            "suggested": await clusters_within(paths, at),
            "may_open": bool(paths),
            "at": at,
        }
        return Template("tickets/campaigns/campaigns.html", context=context)

    @get("/{campaign_id:uuid}")
    async def campaign(
        self, visitor: NamedDependency[Asker | None], campaign_id: FromPath[UUID]
    ) -> Template:
        context = await _shown(visitor, campaign_id)
        return Template("tickets/campaigns/campaign.html", context=context | {"form": Form()})


class CampaignKeeping(Controller):
    """社区、街道、部门 open and end them."""

    path = "/campaigns"
    guards = [staff(*KEEPERS)]

    @get("/new")
    async def new(
        self,
        asker: NamedDependency[Asker],
        place: FromQuery[str] = "",
        category: FromQuery[str] = "",
        title: FromQuery[str] = "",
    ) -> Template:
        form = Form({"place": place, "category": category, "title": title[:100]})
        context = await _offered(asker)
        return Template("tickets/campaigns/new.html", context=context | {"form": form})

    @post("/new")
    async def open(self, asker: NamedDependency[Asker], data: URLEncodedBody[Fields]) -> Response:
        offered = await _offered(asker)
        try:
            read = Reader(data)
            place = read.one_of("place", "范围", [str(one.id) for one in offered["places"]])
            category = read.one_of("category", "类别", [str(k) for k, _ in offered["categories"]])
            title = read.text("title", "标题", longest=100)
            text = read.text("text", "内容", longest=TEXT_LONGEST)
            ends_on = read.day("ends_on", "结束日期")
            read.settle()
            campaign = await actions.open_campaign(
                asker, UUID(place), UUID(category), title, text, start_of(ends_on + DAY),
                clock.now(),
            )  # fmt: skip
        except Invalid as refusal:
            return form_again("tickets/campaigns/new.html", refusal, data, **offered)
        return Redirect(f"/campaigns/{campaign.id}", status_code=303)

    @post("/{campaign_id:uuid}/members")
    async def add(self, asker: NamedDependency[Asker], campaign_id: FromPath[UUID]) -> Redirect:
        await actions.add_open_tickets(asker, campaign_id, clock.now())
        return Redirect(f"/campaigns/{campaign_id}", status_code=303)

    @post("/{campaign_id:uuid}/topic")
    async def topic(self, asker: NamedDependency[Asker], campaign_id: FromPath[UUID]) -> Redirect:
        await actions.propose_topic(asker, campaign_id, clock.now())
        return Redirect(f"/campaigns/{campaign_id}", status_code=303)

    @post("/{campaign_id:uuid}/end")
    async def end(
        self,
        asker: NamedDependency[Asker],
        campaign_id: FromPath[UUID],
        data: URLEncodedBody[Fields],
    ) -> Response:
        try:
            await actions.end_campaign(asker, campaign_id, data.findings, clock.now())
        except Invalid as refusal:
            context = await _shown(asker, campaign_id)
            return Template(
                "tickets/campaigns/campaign.html",
                context=context | {"form": form_from(refusal, data)}, status_code=422,
            )  # fmt: skip
        return Redirect(f"/campaigns/{campaign_id}", status_code=303)


def _kept_paths(asker: Asker | None) -> list[str]:
    roles = asker.roles if asker else ()
    return [role.place_path for role in roles if role.kind in KEEPERS and role.place_path]


async def _offered(asker: Asker) -> dict:
    paths = _kept_paths(asker)
    if not paths:
        raise NotAllowed("专项整治由社区、街道或者主管部门开展。")
    wide = [
        *await places_within(paths, PlaceKind.SUBDISTRICT),
        *await places_within(paths, PlaceKind.COMMUNITY),
    ]
    return {
        "places": [*wide, *await places_within(paths, PlaceKind.ESTATE)],
        "categories": await categories_offered(),
    }


async def _shown(visitor: Asker | None, campaign_id: UUID) -> dict[str, object]:
    at: datetime = clock.now()
    read = await read_campaign(campaign_id, at)
    return {
        "read": read,
        "campaign": read.campaign,
        "figures": [(COUNTS[name].label, name) for name in FIGURES],
        "states": {state.value: words for state, words in STATE_WORDS.items()},
        "outcomes": {outcome.value: words for outcome, words in OUTCOME_WORDS.items()},
        "may_keep": may_campaign(visitor, read.place) and not read.campaign.ended_at,
        "at": at,
    }


PAGES = [PublicCampaignPages, CampaignKeeping]
