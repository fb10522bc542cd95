"""/incidents: what is out of order now, for everybody; opening, notice and end for 物业、社区."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotAllowed
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.places.queries import place_of, places_within
from coordination.places.tables import PlaceKind
from coordination.tickets.desk.queries import buildings_of, categories_offered
from coordination.tickets.desk.uploads import MOST_BYTES, kept_files
from coordination.tickets.incidents import actions
from coordination.tickets.incidents.actions import KEEPERS, may_keep
from coordination.tickets.incidents.queries import drafted_notice, incidents_of, read_incident
from coordination.tickets.words import STATE_WORDS
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again, form_from


@dataclass
class NoticeFields:
    title: str = ""
    text: str = ""
    contact: str = ""


class PublicIncidentPages(Controller):
    """Open to everybody: who knows of it need not whistle."""

    path = "/incidents"
    guards = [anyone]

    @get()
    async def incidents(
        self, visitor: NamedDependency[Asker | None], estate: FromQuery[UUID | None] = None
    ) -> Template:
        here = await place_of(estate, PlaceKind.ESTATE) if estate else None
        paths = _kept_paths(visitor)
        context = {
            "estate": here,
            "incidents": await incidents_of(here and here.id, paths or [""]),
            "may_open": bool(paths),
        }
        return Template("tickets/incidents/incidents.html", context=context)

    @get("/{incident_id:uuid}")
    async def incident(
        self, visitor: NamedDependency[Asker | None], incident_id: FromPath[UUID]
    ) -> Template:
        context = await _shown(visitor, incident_id)
        return Template("tickets/incidents/incident.html", context=context)


class IncidentKeeping(Controller):
    path = "/incidents"
    guards = [staff(*KEEPERS)]

    @get("/new")
    async def new(
        self, asker: NamedDependency[Asker], estate: FromQuery[UUID | None] = None
    ) -> Template:
        context = await _offered(asker, estate)
        return Template("tickets/incidents/new.html", context=context | {"form": Form()})

    @post("/new")
    async def open(self, request: Request, asker: NamedDependency[Asker]) -> Response:
        sent = await request.form()
        names = ("estate", "category", "title", "text", "expected_at")
        said: dict[str, object] = {name: str(sent.get(name) or "") for name in names}
        said["buildings"] = [str(one) for one in sent.getall("buildings", [])]
        offered = await _offered(asker, _uuid(str(said["estate"])))
        try:
            read = Reader(said)
            category = read.one_of("category", "类别", [str(k) for k, _ in offered["categories"]])
            title = read.text("title", "标题", longest=100)
            text = read.text("text", "情况", longest=2_000)
            expected = read.moment("expected_at", "预计恢复") if said["expected_at"] else None
            chosen = [one for key, _ in offered["buildings"] if (one := key) in said["buildings"]]
            read.settle()
            incident = await actions.open_incident(
                asker, offered["estate"].id, UUID(category), title, text,
                [UUID(one) for one in chosen], expected, clock.now(),
            )  # fmt: skip
        except Invalid as refusal:
            return form_again("tickets/incidents/new.html", refusal, said, **offered)
        return Redirect(f"/incidents/{incident.id}", status_code=303)

    @post("/{incident_id:uuid}/tickets")
    async def link(self, asker: NamedDependency[Asker], incident_id: FromPath[UUID]) -> Redirect:
        await actions.link_tickets(asker, incident_id, clock.now())
        return Redirect(f"/incidents/{incident_id}", status_code=303)

    @post("/{incident_id:uuid}/notice")
    async def notify(
        self,
        asker: NamedDependency[Asker],
        incident_id: FromPath[UUID],
        data: URLEncodedBody[NoticeFields],
    ) -> Response:
        try:
            notice = await actions.issue_notice(
                asker, incident_id, data.title, data.text, data.contact, clock.now()
            )
        except Invalid as refusal:
            context = await _shown(asker, incident_id)
            return _again(context | {"notice_form": form_from(refusal, data, "n")})
        return Redirect(f"/notices/{notice.id}", status_code=303)

    @post("/{incident_id:uuid}/end", request_max_body_size=MOST_BYTES)
    async def end(
        self, request: Request, asker: NamedDependency[Asker], incident_id: FromPath[UUID]
    ) -> Response:
        sent = await request.form()
        words, at = str(sent.get("words") or ""), clock.now()
        kept, wrong = await kept_files(sent.multi_items(), "", asker.id, at)
        try:
            if wrong:
                raise Invalid("照片没有收。", **wrong)
            photos = [(one.kind, one.sha256, one.small) for one in kept]
            await actions.end_incident(asker, incident_id, words, photos, at)
        except Invalid as refusal:
            context = await _shown(asker, incident_id)
            return _again(context | {"end_form": form_from(refusal, {"words": words}, "e")})
        return Redirect(f"/incidents/{incident_id}", status_code=303)


def _again(context: dict[str, object]) -> Template:
    return Template("tickets/incidents/incident.html", context=context, status_code=422)


def _kept_paths(asker: Asker | None) -> list[str]:
    roles = asker.roles if asker else ()
    return [role.place_path for role in roles if role.kind in KEEPERS and role.place_path]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _offered(asker: Asker, estate: UUID | None) -> dict:
    """The one estate that is meant, its buildings, the categories; of several, a choice first."""
    estates = await places_within(_kept_paths(asker), PlaceKind.ESTATE)
    if not estates:
        raise NotAllowed("突发事件由物业或者社区登记。")
    chosen = next((one for one in estates if one.id == estate), None)
    chosen = chosen or (estates[0] if len(estates) == 1 else None)
    found = await buildings_of(chosen.id) if chosen else []
    return {
        "estates": estates,
        "estate": chosen,
        "buildings": [(str(key), name) for key, name in found],
        "categories": await categories_offered(),
    }


async def _shown(visitor: Asker | None, incident_id: UUID) -> dict[str, object]:
    read = await read_incident(incident_id)
    return {
        "read": read,
        "incident": read.incident,
        "states": {state.value: words for state, words in STATE_WORDS.items()},
        "may_keep": may_keep(visitor, read.estate) and not read.incident.ended_at,
        "notice_form": Form(drafted_notice(read), prefix="n"),
        "end_form": Form(prefix="e"),
    }


PAGES = [PublicIncidentPages, IncidentKeeping]
