"""Report in, ask, note, reply, refuse: what a handler does alone. One verb, one transaction."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from coordination.db import transaction
from coordination.errors import Invalid
from coordination.people.askers import Asker
from coordination.tickets import permits
from coordination.tickets.events import Actor, happen
from coordination.tickets.handling.desk import (
    HOLDERS_DO,
    Desk,
    desk_of,
    end_of_working_day,
    held_desk,
    said,
)
from coordination.tickets.kinds import EventKind, Outcome, PhotoKind
from coordination.tickets.standings import Standing
from coordination.tickets.storing import Photos, insert_photos

INFO_DAYS = "info_working_days"  # the setting


class RefusalReason(StrEnum):
    """Why a whistle may be refused 不予受理: a list, so that nobody invents one."""

    ELSEWHERE = "elsewhere"  # 已进入诉讼、仲裁、复议等法定程序
    NOT_HERE = "not_here"  # 不在本辖区
    NO_FACTS = "no_facts"  # 没有具体事实，补充后仍无法核实
    UNLAWFUL = "unlawful"  # 诉求违反法律法规
    DECIDED = "decided"  # 已依法办结，没有新的事实


REFUSAL_WORDS = {
    RefusalReason.ELSEWHERE: "已进入诉讼、仲裁、复议等法定程序",
    RefusalReason.NOT_HERE: "不在本辖区",
    RefusalReason.NO_FACTS: "没有具体事实，无法核实",
    RefusalReason.UNLAWFUL: "诉求违反法律法规",
    RefusalReason.DECIDED: "已依法办结，没有新的事实",
}


async def report_in(asker: Asker, ticket: UUID, at: datetime) -> Standing:
    """报到: "received, I am on it". The community, where it is not its own, takes it over.

    NotFound, NotYours; AlreadyTaken, OutOfOrder.
    """
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_report_in(asker, desk.reach), "报到由责任单位或社区的人办理。")
        if permits.may_work_on(asker, desk.reach):
            return await happen(ticket, EventKind.REPORT_IN, desk.actor, at)
        actor = desk.acting(permits.asker_of_community(asker, desk.reach))
        return await happen(ticket, EventKind.REPORT_IN, actor, at, facts={"holder": actor.body})


async def take_up(asker: Asker, ticket: UUID, at: datetime) -> Standing:
    """接手: a reopened ticket, or one that came by a 裁定 or a hand-over.

    NotFound, NotYours; AlreadyTaken, OutOfOrder.
    """
    async with transaction():
        desk = await held_desk(asker, ticket)
        return await happen(ticket, EventKind.TAKE_UP, desk.actor, at)


async def note_progress(
    asker: Asker,
    ticket: UUID,
    words: str,
    at: datetime,
    *,
    photos: Photos = (),
    public: bool = True,
) -> Standing:
    """进展: a line for the resident and for the file. NotFound, NotYours; OutOfOrder; Invalid."""
    told = said(words, "请写明进展。")
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_note(asker, desk.reach), "进展由办理单位填写。")
        now = await happen(ticket, EventKind.NOTE, desk.actor, at, words=told, public=public)
        await insert_photos(ticket, now.events, photos)
        return now


async def reply(
    asker: Asker,
    ticket: UUID,
    words: str,
    outcome: Outcome,
    at: datetime,
    *,
    photos: Photos = (),
    until: datetime | None = None,
) -> Standing:
    """答复: what was done, with evidence; `outcome`: what it comes to, in the handler's view;
    `until`: of 列入计划, when it is planned for.

    NotFound, NotYours; PartsOpen, OutOfOrder; Invalid: no words, no evidence, too much.
    """
    told = said(words, "请写明做了什么、结果如何。")
    if outcome in (Outcome.REFUSED, Outcome.UNREACHABLE):
        raise Invalid("答复不能选这个结果。", outcome="请选择已解决、部分解决、列入计划或已解释。")
    if until is not None and until <= at:
        raise Invalid("计划的日期要在今天以后。", until="请填写今天以后的日期。")
    facts: dict[str, object] = {"outcome": outcome, "evidence": evidence_in(photos)}
    if outcome is Outcome.PLANNED and until:
        facts["until"] = until
    async with transaction():
        desk = await held_desk(asker, ticket)
        now = await happen(ticket, EventKind.REPLY, desk.actor, at, words=told, facts=facts)
        await insert_photos(ticket, now.events, photos)
        return now


def evidence_in(photos: Photos) -> Sequence[str]:
    """Of what was sent along, that which shows the result: how it was before proves nothing."""
    return [sha256 for kind, sha256, _ in photos if kind in (PhotoKind.AFTER, PhotoKind.DOCUMENT)]


async def ask_info(asker: Asker, ticket: UUID, words: str, at: datetime) -> Standing:
    """请补充信息, once: the clocks wait, by default for three working days at most.

    NotFound, NotYours; AskedBefore, OutOfOrder; Invalid.
    """
    told = said(words, "请写明还缺什么信息，居民会看到。")
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_ask_info(asker, desk.reach), HOLDERS_DO)
        until = await end_of_working_day(at, await desk.setting(INFO_DAYS, at))
        return await happen(
            ticket, EventKind.ASK_INFO, desk.actor, at, words=told, facts={"until": until}
        )


async def propose_refusal(
    asker: Asker, ticket: UUID, reason: RefusalReason, words: str, at: datetime
) -> Standing:
    """拟不予受理: a reason of the list, and who is responsible instead. A second person reviews.

    NotFound, NotYours; OutOfOrder; Invalid.
    """
    told = said(words, "请写明依据，以及居民可以找谁。")
    async with transaction():
        desk = await desk_of(asker, ticket)
        desk.must(permits.may_propose_refusal(asker, desk.reach), HOLDERS_DO)
        return await happen(
            ticket, EventKind.PROPOSE_REFUSAL, desk.actor, at, words=told,
            facts={"reason": reason},
        )  # fmt: skip


async def confirm_refusal(asker: Asker, ticket: UUID, words: str, at: datetime) -> Standing:
    """The second person agrees: 不予受理. NotFound, NotYours; OwnWork, OutOfOrder; Invalid."""
    told = said(words, "请写明复核意见，居民会看到。")
    async with transaction():
        desk = await _reviewed(asker, ticket)
        return await happen(
            ticket, EventKind.CLOSE, _reviewer(desk), at, words=told,
            facts={"outcome": Outcome.REFUSED},
        )  # fmt: skip


async def overrule_refusal(asker: Asker, ticket: UUID, words: str, at: datetime) -> Standing:
    """The second person does not: 应予受理. NotFound, NotYours; OwnWork, OutOfOrder; Invalid."""
    told = said(words, "请写明应予受理的理由。")
    async with transaction():
        desk = await _reviewed(asker, ticket)
        return await happen(ticket, EventKind.OVERRULE_REFUSAL, _reviewer(desk), at, words=told)


async def _reviewed(asker: Asker, ticket: UUID) -> Desk:
    desk = await desk_of(asker, ticket)
    desk.must(permits.may_review_refusal(asker, desk.reach), "不予受理由社区或街道复核。")
    return desk


def _reviewer(desk: Desk) -> Actor:
    return desk.acting(permits.governing_role(desk.asker, desk.reach))
