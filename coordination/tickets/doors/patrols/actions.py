"""Recording a joint patrol: who walked, what was fine, and a ticket for each thing that was not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from asyncpg import Record

from coordination import audit
from coordination.db import execute, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.files import Photo
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.places.tables import Place
from coordination.tickets.doors.patrols.queries import checklist, parties_of
from coordination.tickets.doors.permits import may_keep_checklist, patrolling_role
from coordination.tickets.doors.tables import Patrol, PatrolFinding, PatrolItem, PatrolParty
from coordination.tickets.events import Actor, open_ticket
from coordination.tickets.grams import grams_of
from coordination.tickets.kinds import Door, PhotoKind
from coordination.tickets.tables import Ticket

LEAST_PARTIES = 2  # one alone is no joint patrol
OLDEST = timedelta(days=31)  # what is recorded later is not remembered


@dataclass(frozen=True, slots=True)
class Found:
    """One item: fine, or what is wrong and where, with photos."""

    item: UUID
    is_fine: bool
    words: str = ""
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """A patrol as it was written down. `patrol` is the id that it will have: sent twice, it is
    one. `parties`: names by body."""

    patrol: UUID
    estate: Place
    walked_at: datetime
    parties: Mapping[UUID, str]
    findings: Sequence[Found]
    route: str = ""
    words: str = ""


async def record_patrol(asker: Asker, walk: Walk, at: datetime) -> UUID:
    """Keep a patrol and open what it found. NotAllowed; Invalid, naming the fields."""
    role = patrolling_role(asker, walk.estate)
    if role is None:
        raise NotAllowed("联动巡察由本小区的社区、业委会、物业人员记录。")
    items = {one["id"]: one for one in await checklist(walk.estate)}
    await _check(walk, set(items), at)
    async with transaction():
        await execute("select pg_advisory_xact_lock(hashtext($1))", f"patrol {walk.patrol}")
        if await value("select true from patrol where id = $1", walk.patrol):
            return walk.patrol
        patrol = Patrol(
            id=walk.patrol, estate=walk.estate.id, walked_at=walk.walked_at, recorded_at=at,
            recorded_by=asker.id, body=role.body, route=walk.route, words=walk.words,
        )  # fmt: skip
        await patrol.save()
        for body, names in walk.parties.items():
            await PatrolParty(id=uuid4(), patrol=patrol.id, body=body, names=names).save()
        actor = Actor(asker.id, role.kind, role.body)
        for sort, found in enumerate(walk.findings, 1):
            item = items[found.item]
            ticket = None if found.is_fine else await _open(walk, found, item, actor, at)
            await PatrolFinding(
                id=uuid4(), patrol=patrol.id, item=found.item, text=item["text"],
                is_fine=found.is_fine, words=found.words, ticket=ticket, sort=sort,
            ).save()  # fmt: skip
        await audit.record(
            asker, "record_patrol", patrol, at=at, place=walk.estate,
            found=sum(not one.is_fine for one in walk.findings),
        )  # fmt: skip
    return walk.patrol


async def _open(walk: Walk, found: Found, item: Record, actor: Actor, at: datetime) -> UUID:
    text = f"{item['text']}：{found.words}"
    ticket = Ticket(
        id=uuid4(), estate=walk.estate.id, spot="", category=item["category"], text=text,
        grams=grams_of(text), door=Door.PATROL, whistled_at=at, filed_by=actor.person,
        caller="", caller_phone_tail="", is_public=True,
    )  # fmt: skip
    photos = [(PhotoKind.WHISTLE, one.sha256, one.small) for one in found.photos]
    return (await open_ticket(ticket, actor, at, photos)).id


async def _check(walk: Walk, items: set[UUID], at: datetime) -> None:
    wrong: dict[str, str] = {}
    if not at - OLDEST <= walk.walked_at <= at:
        wrong["walked_at"] = f"巡察时间应在最近 {OLDEST.days} 天内，不能晚于现在。"
    known = {one["id"] for one in await parties_of(walk.estate, at)}
    if len(walk.parties) < LEAST_PARTIES or not set(walk.parties) <= known:
        wrong["parties"] = f"至少要有 {LEAST_PARTIES} 方参加，请写明各方参加人员。"
    if not walk.findings or not {one.item for one in walk.findings} <= items:
        wrong["items"] = "请至少记录一项查看的结果。"
    for one in walk.findings:
        if not one.is_fine and not one.words:
            wrong[f"words-{one.item}"] = "发现问题的，请写明是什么问题、在哪里。"
    if wrong:
        raise Invalid(f"有 {len(wrong)} 处需要修改，文字都还在；照片请重新选择。", **wrong)


async def add_item(
    asker: Asker, place: Place | None, text: str, hint: str, category: UUID, at: datetime
) -> None:
    """Have one thing more looked at from now on. NotAllowed; Invalid."""
    if not may_keep_checklist(asker, place):
        raise NotAllowed("巡察清单由社区维护，各处通用的部分由运营方维护。")
    if not await value("select true from category where id = $1 and retired_at is null", category):
        raise Invalid("请选择类别。", category="请从列出的类别中选择。")
    item = PatrolItem(
        id=uuid4(), place=place and place.id, text=text, hint=hint, category=category,
        sort=await value("select coalesce(max(sort), 0) + 1 from patrol_item"),
    )  # fmt: skip
    async with transaction():
        await item.save()
        await audit.record(asker, "add_patrol_item", item, at=at, place=place, text=text)


async def retire_item(asker: Asker, item_id: UUID, at: datetime) -> None:
    """It is looked at no more; what was found stays. NotFound; NotAllowed; Conflict."""
    async with transaction():
        item = await PatrolItem.objects().get(PatrolItem.id == item_id)
        if item is None:
            raise NotFound("没有这一项。")
        place = await place_of(item.place) if item.place else None
        if not may_keep_checklist(asker, place):
            raise NotAllowed("这一项不由您维护：各处通用的由运营方维护。")
        done = await execute(
            "update patrol_item set retired_at = $2 where id = $1 and retired_at is null",
            item_id, at,
        )  # fmt: skip
        if done == "UPDATE 0":
            raise Conflict("这一项已经停用。")
        await audit.record(asker, "retire_patrol_item", item, at=at, place=place)
