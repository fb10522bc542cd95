"""What owners are told of their sheet: that it was written down, never what it says.

To the accounts that act for them, and to their phones in the register, as every cast is told.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from coordination import db
from coordination.ballots.paper.rules import WAYS, Way
from coordination.ballots.tables import Poll
from coordination.people.outbox import tell, tell_phones
from coordination.people.phones import is_mobile
from coordination.people.secrecy import open_phone

EVENT = "ballot-sheet"
ACCOUNTS = """
select distinct a.person from right_holder h join acting a on a.owner = h.owner
 where h."right" = any($1::uuid[]) and h.until is null
"""
PHONES = """
select distinct on (coalesce(o.phone_hash, o.phone_sealed)) o.phone_sealed
  from right_holder h join owner o on o.id = h.owner
 where h."right" = any($1::uuid[]) and h.until is null and o.phone_sealed is not null
"""
IF_NOT = "如非本人投票，请立即致电公告上的联系人。"


async def tell_counted(
    poll: Poll, rights: Sequence[UUID], way: Way, assisted: bool, at: datetime
) -> None:
    """That the sheet counts; of an assisted one, that it may be changed once."""
    what, title = WAYS[way], "您的表决票已登记"
    if assisted:
        text = (
            f"有人受您委托，协助登记了您对「{poll.title}」的意见。"
            f"截止前您可以登录更改一次。{_if_not(poll)}"
        )
        sms = f"已协助您登记业主大会表决意见，截止前可登录更改一次。{IF_NOT}"
    else:
        text = f"您对「{poll.title}」的{what}已由两人登记并计入。{_if_not(poll)}"
        sms = f"您的业主大会{what}已登记并计入。{IF_NOT}"
    await _tell(poll, rights, title, text, sms, at)


async def tell_duplicate(poll: Poll, rights: Sequence[UUID], way: Way, at: datetime) -> None:
    """That the ballot online counts, and the sheet does not."""
    what, title = WAYS[way], "以您的线上投票为准"
    text = f"您对「{poll.title}」已在线投票，之后收到的{what}按公告的规则不计入。{_if_not(poll)}"
    sms = f"您已在线投票，之后收到的{what}按规则不计入。{IF_NOT}"
    await _tell(poll, rights, title, text, sms, at)


def _if_not(poll: Poll) -> str:
    """Whom to call; a message by SMS has no room for it."""
    return f"如非本人投票，请立即联系：{poll.contact}。" if poll.contact else IF_NOT


async def _tell(
    poll: Poll, rights: Sequence[UUID], title: str, text: str, sms: str, at: datetime
) -> None:
    accounts = [row["person"] for row in await db.rows(ACCOUNTS, list(rights))]
    await tell(
        accounts, EVENT, title, text, link=f"/ballots/{poll.id}/receipts", urgent=True, at=at
    )
    phones = [open_phone(row["phone_sealed"]) for row in await db.rows(PHONES, list(rights))]
    if mobiles := [phone for phone in phones if is_mobile(phone)]:
        await tell_phones(mobiles, EVENT, title, sms, urgent=True, at=at)
