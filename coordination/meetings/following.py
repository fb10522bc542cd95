"""What a meeting does to the matters on its agenda, by itself: announced, they are listed; held,
they were discussed; resolved, they are to be done; with every task checked, the public judges.

Nobody presses 推进 for what the meeting's rows say. The rules of the stages are `matters.state`'s.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from coordination.db import row, rows, transaction
from coordination.law.classes import MatterClass
from coordination.matters.advancing import Finding
from coordination.matters.following import LONGEST, follow, follow_agenda, follow_question
from coordination.matters.steps import Actor
from coordination.matters.tables import Stage, Way
from coordination.meetings.labels import labels_of, without_names
from coordination.meetings.queries import Seen
from coordination.meetings.room.quorum import stays_of
from coordination.meetings.room_tables import ResolutionKind
from coordination.people.askers import Asker
from coordination.web.formats import local_time

RESOLVED = """
select r.text, r.kind, r.matter_class, r.motion is not null as voted,
       (select a.body from action_item a where a.matter = r.matter and a.meeting = r.meeting
         order by a.number limit 1) as holder
  from resolution r where r.meeting = $1 and r.matter = $2 order by r.number
"""
# Matters at 办事 of which every task is settled, the last of them since it was decided, and for
# which nothing else is waited. What a vote decides is not done by what was done before it.
CARRIED_OUT = """
select m.id from matter m
 where m.stage = 'done' and m.closed_at is null and ($1::uuid is null or m.id = $1)
   and not exists (select from duty d where d.matter = m.id and d.settled_at is null
                      and (d.stage is null or d.stage = 'done'))
   and not exists (select from action_item a where a.matter = m.id
                      and a.state not in ('verified', 'cancelled'))
   and exists (select from action_item a join action_step s on s.action = a.id
                where a.matter = m.id and s.at >= (
                  select max(t.at) from matter_step t where t.matter = m.id
                     and t.kind in ('resolved', 'partly_resolved')))
 order by m.id limit 100
"""
# The tasks of the meetings since it was last decided to do it.
TASKS = """
select a.number, a.text, a.state, b.name as body_name,
       (select s.words from action_step s where s.action = a.id
           and s.step in ('reported', 'cancelled') order by s.ordinal desc limit 1) as said
  from action_item a join body b on b.id = a.body
 where a.matter = $1 and exists (
   select from action_step s where s.action = a.id and s.at >= (
     select max(t.at) from matter_step t where t.matter = $1
        and t.kind in ('resolved', 'partly_resolved')))
 order by a.number
"""


async def announced(found: Seen, asker: Asker, at: datetime) -> None:
    """The notice is out: what waited to be screened has its public answer."""
    meeting = found.meeting
    words = f"列入{meeting.title}议程，{local_time(meeting.starts_at)}开会"
    for matter in await _matters(meeting.id):
        await follow_agenda(asker, matter, words, at, f"/meetings/{meeting.id}")


async def held(found: Seen, asker: Asker, at: datetime) -> None:
    """The meeting is over: its matters were discussed by who was there, and what it resolved on
    each is to be done."""
    meeting = found.meeting
    there = {stay.party for stay in await stays_of(meeting.id)}
    parties = [one for one in found.parties if one.id in there]
    words = (
        f"{local_time(meeting.starts_at)}在{meeting.venue}召开{meeting.title}，"
        f"到会：{'、'.join(one.body_name for one in parties)}"
    )
    finding = Finding(
        words[:LONGEST], [one.body for one in parties], link=f"/meetings/{meeting.id}"
    )
    for matter in await _matters(meeting.id):
        await follow(
            matter, Stage.DISCUSSED, Stage.DECIDED, finding, _actor(found, asker), at
        )  # fmt: skip
        await resolved(found, matter, asker, at)


async def resolved(found: Seen, matter: UUID, asker: Asker, at: datetime) -> None:
    """What the meeting resolved on a matter: to do it, or to ask the owners. Asked alone, it waits
    for them; what could be settled beside it is done meanwhile."""
    said = await rows(RESOLVED, found.meeting.id, matter)
    settled = [one for one in said if one["kind"] == ResolutionKind.DECIDED.value]
    if not settled:
        asked = [one["matter_class"] for one in said if one["matter_class"]]
        if asked:
            await follow_question(matter, MatterClass(asked[0]))
        return
    finding = await _finding(found, settled, at)
    await follow(matter, Stage.DECIDED, Stage.DONE, finding, _actor(found, asker), at)


async def _finding(found: Seen, settled: Sequence[Record], at: datetime) -> Finding:
    labels = await labels_of(found, at)
    words = "；".join(without_names(one["text"], labels) for one in settled)
    way = Way.SHOW_OF_HANDS if any(one["voted"] for one in settled) else Way.CONSENSUS
    return Finding(
        words[:LONGEST], way=way, link=f"/meetings/{found.meeting.id}", holder=settled[0]["holder"]
    )


async def carried_out(at: datetime, matter: UUID | None = None) -> int:
    """Put before the public what has been done, of one matter or of all; how many."""
    found = await rows(CARRIED_OUT, matter)
    moved = 0
    for one in found:
        finding = Finding(await _done_words(one["id"]))
        moved += await _to_the_public(one["id"], finding, at)
    return moved


async def published_execution(
    matter: UUID, words: str, link: str, actor: Actor, at: datetime
) -> None:
    """What became of a resolution was published: with nothing left to do, the public judges."""
    open_task = await row(
        "select from action_item where matter = $1 and state not in ('verified', 'cancelled')",
        matter,
    )
    if open_task is None:
        finding = Finding(words[:LONGEST], link=link)
        await follow(matter, Stage.DONE, Stage.EVALUATED, finding, actor, at)


async def _to_the_public(matter: UUID, finding: Finding, at: datetime) -> bool:
    async with transaction():
        return (
            await follow(matter, Stage.DONE, Stage.EVALUATED, finding, Actor(), at) is not None
        )  # fmt: skip


async def _done_words(matter: UUID) -> str:
    tasks = await rows(TASKS, matter)
    done = [one for one in tasks if one["state"] == "verified"]
    parts = [f"{len(done)} 项任务核实完成，{len(tasks) - len(done)} 项取消"]
    parts += [f"任务{one['number']}（{one['body_name']}）：{one['said'] or one['text']}"
              for one in tasks]  # fmt: skip
    return "；".join(parts)[:LONGEST]


async def _matters(meeting: UUID) -> list[UUID]:
    found = await rows(
        """select matter from agenda_item where meeting = $1 and matter is not null
            group by matter order by min(position)""",
        meeting,
    )
    return [one["matter"] for one in found]


def _actor(found: Seen, asker: Asker) -> Actor:
    """For the body that called the meeting."""
    convener: UUID = found.meeting.convener  # pyright: ignore[reportAssignmentType]
    role = next((one.kind.value for one in asker.roles if one.body == convener), "")
    return Actor(asker.id, convener, role)
