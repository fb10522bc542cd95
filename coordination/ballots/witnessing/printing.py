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

NO_KEY = "没有见证钥匙"
NOT_YET = "还没有来看过"


async def checkpoint_pdf(
    poll: Poll, estate: Place, shown: Shown, note: str, parties: Sequence[Party], at: datetime
) -> bytes:
    """One page: size, root, who witnessed it when, and the signed text with its QR code."""
    note = _latest(note)
    data = {
        "title": poll.title,
        "estate": estate.name,
        "at": local_time(shown.shown_at),
        "ballots": shown.size - 1,
        "size": shown.size,
        "root": shown.root.hex(),
        "vkey": shown.vkey,
        "board": {"link": f"{settings().public_url}/ballots/{poll.id}/board"},
        "note": {"link": note},
        "lines": note.rstrip("\n").split("\n"),
        "parties": [[party.name, _words(party)] for party in parties],
    }
    return await render("checkpoint", data, at)


def _latest(note: str) -> str:
    """Of each key the last line alone: more than these no code on A4 holds legibly."""
    text, _, lines = note.rpartition("\n\n")
    by_name = {line.split(" ")[1]: line for line in lines.splitlines()}
    return "\n".join([text, "", *by_name.values(), ""])


def _words(party: Party) -> str:
    if party.last:
        seen = f"看到第 {party.last.size - 1} 张票" if party.last.size > 1 else "那时还没有票"
        return f"{local_time(party.last.received_at)}来过，{seen}"
    return NOT_YET if party.key else NO_KEY
