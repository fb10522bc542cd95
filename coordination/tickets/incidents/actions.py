"""Opening an incident, linking what was whistled about it, its notice, its end."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import execute, row, rows, transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, Section
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.events import Actor, happen, role_of
from coordination.tickets.handling.actions import evidence_in
from coordination.tickets.incidents.queries import BELONGS, LOOKS_BACK, buildings_in
from coordination.tickets.kinds import DispatchKind, EventKind, Outcome, State
from coordination.tickets.storing import Photos, insert_photos
from coordination.tickets.tables import Incident

KEEPERS = (RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF, RoleKind.COMMUNITY_WORKER)
# What must still happen before a ticket in such a state can be replied to.
FIRST: dict[State, tuple[EventKind, ...]] = {
    State.WHISTLED: (EventKind.REPORT_IN, EventKind.DISPATCH),
    State.REPORTED: (EventKind.DISPATCH,),
    State.REOPENED: (EventKind.TAKE_UP,),
    State.HANDLING: (),
}


class Ended(Conflict):
    """It is over."""


def may_keep(asker: Asker | None, estate: Place) -> bool:
    """物业, or the community."""
    return asker is not None and asker.holds(estate, *KEEPERS)


async def open_incident(
    asker: Asker,
    estate_id: UUID,
    category: UUID,
    title: str,
    text: str,
    buildings: Sequence[UUID],
    expected_at: datetime | None,
    at: datetime,
) -> Incident:
    """Open it; what was whistled about it within a day is linked at once. NotAllowed, Invalid."""
    async with transaction():
        estate = await place_of(estate_id, PlaceKind.ESTATE)
        if not may_keep(asker, estate):
            raise NotAllowed("突发事件由物业或者社区登记。")
        _check(title, text)
        known = await rows(
            "select id from place where parent = $1 and id = any($2)", estate.id, list(buildings)
        )
        if len(known) != len(set(buildings)):
            raise Invalid("楼栋不在这个小区。", buildings="请选择这个小区的楼栋。")
        incident = Incident(
            id=uuid4(), estate=estate.id, category=category, title=title.strip(),
            text=text.strip(), buildings=json.dumps([str(one) for one in buildings]),
            opened_at=at, opened_by=asker.id, expected_at=expected_at,
        )  # fmt: skip
        await incident.save()
        await _link(incident)
        await audit.record(asker, "open_incident", incident, at=at, place=estate)
        return incident


async def link_tickets(asker: Asker, incident_id: UUID, at: datetime) -> int:
    """Link what was whistled since; how many. NotFound, NotAllowed, Ended."""
    async with transaction():
        incident, estate = await _running(asker, incident_id)
        linked = await _link(incident)
        await audit.record(asker, "link_tickets", incident, at=at, place=estate, count=linked)
        return linked


async def issue_notice(
    asker: Asker, incident_id: UUID, title: str, text: str, contact: str, at: datetime
) -> Notice:
    """Issue the drafted notice in the name of the asker's body, once. NotFound, NotAllowed, Ended,
    Conflict, Invalid."""
    async with transaction():
        incident, estate = await _running(asker, incident_id)
        if incident.notice:
            raise Conflict("通知已经发布。情况有变化的，请另发通知公告。")
        _check(title, text)
        role = role_of(asker, estate)
        assert role, "whoever keeps it holds a role"
        lines = tuple(line for line in text.splitlines() if line.strip())
        notice = await publish_notice(
            estate, NoticeKind.PLAIN, title.strip(), text.strip(), Facts((Section("", lines),)),
            at, issuer=role.body, person=asker.id, contact=contact.strip(),
            link=f"/incidents/{incident.id}", subject=incident.id,
        )  # fmt: skip
        incident.notice = notice.id
        await incident.save()
        return notice


async def end_incident(
    asker: Asker, incident_id: UUID, words: str, photos: Photos, at: datetime
) -> tuple[int, int]:
    """End it and reply to all its tickets that are in work; how many were, how many were not.

    NotFound, NotAllowed, Ended; Invalid: no words, no photo.
    """
    async with transaction():
        incident, estate = await _running(asker, incident_id)
        wrong = {}
        if not words.strip():
            wrong["words"] = "请写明原因、怎么恢复的。"
        if not evidence_in(photos):
            wrong["after"] = "请上传一张恢复后的照片，它会附在每件工单的答复里。"
        if wrong:
            raise Invalid("还没有写完整。", **wrong)
        role = role_of(asker, estate)
        actor = Actor(asker.id, role and role.kind, role and role.body)
        members = await rows(
            "select id, state, holder from ticket where incident = $1 order by id", incident.id
        )
        replied = 0
        for one in members:
            state = State(one["state"])
            if state in FIRST and one["holder"] == actor.body:
                await _reply(one["id"], state, actor, words, photos, at)
                replied += 1
        incident.ended_at = at
        await incident.save()
        await audit.record(asker, "end_incident", incident, at=at, place=estate, replied=replied)
        return replied, len(members) - replied


async def _reply(
    ticket: UUID, state: State, actor: Actor, words: str, photos: Photos, at: datetime
) -> None:
    for kind in FIRST[state]:
        direct = kind is EventKind.DISPATCH
        facts = {"dispatch": DispatchKind.DIRECT} if direct else None
        await happen(ticket, kind, actor, at, facts=facts)
    now = await happen(
        ticket, EventKind.REPLY, actor, at, words=words,
        facts={"outcome": Outcome.SOLVED, "evidence": evidence_in(photos)},
    )  # fmt: skip
    await insert_photos(ticket, now.events, photos)


async def _running(asker: Asker, incident_id: UUID) -> tuple[Incident, Place]:
    await row("select id from incident where id = $1 for update", incident_id)
    incident = await Incident.objects().get(Incident.id == incident_id)
    if incident is None:
        raise NotFound("没有找到这次突发事件。")
    estate = await place_of(incident.estate)
    if not may_keep(asker, estate):
        raise NotAllowed("突发事件由物业或者社区办理。")
    if incident.ended_at:
        raise Ended("这次突发事件已经结束。")
    return incident, estate


async def _link(incident: Incident) -> int:
    done = await execute(
        f"""update ticket set incident = $5 where id in (
              select t.id from ticket t join category c on c.id = t.category where {BELONGS})""",
        incident.estate, incident.category, incident.opened_at - LOOKS_BACK,
        buildings_in(incident), incident.id,
    )  # fmt: skip
    return int(done.split()[-1])


def _check(title: str, text: str) -> None:
    wrong = {}
    if not title.strip():
        wrong["title"] = "请写标题。"
    if not text.strip():
        wrong["text"] = "请写发生了什么、正在怎么处理。"
    if wrong:
        raise Invalid("还没有写完整。", **wrong)
