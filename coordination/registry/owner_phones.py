"""The phones in the registry 登记电话, to which binding codes go.

Whoever could put a number of their own there would be the owner a minute later. So codes go to one
that was entered at the counter, or that a later roll brings for a known owner, only after the
waiting time 换号; the number whose place it takes is told at once. Until then the letter binds.
"""

from datetime import datetime, timedelta

from coordination.people.outbox import tell_address
from coordination.people.phones import is_mobile
from coordination.people.secrecy import open_phone
from coordination.places.values import whole_setting


async def takes_codes(since: datetime | None, at: datetime) -> bool:
    """Whether codes go to a number entered `since`; None: it came with the owner's first roll."""
    if since is None:
        return True
    return at >= since + timedelta(hours=await whole_setting("phone_change_hours", None, at))


async def tell_replaced(before: bytes, tail: str, at: datetime) -> None:
    """Tell the number that was sealed as `before` that another has its place."""
    number = open_phone(before)
    if is_mobile(number):
        await tell_address(
            number, "owner-phone", "登记电话已更换",
            f"您在业主名册登记的电话已换为尾号{tail}。非本人办理请立即联系社区。",
            at=at, urgent=True,
        )  # fmt: skip
