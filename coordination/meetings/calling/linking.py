"""Links to an invitation 邀请链接 for parties of whom nobody has an account: each its own, of this
meeting alone; who holds it answers for the party, without signing in."""

from datetime import datetime
from uuid import UUID

from coordination import audit
from coordination.db import row, rows, transaction
from coordination.errors import Invalid, NotFound
from coordination.meetings.calling.actions import AlreadyOver, keep_answer
from coordination.meetings.queries import PartyLine, Seen, load
from coordination.meetings.steps import lock_meeting, require_state, run_by
from coordination.meetings.tables import Answer, Meeting, MeetingParty, Step
from coordination.people.askers import Asker
from coordination.people.outbox import tell_phones
from coordination.people.phones import is_mobile, read_phone
from coordination.people.rules import fits_sms
from coordination.settings import settings
from coordination.web.codes import draw_letter_code, typed
from coordination.web.formats import local_time
from coordination.web.limits import hit

TRIES, WINDOW = 10, 3600  # answers by one link in an hour
MISSING = "这个邀请链接已经作废，或者没有抄全。请向召集单位要新的链接，或打电话答复。"
WITHOUT_ACCOUNT = """
select p.id, b.phone from meeting_party p join body b on b.id = p.body
 where p.meeting = $1 and not exists (
   select from role r join person q on q.id = r.person and q.closed_at is null
    where r.body = p.body and r.since <= $2 and (r.until is null or r.until > $2))
 order by p.id
"""


def address(code: str) -> str:
    return f"{settings().public_url}/i/{code}"


async def give_links(meeting: Meeting, at: datetime) -> None:
    """A link for each party without an account; to a mobile phone of its office it goes by SMS.
    In the transaction of the notice, or of one that follows."""
    for party, phone in await without_account(meeting.id, at):
        link = address(await _kept_or_drawn(party))
        said = f"{local_time(meeting.starts_at)}开会，请答复能否参加：{link}"
        await text_office(phone, "meeting-notice", meeting.title, said, at)


async def without_account(meeting_id: UUID, at: datetime) -> list[tuple[UUID, str]]:
    """(id, phone of its office) of each party for which nobody could answer by an account."""
    return [(each["id"], each["phone"]) for each in await rows(WITHOUT_ACCOUNT, meeting_id, at)]


async def text_office(typed_phone: str, event: str, title: str, said: str, at: datetime) -> None:
    """An SMS to an office, where its phone is a mobile. In the caller's transaction."""
    phone = read_phone(typed_phone)
    if phone and is_mobile(phone) and fits_sms(said, settings().sms_sign):
        await tell_phones([phone], event, title, said, at=at)


async def _kept_or_drawn(party: UUID) -> str:
    found = await MeetingParty.objects().get(MeetingParty.id == party)
    assert found, "it was just read"
    if found.link_code is None:
        found.link_code = draw_letter_code()
        await found.save([MeetingParty.link_code])
    return found.link_code


async def renew_link(asker: Asker, meeting_id: UUID, party: UUID, at: datetime) -> None:
    """A new link for a party, also for one that has accounts; the former one is dead. NotFound,
    NotYourMeeting, OutOfOrder."""
    async with transaction():
        found = await run_by(asker, meeting_id)
        require_state(found, Step.NOTICED, doing="换邀请链接")
        if party not in {one.id for one in found.parties}:
            raise NotFound("没有找到这个参加单位。")
        await MeetingParty.update({MeetingParty.link_code: draw_letter_code()}).where(
            MeetingParty.id == party
        )
        await audit.record(
            asker, "renew_invitation_link", found.meeting, at=at, place=found.place, party=party
        )


async def invited_by(code: str) -> tuple[Seen, PartyLine]:
    """The meeting and the party that a link is of. NotFound."""
    found = await row("select meeting from meeting_party where link_code = $1", typed(code)[:20])
    if found is None:
        raise NotFound(MISSING)
    seen = await load(found["meeting"])
    for party in seen.parties:
        if party.link_code == typed(code):
            return seen, party
    raise NotFound(MISSING)  # it was renewed this very moment


async def answer_by_link(code: str, answer: Answer, name: str, words: str, at: datetime) -> None:
    """Answer for the party by who holds its link. NotFound, AlreadyOver, Invalid, TooMany."""
    before, party = await invited_by(code)
    await hit(f"invitation:{party.id}", TRIES, WINDOW, at)
    async with transaction():
        await lock_meeting(before.meeting.id)
        seen, party = await invited_by(code)  # the link may have been renewed meanwhile
        if seen.state.current is not Step.NOTICED:
            raise AlreadyOver("会议已经开始、结束或取消，不能再答复。请打电话联系召集单位。")
        if answer is Answer.DECLINED and not words.strip():
            raise Invalid("请写不能参加的原因。", words="请写不能参加的原因。")
        said = f"{name.strip()}：{words.strip()}" if words.strip() else name.strip()
        await keep_answer(seen, party.id, answer, said, None, at)
