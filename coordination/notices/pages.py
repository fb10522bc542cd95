"""/notices: what was published, for everybody; and the proof that it hung, for who posts."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.notices import actions
from coordination.notices.permits import may_notify, may_post
from coordination.notices.printing import print_notice, print_postings
from coordination.notices.queries import (
    PAGE,
    NoticeRead,
    notices,
    posters,
    posting_of,
    read_notice,
)
from coordination.notices.rules import KINDS
from coordination.notices.stamping import may_stamp, record_stamp
from coordination.notices.tables import NoticeKind
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.queries import place_of, places_within
from coordination.places.tables import Place, PlaceKind
from coordination.web.access import anyone
from coordination.web.formats import form_time
from coordination.web.forms import Form, Reader, form_again
from coordination.web.pdf import PDF
from coordination.web.typed import chosen_file

KIND_OPTIONS = [(kind.value, words) for kind, words in KINDS.items()]


@dataclass
class PlainFields:
    estate: str = ""
    title: str = ""
    text: str = ""
    contact: str = ""


@dataclass
class StampFields:
    stamp: str = ""
    copies: str = ""


class NoticePages(Controller):
    """Open to everybody: printed notices hang in the street too."""

    path = "/notices"
    guards = [anyone]

    @get()
    async def notices(
        self,
        visitor: NamedDependency[Asker | None],
        estate: FromQuery[UUID | None] = None,
        kind: FromQuery[str | None] = None,
        after: FromQuery[str | None] = None,
    ) -> Template:
        wanted = NoticeKind(kind) if kind in set(NoticeKind) else None
        found = await notices(estate, wanted, after=after or "", limit=PAGE + 1)
        context = {
            "notices": found[:PAGE],
            "next": found[PAGE - 1].cursor if len(found) > PAGE else None,
            "estate": await place_of(estate, PlaceKind.ESTATE) if estate else None,
            "kind": wanted,
            "kinds": KIND_OPTIONS,
            "first": not after,
            "may_write": bool(visitor and await _notifiable(visitor)),
        }
        return Template("notices/notices.html", context=context)

    @get("/{name:str}")
    async def notice(self, visitor: NamedDependency[Asker | None], name: FromPath[str]) -> Response:
        """The notice; with .pdf behind its id, as A4."""
        notice_id, is_print = _named(name)
        read = await read_notice(notice_id)
        if is_print:
            return pdf_file(await print_notice(read, clock.now()), read.notice.number)
        return Template("notices/notice.html", context=await _shown(read, visitor))

    @get("/photos/{sha256:str}")
    async def photo(self, sha256: FromPath[str]) -> Response[bytes]:
        """The photo that proves a posting; it was drawn anew when it was stored."""
        if await posting_of(sha256) is None:
            raise NotFound("没有这张照片。")
        return Response(
            await files.content_of(sha256),
            media_type=files.JPEG,
            headers={"cache-control": "public, max-age=31536000, immutable"},
        )


class PostingPages(Controller):
    """For committee, community and 楼组长: write plain notices, prove that notices hang."""

    path = "/notices"
    guards = [signed_in]

    @get("/new")
    async def new(self, asker: NamedDependency[Asker]) -> Template:
        estates = await _estates_to_notify(asker)
        first = str(estates[0].id) if len(estates) == 1 else ""
        context = {"estates": estates, "form": Form({"estate": first})}
        return Template("notices/new.html", context=context)

    @post("/new")
    async def publish(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[PlainFields]
    ) -> Response:
        estates = await _estates_to_notify(asker)
        try:
            read = Reader(data)
            chosen = read.one_of("estate", "小区", [str(estate.id) for estate in estates])
            title = read.text("title", "标题", longest=100)
            text = read.text("text", "正文", longest=5000)
            contact = read.text("contact", "联系人和电话")
            read.settle()
            estate = next(one for one in estates if str(one.id) == chosen)
            notice = await actions.publish_plain(asker, estate, title, text, contact, clock.now())
        except Invalid as refusal:
            return form_again("notices/new.html", refusal, data, estates=estates)
        return Redirect(f"/notices/{notice.id}", status_code=303)

    @post("/{notice_id:uuid}/postings", request_max_body_size=files.LARGEST_FORM)
    async def post_up(
        self,
        request: Request,
        asker: NamedDependency[Asker],
        notice_id: FromPath[UUID],
    ) -> Response:
        """Record where it hangs, since when, with a photo if there is one."""
        read = await read_notice(notice_id)
        if not may_post(asker, read.estate):
            raise NotAllowed("只有本小区的居委会、业主委员会、筹备组成员和楼组长可以登记张贴。")
        at = clock.now()
        sent = await request.form()
        said = {name: sent.get(name) or "" for name in ("where", "posted_at")}
        try:
            reader = Reader(said)
            where = reader.text("where", "张贴地点", longest=100)
            posted_at = reader.moment("posted_at", "张贴时间")
            reader.settle()
            photo = await _stored(sent.get("photo"), asker)
            await actions.post_notice(asker, notice_id, where, posted_at, photo, at)
        except Invalid as refusal:
            return form_again(
                "notices/notice.html", refusal, said, **await _shown(read, asker, form=False)
            )
        return Redirect(f"/notices/{notice_id}", status_code=303)

    @post("/postings/{posting_id:uuid}/removal")
    async def take_down(
        self, asker: NamedDependency[Asker], posting_id: FromPath[UUID]
    ) -> Redirect:
        posting = await actions.take_down(asker, posting_id, clock.now())
        return Redirect(f"/notices/{posting.notice}", status_code=303)

    @post("/{notice_id:uuid}/stamps")
    async def stamp(
        self,
        asker: NamedDependency[Asker],
        notice_id: FromPath[UUID],
        data: URLEncodedBody[StampFields],
    ) -> Response:
        """Enter which stamp of the issuer was put under it."""
        try:
            reader = Reader(data)
            name = reader.text("stamp", "印章", longest=60)
            copies = reader.whole("copies", "份数", least=1, most=10_000)
            reader.settle()
            await record_stamp(asker, notice_id, name, copies, clock.now())
        except Invalid as refusal:
            shown = await _shown(await read_notice(notice_id), asker, form=False)
            return form_again("notices/notice.html", refusal, data, **shown)
        return Redirect(f"/notices/{notice_id}", status_code=303)

    @get("/{notice_id:uuid}/postings.pdf")
    async def posting_proof(
        self, asker: NamedDependency[Asker], notice_id: FromPath[UUID]
    ) -> Response[bytes]:
        """The proof of posting 张贴证明 for the file, with the names of who posted."""
        read = await read_notice(notice_id)
        if not may_post(asker, read.estate):
            raise NotAllowed("张贴证明由本小区的居委会、业主委员会、筹备组成员打印。")
        content = await print_postings(read, await posters(read), clock.now())
        return pdf_file(content, f"{read.notice.number}张贴证明")


def pdf_file(content: bytes, name: str) -> Response[bytes]:
    """A PDF to look at; `name` is what it is saved as."""
    return Response(
        content,
        media_type=PDF,
        headers={"content-disposition": f"inline; filename*=UTF-8''{quote(name)}.pdf"},
    )


def _named(name: str) -> tuple[UUID, bool]:
    """(id, whether its print is meant). NotFound: no id."""
    stem = name.removesuffix(".pdf")
    try:
        return UUID(stem), name != stem
    except ValueError as error:
        raise NotFound("没有找到这份公告。") from error


async def _shown(read: NoticeRead, visitor: Asker | None, form: bool = True) -> dict[str, object]:
    now = clock.now()
    context: dict[str, object] = {
        "read": read,
        "notice": read.notice,
        "postings": read.postings,
        "may_post": may_post(visitor, read.estate),
        "may_stamp": may_stamp(visitor, read.notice.issuer),
        "at": now,
    }
    return context | ({"form": Form({"posted_at": form_time(now), "copies": "1"})} if form else {})


async def _stored(photo: object, asker: Asker) -> str | None:
    """The photo, kept; None: none was chosen. Invalid at its field."""
    content = await chosen_file(photo)
    if content is None:
        return None
    try:
        return await files.store(content, at=clock.now(), by=asker.id, photo=True)
    except Invalid as refusal:
        raise Invalid(str(refusal), photo=str(refusal)) from refusal


async def _notifiable(asker: Asker) -> list[Place]:
    paths = {role.place_path for role in asker.roles}
    estates = await places_within(paths, PlaceKind.ESTATE) if paths else []
    return [estate for estate in estates if may_notify(asker, estate)]


async def _estates_to_notify(asker: Asker) -> list[Place]:
    estates = await _notifiable(asker)
    if not estates:
        raise NotAllowed("发布通知公告由居委会、业主委员会或者筹备组的成员办理。")
    return estates


PAGES = [NoticePages, PostingPages]
