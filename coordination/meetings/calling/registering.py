"""A party that a meeting needs and nobody has entered: 共建单位, 社区议事会, by their community."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from coordination.db import transaction
from coordination.meetings.calling.actions import candidates, choose_parties
from coordination.meetings.queries import Seen
from coordination.meetings.steps import require_state, run_by
from coordination.meetings.tables import Step
from coordination.people.askers import Asker
from coordination.people.permits import may_keep_body
from coordination.people.role_actions import save_body
from coordination.people.tables import Body, BodyKind
from coordination.places.queries import lineage
from coordination.places.tables import Place, PlaceKind


async def parts_to_register(asker: Asker, found: Seen) -> list[tuple[BodyKind, str]]:
    """The parts of such a meeting whose bodies the asker may enter there, each with its label."""
    home = await _home(found)
    return [
        (body, part.label)
        for part in found.kind.parts
        for body in part.bodies
        if may_keep_body(asker, body, home) and not asker.is_operator()
    ]


async def unregistered(
    asker: Asker, found: Seen, missing: Sequence[str], at: datetime
) -> list[str]:
    """Of these missing parts, those that no body here takes and the asker may enter."""
    if not missing:
        return []
    known = {one.label for one in await candidates(found.kind, found.place, at)}
    offered = {label for _, label in await parts_to_register(asker, found)}
    return [label for label in missing if label in offered - known]


async def register_party(
    asker: Asker, meeting_id: UUID, kind: BodyKind, name: str, officer: str, phone: str,
    at: datetime,
) -> Body:  # fmt: skip
    """Enter the body at the community and invite it. NotFound, NotYourMeeting, OutOfOrder,
    NotAllowed, Invalid."""
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.PLANNED, doing="登记参加单位")
        body = await save_body(
            asker, None, kind, name, await _home(found), at, officer=officer, phone=phone
        )
        await choose_parties(asker, meeting_id, [*found.bodies, body.id], at)
        return body


async def _home(found: Seen) -> Place:
    """The community that the meeting is of; of a wider one, its own place."""
    above = await lineage(found.place)
    return next((one for one in above if one.kind == PlaceKind.COMMUNITY.value), found.place)
