"""A slip 吹哨单 between two screens: opened, sent on to what it lacks, its photos shown.

One thing is asked per screen. What is answered travels sealed in the address (`slips`), so back,
refresh and a sign-in in between lose nothing, and no draft is kept here.
"""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from coordination import clock, files
from coordination.errors import NotFound
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.tickets.whistling.slips import Slip, SlipGone, open_slip

START = "/tickets/new"


def opened(asker: Asker, sealed: str) -> Slip | None:
    """The slip of an address; None: it is gone, and one begins anew."""
    try:
        return open_slip(sealed, asker.id, clock.now())
    except SlipGone:
        return None


def begin_anew() -> Redirect:
    return Redirect(f"{START}?refused=slip-gone", status_code=303)


def onward(asker: Asker, slip: Slip) -> Redirect:
    """To the first screen that this slip still lacks."""
    return Redirect(f"{START}/{_lacks(slip)}?slip={slip.sealed(asker.id)}", status_code=303)


def _lacks(slip: Slip) -> str:
    if not slip.text:
        return "words"
    if slip.estate is None:
        return "place"
    if not slip.category:
        return "category"
    return "check" if slip.compared else "similar"


class PhotoPages(Controller):
    path = f"{START}/photos"
    guards = [signed_in]

    @get()
    async def photo(
        self, asker: NamedDependency[Asker], slip: FromQuery[str] = "", at: FromQuery[int] = 1
    ) -> Response[bytes]:
        """The small copy of a photo that this slip carries."""
        found = opened(asker, slip)
        if found is None or not 1 <= at <= len(found.photos):
            raise NotFound("没有这张照片。")
        content = await files.content_of(found.photos[at - 1].small)
        return Response(
            content, media_type=files.JPEG, headers={"cache-control": "private, max-age=3600"}
        )
