"""A program files a ticket with its key: once, however often it asks with one Idempotency-Key."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from coordination.db import execute, row, transaction, value
from coordination.errors import Conflict, Invalid, NotFound
from coordination.people.phones import read_phone, tail
from coordination.people.secrecy import seal_phone
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.doors.keys.rules import Caller
from coordination.tickets.doors.tables import ApiAnswer
from coordination.tickets.events import Actor, open_ticket
from coordination.tickets.grams import grams_of
from coordination.tickets.kinds import Door
from coordination.tickets.tables import Ticket

LONGEST_TOKEN = 200


class OtherRequest(Conflict):
    """This Idempotency-Key was used for something else."""


class NumberTaken(Conflict):
    """That number of the other system has a ticket already."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What a program reports. `category` is a code; `external`: its own number of it."""

    door: Door
    estate: UUID
    category: str
    text: str
    building: UUID | None = None
    spot: str = ""
    caller: str = ""
    phone: str = ""
    is_public: bool = False
    external: str | None = None


async def file_ticket(
    caller: Caller, filed: Filed, at: datetime, *, token: str = "", body: bytes = b""
) -> Ticket:
    """A ticket of the caller's, or the one that `token` made before.

    NotFound: an estate that is not the key's; Invalid; OtherRequest; NumberTaken.
    """
    if len(token) > LONGEST_TOKEN:
        raise Invalid(f"Idempotency-Key 最长 {LONGEST_TOKEN} 个字符。")
    digest = hashlib.sha256(body).digest()
    async with transaction():
        if token:
            await execute("select pg_advisory_xact_lock(hashtext($1))", f"{caller.key} {token}")
            if known := await _answered(caller, token, digest):
                return known
        ticket = await _open(caller, filed, at)
        if token:
            await ApiAnswer(
                id=uuid4(), key=caller.key, token=token, digest=digest, ticket=ticket.id, at=at
            ).save()
    return ticket


async def _answered(caller: Caller, token: str, digest: bytes) -> Ticket | None:
    before = await row(
        "select ticket, digest from api_answer where key = $1 and token = $2", caller.key, token
    )
    if before is None:
        return None
    if before["digest"] != digest:
        raise OtherRequest("这个 Idempotency-Key 已用于另一个请求。新的请求请换一个。")
    return await Ticket.objects().get(Ticket.id == before["ticket"])


async def _open(caller: Caller, filed: Filed, at: datetime) -> Ticket:
    estate = await _estate(caller, filed.estate)
    category = await value(
        "select id from category where code = $1 and retired_at is null", filed.category
    )
    phone = read_phone(filed.phone) if filed.phone else None
    wrong: dict[str, str] = {}
    if category is None:
        wrong["category"] = "没有这个类别代码。"
    if filed.building and not await _lies_in(filed.building, estate):
        wrong["building"] = "这栋楼不在这个小区。"
    if filed.phone and phone is None:
        wrong["phone"] = "不是能拨通的号码，固定电话要加区号。"
    if not filed.text.strip():
        wrong["text"] = "请写明情况。"
    if wrong:
        raise Invalid("请检查填写的内容。", **wrong)
    if filed.external and await value("select 1 from ticket where external = $1", filed.external):
        raise NumberTaken("这个来源编号已经登记过工单。")
    ticket = Ticket(
        id=uuid4(), estate=estate.id, building=filed.building, spot=filed.spot, category=category,
        text=filed.text.strip(), grams=grams_of(filed.text, filed.spot), door=filed.door,
        whistled_at=at, caller=filed.caller, is_public=filed.is_public, external=filed.external,
        caller_phone_sealed=seal_phone(phone) if phone else None,
        caller_phone_tail=tail(phone) if phone else "",
    )  # fmt: skip
    return await open_ticket(ticket, Actor(body=caller.body), at)


async def _estate(caller: Caller, estate: UUID) -> Place:
    found = await Place.objects().get((Place.id == estate) & (Place.kind == PlaceKind.ESTATE))
    if found is None or not caller.reaches(found.path):
        raise NotFound("没有这个小区，或者不在这个密钥的范围内。")
    return found


async def _lies_in(building: UUID, estate: Place) -> bool:
    return await value(
        """select exists (select from place where id = $1 and parent = $2
                           and kind = 'building')""",
        building, estate.id,
    )  # fmt: skip
