"""/registry/{estate}/imports: upload a roll, look at what it would do, confirm, undo."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.tables import Place
from coordination.places.values import whole_setting
from coordination.registry.imports import actions
from coordination.registry.imports.columns import roll_template
from coordination.registry.imports.queries import (
    MOST_TO_CONFIRM,
    Batch,
    batch_of,
    batches_of,
    lines_of,
    owner_changes,
    same_file_before,
)
from coordination.registry.imports.undoing_actions import undo_import
from coordination.registry.places import estate_kept
from coordination.registry.rules import ticked
from coordination.web.downloads import NO_STORE, workbook_file
from coordination.web.forms import Form, form_again

# Above the 20 MB that we take, so that a file of 25 MB is answered by us, with what to do.
LARGEST_BODY = 40 * 1024 * 1024


@dataclass
class ConfirmFields:
    mode: str = ""
    rows: list[str] | str = ""  # those with an absurd area, ticked one by one


class ImportPages(Controller):
    path = "/registry/{estate_id:uuid}/imports"
    guards = [staff(RoleKind.COMMUNITY_WORKER)]

    @get()
    async def imports(self, asker: NamedDependency[Asker], estate_id: FromPath[UUID]) -> Template:
        estate = await estate_kept(asker, estate_id)
        return Template("registry/imports.html", context=await _listing(estate))

    @get("/template.xlsx")
    async def template(
        self, asker: NamedDependency[Asker], estate_id: FromPath[UUID]
    ) -> Response[bytes]:
        estate = await estate_kept(asker, estate_id)
        return workbook_file(roll_template(), f"{estate.name}业主名册模板")

    @post(request_max_body_size=LARGEST_BODY)
    async def upload(
        self, request: Request, asker: NamedDependency[Asker], estate_id: FromPath[UUID]
    ) -> Response:
        estate = await estate_kept(asker, estate_id)
        file = (await request.form()).get("file")
        try:
            if not isinstance(file, UploadFile) or not file.filename:
                raise Invalid("请选择文件。", file="请选择要上传的业主名册。")
            batch = await actions.upload_roll(
                asker, estate, await file.read(), file.filename, clock.now()
            )
        except Invalid as refusal:
            context = await _listing(estate)
            del context["form"]
            return form_again("registry/imports.html", refusal, {}, **context)
        return Redirect(f"/registry/{estate.id}/imports/{batch}", status_code=303)

    @get("/{batch_id:uuid}")
    async def show(
        self, asker: NamedDependency[Asker], estate_id: FromPath[UUID], batch_id: FromPath[UUID]
    ) -> Template:
        """The preview; while it is written, how far; afterwards, what was done."""
        estate = await estate_kept(asker, estate_id)
        batch = await batch_of(estate, batch_id)
        name = "preview" if batch.state == "previewed" else "import"
        context = await _shown(estate, batch)
        return Template(f"registry/{name}.html", context=context, headers=NO_STORE)

    @get("/{batch_id:uuid}/progress")
    async def progress(
        self, asker: NamedDependency[Asker], estate_id: FromPath[UUID], batch_id: FromPath[UUID]
    ) -> Template:
        estate = await estate_kept(asker, estate_id)
        batch = await batch_of(estate, batch_id)
        return Template("registry/_progress.html", context={"estate": estate, "batch": batch})

    @post("/{batch_id:uuid}/confirmation")
    async def confirm(
        self,
        asker: NamedDependency[Asker],
        estate_id: FromPath[UUID],
        batch_id: FromPath[UUID],
        data: URLEncodedBody[ConfirmFields],
    ) -> Response:
        estate = await estate_kept(asker, estate_id)
        try:
            if data.mode not in ("good", "all"):
                raise Invalid("请选择怎样导入。", mode="请选择一种导入方式。")
            await actions.confirm_import(
                asker, estate, batch_id, all_or_nothing=data.mode == "all",
                confirmed_rows=_numbers(data.rows), at=clock.now(),
            )  # fmt: skip
        except Invalid as refusal:
            context = await _shown(estate, await batch_of(estate, batch_id))
            del context["form"]
            return form_again("registry/preview.html", refusal, data, **context)
        return Redirect(f"/registry/{estate.id}/imports/{batch_id}", status_code=303)

    @post("/{batch_id:uuid}/discarding")
    async def discard(
        self, asker: NamedDependency[Asker], estate_id: FromPath[UUID], batch_id: FromPath[UUID]
    ) -> Redirect:
        estate = await estate_kept(asker, estate_id)
        await actions.discard_import(asker, estate, batch_id, clock.now())
        return Redirect(f"/registry/{estate.id}/imports", status_code=303)

    @post("/{batch_id:uuid}/writing")
    async def write_again(
        self, asker: NamedDependency[Asker], estate_id: FromPath[UUID], batch_id: FromPath[UUID]
    ) -> Redirect:
        estate = await estate_kept(asker, estate_id)
        await actions.write_again(asker, estate, batch_id, clock.now())
        return Redirect(f"/registry/{estate.id}/imports/{batch_id}", status_code=303)

    @post("/{batch_id:uuid}/undoing")
    async def undo(
        self, asker: NamedDependency[Asker], estate_id: FromPath[UUID], batch_id: FromPath[UUID]
    ) -> Redirect:
        estate = await estate_kept(asker, estate_id)
        await undo_import(asker, estate, batch_id, clock.now())
        return Redirect(f"/registry/{estate.id}/imports/{batch_id}", status_code=303)

    @get("/{batch_id:uuid}/errors.xlsx")
    async def errors(
        self, asker: NamedDependency[Asker], estate_id: FromPath[UUID], batch_id: FromPath[UUID]
    ) -> Response[bytes]:
        estate = await estate_kept(asker, estate_id)
        content = await actions.errors_of(asker, estate, batch_id, clock.now())
        return workbook_file(content, f"{estate.name}名册错误清单")


def _numbers(rows: list[str] | str) -> list[int]:
    return [int(row) for row in ticked(rows) if row.isdecimal() and len(row) < 10]


async def _listing(estate: Place) -> dict[str, object]:
    return {
        "estate": estate,
        "batches": await batches_of(estate),
        "kept_days": await whole_setting("upload_kept_days", estate),
        "form": Form(),
    }


async def _shown(estate: Place, batch: Batch) -> dict[str, object]:
    return {
        "estate": estate,
        "batch": batch,
        "form": Form({"mode": "all" if not batch.count("error") else ""}),
        "before": await same_file_before(batch),
        "owner_changes": await owner_changes(batch.id),
        "most": MOST_TO_CONFIRM,
        "lines": {
            verdict: await lines_of(batch.id, verdict)
            for verdict in ("error", "changed", "new", "same")
        }
        | {"confirm": await lines_of(batch.id, "confirm", MOST_TO_CONFIRM)},
    }
