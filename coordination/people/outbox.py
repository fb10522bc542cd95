"""The outbox 消息: what is told to a person, written in the transaction of what it tells of, and
sent after the commit.

Every message is in the app at once; by e-mail, WeChat or SMS it waits here for the worker. A
secret (a code) is sealed until it leaves and then forgotten.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import db, jobs
from coordination.people.rules import fits_sms
from coordination.people.secrecy import seal
from coordination.people.tables import Channel
from coordination.settings import settings

ORDINARY = (Channel.IN_APP, Channel.EMAIL, Channel.WECHAT)  # the latter two: to who bound them
WITH_SMS = (*ORDINARY, Channel.SMS)
WAITING = "messages-waiting"  # the job
SECRET = "（验证码只发给本人，此处不显示）"
SECRETS_LAST = timedelta(minutes=10)
SETTLED = "in_app"  # is there as soon as it is written

TELL = """
insert into message (id, person, address_sealed, event, channel, title, text, text_sealed, link,
  secret, urgent, queued_at, due_at, sent_at, delivered_at, tries, cost_fen)
select gen_random_uuid(), p.id, null, $2, $3::text, $4, $5, $6, $7, $8, $9, $10, $10,
  case when $3::text = 'in_app' then $10::timestamptz end,
  case when $3::text = 'in_app' then $10::timestamptz end, 0, 0
from person p
where p.id = any($1) and p.closed_at is null
  and case $3::text when 'sms' then p.phone_sealed is not null
              when 'email' then p.email_sealed is not null
              when 'wechat' then p.wechat_sealed is not null else true end
"""


async def tell(
    persons: UUID | Sequence[UUID],
    event: str,
    title: str,
    text: str,
    *,
    at: datetime,
    link: str = "",
    channels: Sequence[Channel] = ORDINARY,
    sms: str | None = None,
    urgent: bool = False,
    secret: bool = False,
) -> None:
    """Tell people something, in the caller's transaction; `sms` is what an SMS says, if not `text`.

    ValueError: the SMS would be longer than one.
    """
    to = [persons] if isinstance(persons, UUID) else list(persons)
    for channel in channels:
        words = _words(channel, text, sms)
        await db.execute(
            TELL, to, event, channel.value, title, SECRET if secret else words,
            seal(words, "message") if secret else None, link, secret, urgent, at,
        )  # fmt: skip
    await _wake(channels)


async def tell_address(
    address: str,
    event: str,
    title: str,
    text: str,
    *,
    at: datetime,
    channel: Channel = Channel.SMS,
    person: UUID | None = None,
    urgent: bool = False,
    secret: bool = False,
) -> UUID:
    """Tell a phone (+86…) or an e-mail address, whoever has it. ValueError: too long for an SMS."""
    words, message = _words(channel, text, None), uuid4()
    await db.execute(
        """insert into message (id, person, address_sealed, event, channel, title, text,
             text_sealed, link, secret, urgent, queued_at, due_at, tries, cost_fen)
           values ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11, $11, 0, 0)""",
        message, person, seal(address, "address"), event, channel.value, title,
        SECRET if secret else words, seal(words, "message") if secret else None,
        secret, urgent, at,
    )  # fmt: skip
    await _wake([channel])
    return message


async def tell_phones(
    phones: Sequence[str],
    event: str,
    title: str,
    text: str,
    *,
    at: datetime,
    link: str = "",
    urgent: bool = False,
) -> None:
    """Tell many phones (+86…) that may have no account, in one statement. ValueError: too long for
    an SMS."""
    words = _words(Channel.SMS, text, None)
    await db.execute(
        """insert into message (id, address_sealed, event, channel, title, text, link, secret,
             urgent, queued_at, due_at, tries, cost_fen)
           select gen_random_uuid(), sealed, $2, 'sms', $3, $4, $5, false, $7, $6, $6, 0, 0
           from unnest($1::bytea[]) as t (sealed)""",
        [seal(phone, "address") for phone in phones], event, title, words, link, at, urgent,
    )  # fmt: skip
    await _wake([Channel.SMS])


def _words(channel: Channel, text: str, sms: str | None) -> str:
    if channel is not Channel.SMS:
        return text
    words = sms or text
    if not fits_sms(words, settings().sms_sign):
        raise ValueError(f"longer than one SMS: {words}")
    return words


async def _wake(channels: Sequence[Channel]) -> None:
    """The worker looks after each commit; what must wait is found by its own sweep."""
    if any(channel.value != SETTLED for channel in channels):
        await jobs.wake(WAITING)
