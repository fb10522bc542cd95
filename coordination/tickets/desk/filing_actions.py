"""代办: staff whistle for somebody who stands at the counter or is on the phone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination import audit
from coordination.db import execute, rows, transaction, value
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.files import Photo
from coordination.people.askers import Asker
from coordination.people.phones import read_phone, tail
from coordination.people.queries import person_named
from coordination.people.secrecy import seal_phone
from coordination.people.tables import RoleKind
from coordination.places.tables import Place
from coordination.tickets.events import actor_of, open_ticket
from coordination.tickets.grams import grams_of
from coordination.tickets.kinds import Door, PhotoKind
from coordination.tickets.tables import Ticket

LONGEST = 1_000
FILING = frozenset({
    RoleKind.COMMUNITY_WORKER, RoleKind.PROPERTY_MANAGER, RoleKind.PROPERTY_STAFF,
})  # fmt: skip
WAYS = {"counter": "当面", "phone": "电话"}


@dataclass(frozen=True, slots=True)
class Filing:
    """What somebody asked to be written down. `ticket` is the id that it will have: sent twice,
    it is one."""

    ticket: UUID
    estate: Place
    building: UUID | None  # none: a public part
    spot: str
    category: UUID
    text: str
    is_public: bool
    way: str
    name: str
    phone: str  # "" where they leave none
    photos: tuple[Photo, ...] = ()


def may_file(asker: Asker, estate: Place) -> bool:
    return asker.holds(estate, *FILING)


async def file_for(asker: Asker, filing: Filing, at: datetime) -> Ticket:
    """Open a ticket for the caller; one whose phone has an account will find it there.

    NotAllowed; Invalid: what was chosen is not of this estate, or no number; NotFound.
    """
    if not may_file(asker, filing.estate):
        raise NotAllowed("代办由本小区的社区和物业工作人员办理。")
    phone = _phone(filing.phone)
    await _check(filing)
    async with transaction():
        await execute("select pg_advisory_xact_lock(hashtext($1))", f"file {filing.ticket}")
        if known := await Ticket.objects().get(Ticket.id == filing.ticket):
            if known.filed_by != asker.id:
                raise NotFound("没有找到这张工单。")
            return known
        account = await person_named(phone) if phone else None
        ticket = await open_ticket(
            _ticket(asker, filing, phone, account.id if account else None, at),
            actor_of(asker, filing.estate), at,
            photos=[(PhotoKind.WHISTLE, one.sha256, one.small) for one in filing.photos],
        )  # fmt: skip
        await audit.record(
            asker, "file_ticket", ticket, at=at, place=filing.estate, way=filing.way,
            consent=True, has_account=account is not None,
        )  # fmt: skip
    return ticket


def _ticket(
    asker: Asker, filing: Filing, phone: str | None, account: UUID | None, at: datetime
) -> Ticket:
    return Ticket(
        id=filing.ticket, estate=filing.estate.id, building=filing.building, spot=filing.spot,
        category=filing.category, text=filing.text, grams=grams_of(filing.text, filing.spot),
        door=Door.COUNTER, whistled_at=at, whistled_by=account, filed_by=asker.id,
        caller=filing.name, caller_phone_sealed=seal_phone(phone) if phone else None,
        caller_phone_tail=tail(phone) if phone else "", is_public=filing.is_public,
    )  # fmt: skip


def _phone(text: str) -> str | None:
    """Invalid: no number that anyone could have."""
    if not text:
        return None
    found = read_phone(text)
    if found is None:
        raise Invalid("电话号码不对。", phone="请核对号码，固定电话要加区号；不留的不用填。")
    return found


async def _check(filing: Filing) -> None:
    wrong: dict[str, str] = {}
    if filing.building and not await rows(
        "select from place where id = $1 and parent = $2 and kind = 'building'",
        filing.building, filing.estate.id,
    ):  # fmt: skip
        wrong["building"] = "这栋楼不在所选的小区，请重新选择。"
    if not await value(
        "select true from category where id = $1 and retired_at is null", filing.category
    ):
        wrong["category"] = "请从列出的类别中选择。"
    if wrong:
        raise Invalid(next(iter(wrong.values())), **wrong)
