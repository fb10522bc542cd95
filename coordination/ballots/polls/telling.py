"""Telling every owner, set by set, in a job: of the roll, the notice, the end of a poll.

A job may run twice; who has the message already is left out.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from coordination.ballots.polls.queries import estate_of, load_poll
from coordination.ballots.tables import Poll
from coordination.db import rows, transaction
from coordination.notices.queries import NoticeLine, line_of
from coordination.people.outbox import ORDINARY, WITH_SMS, tell, tell_phones
from coordination.people.phones import is_mobile
from coordination.people.rules import SMS_LONGEST
from coordination.people.secrecy import open_phone
from coordination.people.tables import Channel
from coordination.settings import settings
from coordination.web.formats import local_day, local_time

CHUNK = 5_000
NOTICED = "ballot-notice"

ESTATE_OWNERS = """
select distinct a.person from acting a
join ownership o on o.owner = a.owner and o.until is null
join unit u on u.id = o.unit where u.estate = $1
"""
HOLDERS = """
select distinct a.person from acting a
join right_holder h on h.owner = a.owner and h.until is null
join voting_right r on r.id = h."right" join question q on q.id = r.question
where q.poll = $1
"""
# Whom no account reaches, neither of their own nor of a guardian's.
UNBOUND = """
select distinct on (o.phone_hash) o.phone_sealed from owner o
join right_holder h on h.owner = o.id and h.until is null
join voting_right r on r.id = h."right" join question q on q.id = r.question
where q.poll = $1 and o.phone_sealed is not null
  and not exists (select from acting a where a.owner = o.id)
  and not exists (select from message m where m.person is null and m.event = $2 and m.link = $3)
"""


async def tell_of_roll(notice_id: UUID, at: datetime) -> int:
    """Tell all bound owners of the estate that the roll can be checked; how many were told."""
    poll, notice = await _about(notice_id)
    text = f"“{poll.title}”的业主名册已公示，请核对您的房号和面积。有误的，请在核对期内提出异议。"
    return await _tell_all(
        ESTATE_OWNERS, poll.estate, "roll-published", "业主名册公示，请核对", text, at,
        link=f"/ballots/{poll.id}/roll",
    )  # fmt: skip


async def tell_of_candidates(notice_id: UUID, at: datetime) -> int:
    """Tell all bound owners of the estate to nominate, or to look at who was; how many."""
    poll, notice = await _about(notice_id)
    [found] = await rows("select link from notice where id = $1", notice_id)
    return await _tell_all(
        ESTATE_OWNERS, poll.estate, "election", notice.title,
        f"{notice.title}（{notice.number}），请点开查看。", at, link=found["link"],
    )  # fmt: skip


async def deliver_notice(notice_id: UUID, at: datetime) -> int:
    """Deliver the notice of the vote to everyone on its roll, by SMS too; not opt-out. Owners
    without an account hear of it by the phone in the register."""
    poll, notice = await _about(notice_id)
    await _tell_unbound(poll, notice, at)
    text = (
        f"“{poll.title}”投票公告{notice.number}已发布：{local_time(poll.opens_at)}开始投票，"
        f"{local_time(poll.closes_at)}截止。请阅读公告，届时在本系统投票。"
    )
    return await _tell_all(
        HOLDERS, poll.id, NOTICED, "投票公告", text, at,
        link=f"/notices/{notice.id}", channels=WITH_SMS, sms=await _sms(poll),
    )  # fmt: skip


async def tell_of_extension(notice_id: UUID, at: datetime) -> int:
    """Tell everyone on the roll that the vote runs longer."""
    poll, notice = await _about(notice_id)
    return await _tell_all(
        HOLDERS, poll.id, "poll-extended", notice.title,
        f"“{poll.title}”延长投票，已投的票继续有效。详见{notice.number}公示。", at,
        link=f"/notices/{notice.id}",
    )  # fmt: skip


async def tell_of_end(notice_id: UUID, at: datetime) -> int:
    """Tell all bound owners of the estate that a public poll has ended early."""
    poll, notice = await _about(notice_id)
    return await _tell_all(
        ESTATE_OWNERS, poll.estate, "poll-ended", notice.title, f"详见{notice.number}公告。",
        at, link=f"/notices/{notice.id}",
    )  # fmt: skip


async def _about(notice_id: UUID) -> tuple[Poll, NoticeLine]:
    notice = await line_of(notice_id)
    [found] = await rows("select subject from notice where id = $1", notice_id)
    assert notice, "a job names a notice that was committed"
    return await load_poll(found["subject"]), notice


async def _tell_all(
    who: str,
    subject: UUID,
    event: str,
    title: str,
    text: str,
    at: datetime,
    *,
    link: str,
    channels: Sequence[Channel] = ORDINARY,
    sms: str | None = None,
) -> int:
    found = await rows(
        f"""with addressed as ({who}) select person from addressed
            where not exists (select from message m where m.person = addressed.person
                              and m.event = $2 and m.link = $3)
            order by person""",
        subject, event, link,
    )  # fmt: skip
    persons = [row["person"] for row in found]
    for start in range(0, len(persons), CHUNK):
        async with transaction():
            await tell(
                persons[start : start + CHUNK], event, title[:100], text, at=at, link=link,
                channels=channels, sms=sms,
            )  # fmt: skip
    return len(persons)


async def _tell_unbound(poll: Poll, notice: NoticeLine, at: datetime) -> None:
    """All of them in one transaction: a job that runs again finds it done."""
    link = f"/notices/{notice.id}"
    async with transaction():
        sealed = await rows(UNBOUND, poll.id, NOTICED, link)
        phones = [phone for row in sealed if is_mobile(phone := open_phone(row["phone_sealed"]))]
        await tell_phones(phones, NOTICED, "投票公告", await _sms(poll), at=at, link=link)


async def _sms(poll: Poll) -> str:
    """At most one SMS: the estate's name gives way first."""
    estate = (await estate_of(poll)).name
    rest = (
        f"业主大会投票公告已发布，{local_day(poll.opens_at)}至{local_day(poll.closes_at)}投票，"
        "请登录查看。"
    )
    room = SMS_LONGEST - len(f"【{settings().sms_sign}】") - len(rest)
    return estate[: max(room, 0)] + rest
