"""Entering that a stamp 印章 was put under a notice, by the body that issued it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import row, transaction, value
from coordination.errors import Invalid, NotAllowed
from coordination.notices.queries import read_notice
from coordination.notices.rules import year_of
from coordination.notices.tables import StampUse
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import RoleKind
from coordination.people.words import ROLE_WORDS

STAMPING = (
    RoleKind.COMMUNITY_WORKER, RoleKind.COMMITTEE_MEMBER, RoleKind.PREPARATORY_MEMBER,
    RoleKind.PROPERTY_MANAGER, RoleKind.SUBDISTRICT_OFFICER,
)  # fmt: skip


def stamping_role(asker: Asker | None, issuer: Any) -> HeldRole | None:
    """The role in which the asker holds the stamps of the body that issued a notice."""
    roles = asker.roles if asker else ()
    return next((r for r in roles if r.kind in STAMPING and r.body == issuer), None)


def may_stamp(asker: Asker | None, issuer: Any) -> bool:
    """Enter that a stamp of one's own body was put under its notice."""
    return stamping_role(asker, issuer) is not None


async def record_stamp(
    asker: Asker, notice_id: UUID, stamp: str, copies: int, at: datetime
) -> StampUse:
    """Enter it under the next number of the body's year. NotFound, NotAllowed, Invalid."""
    async with transaction():
        notice = (await read_notice(notice_id)).notice
        role = stamping_role(asker, notice.issuer)
        if role is None:
            raise NotAllowed("用印由发布这份公告的单位登记。")
        if not stamp.strip() or not 1 <= copies <= 10_000:
            raise Invalid("请写印章的名称和份数。", stamp="例如：梧桐苑业主委员会章。")
        year = year_of(at)
        # The body's row is the lock of its book.
        await row("select id from body where id = $1 for no key update", role.body)
        last = await value(
            "select max(number) from stamp_use where body = $1 and year = $2", role.body, year
        )
        use = StampUse(
            id=uuid4(), notice=notice.id, body=role.body, stamp=stamp.strip()[:60], year=year,
            number=(last or 0) + 1, copies=copies, at=at, by=asker.id,
            office=ROLE_WORDS[role.kind],
        )  # fmt: skip
        await use.save()
        await audit.record(asker, "record_stamp", use, at=at, place=notice.estate)
        return use
