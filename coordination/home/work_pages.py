"""/work 待办: what waits for those who hold an office, one board for each of their offices."""

from collections.abc import Sequence
from datetime import datetime

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from coordination import clock
from coordination.ballots.delivery.waiting import deliveries_waiting
from coordination.ballots.paper.waiting import sheets_waiting
from coordination.ballots.witnessing.permits import offices
from coordination.ballots.witnessing.reminding import waiting_for as witnessing_waits
from coordination.disclosures.permits import PUBLISHERS, offices_of
from coordination.disclosures.queries import owed_by
from coordination.disclosures.registers.queries import ending_in
from coordination.disclosures.rooms.permits import KEEPERS as ROOM_KEEPERS
from coordination.disclosures.rooms.permits import bodies_of
from coordination.disclosures.rooms.queries import waiting_for
from coordination.home.audit_queries import last_check
from coordination.home.demo.history_actions import progress
from coordination.home.overview_pages import OVERSEEING
from coordination.home.work import (
    Board,
    community_board,
    convening_board,
    delivery_board,
    disclosure_board,
    handover_board,
    matter_board,
    meeting_board,
    operator_board,
    room_board,
    term_board,
    ticket_board,
    urgent_board,
)
from coordination.home.work_queries import (
    convened_polls,
    deliveries_in,
    lacking,
    matters_waiting,
    pending_in,
    stalled_polls,
)
from coordination.home.work_votes import carrying_board, sheet_board, witness_board
from coordination.meetings.waiting import meetings_waiting
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.settings import settings
from coordination.tickets.desk.handover_lists import to_sign
from coordination.tickets.desk.next_up import most_urgent
from coordination.tickets.desk.scope import scope_of
from coordination.tickets.desk.waiting import TICKET_OFFICES, waiting

CONVENING = (RoleKind.COMMITTEE_MEMBER, RoleKind.PREPARATORY_MEMBER)
ELECTING = (
    RoleKind.COMMITTEE_MEMBER, RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER,
)  # fmt: skip
URGENT = 5
PROPERTY = (RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF)


@get("/work", guards=[staff()])
async def work(asker: NamedDependency[Asker]) -> Template:
    at = clock.now()
    context = {
        "boards": await _boards(asker, at),
        "oversees": asker.is_any(*OVERSEEING),
        "checked": await last_check() if asker.is_operator() else None,
        "is_operator": asker.is_operator(),
        "is_property": asker.is_any(*PROPERTY),
        "history": await progress() if asker.is_operator() and settings().demo else None,
    }
    return Template("home/work.html", context=context)


async def _boards(asker: Asker, at: datetime) -> list[Board]:
    scope = await scope_of(asker, at)
    urgent = urgent_board(await most_urgent(asker, scope, at, URGENT), at)
    boards = [urgent] if urgent.tasks else []
    tickets = ticket_board(await waiting(asker, scope, at))
    if tickets.tasks or asker.is_any(*TICKET_OFFICES):
        boards.append(tickets)
    if asker.is_any(*CONVENING):
        bodies = {role.body for role in asker.roles if role.kind in CONVENING}
        boards.append(convening_board(await convened_polls(sorted(bodies)), asker.id, at))
    if asker.is_any(RoleKind.COMMUNITY_WORKER):
        paths = _paths(asker, (RoleKind.COMMUNITY_WORKER,))
        matters = matter_board(*await matters_waiting(paths, at))
        boards += [matters] if matters.tasks else []
        boards.append(community_board(await pending_in(paths, at)))
    elif asker.is_any(RoleKind.BUILDING_LEAD):
        paths = _paths(asker, (RoleKind.BUILDING_LEAD,))
        boards.append(delivery_board(await deliveries_in(paths, at)))
    boards += await _of_the_public(asker, at)
    boards += await _of_votes(asker, at)
    meetings = meeting_board(await meetings_waiting(asker, at), at)
    if meetings.tasks:
        boards.append(meetings)
    if asker.is_operator():
        boards.append(operator_board(await lacking(at), await stalled_polls()))
    return boards


async def _of_votes(asker: Asker, at: datetime) -> list[Board]:
    """What votes underway ask besides: doors to go to, sheets, checkpoints to cosign."""
    bodies = [role.body for role in offices(asker)]
    found = (
        carrying_board(await deliveries_waiting(asker, at)),
        sheet_board(await sheets_waiting(asker, at)),
        witness_board(await witnessing_waits(bodies, at)),
    )
    return [board for board in found if board.tasks or board.underway]


async def _of_the_public(asker: Asker, at: datetime) -> list[Board]:
    """What is owed to everybody: disclosures, answers about rooms, elections in time."""
    boards = []
    if asker.is_any(*PUBLISHERS):
        boards.append(disclosure_board(await owed_by(offices_of(asker.roles), at), at))
    if asker.is_any(*ROOM_KEEPERS):
        rooms = room_board(len(await waiting_for(bodies_of(asker), at)))
        boards += [rooms] if rooms.tasks else []
    if asker.is_any(RoleKind.PROPERTY_MANAGER):
        waiting_lines = [tuple(one) for one in await to_sign(asker)]
        boards += [handover_board(waiting_lines)] if waiting_lines else []
    if asker.is_any(*ELECTING):
        terms = term_board(await ending_in(_paths(asker, ELECTING), at), at)
        boards += [terms] if terms.tasks else []
    return boards


def _paths(asker: Asker, kinds: Sequence[RoleKind]) -> list[str]:
    """What the asker's offices of these kinds cover."""
    return sorted({role.place_path or "/" for role in asker.roles if role.kind in kinds})
