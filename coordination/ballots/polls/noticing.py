"""The notice of a vote 投票公告: put forward by one member, confirmed by a second, then fixed.

居委会 and 街道 are told of it; nobody of them approves it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from coordination import jobs
from coordination.ballots.openness.queries import open_rule_of
from coordination.ballots.polls.drafting import MISSING, convened
from coordination.ballots.polls.first_entry import first_entry
from coordination.ballots.polls.permits import may_confirm, may_see
from coordination.ballots.polls.queries import (
    documents_of,
    estate_of,
    freezes,
    place_names,
    questions_of,
    role_holders,
    state_of,
)
from coordination.ballots.polls.scopes import Scope, words
from coordination.ballots.polls.silence import rule_of
from coordination.ballots.polls.state import PollState
from coordination.ballots.polls.steps import require_next, take_step
from coordination.ballots.polls.timetable import (
    NOTICE_RULE,
    notice_is_long_enough,
    prospects,
)
from coordination.ballots.polls.watchers import parties_to_bind
from coordination.ballots.polls.wording import (
    HOW_TO_ASK,
    Announcement,
    Asked,
    SettingLine,
    facts_of,
    lead_of,
    title_of,
)
from coordination.ballots.seal import unwrap
from coordination.ballots.sequencing.opening import board_key, open_board
from coordination.ballots.tables import Poll, Question, Step
from coordination.db import row, transaction
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.law.periods import day_of, first_opening_day
from coordination.notices.actions import publish_notice
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.people.queries import body_of
from coordination.people.tables import RoleKind
from coordination.places.calendar import working_days
from coordination.places.named_settings import NamedSetting
from coordination.places.tables import Place
from coordination.places.values import InForce, settings_in_force
from coordination.settings import sealing_key
from coordination.web.formats import local_day, local_time

DELIVER = "deliver-ballot-notice"
# Of the poll's own row, then of the place; each is printed with its source.
POLL_SETTINGS = (
    "roll_check_days", "notice_days", "objection_days", "changes_allowed", "parking_counts",
    "invalid_takes_part", "prevails",
)  # fmt: skip
PLACE_SETTINGS = (
    "turnout_minutes",
    "turnout_step",
    "sheet_settling_days",
    "proxies_most",
    "posting_delivery_days",
)  # only what is applied is printed


class NoticeTooShort(Conflict):
    """Fewer full days between notice and opening than the rule asks."""

    rule = "物业管理条例第十四条、民法典第二百零一条"


class SecondMemberConfirms(NotAllowed):
    """Never the one who put it forward."""


async def propose_notice(asker: Asker, poll_id: UUID, at: datetime) -> PollState:
    """Put the notice to a second member; nothing changes from now on, unless it is sent back.

    NotFound, NotConvener, OutOfOrder, NoticeTooShort.
    """
    async with transaction():
        poll, state = await convened(asker, poll_id)
        require_next(state, Step.PROPOSED)
        require_long_notice(poll, at)
        others = await role_holders(await estate_of(poll), at, body=poll.convener)
        await tell(
            [person for person in others if person != asker.id], "notice-proposed",
            "有一份投票公告等您确认",
            f"“{poll.title}”的投票公告已拟好，请核对后确认或退回。须由拟稿人以外的一名成员确认。",
            at=at, link=f"/ballots/{poll.id}/notice",
        )  # fmt: skip
        return await take_step(poll_id, Step.PROPOSED, asker, at)


async def return_notice(asker: Asker, poll_id: UUID, reason: str, at: datetime) -> PollState:
    """Send it back with a reason; also the proposer may, to mend the times.

    NotFound, NotConvener, OutOfOrder, Invalid.
    """
    if not reason.strip():
        raise Invalid("请写退回的原因。", reason="请写明需要修改什么。")
    async with transaction():
        _, state = await convened(asker, poll_id)
        require_next(state, Step.RETURNED)
        proposed = state.awaited_proposal
        if proposed and proposed.person and proposed.person != asker.id:
            await tell(
                proposed.person, "notice-returned", "投票公告被退回修改", reason.strip(),
                at=at, link=f"/ballots/{poll_id}/notice",
            )  # fmt: skip
        return await take_step(poll_id, Step.RETURNED, asker, at, reason=reason.strip())


async def confirm_notice(asker: Asker, poll_id: UUID, at: datetime) -> Notice:
    """Confirm it as the second member: it is numbered, published, and told to every owner.

    NotFound, NotConvener, OutOfOrder, SecondMemberConfirms, NoticeTooShort.
    """
    async with transaction():
        poll, state = await convened(asker, poll_id)
        require_next(state, Step.NOTICED)
        estate = await estate_of(poll)
        if not may_confirm(asker, estate, poll, state):
            raise SecondMemberConfirms(
                "公告由您提交，须由业主委员会或筹备组的另一名成员确认，请联系其他成员。"
            )
        require_long_notice(poll, at)
        said = await announcement(poll, estate, state, at)
        await open_board(poll.id, _key_of(poll), first_entry(said, said.silence, at), at)
        notice = await publish_notice(
            estate, NoticeKind.BALLOT, title_of(poll), lead_of(said), facts_of(said, at), at,
            issuer=poll.convener, person=asker.id, until=poll.closes_at, contact=poll.contact,
            how_to_object=HOW_TO_ASK, link=f"/ballots/{poll.id}", subject=poll.id,
            matter=poll.matter,
        )  # fmt: skip
        await take_step(poll_id, Step.NOTICED, asker, at, notice=notice.id)
        await _inform(poll, estate, notice, at)
        await jobs.enqueue(DELIVER, notice.id)
        return notice


async def seen(asker: Asker | None, poll_id: UUID) -> tuple[Poll, PollState, Place]:
    """A poll that the asker may know of. NotFound."""
    poll = await Poll.objects().get(Poll.id == poll_id)
    if poll is None:
        raise NotFound(MISSING)
    state, estate = await state_of(poll), await estate_of(poll)
    if not may_see(asker, estate, poll, state):
        raise NotFound(MISSING)
    return poll, state, estate


def require_long_notice(poll: Poll, at: datetime) -> None:
    """NoticeTooShort: says how to mend it."""
    if not notice_is_long_enough(at, poll.opens_at, poll.notice_days):
        earliest = first_opening_day(day_of(at), poll.notice_days)
        raise NoticeTooShort(
            f"公告与开始投票之间不足{poll.notice_days}天（公告当日不计）。{NOTICE_RULE}。"
            f"今天发布公告，最早{local_day(earliest)}开始投票。请先修改投票时间。"
        )


async def announcement(poll: Poll, estate: Place, state: PollState, at: datetime) -> Announcement:
    """What the notice says, from the frozen roll and the poll as it stands."""
    frozen = await freezes(poll.id)
    documents = await documents_of(poll.id)
    asked = [
        Asked(
            question, await scope_words(question), frozen[question.id],
            [one for one in documents if one.question == question.id],
        )
        for question in await questions_of(poll.id)
    ]  # fmt: skip
    body = await body_of(poll.convener)
    when = prospects(poll, state, await working_days())
    return Announcement(
        poll, estate.name, body.name, asked, await setting_lines(poll, estate, at), when,
        await _before(poll), board_key(poll.id, _key_of(poll)), await rule_of(poll),
        await open_rule_of(poll.id), await parties_to_bind(poll, at),
    )  # fmt: skip


def _key_of(poll: Poll) -> bytes:
    """Drawn when the roll froze."""
    assert poll.sealed_key, "a notice needs a frozen roll"
    return unwrap(sealing_key(), str(poll.id), poll.sealed_key)


async def _before(poll: Poll) -> str:
    """What this poll holds anew or follows, with its last notice; "" for a first one."""
    old: Any = poll.reissues or poll.second_round_of
    if old is None:
        return ""
    found = await row(
        """select p.title, n.number from poll p left join notice n
             on n.subject = p.id and n.kind = 'ballot'
           where p.id = $1 order by n.published_at desc nulls last limit 1""",
        old,
    )
    assert found, "the foreign key says so"
    number = f"（{found['number']}）" if found["number"] else ""
    how = "重新组织" if poll.reissues else "参与比例不足后的第二轮表决"
    return f"本次表决是“{found['title']}”{number}的{how}。"


async def scope_words(question: Question) -> str:
    """The scope of a question in a line."""
    scope = Scope.of(question)
    return words(scope, await place_names(scope)) if scope else ""


async def setting_lines(poll: Poll, estate: Place, at: datetime) -> list[SettingLine]:
    """What holds for this vote: label, value, source."""
    held = await settings_in_force(estate, *POLL_SETTINGS, *PLACE_SETTINGS, at=at)
    lines = [
        _line(held[name], getattr(poll, name), "本次表决由召集人依议事规则确定")
        for name in POLL_SETTINGS
    ]
    return lines + [_line(held[name], held[name].value, "") for name in PLACE_SETTINGS]


def _line(held: InForce, value: object, otherwise: str) -> SettingLine:
    setting: NamedSetting = held.setting
    source = setting.source
    if value != held.value:
        source = otherwise
    elif held.since is not None:
        source = f"{held.place_name or '本系统'}自{local_day(held.since)}起设定：{held.reason}"
    return SettingLine(setting.name, setting.label, setting.words(value), source)


async def _inform(poll: Poll, estate: Place, notice: Notice, at: datetime) -> None:
    """居委会 and 街道 hear of it at the same time as the owners."""
    offices = (RoleKind.COMMUNITY_WORKER, RoleKind.SUBDISTRICT_OFFICER)
    await tell(
        await role_holders(estate, at, *offices), "ballot-notice-issued",
        f"{estate.name}发布了投票公告",
        f"{estate.name}“{poll.title}”投票公告{notice.number}已发布，"
        f"{local_time(poll.opens_at)}开始投票。此件供知晓和指导，无须审批。",
        at=at, link=f"/notices/{notice.id}",
    )  # fmt: skip
