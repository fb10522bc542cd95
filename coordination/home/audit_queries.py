"""The audit log as its pages show it: its chain, its checks, and who looked at whose data."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from coordination import audit
from coordination.db import rows, value

# What staff do with somebody else's data, in words.
LOOK_UPS = {
    "look_up_person": "查找账号",
    "look_at_person": "查看账号",
    "look_up_unit": "查看房屋和业主",
    "look_up_residents": "查看居民登记",
    "download_roll_errors": "下载名册错误清单",
    "look_at_caller": "查看吹哨人联系方式",
    "export_tickets": "导出工单清单",
    "issue_recovery_code": "发放找回码",
    "remove_second_factor": "解除二次验证",
    "request_phone_change": "办理换号",
    "change_owner_phone": "修改业主电话",
    "change_owners": "办理过户",
    "set_guardian": "登记监护人",
    "print_letters": "打印绑定码函",
}
# The log itself, as the subject of its own checks: so they are found by the index of subjects.
LOG = UUID("00000000-0000-4000-8000-0000000278a1")
ASKED, CHECKED = "ask_audit_check", "check_audit"
PAGE = 50
WITHIN = timedelta(days=180)
TAKES_AT_MOST = timedelta(minutes=30)

# $2: the paths that who looks on covers; of others' staff they see nothing.
LOOKED = """
select a.id, a.at, a.verb, p.name as person_name, a.detail->>'reason' as reason,
       coalesce(place.name, '') as place_name,
       (select string_agg(distinct b.name, '、') from role r join body b on b.id = r.body
         where r.person = a.person and r.since <= a.at and (r.until is null or r.until > a.at))
         as bodies
  from audit_entry a join person p on p.id = a.person left join place on place.id = a.place
 where a.verb = any($1) and a.at > $3 and ($4::bigint is null or a.id < $4)
   and exists (select from unnest($2::text[]) as o (path)
                where o.path = '/' or exists (
                  select from role r join place rp on rp.id = r.place
                   where r.person = a.person and r.since <= a.at
                     and (r.until is null or r.until > a.at) and starts_with(rp.path, o.path)))
 order by a.id desc limit $5
"""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Somebody's office used somebody's data. Whose, is not shown."""

    id: int
    at: datetime
    verb: str
    person_name: str
    reason: str | None
    place_name: str
    bodies: str | None

    @property
    def words(self) -> str:
        return LOOK_UPS[self.verb]


@dataclass(frozen=True, slots=True)
class Seal:
    """A link of the chain."""

    id: int
    at: datetime
    entries: int
    hash: str


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the whole log: what it found; `broken` None: all as it was sealed."""

    at: datetime
    entries: int
    seals: int
    head: str
    broken: str | None


async def look_ups(paths: Sequence[str], at: datetime, before: int | None = None) -> list[LookUp]:
    """Look-ups by staff whose offices lie there, the newest first, one more than a page if more
    follow; `before`: those after that one in the list."""
    found = await rows(LOOKED, list(LOOK_UPS), list(paths), at - WITHIN, before, PAGE + 1)
    return [LookUp(**dict(each)) for each in found]


async def latest_seals(limit: int = 10) -> list[Seal]:
    """The end of the chain, the newest link first."""
    found = await rows(
        """select id, at, cardinality(entries) as entries, encode(hash, 'hex') as hash
             from audit_seal order by id desc limit $1""",
        limit,
    )
    return [Seal(**dict(each)) for each in found]


async def last_check() -> Check | None:
    """The latest finished check of the log; None: there was none."""
    found = await value(
        """select json_build_object('at', at, 'said', detail) from audit_entry
            where subject = $1 and verb = $2 order by id desc limit 1""",
        LOG, CHECKED,
    )  # fmt: skip
    if found is None:
        return None
    found = json.loads(found)
    return Check(datetime.fromisoformat(found["at"]), **found["said"])


async def is_checking(at: datetime) -> bool:
    """Whether a check was asked for that has not finished; one that takes too long has failed."""
    return await value(
        """select coalesce((select verb = $2 and at > $3 from audit_entry where subject = $1
                             order by id desc limit 1), false)""",
        LOG, ASKED, at - TAKES_AT_MOST,
    )  # fmt: skip


async def waiting_for_seal() -> int:
    return await audit.unsealed()
