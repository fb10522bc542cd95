"""/ballots/{poll}/auditors: promises of secrecy, and the opened package for who gave one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.ballots.auditing.promises import opened_package, promises_of, record_promise
from coordination.ballots.package import as_json
from coordination.ballots.polls.document_pages import stored
from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.forms import Form, form_again


@dataclass
class PromiseForm:
    account: str = ""
    document: UploadFile | None = None


class AuditorPages(Controller):
    path = "/ballots/{poll_id:uuid}/auditors"
    guards = [signed_in]

    @get()
    async def auditors(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        """Who promised secrecy; for the auditor the way to the package."""
        context = await _context(asker, poll_id)
        return Template("ballots/auditors.html", context=context | {"form": Form()})

    @post(request_max_body_size=files.LARGEST_FORM)
    async def record(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: MultipartBody[PromiseForm],
    ) -> Response:
        """Record a promise with the signed paper."""
        context = await _context(asker, poll_id)
        try:
            document = await stored(data.document, asker, "document")
            await record_promise(asker, poll_id, data.account, document, clock.now())
        except Invalid as wrong:
            return form_again("ballots/auditors.html", wrong, data, **context)
        return Redirect(f"/ballots/{poll_id}/auditors", status_code=303)

    @get("/package.json")
    async def opened(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Response[bytes]:
        """Every right opened, for the auditor alone."""
        package: Any = await opened_package(asker, poll_id, clock.now())
        return Response(
            as_json(package),
            media_type="application/json",
            headers={
                "cache-control": "no-store",
                "content-disposition": 'attachment; filename="package-full.json"',
            },
        )


async def _context(asker: Asker, poll_id: UUID) -> dict[str, object]:
    poll, promised = await promises_of(asker, poll_id)
    mine = any(one.person == asker.id for one in promised)
    return {"poll": poll, "promised": promised, "is_auditor": mine}
