"""/ballots/{poll}/turnout: how many have voted, for the phones that ask all day.

Written and compressed once for all who ask, until it moves: who looks takes no time from who votes.
"""

import gzip
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from coordination import clock
from coordination.ballots.polls.queries import questions_of
from coordination.ballots.results.pages import public_poll, turnout_context
from coordination.ballots.results.queries import turnout_mark
from coordination.web import live
from coordination.web.access import anyone
from coordination.web.assets import COMPRESSION, UNCOMPRESSED

KEPT = 100  # polls
SURE = timedelta(seconds=1)  # without a signal it may still open or close meanwhile


@dataclass(frozen=True, slots=True)
class Written:
    """The fragment as it was found to be at `at`, after `heard` signals."""

    mark: tuple[object, ...] | None
    at: datetime
    heard: int | None
    body: bytes
    squeezed: bytes

    def stands(self, at: datetime) -> bool:
        """Whether it need not even be looked at again."""
        return self.heard is not None and self.heard == live.heard() and at - self.at < SURE


_written: dict[UUID, Written] = {}


class TurnoutPages(Controller):
    path = "/ballots/{poll_id:uuid}/turnout"
    guards = [anyone]
    opt = {"no_session": True, **UNCOMPRESSED}  # the same for everybody; compressed here

    @get()
    async def turnout(self, request: Request, poll_id: FromPath[UUID]) -> Response[bytes]:
        """Turnout by building, as last shown. The page asks for it again every minute."""
        written = await _read(request, poll_id, clock.now())
        headers = {"vary": "accept-encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(written.body, media_type="text/html", headers=headers)
        headers["content-encoding"] = "gzip"
        return Response(written.squeezed, media_type="text/html", headers=headers)


async def _read(request: Request, poll_id: UUID, at: datetime) -> Written:
    """NotFound: no such poll, or it is still a draft of others."""
    before = _written.get(poll_id)
    if before and before.stands(at):
        return before
    heard = live.heard()  # asked first: what is told while we look is looked at again
    mark = await turnout_mark(poll_id, at)
    if before and before.mark == mark:
        body, squeezed = before.body, before.squeezed
    else:
        body = await _draw(request, poll_id)
        squeezed = gzip.compress(body, COMPRESSION.gzip_compress_level, mtime=0)
    if len(_written) >= KEPT:
        _written.clear()
    _written[poll_id] = Written(mark, at, heard, body, squeezed)
    return _written[poll_id]


async def _draw(request: Request, poll_id: UUID) -> bytes:
    poll, state, _ = await public_poll(poll_id, None)
    engine = request.app.template_engine
    assert engine, "pages have templates"
    page = engine.get_template("ballots/_turnout.html")
    return page.render(await turnout_context(poll, state, await questions_of(poll_id))).encode()
