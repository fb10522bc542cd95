"""The printed checkpoint 检查点 for the notice board: on paper nobody changes it afterwards."""

from collections.abc import Sequence
from datetime import datetime

from coordination.ballots.sequencing.showing import Shown
from coordination.ballots.tables import Poll
from coordination.ballots.witnessing.queries import Party
from coordination.places.tables import Place
from coordination.settings import settings
from coordination.web.formats import local_time
from coordination.web.pdf import render

NO_KEY = "尚未登记见证钥匙"
NOT_YET = "还没有见证"


async def checkpoint_pdf(
    poll: Poll, estate: Place, shown: Shown, note: str, parties: Sequence[Party], at: datetime
) -> bytes:
    """One page: size, root, who witnessed it when, and the signed text with its QR code."""
    data = {
        "title": poll.title,
        "estate": estate.name,
        "at": local_time(shown.shown_at),
        "size": shown.size,
        "root": shown.root.hex(),
        "vkey": shown.vkey,
        "board": {"link": f"{settings().public_url}/ballots/{poll.id}/board"},
        "note": {"link": note},
        "lines": note.rstrip("\n").split("\n"),
        "parties": [[party.name, _words(party)] for party in parties],
    }
    return await render("checkpoint", data, at)


def _words(party: Party) -> str:
    if party.last:
        return f"{local_time(party.last.received_at)}见证到第 {party.last.size} 条"
    return NOT_YET if party.key else NO_KEY
