"""The phones in the registry 登记电话, to which binding codes go.

Whoever could put a number of their own there would be the owner a minute later. So one that takes
another's place is told to the other at once, and codes go there only after the waiting time 换号.
"""

from datetime import datetime, timedelta

from coordination.people.outbox import tell_address
from coordination.people.phones import is_mobile
from coordination.people.secrecy import open_phone
from coordination.places.values import whole_setting


async def takes_codes(since: datetime | None, at: datetime) -> bool:
    """Whether codes go to a number that took another's place `since`; None: it took nobody's."""
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
