"""Documents of a question: attached while drafting, read by everybody who may see its poll."""

from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.ballots.polls import questions as drafting
from coordination.ballots.polls.noticing import seen
from coordination.ballots.polls.queries import document_of
from coordination.ballots.polls.question_pages import drafted_question
from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again


class AttachingPages(Controller):
    """For those who draft."""

    path = "/ballots/{poll_id:uuid}/questions"
    guards = [signed_in]

    @get("/{question_id:uuid}/documents")
    async def documents(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], question_id: FromPath[UUID]
    ) -> Template:
        desk, question = await drafted_question(asker, poll_id, question_id)
        context = desk.context | {"question": question, "form": Form()}
        return Template("ballots/documents.html", context=context)

    @post("/{question_id:uuid}/documents", request_max_body_size=files.LARGEST_FORM)
    async def attach(
        self,
        request: Request,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
    ) -> Response:
        desk, question = await drafted_question(asker, poll_id, question_id)
        sent, at = await request.form(), clock.now()
        said = {"title": str(sent.get("title") or "")}
        try:
            read = Reader(said)
            title = read.text("title", "附件名称", longest=100)
            read.settle()
            file = await stored(sent.get("file"), asker, "file")
            await drafting.attach_document(asker, question_id, title, file, at)
        except Invalid as refusal:
            return form_again("ballots/documents.html", refusal, said,
                              **desk.context, question=question)  # fmt: skip
        return Redirect(f"/ballots/{poll_id}/questions/{question_id}/documents", status_code=303)

    @post("/documents/{document_id:uuid}/removal")
    async def detach(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], document_id: FromPath[UUID]
    ) -> Redirect:
        question = await drafting.remove_document(asker, document_id, clock.now())
        return Redirect(f"/ballots/{poll_id}/questions/{question}/documents", status_code=303)


class DocumentPages(Controller):
    """A question's documents, for everybody who may see its poll."""

    path = "/ballots/documents"
    guards = [anyone]

    @get("/{document_id:uuid}")
    async def document(
        self, visitor: NamedDependency[Asker | None], document_id: FromPath[UUID]
    ) -> Response[bytes]:
        found = await document_of(document_id)
        await seen(visitor, found.poll)
        return Response(
            await files.content_of(found.file),
            media_type=found.kind,
            headers={"content-disposition": f"inline; filename*=UTF-8''{quote(found.name)}"},
        )


async def stored(sent: object, asker: Asker, field: str) -> str:
    """The SHA-256 of an uploaded file, kept. Invalid, at its field: none, or not one we take."""
    content = await sent.read() if isinstance(sent, UploadFile) else b""
    if not content:
        raise Invalid("请选择文件。", **{field: "请选择一个 PDF 文件或照片。"})
    try:
        return await files.store(content, at=clock.now(), by=asker.id)
    except Invalid as refusal:
        raise Invalid(str(refusal), **{field: str(refusal)}) from refusal
