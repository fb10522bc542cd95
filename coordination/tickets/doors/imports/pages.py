"""/tickets/imports: upload a hotline's sheet, say what its columns are, look, confirm."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid, NotFound
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.places.permits import may_add
from coordination.places.queries import place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.places.values import whole_setting
from coordination.tickets.doors.imports import actions, columns
from coordination.tickets.doors.imports.actions import Agreed
from coordination.tickets.doors.imports.choices import SOURCE, Choices
from coordination.tickets.doors.imports.looking_actions import table_of
from coordination.tickets.doors.imports.queries import (
    MOST_TO_TICK,
    Batch,
    batch_of,
    batches_in,
    categories,
    doubtful_lines,
    lines_of,
    same_file_before,
)
from coordination.tickets.doors.imports.undoing_actions import KEPT_DAYS, undo_import
from coordination.tickets.doors.permits import IMPORTING, may_import, may_undo, must_import
from coordination.tickets.kinds import Door, Outcome
from coordination.tickets.words import OUTCOME_WORDS
from coordination.web.downloads import NO_STORE, workbook_file
from coordination.web.forms import Form, Reader, form_again

# Above the 20 MB that we take, so that a file of 25 MB is answered by us, with what to do.
LARGEST_BODY = 40 * 1024 * 1024
DOORS = ((Door.HOTLINE, "热线、留言板"), (Door.PETITION, "信访"))
KINDS = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY, PlaceKind.ESTATE)


@dataclass
class ConfirmFields:
    mode: str = ""
    changed: str = "none"
    rows: list[str] | str = ""  # changed rows, ticked one by one


class TicketImportPages(Controller):
    path = "/tickets/imports"
    guards = [staff(*IMPORTING)]

    @get()
    async def imports(self, asker: NamedDependency[Asker]) -> Template:
        return Template("tickets/doors/imports.html", context=await _listing(asker))

    @post(request_max_body_size=LARGEST_BODY)
    async def upload(self, request: Request, asker: NamedDependency[Asker]) -> Response:
        sent = dict(await request.form())
        file = sent.pop("file", None)
        try:
            place, choices = await _asked(asker, sent)
            if not isinstance(file, UploadFile) or not file.filename:
                raise Invalid("请选择文件。", file="请选择要上传的表。")
            batch = await actions.upload_sheet(
                asker, place, await file.read(), file.filename, choices, clock.now()
            )
        except Invalid as refusal:
            context = await _listing(asker)
            del context["form"]
            return form_again("tickets/doors/imports.html", refusal, sent, **context)
        return Redirect(f"/tickets/imports/{batch}", status_code=303)

    @get("/{batch_id:uuid}")
    async def show(self, asker: NamedDependency[Asker], batch_id: FromPath[UUID]) -> Response:
        """The preview; while it is written, how far; afterwards, what was done."""
        batch, place = await _mine(asker, batch_id)
        if batch.state == "columns":
            return Redirect(f"/tickets/imports/{batch.id}/columns", status_code=303)
        name = "preview" if batch.state == "previewed" else "import"
        context = await _shown(batch, place) | {"may_undo": may_undo(asker, batch.by)}
        return Template(f"tickets/doors/{name}.html", context=context, headers=NO_STORE)

    @get("/{batch_id:uuid}/columns")
    async def columns(self, asker: NamedDependency[Asker], batch_id: FromPath[UUID]) -> Template:
        batch, place = await _mine(asker, batch_id)
        context = await _matching(asker, batch, place)
        return Template("tickets/doors/columns.html", context=context, headers=NO_STORE)

    @post("/{batch_id:uuid}/columns")
    async def match(
        self, request: Request, asker: NamedDependency[Asker], batch_id: FromPath[UUID]
    ) -> Response:
        batch, place = await _mine(asker, batch_id)
        sent = dict(await request.form())
        try:
            choices = await _chosen(asker, batch, place, sent)
            await actions.match_columns(asker, batch_id, choices, clock.now())
        except Invalid as refusal:
            context = await _matching(asker, batch, place)
            del context["form"]
            return form_again("tickets/doors/columns.html", refusal, sent, **context)
        return Redirect(f"/tickets/imports/{batch_id}", status_code=303)

    @get("/{batch_id:uuid}/progress")
    async def progress(self, asker: NamedDependency[Asker], batch_id: FromPath[UUID]) -> Template:
        batch, _ = await _mine(asker, batch_id)
        return Template("tickets/doors/_progress.html", context={"batch": batch})

    @post("/{batch_id:uuid}/confirmation")
    async def confirm(
        self,
        asker: NamedDependency[Asker],
        batch_id: FromPath[UUID],
        data: URLEncodedBody[ConfirmFields],
    ) -> Response:
        batch, place = await _mine(asker, batch_id)
        try:
            if data.mode not in ("good", "all"):
                raise Invalid("请选择怎样导入。", mode="请选择一种导入方式。")
            agreed = Agreed(data.mode == "all", data.changed, _numbers(data.rows))
            await actions.confirm_import(asker, batch_id, agreed, clock.now())
        except Invalid as refusal:
            context = await _shown(batch, place)
            del context["form"]
            return form_again("tickets/doors/preview.html", refusal, data, **context)
        return Redirect(f"/tickets/imports/{batch_id}", status_code=303)

    @post("/{batch_id:uuid}/discarding")
    async def discard(self, asker: NamedDependency[Asker], batch_id: FromPath[UUID]) -> Redirect:
        await actions.discard_import(asker, batch_id, clock.now())
        return Redirect("/tickets/imports", status_code=303)

    @post("/{batch_id:uuid}/writing")
    async def write_again(
        self, asker: NamedDependency[Asker], batch_id: FromPath[UUID]
    ) -> Redirect:
        await actions.write_again(asker, batch_id, clock.now())
        return Redirect(f"/tickets/imports/{batch_id}", status_code=303)

    @post("/{batch_id:uuid}/undoing")
    async def undo(self, asker: NamedDependency[Asker], batch_id: FromPath[UUID]) -> Redirect:
        await undo_import(asker, batch_id, clock.now())
        return Redirect(f"/tickets/imports/{batch_id}", status_code=303)

    @get("/{batch_id:uuid}/errors.xlsx")
    async def errors(
        self, asker: NamedDependency[Asker], batch_id: FromPath[UUID]
    ) -> Response[bytes]:
        batch, _ = await _mine(asker, batch_id)
        content = await actions.errors_of(asker, batch_id, clock.now())
        return workbook_file(content, f"{batch.place_name}工单导入错误清单")


async def _mine(asker: Asker, batch_id: UUID) -> tuple[Batch, Place]:
    batch = await batch_of(batch_id)
    place = await place_of(batch.place)
    must_import(asker, place)
    return batch, place


def _numbers(rows: list[str] | str) -> list[int]:
    ticked = [rows] if isinstance(rows, str) else rows
    return [int(row) for row in ticked if row.isdecimal() and len(row) < 10]


async def _places(asker: Asker) -> list[Place]:
    """Where the asker may bring sheets in, the widest first."""
    paths = [role.place_path for role in asker.roles if role.kind in IMPORTING]
    return [place for kind in KINDS for place in await places_within(paths, kind)]


async def _listing(asker: Asker) -> dict[str, Any]:
    places = await _places(asker)
    paths = [role.place_path or "/" for role in asker.roles if role.kind in IMPORTING]
    return {
        "places": [(str(place.id), place.name) for place in places],
        "doors": [(door.value, label, "") for door, label in DOORS],
        "batches": await batches_in(paths),
        "kept_days": await whole_setting(KEPT_DAYS, None),
        "form": Form(
            {"source": "12345", "door": Door.HOTLINE, "place": places[:1] and places[0].id}
        ),
    }


async def _asked(asker: Asker, sent: Mapping[str, Any]) -> tuple[Place, Choices]:
    """Where to, and from whom. Invalid."""
    read = Reader(sent)
    source = read.text("source", "来源", longest=20)
    if source and not SOURCE.fullmatch(source):
        read.wrong("source", "来源只能用汉字、字母、数字、点和横线，例如 12345。")
    door = read.one_of("door", "来源种类", [each.value for each, _ in DOORS])
    place = await _place(read.text("place", "范围"))
    if place is None or not may_import(asker, place):
        read.wrong("place", "请选择导入到哪里。")
    read.settle()
    assert place
    return place, Choices(source, Door(door))


async def _place(said: str) -> Place | None:
    try:
        return await place_of(UUID(said), *KINDS)
    except (ValueError, NotFound):
        return None


async def _matching(asker: Asker, batch: Batch, place: Place) -> dict[str, Any]:
    """The form in which columns and words are matched. FileErased."""
    table, _ = await table_of(batch.id)
    known = await categories()
    values: dict[str, Any] = {
        **{f"column-{name}": column for name, column in batch.choices.columns.items()},
        **{f"category-{i}": batch.choices.categories[words] for i, words in batch.words},
        "other": batch.choices.other,
        "estate": str(batch.choices.estate or ""),
        "makes_estates": "yes" if batch.choices.makes_estates else "",
        "outcome": batch.choices.outcome or "",
    }
    return {
        "batch": batch,
        "fields": columns.FIELDS,
        "header": [(column, column) for column in table.header],
        "samples": {column: table.rows[0][column][:40] for column in table.header},
        "words": batch.words,
        "categories": [(each.code, each.name) for each in known],
        "estates": [
            (str(each.id), each.name)
            for each in await places_within([place.path], PlaceKind.ESTATE)
        ],
        "outcomes": [(one.value, OUTCOME_WORDS[one]) for one in Outcome],
        "may_make": _may_make(asker, place),
        "form": Form(values),
    }


def _may_make(asker: Asker, place: Place) -> bool:
    """Estates are named by those who tend the community they lie in."""
    kind = PlaceKind(place.kind)
    return kind is not PlaceKind.ESTATE and (
        asker.is_operator()
        or (kind is PlaceKind.COMMUNITY and may_add(asker, PlaceKind.ESTATE, place))
    )


async def _chosen(asker: Asker, batch: Batch, place: Place, sent: Mapping[str, Any]) -> Choices:
    """What the form says. Invalid: an estate elsewhere, a category or outcome that is none."""
    codes = {each.code for each in await categories()}
    said = {name: str(value) for name, value in sent.items()}
    matched = {
        words: said.get(f"category-{i}", "")
        for i, words in batch.words
        if said.get(f"category-{i}") in codes
    }
    estate = await _place(said.get("estate", "")) if said.get("estate") else None
    if said.get("estate") and (estate is None or not place.covers(estate)):
        raise Invalid("请重新选择小区。", estate="这个小区不在导入的范围内。")
    outcome = said.get("outcome", "")
    return replace(
        batch.choices,
        columns={
            field.name: said[f"column-{field.name}"]
            for field in columns.FIELDS
            if said.get(f"column-{field.name}")
        },
        categories={**batch.choices.categories, **matched},
        other=said.get("other") if said.get("other") in codes else batch.choices.other,
        estate=estate and estate.id,
        makes_estates=bool(said.get("makes_estates")) and _may_make(asker, place),
        outcome=Outcome(outcome) if outcome in set(Outcome) else None,
    )


async def _shown(batch: Batch, place: Place) -> dict[str, Any]:
    known = {each.code: each.name for each in await categories()}
    return {
        "batch": batch,
        "form": Form({"mode": "" if batch.count("error") else "all", "changed": "none"}),
        "before": await same_file_before(batch),
        "most": MOST_TO_TICK,
        "kept_days": await whole_setting(KEPT_DAYS, None),
        "labels": columns.LABELS,
        "categories": known,
        "doubtful": await doubtful_lines(batch.id),
        "lines": {
            verdict: await lines_of(batch.id, verdict) for verdict in ("error", "new", "same")
        }
        | {"changed": await lines_of(batch.id, "changed", MOST_TO_TICK)},
    }
