"""Sessions 会话: the cookie holds a token of 256 bits, the database its SHA-256.

Nothing is written per request, a token we did not issue opens nothing, and each sign-in begins a
new session and ends the one before it. Looking one up is one statement.
"""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg

from coordination import db
from coordination.people.askers import Asker, HeldRole
from coordination.people.rules import NEEDS_SECOND_FACTOR
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.values import settings_in_force
from coordination.web.security import SESSION_COOKIE

COOKIE = SESSION_COOKIE
STAY, STAFF_STAY = "session_hours", "staff_session_hours"  # settings 设置项

OFFICES = sorted(kind.value for kind in NEEDS_SECOND_FACTOR)

OPEN = """
insert into sign_in (id, token_hash, person, opened_at, expires_at, stepped_up_at,
                     second_factor_at, device)
select $1, $2, $3, $4::timestamptz,
       $4::timestamptz + case when exists (
         select from role where person = $3 and kind = any($7) and since <= $4
            and (until is null or until > $4)) then $9::interval else $10::interval end,
       case when $5::boolean then $4::timestamptz end,
       case when $6::boolean then $4::timestamptz end, $8
"""

LOOK_UP = """
select p.id, p.name, p.phone_tail, p.totp_sealed is not null or exists (
         select from passkey k where k.person = p.id and k.ended_at is null) as has_second_factor,
       p.paused_at is not null as is_paused,
       s.id as session, s.stepped_up_at, s.second_factor_at,
       (select json_agg(json_build_array(r.kind, r.body, b.kind, b.name, pl.path)
                        order by r.since, r.id)
          from role r join body b on b.id = r.body left join place pl on pl.id = r.place
         where r.person = p.id and r.since <= $2 and (r.until is null or r.until > $2)) as roles
  from sign_in s join person p on p.id = s.person
 where s.token_hash = $1 and s.ended_at is null and s.expires_at > $2 and p.closed_at is null
"""


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def open_session(
    person: UUID,
    at: datetime,
    *,
    stepped_up: bool = False,
    second_factor: bool = False,
    device: str = "",
) -> str:
    """Begin a session and return its token, which is nowhere else."""
    token = secrets.token_urlsafe(32)
    stay = {
        name: timedelta(hours=int(held.value))
        for name, held in (await settings_in_force(None, STAY, STAFF_STAY, at=at)).items()
    }
    await db.execute(
        OPEN, uuid4(), token_hash(token), person, at, stepped_up, second_factor, OFFICES,
        device[:80], stay[STAFF_STAY], stay[STAY],
    )  # fmt: skip
    return token


async def look_up(token: str, at: datetime, *, paused: bool = False) -> Asker | None:
    """Whose session `token` is at this moment. `paused`: also of those whose consent is gone."""
    found = await db.row(LOOK_UP, token_hash(token), at)
    if found is None or (found["is_paused"] and not paused):
        return None
    return _asker(found)


def _asker(found: asyncpg.Record) -> Asker:
    is_proven = found["second_factor_at"] is not None
    held = [_role(*role) for role in json.loads(found["roles"] or "[]")]
    working = tuple(r for r in held if is_proven or r.kind not in NEEDS_SECOND_FACTOR)
    return Asker(
        id=found["id"],
        name=found["name"],
        phone_tail=found["phone_tail"],
        session=found["session"],
        roles=working,
        stepped_up_at=found["stepped_up_at"],
        second_factor_at=found["second_factor_at"],
        waiting=tuple(r for r in held if r not in working),
        has_second_factor=found["has_second_factor"],
        is_paused=found["is_paused"],
    )


def _role(kind: str, body: str, body_kind: str, body_name: str, path: str | None) -> HeldRole:
    return HeldRole(RoleKind(kind), UUID(body), BodyKind(body_kind), body_name, path)


async def prove(session: UUID, at: datetime, *, second_factor: bool = False) -> None:
    """Note a fresh proof in this session: a step-up, and perhaps the second factor too."""
    await db.execute(
        """update sign_in set stepped_up_at = $2,
             second_factor_at = case when $3 then $2 else second_factor_at end where id = $1""",
        session, at, second_factor,
    )  # fmt: skip


async def keep_open(longer: timedelta, at: datetime) -> None:
    """Let running sessions last so much longer: the demo's clock was put forward, and nobody has
    been away for that long."""
    await db.execute(
        """update sign_in set expires_at = expires_at + $1
            where ended_at is null and expires_at > $2""",
        longer, at,
    )  # fmt: skip


async def end_session(session: UUID, at: datetime) -> None:
    """Sign out. Ending twice changes nothing."""
    await db.execute(
        "update sign_in set ended_at = $2 where id = $1 and ended_at is null", session, at
    )


async def end_sessions(person: UUID, at: datetime, *, but: UUID | None = None) -> None:
    """End all sessions of a person, `but` the one that asked."""
    await db.execute(
        """update sign_in set ended_at = $2
            where person = $1 and ended_at is null and id is distinct from $3""",
        person, at, but,
    )  # fmt: skip
