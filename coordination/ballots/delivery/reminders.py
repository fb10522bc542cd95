"""Reminding 催票: at most twice in a vote, only those who have not voted, by message; the carriers
have their lists besides."""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.casting.actions import Closed, NotOpen
from coordination.ballots.delivery.permits import may_remind
from coordination.ballots.delivery.tables import Reminder
from coordination.ballots.polls.queries import estate_of, load_poll, state_of
from coordination.ballots.polls.steps import lock_poll
from coordination.ballots.tables import Poll
from coordination.db import execute, rows, transaction
from coordination.errors import Conflict, NotAllowed
from coordination.people.askers import Asker
from coordination.people.outbox import WITH_SMS, tell, tell_phones
from coordination.people.phones import is_mobile
from coordination.people.rules import SMS_LONGEST, is_quiet
from coordination.people.secrecy import open_phone
from coordination.places.values import whole_setting
from coordination.settings import settings
from coordination.web.formats import local_time

MOST = 2
EVENT = "ballot-reminder"

# Who acts for an owner with a right that has no ballot; of a shared one each, until one has voted.
# Whose proxy votes is reminded too: it is theirs to see to it.
LEFT = """
select distinct v.person from voicing v
  join voting_right r on r.id = v."right" join question q on q.id = r.question
 where q.poll = $1 and not exists (select from ballot b where b."right" = r.id)
"""
UNBOUND = """
select distinct on (o.phone_hash) o.phone_sealed from owner o
  join right_holder h on h.owner = o.id and h.until is null
  join voting_right r on r.id = h."right" join question q on q.id = r.question
 where q.poll = $1 and o.phone_sealed is not null
   and not exists (select from acting a where a.owner = o.id)
   and not exists (select from ballot b where b."right" = r.id)
"""
# A reminder still in the outbox when its reader has voted reaches nobody any more.
FORGET = """
delete from message m using reminder n
 where m.event = $1 and m.sent_at is null and m.failed_at is null and m.tries = 0
   and m.link = '/ballots/' || n.poll || '/vote' and n.sent_at is not null
   and m.person is not null and not exists (
     select from voicing v join voting_right r on r.id = v."right"
       join question q on q.id = r.question
      where v.person = m.person and q.poll = n.poll
        and not exists (select from ballot b where b."right" = r.id))
"""


class RemindedEnough(Conflict):
    """Twice is all."""

    rule = "每次表决最多提醒两次，只提醒还没有投票的业主"


class StillWaiting(Conflict):
    """Tapped twice, or by two members: the first has not gone out yet."""


async def remind(asker: Asker, poll_id: UUID, at: datetime) -> Reminder:
    """Have all who have not voted reminded; by night it goes out in the morning.

    NotAllowed: not a convener. NotOpen, Closed, RemindedEnough, StillWaiting.
    """
    async with transaction():
        poll, state = await lock_poll(poll_id)
        if not may_remind(asker, await estate_of(poll), poll):
            raise NotAllowed("催票由召集这次表决的业主委员会或筹备组成员发出。")
        if at < poll.opens_at:
            raise NotOpen("投票还没有开始，开始以后才能提醒。")
        if not state.is_open(at):
            raise Closed("表决已经截止，不能再提醒。")
        before = await reminders_of(poll_id)
        if len(before) >= MOST:
            raise RemindedEnough("这次表决已经提醒过两次，不能再提醒。可以请楼组长上门。")
        if before and before[-1].sent_at is None:
            raise StillWaiting("上一次提醒还在等待发出，不用重复提醒。发出以后，可以再提醒一次。")
        reminder = Reminder(id=uuid4(), poll=poll_id, ordinal=len(before) + 1, by=asker.id, at=at)
        await reminder.save()
        await audit.record(asker, "remind", poll, at=at, place=poll.estate, nth=reminder.ordinal)
        return reminder


async def reminders_of(poll_id: UUID) -> list[Reminder]:
    """Those of a poll, in order."""
    return await Reminder.objects().where(Reminder.poll == poll_id).order_by(Reminder.ordinal)


async def send_reminders(at: datetime) -> int:
    """Send what was asked for, to those who have not voted at this moment; how many reminders. And
    forget what waits for who has voted meanwhile. For the sweep."""
    hours = [await whole_setting(name, None, at) for name in ("quiet_from", "quiet_until")]
    if is_quiet(at, hours[0], hours[1]):
        return 0
    await execute(FORGET, EVENT)
    waiting = await rows("select id, poll from reminder where sent_at is null order by at")
    for each in waiting:
        async with transaction():
            mine = await rows(
                """update reminder set sent_at = $2 where id = $1 and sent_at is null
                   returning id""",
                each["id"], at,
            )  # fmt: skip
            poll = await load_poll(each["poll"])
            if mine and (await state_of(poll)).is_open(at):
                await _send(poll, at)
    return len(waiting)


async def _send(poll: Poll, at: datetime) -> None:
    closes = local_time((await state_of(poll)).closes_at)
    text = f"“{poll.title}”{closes}截止，您还没有投票。同意、不同意、弃权都算参与表决。"
    people = [each["person"] for each in await rows(LEFT, poll.id)]
    await tell(
        people, EVENT, "您还没有投票", text, at=at, link=f"/ballots/{poll.id}/vote",
        channels=WITH_SMS, sms=await _sms(poll, closes),
    )  # fmt: skip
    sealed = await rows(UNBOUND, poll.id)
    phones = [phone for each in sealed if is_mobile(phone := open_phone(each["phone_sealed"]))]
    if phones:
        await tell_phones(phones, EVENT, "您还没有投票", await _sms(poll, closes), at=at)


async def _sms(poll: Poll, closes: str) -> str:
    """At most one SMS: the estate's name gives way first."""
    estate = (await estate_of(poll)).name
    rest = f"业主大会表决{closes}截止，您还没有投票，请登录投票或联系楼组长。"
    room = SMS_LONGEST - len(f"【{settings().sms_sign}】") - len(rest)
    return estate[: max(room, 0)] + rest
