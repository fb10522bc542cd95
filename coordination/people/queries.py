"""Reads about people, shaped for a page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from coordination import db
from coordination.errors import NotFound
from coordination.people.phones import read_phone
from coordination.people.rules import read_login
from coordination.people.secrecy import keyed_hash, phone_hash
from coordination.people.tables import Body, Person, RoleKind

PAGE = 30
RECOVERY_WAIT = timedelta(hours=24)  # used codes are kept for as long
# Whether a body `b` is in office on a day: the day of `until` is the first on which it is not.
IN_OFFICE = "(b.since is null or b.since <= {day}) and (b.until is null or b.until > {day})"


async def person_of(person: UUID) -> Person:
    """NotFound: nobody, or their account is closed."""
    found = await Person.objects().get((Person.id == person) & Person.closed_at.is_null())
    if found is None:
        raise NotFound("没有找到这个账号，可能已经注销。")
    return found


async def person_named(text: str) -> Person | None:
    """Whose phone or login name this is."""
    phone = read_phone(text)
    if phone is not None:
        return await Person.objects().get(
            (Person.phone_hash == phone_hash(phone)) & Person.closed_at.is_null()
        )
    login = read_login(text)
    if login is None:
        return None
    return await Person.objects().get((Person.login == login) & Person.closed_at.is_null())


async def is_recovering(person: UUID, at: datetime, *, first_proves: bool) -> bool:
    """Whether the password was set with a code from the counter within a day: staff might know it,
    so it proves nothing yet. `first_proves`: the code with which somebody entered the account for
    the first time does, since nobody had agreed to anything there before."""
    return await db.value(
        """select exists (select from one_time_code as c
            where person = $1 and purpose = 'recover' and used_at > $2
              and (not $3 or exists (
                select from consent as k where k.person = $1 and k.given_at < c.used_at)))""",
        person, at - RECOVERY_WAIT, first_proves,
    )  # fmt: skip


def account_key(text: str) -> str:
    """One key for all ways to write one phone or name, whether or not anybody has it."""
    return keyed_hash(read_phone(text) or read_login(text) or text.strip(), "account").hex()


async def body_of(body: UUID) -> Body:
    """NotFound: there is no such body."""
    found = await Body.objects().get(Body.id == body)
    if found is None:
        raise NotFound("没有这个单位。")
    return found


async def kinds_held(person: UUID, at: datetime) -> list[RoleKind]:
    """The kinds of role that a person holds."""
    found = await db.rows(
        """select distinct kind from role where person = $1 and since <= $2
              and (until is null or until > $2)""",
        person, at,
    )  # fmt: skip
    return [RoleKind(row["kind"]) for row in found]


async def sessions_of(person: UUID, at: datetime) -> list[asyncpg.Record]:
    """The sessions that are open, newest first."""
    return await db.rows(
        """select id, opened_at, expires_at, device from sign_in
            where person = $1 and ended_at is null and expires_at > $2
            order by opened_at desc, id limit 50""",
        person, at,
    )  # fmt: skip


async def standing_consent(person: UUID) -> asyncpg.Record | None:
    """The consent that a person has given and not withdrawn, if any."""
    return await db.row(
        """select text_version, given_at from consent
            where person = $1 and withdrawn_at is null order by given_at desc limit 1""",
        person,
    )


async def waiting_phone_change(person: UUID) -> asyncpg.Record | None:
    """The change of phone that has been asked for and has not happened."""
    return await db.row(
        """select id, phone_tail, asked_at, takes_effect_at from phone_change
            where person = $1 and done_at is null and cancelled_at is null""",
        person,
    )


async def messages_of(person: UUID, before: UUID | None = None) -> list[asyncpg.Record]:
    """A person's messages in the app, newest first; `before`: those after that one in the list."""
    return await db.rows(
        """select id, title, text, link, queued_at, read_at from message
            where person = $1 and channel = 'in_app'
              and ($2::uuid is null or (queued_at, id) <
                   (select queued_at, id from message where id = $2 and person = $1))
            order by queued_at desc, id desc limit $3""",
        person, before, PAGE + 1,
    )  # fmt: skip


async def unread_messages(person: UUID) -> int:
    """How many of them have not been opened."""
    return await db.value(
        """select count(*) from message
            where person = $1 and channel = 'in_app' and read_at is null""",
        person,
    )


async def bodies_at(place: UUID | None) -> list[asyncpg.Record]:
    """The bodies of one place; None: of the whole deployment."""
    return await db.rows(
        """select id, kind, name, phone, officer, filing_number, since, until from body
            where place is not distinct from $1 order by kind, name, id""",
        place,
    )


async def bodies_around(places: Sequence[UUID]) -> list[asyncpg.Record]:
    """The bodies of any of these places; none given: of the whole deployment."""
    return await db.rows(
        """select b.id, b.name from body b left join place pl on pl.id = b.place
            where case when $1::uuid[] = '{}' then b.place is null else b.place = any($1) end
            order by length(pl.path) desc, b.name, b.id""",
        list(places),
    )


async def roles_of(person: UUID) -> list[asyncpg.Record]:
    """All roles a person has held, those in force first."""
    return await db.rows(
        """select r.id, r.kind, r.since, r.until, b.name as body, pl.name as place
             from role r join body b on b.id = r.body left join place pl on pl.id = r.place
            where r.person = $1 order by r.until desc nulls first, r.since desc, r.id""",
        person,
    )


async def officers(at: datetime, after: str = "") -> list[asyncpg.Record]:
    """Accounts that hold a role now, by name; `after`: the key of the last one shown."""
    return await db.rows(
        """select p.id, p.name, p.login, p.phone_tail, (p.totp_sealed is not null or exists (
                    select from passkey k where k.person = p.id and k.ended_at is null)
                  ) as has_factor,
                  string_agg(distinct r.kind, ' ') as kinds, p.name || p.id::text as key,
                  string_agg(distinct b.name, '、') as bodies
             from person p join role r on r.person = p.id join body b on b.id = r.body
            where p.closed_at is null and r.since <= $1 and (r.until is null or r.until > $1)
              and p.name || p.id::text > $2
            group by p.id order by key limit $3""",
        at, after, PAGE + 1,
    )  # fmt: skip
