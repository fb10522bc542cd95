"""Making a key, taking it back, and knowing who calls with one."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import audit
from coordination.db import execute, row, transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from coordination.people.askers import Asker
from coordination.people.queries import body_of
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.tickets.doors.keys.queries import SHOW
from coordination.tickets.doors.keys.rules import (
    MOST_PER_MINUTE,
    PER_MINUTE,
    Caller,
    Scope,
    a_key,
    key_hash,
)
from coordination.tickets.doors.permits import may_keep_keys
from coordination.tickets.doors.tables import ApiKey

CALLS_KEPT = timedelta(days=180)
ANSWERS_KEPT = timedelta(days=30)


class NoSuchKey(NotSignedIn):
    """No key was shown, or it is not one in force."""


async def make_key(
    asker: Asker,
    name: str,
    body_id: UUID,
    place: Place,
    scopes: Collection[str],
    at: datetime,
    per_minute: int = PER_MINUTE,
) -> tuple[ApiKey, str]:
    """A key and its words, which nobody can read again. NotAllowed; Invalid: nothing chosen, or a
    place outside the body's."""
    body = await body_of(body_id)
    if not may_keep_keys(asker, body.id, place):
        raise NotAllowed("密钥由运营方或本单位负责人发放，您不能为这个单位、这个范围发放密钥。")
    home = body.place and await place_of(body.place)
    wrong: dict[str, str] = {}
    if not 1 <= len(name.strip()) <= 60:
        wrong["name"] = "请写明用途，1 到 60 个字。"
    if not scopes or not set(scopes) <= set(Scope):
        wrong["scopes"] = "请至少选择一项权限。"
    if home and not (home.covers(place) or place.covers(home)):
        wrong["place"] = "这个地点与该单位无关，请重新选择。"
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        wrong["per_minute"] = f"应在 1 到 {MOST_PER_MINUTE} 之间。"
    if wrong:
        raise Invalid("请检查填写的内容。", **wrong)
    words = a_key()
    key = ApiKey(
        id=uuid4(), name=name.strip(), body=body.id, place=place.id, scopes=sorted(scopes),
        key_hash=key_hash(words), tail=words[-4:], per_minute=per_minute, made_at=at,
        made_by=asker.id,
    )  # fmt: skip
    async with transaction():
        await key.save()
        await audit.record(asker, "make_key", key, at=at, place=place, scopes=sorted(scopes))
    return key, words


async def revoke_key(asker: Asker, key_id: UUID, at: datetime) -> None:
    """From now on it opens nothing, and its webhooks hear nothing. NotFound; Conflict."""
    async with transaction():
        key = await kept_key(asker, key_id)
        done = await execute(
            """update api_key set revoked_at = $2, revoked_by = $3
               where id = $1 and revoked_at is null""",
            key.id, at, asker.id,
        )  # fmt: skip
        if done == "UPDATE 0":
            raise Conflict("这个密钥已经作废。")
        await execute(
            "update webhook set ended_at = $2 where key = $1 and ended_at is null", key.id, at
        )
        await audit.record(asker, "revoke_key", key, at=at, place=key.place)


async def kept_key(asker: Asker, key_id: UUID) -> ApiKey:
    """A key that the asker keeps. NotFound."""
    key = await ApiKey.objects().get(ApiKey.id == key_id)
    if key is None or not may_keep_keys(asker, key.body, await place_of(key.place)):
        raise NotFound("没有这个密钥。")
    return key


async def known_caller(
    words: str | None, method: str, path: str, source: str, at: datetime
) -> Caller:
    """Who shows this key; the request stands in its log. NoSuchKey."""
    found = words and await row(SHOW, key_hash(words), at, method, path[:200], source[:60])
    if not found:
        raise NoSuchKey("需要有效的 API 密钥：在请求头 Authorization 写“Bearer 密钥”。")
    return Caller(
        found["id"], found["name"], found["body"], found["place"], found["path"],
        frozenset(found["scopes"]), found["per_minute"],
    )  # fmt: skip


async def forget_calls(at: datetime) -> None:
    """What keys did is kept for half a year, what was answered for a month."""
    async with transaction():
        await execute("delete from api_call where at < $1", at - CALLS_KEPT)
        await execute("delete from api_answer where at < $1", at - ANSWERS_KEPT)
