"""/desk/filings: 代办, from the counter or the phone to a number and a slip of paper."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotAllowed
from coordination.files import Photo
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.places.queries import place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.desk.filing_actions import (
    FILING,
    LONGEST,
    WAYS,
    Filing,
    file_for,
    may_file,
)
from coordination.tickets.desk.printing import print_slip
from coordination.tickets.desk.queries import buildings_of, categories_offered
from coordination.tickets.desk.scope import must_reach
from coordination.tickets.desk.uploads import Kept, kept_files, sealed
from coordination.tickets.desk.view import shown
from coordination.tickets.whistling.uploads import MOST_BYTES
from coordination.web.forms import Form, Reader, form_again
from coordination.web.pdf import PDF

PAGE = "tickets/desk/filing.html"
NAMES = (
    "estate", "ticket", "way", "text", "category", "building", "spot", "name", "phone",
    "is_public", "consent", "carried",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carried:
    """Photos that need not be chosen again."""

    sealed: str
    count: int


class FilingPages(Controller):
    path = "/desk/filings"
    guards = [staff(*FILING)]

    @get("/new")
    async def new(
        self, asker: NamedDependency[Asker], estate: FromQuery[UUID | None] = None
    ) -> Template:
        context = await _offered(asker, estate)
        form = Form({"ticket": str(uuid4()), "is_public": "yes"})
        return Template(PAGE, context={**context, "form": form, "carried": None})

    @post("/new", request_max_body_size=MOST_BYTES)
    async def file(self, request: Request, asker: NamedDependency[Asker]) -> Response:
        at = clock.now()
        sent = await request.form()
        said = {name: str(sent.get(name) or "") for name in NAMES}
        kept, wrong = await kept_files(sent.multi_items(), said["carried"], asker.id, at)
        try:
            filing = await _read(asker, said, kept, wrong)
            ticket = await file_for(asker, filing, at)
        except Invalid as refusal:
            carried = Carried(sealed(kept, asker.id), len(kept)) if kept else None
            context = await _offered(asker, _uuid(said["estate"]))
            return form_again(PAGE, refusal, said, **context, carried=carried)
        return Redirect(f"/desk/filings/{ticket.id}", status_code=303)

    @get("/{ticket_id:uuid}")
    async def filed(self, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]) -> Template:
        """What to tell the caller."""
        await must_reach(asker, ticket_id, clock.now())
        found = await shown(ticket_id)
        context = {"shown": found, "has_account": found.ticket.whistled_by is not None}
        return Template("tickets/desk/filed.html", context=context)

    @get("/{ticket_id:uuid}/slip.pdf")
    async def slip(
        self, asker: NamedDependency[Asker], ticket_id: FromPath[UUID]
    ) -> Response[bytes]:
        at = clock.now()
        await must_reach(asker, ticket_id, at)
        return Response(await print_slip(await shown(ticket_id), at), media_type=PDF)


async def _read(
    asker: Asker, said: dict[str, str], kept: list[Kept], wrong: dict[str, str]
) -> Filing:
    """Invalid, with every field; NotAllowed: another's estate."""
    read = Reader(said)
    way = read.one_of("way", "反映方式", WAYS)
    text = read.text("text", "发生了什么", longest=LONGEST)
    spot = read.text("spot", "具体位置", longest=100, optional=True)
    name = read.text("name", "称呼", longest=60, optional=True)
    phone = read.text("phone", "电话", longest=30, optional=True)
    category = _uuid(said["category"])
    if category is None:
        read.wrong("category", "请选择类别。")
    if said["consent"] != "yes":
        read.wrong("consent", "请先征得居民同意，再勾选。")
    for field, words in wrong.items():
        read.wrong(field, words)
    read.settle()
    estate = await _estate(asker, _uuid(said["estate"]))
    assert category and estate
    return Filing(
        _uuid(said["ticket"]) or uuid4(), estate, _uuid(said["building"]), spot, category, text,
        said["is_public"] == "yes", way, name, phone,
        tuple(Photo(one.sha256, one.small or one.sha256) for one in kept),
    )  # fmt: skip


async def _estate(asker: Asker, estate_id: UUID | None) -> Place | None:
    """NotFound; NotAllowed: not the asker's to file for."""
    if estate_id is None:
        return None
    estate = await place_of(estate_id, PlaceKind.ESTATE)
    if not may_file(asker, estate):
        raise NotAllowed("代办由本小区的社区和物业工作人员办理。")
    return estate


async def _offered(asker: Asker, chosen: UUID | None) -> dict[str, Any]:
    paths = {role.place_path for role in asker.roles if role.kind in FILING}
    estates = await places_within(paths, PlaceKind.ESTATE)
    estate = await _estate(asker, chosen or (estates[0].id if len(estates) == 1 else None))
    return {
        "estate": estate,
        "estates": [(one.id, one.name) for one in estates],
        "buildings": await buildings_of(estate.id) if estate else [],
        "categories": await categories_offered(),
        "ways": [(value, words, "") for value, words in WAYS.items()],
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
