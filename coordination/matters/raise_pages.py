"""/matters/new: raising a matter 点事; open ones like it are shown first."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.matters.permits import RAISING
from coordination.matters.queries import homes_of
from coordination.matters.raising import TEXT_LONGEST, TITLE_LONGEST, raise_matter
from coordination.matters.reading import DOOR_WORDS, similar
from coordination.matters.tables import Door
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.queries import place_of, places_within
from coordination.places.tables import PlaceKind
from coordination.web.forms import Form, Reader, form_again, form_from

OFFICE_DOORS = [(door.value, DOOR_WORDS[door], "") for door in
                (Door.PARTY, Door.TICKETS, Door.PATROL)]  # fmt: skip


@dataclass
class TopicFields:
    place: str = ""
    title: str = ""
    text: str = ""
    door: str = ""
    looked: str = ""  # yes: the open ones like it were shown


class RaisePages(Controller):
    path = "/matters/new"
    guards = [signed_in]

    @get()
    async def new(self, asker: NamedDependency[Asker], estate: FromQuery[str] = "") -> Template:
        context = await _choices(asker)
        places: list[tuple[UUID, str]] = context["places"]  # pyright: ignore[reportAssignmentType]
        known = [str(place) for place, _ in places]
        first = estate if estate in known else next(iter(known), "")
        return Template("matters/new.html", context={
            **context, "form": Form({"place": first, "door": Door.RESIDENT.value}), "similar": [],
        })  # fmt: skip

    @post()
    async def raise_topic(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[TopicFields]
    ) -> Response:
        context, at = await _choices(asker), clock.now()
        places: list[tuple[UUID, str]] = context["places"]  # pyright: ignore[reportAssignmentType]
        try:
            read = Reader(data)
            chosen = read.one_of("place", "地点", [str(place) for place, _ in places])
            title = read.text("title", "是什么事", longest=TITLE_LONGEST)
            text = read.text("text", "情况和希望", longest=TEXT_LONGEST)
            door = data.door if data.door in set(Door) else Door.RESIDENT
            read.settle()
            place = await place_of(UUID(chosen))
            like = await similar(place.path, title) if data.looked != "yes" else []
            if like:
                form = form_from(Invalid(""), data)
                return Template("matters/new.html", context={
                    **context, "form": form, "similar": like,
                })  # fmt: skip
            matter = await raise_matter(asker, place, title, text, at, door=Door(door), once=True)
        except Invalid as refusal:
            return form_again("matters/new.html", refusal, data, **context, similar=[])
        return Redirect(f"/matters/{matter}", status_code=303)


async def _choices(asker: Asker) -> dict[str, object]:
    """Where the asker may raise matters: their homes, then what their offices reach."""
    homes = await homes_of(asker.id, clock.now())
    paths = [role.place_path for role in asker.roles if role.kind in RAISING and role.place_path]
    reached = await places_within(paths, PlaceKind.ESTATE) if paths else []
    names = dict(homes)
    for estate in reached:
        names.setdefault(estate.id, f"{estate.name}（整个小区）")
    doors = [(Door.RESIDENT.value, "我自己（居民、业主）", "")] if homes else []
    return {"places": list(names.items()), "doors": doors + OFFICE_DOORS if reached else []}
