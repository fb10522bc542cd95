"""点事: raising a matter, and supporting one. With enough support it comes to the screening."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError

from coordination.db import transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, TooMany
from coordination.matters.actions import open_duty
from coordination.matters.permits import RAISING, may_raise, may_support, role_at
from coordination.matters.queries import active_neighbours, is_neighbour
from coordination.matters.rules import quotes_a_person
from coordination.matters.state import Standing, support_needed
from coordination.matters.steps import (
    ANSWERING,
    CLOCK,
    Actor,
    Locked,
    answer_due,
    begin_screening,
    lock_matter,
    residents_committee,
    take_step,
    tell_staff,
)
from coordination.matters.tables import Door, Matter, Stage, StepKind, Support
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.places.values import whole_setting

TITLE_LONGEST, TEXT_LONGEST = 60, 2000
RAISED_A_DAY = 3
SAME_WITHIN = timedelta(minutes=10)  # two taps, or a try again after the connection was lost
BY_NEIGHBOURS = (Door.RESIDENT, Door.PETITION)
NO_PERSONS = "这里人人能看到。请去掉手机号和身份证号，社区会从您的账号联系您。"


class AlreadySupported(Conflict):
    """One person supports a matter once."""


class NotCollecting(Conflict):
    """Support is collected at the first stage alone."""


@dataclass(frozen=True, slots=True)
class Share:
    """Who was active of late, and how many of them must support."""

    active: int
    needed: int


async def raise_matter(
    asker: Asker,
    place: Place,
    title: str,
    text: str,
    at: datetime,
    *,
    door: Door = Door.RESIDENT,
    once: bool = False,
) -> UUID:
    """点事, as a resident or in the name of an office; the answer's clock begins. `once`: the same
    words again within minutes are the same matter, as when a form is sent by two taps.

    NotAllowed; Invalid: no words, or somebody's number in them; TooMany: three today already.
    """
    _check_words(title, text)
    async with transaction():
        actor = await _raiser(asker, place, door, at)
        # One at a time for each person, or two sent at once would count as one, or become two.
        await value("select pg_advisory_xact_lock(hashtext($1))", f"raise {asker.id}")
        if once and (same := await _just_raised(asker, place, title.strip(), text.strip(), at)):
            return same
        if actor.body is None:
            await _check_count(asker, at)
        share = await support_share(place, at)
        matter = Matter(
            id=uuid4(), place=place.id, title=title.strip(), text=text.strip(), stage=Stage.RAISED,
            opened_at=at, opened_by=asker.id, opened_for=actor.body, door=door,
            active=share.active, needed=share.needed, held_since=at,
            holder=await residents_committee(place, at),
        )  # fmt: skip
        await matter.save()
        held = Locked(matter, place, Standing(), 0)
        await take_step(held, StepKind.RAISED, actor, at)
        await open_duty(matter.id, ANSWERING, await answer_due(place, at))
        if actor.body is None:
            await _add(held, asker, at)
        await tell_staff(held, "有新的点事", "请在期限内采纳或者答复。", at)
        return matter.id


async def support_matter(asker: Asker, matter_id: UUID, at: datetime) -> Standing:
    """附议. NotFound; NotAllowed: does not live there; AlreadySupported, NotCollecting."""
    async with transaction():
        held = await lock_matter(matter_id)
        neighbour = await is_neighbour(asker.id, held.place.path, at)
        if held.reach.raised_by == asker.id and neighbour:
            raise AlreadySupported("这是您自己提出的，已经算了一份支持。")
        if not may_support(asker, held.reach, is_neighbour=neighbour):
            raise NotAllowed("附议要是这里的业主或登记过的居民。请先绑定房屋或登记居住。")
        if held.standing.stage is not Stage.RAISED or held.standing.is_over:
            raise NotCollecting(f"这个事项现在“{held.standing.label}”，不再征集支持。")
        await _add(held, asker, at)
        return held.standing


async def support_share(place: Place, at: datetime) -> Share:
    """How much support a matter of this place needs now."""
    days = await whole_setting("support_active_days", place, at)
    active = await active_neighbours(place.path, at - timedelta(days=days), at)
    percent = await whole_setting("support_percent", place, at)
    least = await whole_setting("support_least", place, at)
    return Share(active, support_needed(active, percent, least))


async def _raiser(asker: Asker, place: Place, door: Door, at: datetime) -> Actor:
    neighbour = await is_neighbour(asker.id, place.path, at)
    role = role_at(asker, place.path, RAISING)
    if door in BY_NEIGHBOURS and neighbour:
        return Actor(asker.id)
    if not may_raise(asker, place.path, is_neighbour=neighbour) or role is None:
        raise NotAllowed("提出事项要是这里的业主、登记过的居民，或者负责这里的单位。请先绑定房屋。")
    return Actor(asker.id, role.body, role.kind)


async def _add(held: Locked, asker: Asker, at: datetime) -> None:
    """One more supporter; the one who makes it enough brings it to the screening."""
    matter = held.matter
    try:
        async with transaction():
            await Support(id=uuid4(), matter=matter.id, person=asker.id, at=at).save()
    except UniqueViolationError as twice:
        raise AlreadySupported("您已经支持过这个事项了。") from twice
    count = await value("select count(*) from support where matter = $1", matter.id)
    if matter.needed is not None and count >= matter.needed:
        said = f"{count} 人支持，达到需要的 {matter.needed} 人"
        await take_step(held, StepKind.REACHED, CLOCK, at, said, facts={"supporters": count})
        await begin_screening(held, at)
        await tell_staff(held, "有点事达到支持人数", f"{said}。请在期限内提事并公开答复。", at)


def _check_words(title: str, text: str) -> None:
    wrong = {}
    if not 4 <= len(title.strip()) <= TITLE_LONGEST:
        wrong["title"] = f"请用一句话说是什么事，4 到 {TITLE_LONGEST} 个字。"
    if not 5 <= len(text.strip()) <= TEXT_LONGEST:
        wrong["text"] = f"请写清楚情况和希望怎样，5 到 {TEXT_LONGEST} 个字。"
    for name, words in (("title", title), ("text", text)):
        if quotes_a_person(words):
            wrong[name] = NO_PERSONS
    if wrong:
        raise Invalid(f"有 {len(wrong)} 处需要修改，您填写的内容都还在。", **wrong)


async def _just_raised(
    asker: Asker, place: Place, title: str, text: str, at: datetime
) -> UUID | None:
    # Of two taps the later may have come first.
    return await value(
        """select id from matter where opened_by = $1 and place = $2 and title = $3 and text = $4
             and opened_at > $5 and opened_at < $6""",
        asker.id, place.id, title, text, at - SAME_WITHIN, at + SAME_WITHIN,
    )  # fmt: skip


async def _check_count(asker: Asker, at: datetime) -> None:
    today = await value(
        """select count(*) from matter
            where opened_by = $1 and opened_for is null and opened_at > $2 and opened_at <= $3""",
        asker.id, at - timedelta(days=1), at,
    )  # fmt: skip
    if today >= RAISED_A_DAY:
        raise TooMany(f"一天最多提出 {RAISED_A_DAY} 个事项。急事请打电话或吹哨。", 86_400)
