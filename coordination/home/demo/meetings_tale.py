"""三方联动例会 of the made estate: held and published, being checked, and called."""

from datetime import datetime, timedelta

from coordination.clock import SHANGHAI
from coordination.home.demo import people as who
from coordination.home.demo.chronicle import Tale
from coordination.home.demo.people import Made
from coordination.home.demo.people_actions import asking, id_of
from coordination.law.periods import day_of
from coordination.meetings.action_tables import ActionStepKind
from coordination.meetings.calling.actions import (
    Answer,
    MeetingFacts,
    answer_invitation,
    plan_meeting,
)
from coordination.meetings.calling.agenda import add_topic
from coordination.meetings.calling.noticing import announce_meeting
from coordination.meetings.doing.actions import Task, give_action, take_action_step
from coordination.meetings.minutes.checking import send_to_check
from coordination.meetings.minutes.drafting import generate_minutes
from coordination.meetings.minutes.publishing import publish_minutes, publish_resolutions
from coordination.meetings.minutes.signing import seats_of, sign_minutes
from coordination.meetings.queries import load
from coordination.meetings.room.presence import check_in, close_meeting, open_meeting
from coordination.meetings.room.resolutions import Proposed, resolve
from coordination.meetings.room_tables import ResolutionKind
from coordination.people.askers import Asker
from coordination.places.tables import Place

CONTACT = "梧桐社区居民委员会 027-87000002"
PARTIES = (who.WORKER, who.CHAIR, who.PREPARING, who.MANAGER)
ROOM = "社区二楼会议室"


async def meetings_tale(estate: Place, company: object, at: datetime) -> Tale:
    """Three months of it: the oldest is published, with one task late and one verified."""
    told = (
        (70, "3栋道闸早晚常开", "物业在两周内修好道闸并恢复值守", True),
        (2, "东门非机动车棚充电", "先装四组计次充电桩，一个月后评议", False),
    )
    for days, topic, words, finished in told:
        yield (moment := at - timedelta(days=days + 8))
        worker = await _asking(who.WORKER, moment)
        starts_at = _afternoon(at - timedelta(days=days))
        meeting = await plan_meeting(worker, estate, "three_party", _facts(starts_at), moment)
        item = await add_topic(worker, meeting.id, topic, "居民在工单里多次反映。", None, moment)
        await announce_meeting(worker, meeting.id, moment)
        yield starts_at
        code = (await load(meeting.id)).meeting.room_code
        await open_meeting(worker, meeting.id, starts_at)
        for one in PARTIES:
            await check_in(await _asking(one, starts_at), str(code), starts_at)
        said = Proposed(words, ResolutionKind.DECIDED)
        resolution = await resolve(worker, item.id, said, starts_at)
        for text, due in (("派人更换配件", 14), ("张贴告知并回访", 21)):
            task = Task(text, company.id, day_of(starts_at + timedelta(days=due)),  # pyright: ignore
                        resolution=resolution.id)  # fmt: skip
            action = await give_action(worker, item.id, task, starts_at)
        yield (moment := starts_at + timedelta(hours=2))
        await close_meeting(worker, meeting.id, moment)
        await generate_minutes(worker, meeting.id, moment)
        await publish_resolutions(worker, meeting.id, moment)
        until = await send_to_check(worker, meeting.id, moment)
        if finished:
            yield (moment := until + timedelta(hours=10))
            await _sign(meeting.id, moment)
            await publish_minutes(await _asking(who.WORKER, moment), meeting.id, moment)
            manager = await _asking(who.MANAGER, moment)
            done = ActionStepKind.REPORTED
            await take_action_step(manager, action.id, done, "已张贴，回访三户。", moment)
            await take_action_step(worker, action.id, ActionStepKind.VERIFIED, "抽查属实。", moment)
    async for moment in _coming(estate, at):
        yield moment


async def _coming(estate: Place, at: datetime) -> Tale:
    """One that is called, a week after the month's, with an answer from one of its parties."""
    yield (moment := at - timedelta(hours=4))
    worker = await _asking(who.WORKER, moment)
    facts = _facts(_afternoon(at + timedelta(days=13)))
    meeting = await plan_meeting(worker, estate, "three_party", facts, moment)
    await announce_meeting(worker, meeting.id, moment)
    yield (moment := at - timedelta(hours=2))
    manager = await _asking(who.MANAGER, moment)
    await answer_invitation(manager, meeting.id, Answer.COMING, "", moment)


async def _sign(meeting_id: object, at: datetime) -> None:
    found = await load(meeting_id)  # pyright: ignore[reportArgumentType]
    askers = {one.id: one for one in [await _asking(person, at) for person in PARTIES]}
    for seat in await seats_of(found):
        signer = next(askers[one] for one in seat.people if one in askers)
        await sign_minutes(signer, found.meeting.id, seat.key, at)


async def _asking(person: Made, at: datetime) -> Asker:
    return await asking(await id_of(person), at)


def _afternoon(at: datetime) -> datetime:
    """14:30 of that day in Shanghai."""
    return at.astimezone(SHANGHAI).replace(hour=14, minute=30, second=0, microsecond=0)


def _facts(starts_at: datetime) -> MeetingFacts:
    title = f"梧桐苑{starts_at.year}年{starts_at.month}月三方联动例会"
    return MeetingFacts(title, starts_at, 90, ROOM, CONTACT)
