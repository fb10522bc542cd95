"""Two years of meetings for each made estate, by the actions that people take, at their times."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from coordination.clock import SHANGHAI
from coordination.db import rows, transaction
from coordination.home.demo import people as who
from coordination.home.demo.meetings_words import (
    ABOUTS,
    BACK,
    DAYS,
    DROPPED,
    EACH,
    EVIDENCE,
    EXTENDED,
    KINDS,
    RESULTS,
    ROOM,
    TASKS,
    About,
)
from coordination.home.demo.people_actions import asking, id_of
from coordination.law.periods import day_of
from coordination.meetings.action_tables import ActionItem
from coordination.meetings.action_tables import ActionStepKind as K
from coordination.meetings.calling.actions import (
    Answer,
    MeetingFacts,
    answer_invitation,
    plan_meeting,
)
from coordination.meetings.calling.agenda import add_topic
from coordination.meetings.calling.cancelling import cancel_meeting
from coordination.meetings.calling.noticing import announce_meeting
from coordination.meetings.doing.actions import Task, give_action, take_action_step
from coordination.meetings.kinds import KINDS as KIND
from coordination.meetings.minutes.checking import send_to_check
from coordination.meetings.minutes.drafting import generate_minutes
from coordination.meetings.minutes.publishing import (
    publish_execution,
    publish_minutes,
    publish_resolutions,
)
from coordination.meetings.minutes.signing import seats_of, sign_minutes
from coordination.meetings.queries import Seen, load, people_of
from coordination.meetings.room.motions import close_motion, put_motion, raise_hand
from coordination.meetings.room.presence import (
    check_in,
    close_meeting,
    declare_no_quorum,
    open_meeting,
)
from coordination.meetings.room.resolutions import Proposed, resolve
from coordination.meetings.room_tables import HandChoice, ResolutionKind, VotesBy
from coordination.meetings.tables import Meeting
from coordination.people.askers import Asker
from coordination.people.tables import BodyKind
from coordination.places.tables import Place

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WHY = "本小区日常管理，不属于业主共同决定的事项。"


@dataclass(slots=True)
class Holding:
    """One meeting on its way: who calls it, who comes, and when it is."""

    estate: Place
    meeting: Meeting
    caller: Asker
    comers: list[Asker]
    starts_at: datetime
    at: datetime  # now, when all of it is loaded
    drawn: random.Random
    tasks: list[ActionItem] = field(default_factory=list)

    @property
    def days_ago(self) -> int:
        return (self.at - self.starts_at).days

    def now(self, asker: Asker, at: datetime) -> Asker:
        """The same person, with a fresh proof at that moment."""
        return replace(asker, stepped_up_at=at, second_factor_at=at)


@dataclass(slots=True)
class Bodies:
    """Who speaks for the three parties of an estate, and for the community."""

    worker: Asker
    members: list[Asker]
    managers: list[Asker]
    contact: str


async def load_meetings(estate: Place, number: int, at: datetime) -> None:
    """The meetings of an estate, the how manieth of those made, up to the last week."""
    async with transaction():
        bodies = await _bodies(estate, at)
        for turn in range(EACH):
            back = DAYS - turn * (DAYS // EACH) - 7 * number
            await _hold(estate, bodies, number * EACH + turn, _afternoon(at - back * DAY), at)


async def call_next(estate: Place, at: datetime) -> None:
    """The coming one: on its agenda stands what waits to be discussed, and what is late."""
    async with transaction():
        bodies = await _bodies(estate, at)
        starts_at, said = _afternoon(at + 6 * DAY), at - 3 * HOUR
        meeting = await _plan(estate, bodies.worker, "three_party", starts_at, bodies.contact, said)
        await announce_meeting(bodies.worker, meeting.id, said)
        manager = bodies.managers[0]
        await answer_invitation(manager, meeting.id, Answer.COMING, "", said + HOUR)


async def _bodies(estate: Place, at: datetime) -> Bodies:
    kinds = (BodyKind.OWNERS_COMMITTEE.value, BodyKind.PROPERTY_COMPANY.value)
    found = {
        one["kind"]: one["id"]
        for one in await rows(
            "select kind, id from body where place = $1 and kind = any($2)", estate.id, kinds
        )
    }
    speaking = {
        kind: [await asking(one, at) for one in await people_of([body], at)]
        for kind, body in found.items()
    }
    worker = await asking(await id_of(who.WORKER), at)
    contact = f"{worker.roles[0].body_name} 027-87000002"
    return Bodies(worker, speaking[kinds[0]], speaking[kinds[1]], contact)


async def _plan(
    estate: Place, caller: Asker, kind: str, starts_at: datetime, contact: str, at: datetime
) -> Meeting:
    title = f"{estate.name}{starts_at.year}年{starts_at.month}月{KIND[kind].name}"
    facts = MeetingFacts(title, starts_at, 90, ROOM, contact)
    return await plan_meeting(caller, estate, kind, facts, at)


async def _hold(
    estate: Place, bodies: Bodies, count: int, starts_at: datetime, at: datetime
) -> None:
    kind, about = KINDS[count % EACH], ABOUTS[(count * 3) % len(ABOUTS)]
    by_members = KIND[kind].is_committee_session
    caller = bodies.members[0] if by_members else bodies.worker
    comers = [*bodies.members, *([] if by_members else [bodies.worker, bodies.managers[0]])]
    called = starts_at - (KIND[kind].notice_days + 3) * DAY
    meeting = await _plan(estate, caller, kind, starts_at, bodies.contact, called)
    it = Holding(estate, meeting, caller, comers, starts_at, at, random.Random(count))
    item = await add_topic(caller, meeting.id, about.title, about.text, None, called)
    await announce_meeting(caller, meeting.id, called + HOUR)
    if count % 29 == 11:
        await cancel_meeting(caller, meeting.id, "当日有暴雨红色预警。", starts_at - DAY)
        return
    await open_meeting(caller, meeting.id, starts_at)
    code = str((await load(meeting.id)).meeting.room_code)
    if count % 31 == 17:
        await declare_no_quorum(caller, meeting.id, starts_at + HOUR)
        return
    for one in comers:
        await check_in(one, code, starts_at)
    await _decide(it, item.id, about, count)


async def _decide(it: Holding, item: UUID, about: About, count: int) -> None:
    """The vote where the kind asks for one, the resolution, its tasks, the minutes."""
    during = it.starts_at + HOUR
    votes = KIND[str(it.meeting.kind)].votes_by is not VotesBy.CONSENSUS
    motion = await _vote(it, item, about, during) if votes else None
    said = Proposed(about.resolved, ResolutionKind.DECIDED, motion, reason=WHY)
    resolution = await resolve(it.caller, item, said, during)
    found = await load(it.meeting.id)
    there = {role.body for one in it.comers for role in one.roles}
    own = {role.body for role in it.caller.roles}
    if _other(it.comers, it.caller, it.caller) is None:  # nobody there could check it
        there -= own
    bodies = [one.body for one in found.parties if one.body in there]
    for turn in range(6 + count % 2):
        body = bodies[turn % len(bodies)]
        due = day_of(during + (7 + 3 * turn) * DAY)
        task = Task(TASKS[turn], body, due, evidence=EVIDENCE[turn % 3], resolution=resolution.id)
        it.tasks.append(await give_action(it.caller, item, task, during))
    ended = it.starts_at + 2 * HOUR
    await close_meeting(it.caller, it.meeting.id, ended)
    await generate_minutes(it.caller, it.meeting.id, ended + HOUR)
    if it.drawn.random() < 0.9 or it.days_ago > 120:
        await publish_resolutions(it.caller, it.meeting.id, ended + 2 * HOUR)
    until = await send_to_check(it.caller, it.meeting.id, ended + 3 * HOUR)
    if until + 20 * HOUR < it.at:
        await _sign_and_publish(it, found, until + 10 * HOUR)
    await _work(it, found, resolution.id)


async def _vote(it: Holding, item: UUID, about: About, at: datetime) -> UUID:
    motion = await put_motion(it.caller, item, about.resolved, at)
    for number, one in enumerate(it.comers):
        choice = HandChoice.ABSTAIN if number == 3 else HandChoice.APPROVE
        await raise_hand(one, motion.id, choice, at)
    await close_motion(it.caller, motion.id, at)
    return motion.id


async def _sign_and_publish(it: Holding, found: Seen, at: datetime) -> None:
    people = {one.id: one for one in it.comers}
    for seat in await seats_of(await load(found.meeting.id)):
        signer = next(people[one] for one in seat.people if one in people)
        await sign_minutes(it.now(signer, at), found.meeting.id, seat.key, at)
    await publish_minutes(it.caller, found.meeting.id, at + HOUR)


async def _work(it: Holding, found: Seen, resolution: UUID) -> None:
    """What was asked for, done: of the recent meetings not all of it, of the older some dropped."""
    for turn, task in enumerate(it.tasks):
        await _one_task(it, task, turn)
    done_at = it.starts_at + 29 * DAY
    if done_at < it.at and it.drawn.random() < 0.85:
        words = "已按决议办理，结果见各项任务。"
        await publish_execution(it.caller, resolution, words, done_at)


async def _one_task(it: Holding, task: ActionItem, turn: int) -> None:
    holder = next(
        one for one in it.comers if any(role.body == task.body for role in one.roles)
    )  # fmt: skip
    step, luck = it.starts_at + (2 + turn) * DAY, it.drawn.random()
    is_open = it.days_ago < 100 and luck < 0.45 or luck < 0.02
    if step >= it.at or is_open and luck < 0.15:
        return
    if luck > 0.97:
        await take_action_step(it.caller, task.id, K.CANCELLED, DROPPED, step)
        return
    await take_action_step(holder, task.id, K.STARTED, "", step)
    if is_open and luck < 0.3:
        return
    if 0.6 < luck < 0.68:
        late = day_of(task.due_at + 10 * DAY)
        await take_action_step(it.caller, task.id, K.EXTENDED, EXTENDED, step, due_on=late)
    await _report(it, holder, task, step + 3 * DAY, luck, is_open)


async def _report(
    it: Holding, holder: Asker, task: ActionItem, at: datetime, luck: float, is_open: bool
) -> None:
    if at + DAY >= it.at:
        return
    await take_action_step(holder, task.id, K.REPORTED, RESULTS[it.drawn.randrange(4)], at)
    checker = _other(it.comers, it.caller, holder)
    if is_open or checker is None:
        return
    if 0.5 < luck < 0.56:
        await take_action_step(checker, task.id, K.RETURNED, BACK, at + 4 * HOUR)
        await take_action_step(holder, task.id, K.REPORTED, RESULTS[0], at + 8 * HOUR)
    await take_action_step(checker, task.id, K.VERIFIED, "", at + DAY)


def _other(comers: Sequence[Asker], caller: Asker, holder: Asker) -> Asker | None:
    """Somebody of the calling body who did not report it."""
    calling = {role.body for role in caller.roles}
    return next(
        (one for one in comers
         if one.id != holder.id and any(role.body in calling for role in one.roles)), None,
    )  # fmt: skip


def _afternoon(at: datetime) -> datetime:
    """14:30 of that day in Shanghai."""
    return at.astimezone(SHANGHAI).replace(hour=14, minute=30, second=0, microsecond=0)
