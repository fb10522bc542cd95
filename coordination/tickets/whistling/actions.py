"""吹哨 and what a resident may do before the first reply: join, add what was asked, take back."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from asyncpg import Record

from coordination.clock import SHANGHAI
from coordination.db import execute, row, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from coordination.files import Photo
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind
from coordination.places.values import settings_in_force
from coordination.registry.queries import ACTS_FOR
from coordination.tickets.events import Actor, happen, open_ticket
from coordination.tickets.grams import grams_of
from coordination.tickets.kinds import Door, EventKind, PhotoKind
from coordination.tickets.storing import Photos, insert_photos
from coordination.tickets.tables import Ticket
from coordination.tickets.whistling.slips import LONGEST

MISSING = "没有找到这张工单。"
TIED = f"""
select exists (
  select from unit u where u.estate = $2 and (
    exists (select from ownership o where o.unit = u.id and o.until is null
              and o.owner in ({ACTS_FOR}))
    or exists (select from residency r where r.unit = u.id and r.person = $1
                 and r.confirmed_at is not null and (r.until is null or r.until > $3))))
"""
# All that a whistle is asked about, in one statement: whether this one was sent before, whether
# the place and kind are right, what its person whistled since the day began, how often just this.
ASKED = f"""
select sent.whistled_by as sent_by, ({TIED.strip()}) as tied, c.id as category,
       $4::uuid is null or exists (select from place b
         where b.id = $4 and b.parent = $2 and b.kind = 'building') as is_there,
       day.today, day.same, day.like_it
  from (select 1) one left join ticket sent on sent.id = $5
  left join category c on c.code = $6 and c.retired_at is null
  cross join lateral (
    select count(*) as today, count(*) filter (where estate = $2 and text = $7) as same,
           max(number) filter (where estate = $2 and text = $7) as like_it
      from ticket where whistled_by = $1 and whistled_at >= $8) day
"""


class NotFromHere(NotAllowed):
    """Neither owns nor lives in that estate."""


class EnoughToday(TooMany):
    """As many whistles as one person may blow on a day."""


class SameAgain(Conflict):
    """The same words, as often as they may be whistled on a day."""


class AlreadyJoined(Conflict):
    """Whistled it, or said 我也遇到 before."""


@dataclass(frozen=True, slots=True)
class Whistle:
    """What is whistled. `ticket` is the id that it will have: sent twice, it is one."""

    ticket: UUID
    estate: UUID
    building: UUID | None  # none: a public part
    spot: str
    category: str  # its code
    text: str
    is_public: bool = True
    photos: tuple[Photo, ...] = ()


async def blow_whistle(asker: Asker, whistle: Whistle, at: datetime) -> Ticket:
    """Open a ticket 吹哨; sent again, it is the one there is. NotFromHere, Invalid, EnoughToday,
    SameAgain."""
    async with transaction():
        # One person at a time: two that come at once are counted one after the other.
        await execute("select pg_advisory_xact_lock(hashtext($1))", f"whistle {asker.id}")
        day = datetime.combine(at.astimezone(SHANGHAI).date(), time(), SHANGHAI)
        asked = await row(
            ASKED, asker.id, whistle.estate, at, whistle.building, whistle.ticket,
            whistle.category, whistle.text, day,
        )  # fmt: skip
        assert asked
        if asked["sent_by"] is not None:
            return await own_ticket(asker, whistle.ticket)
        _must_be_tied(asked["tied"])
        _must_be_right(whistle, asked)
        estate = await place_of(whistle.estate, PlaceKind.ESTATE)
        await _check_limits(estate, asked, day, at)
        ticket = Ticket(
            id=whistle.ticket, estate=estate.id, building=whistle.building, spot=whistle.spot,
            category=asked["category"], text=whistle.text,
            grams=grams_of(whistle.text, whistle.spot), door=Door.RESIDENT, whistled_at=at,
            whistled_by=asker.id, caller="", caller_phone_tail="", is_public=whistle.is_public,
        )  # fmt: skip
        photos = _as_whistled(whistle.photos)
        return await open_ticket(ticket, Actor(asker.id), at, photos=photos)


async def co_sign(
    asker: Asker, ticket_id: UUID, at: datetime, *, words: str = "", photos: tuple[Photo, ...] = ()
) -> None:
    """我也遇到: join an open ticket, with what one has to add. NotFound, NotFromHere,
    AlreadyJoined, Conflict."""
    async with transaction():
        # The ticket is locked before its co-signers, as `happen` does.
        found = await row(
            "select estate, whistled_by from ticket where id = $1 for no key update", ticket_id
        )
        if found is None:
            raise NotFound(MISSING)
        _must_be_tied(await value(TIED, asker.id, found["estate"], at))
        joined = await value(
            """insert into co_signer (id, ticket, person, at) values ($1, $2, $3, $4)
               on conflict do nothing returning true""",
            uuid4(), ticket_id, asker.id, at,
        )  # fmt: skip
        if found["whistled_by"] == asker.id or not joined:
            raise AlreadyJoined("您已经在这张工单里，有进展会告诉您。")
        standing = await happen(
            ticket_id, EventKind.CO_SIGN, Actor(asker.id, None, None), at, words=words, public=False
        )
        await insert_photos(ticket_id, standing.events, _as_whistled(photos))


async def answer_info(
    asker: Asker, ticket_id: UUID, words: str, at: datetime, *, photos: tuple[Photo, ...] = ()
) -> None:
    """Add what was asked for 补充信息. NotFound: not one's own. Invalid, Conflict."""
    if not words.strip() and not photos:
        raise Invalid("请写下补充的内容，或者加照片。", words="请写下补充的内容，或者加照片。")
    async with transaction():
        ticket = await own_ticket(asker, ticket_id)
        standing = await happen(
            ticket_id, EventKind.ANSWER_INFO, Actor(asker.id, None, None), at,
            words=words.strip(), public=ticket.is_public,
        )  # fmt: skip
        await insert_photos(ticket_id, standing.events, _as_whistled(photos))


async def withdraw(asker: Asker, ticket_id: UUID, words: str, at: datetime) -> None:
    """Take a whistle back 撤回 before anyone has reported in. NotFound, Conflict."""
    async with transaction():
        await own_ticket(asker, ticket_id)
        await happen(
            ticket_id, EventKind.WITHDRAW, Actor(asker.id, None, None), at, words=words.strip()
        )


async def own_ticket(asker: Asker, ticket_id: UUID) -> Ticket:
    """The ticket that the asker whistled. NotFound: there is none, or another's."""
    ticket = await Ticket.objects().get(Ticket.id == ticket_id)
    if ticket is None or ticket.whistled_by != asker.id:
        raise NotFound(MISSING)
    return ticket


def _as_whistled(photos: tuple[Photo, ...]) -> Photos:
    return [(PhotoKind.WHISTLE, photo.sha256, photo.small) for photo in photos]


def _must_be_tied(tied: bool) -> None:
    if not tied:
        raise NotFromHere(
            "只有住在这个小区的居民或者业主可以吹哨。请先绑定房屋或登记为居民，"
            "或者打电话给社区，由工作人员代办。"
        )


def _must_be_right(whistle: Whistle, asked: Record) -> None:
    """Invalid: what was chosen is not on the list or not of this estate, or the words are not."""
    wrong: dict[str, str] = {}
    if asked["category"] is None:
        wrong["category"] = "没有这个类别，请从列出的类别中选择。"
    if not asked["is_there"]:
        wrong["building"] = "这栋楼不在所选的小区，请重新选择地点。"
    if not whistle.text.strip():
        wrong["text"] = "请写下发生了什么。"
    if len(whistle.text) > LONGEST:
        wrong["text"] = f"最多写 {LONGEST} 个字，现在有 {len(whistle.text)} 个字。"
    if wrong:
        raise Invalid(next(iter(wrong.values())), **wrong)


async def _check_limits(estate: Place, asked: Record, day: datetime, at: datetime) -> None:
    held = await settings_in_force(estate, "whistles_per_day", "same_whistles_per_day", at=at)
    most, most_same = [int(each.value) for each in held.values()]
    if asked["today"] >= most:
        wait = int((day + timedelta(days=1) - at).total_seconds())
        raise EnoughToday(
            f"每人每天最多吹哨 {most} 次，您今天已经用完，请明天再来。有危险请直接打电话。", wait
        )
    if asked["same"] >= most_same:
        raise SameAgain(
            f"同样的内容今天已经吹过 {asked['same']} 次（工单 #{asked['like_it']}），正在办理，"
            "不需要重复。"
        )
