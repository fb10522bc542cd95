"""/tickets/new/words: what happened, in one's own words, with up to six photos."""

import hashlib

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.tickets.whistling.dangers import DANGERS
from coordination.tickets.whistling.queries import homes_of
from coordination.tickets.whistling.slip_pages import START, begin_anew, onward, opened
from coordination.tickets.whistling.slips import (
    DOCUMENTS,
    LONGEST,
    MOST_PHOTOS,
    Slip,
    fresh_slip,
)
from coordination.tickets.whistling.uploads import MOST_BYTES, Sent, read_photos
from coordination.web.forms import Form, Reader, form_again


class WordPages(Controller):
    path = f"{START}/words"
    guards = [signed_in]

    @get()
    async def words(
        self,
        asker: NamedDependency[Asker],
        slip: FromQuery[str] = "",
        danger: FromQuery[str] = "",
    ) -> Response:
        """What happened, in one's own words, and up to six photos."""
        if not await homes_of(asker.id, clock.now()):
            return Template("tickets/no_home.html")
        found = opened(asker, slip) if slip else fresh_slip(clock.now(), _known(danger))
        if found is None:
            return begin_anew()
        context = {**words_context(asker, found), "form": Form({"text": found.text})}
        return Template("tickets/words.html", context=context)

    @post(request_max_body_size=MOST_BYTES)
    async def keep_words(self, request: Request, asker: NamedDependency[Asker]) -> Response:
        """Keep the words, and every photo that is one; say which was not taken and why."""
        sent = await request.form()
        slip = opened(asker, str(sent.get("slip") or ""))
        if slip is None:
            slip = fresh_slip(clock.now())
        gone = {str(name) for name in sent.getall("remove", [])}
        kept = [photo for photo in slip.photos if photo.sha256 not in gone]
        uploads = [one for one in sent.getall("photos", []) if isinstance(one, UploadFile)]
        photos = await read_photos(uploads, kept, asker.id, clock.now())
        said = {"text": str(sent.get("text") or "")}
        slip = slip.change(photos=tuple(photos.kept))
        try:
            text = _read_words(said, photos)
        except Invalid as refusal:
            slip = slip.change(text="")
            return form_again("tickets/words.html", refusal, said, **words_context(asker, slip))
        return onward(asker, _in_danger(slip.change(text=text, compared=False)))


def _in_danger(slip: Slip) -> Slip:
    """A danger says which kind it is, and nobody is asked whether it is another's."""
    if slip.danger not in DANGERS:
        return slip
    return slip.change(category=DANGERS[slip.danger].category, compared=True)


def _known(danger: str) -> str:
    return danger if danger in DANGERS else ""


def _read_words(said: dict[str, str], photos: Sent) -> str:
    read = Reader(said)
    text = read.text("text", "发生了什么", longest=LONGEST).replace("\x00", "")
    if photos.refused:
        read.wrong("photos", " ".join(photos.refused))
    read.settle()
    return text


def words_context(asker: Asker, slip: Slip) -> dict[str, object]:
    """What the words screen needs, but for its form."""
    return {
        "is_request": slip.category == DOCUMENTS,
        "slip": slip,
        "sealed": slip.sealed(asker.id),
        "danger": DANGERS.get(slip.danger),
        "most": MOST_PHOTOS,
        "longest": LONGEST,
        # So that what waits on a shared phone comes back to its writer alone.
        "who": hashlib.sha256(b"draft " + asker.id.bytes).hexdigest()[:16],
    }
