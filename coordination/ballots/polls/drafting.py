"""Drafting a poll: its facts, times and rules. Everything is editable until the roll is published.

Questions are in `questions`. Each public function is one transaction and one audit row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import audit
from coordination.ballots.polls.permits import (
    CONVENERS,
    convenes,
    has_conflicting_role,
    may_draft,
    may_see,
)
from coordination.ballots.polls.queries import (
    candidates_ready,
    check_ends,
    estate_of,
    load_poll,
    open_matters,
)
from coordination.ballots.polls.state import ENDED_EARLY, PollState
from coordination.ballots.polls.steps import lock_poll, take_step
from coordination.ballots.polls.timetable import Days, check_times, timetable
from coordination.ballots.tables import Poll, Step
from coordination.db import transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.law.periods import objection_ends
from coordination.people.askers import Asker, HeldRole
from coordination.places.calendar import working_days
from coordination.places.tables import Place
from coordination.places.values import choice_setting, setting, whole_setting, yes_no_setting

AS_THE_ROLL_SUGGESTS = ""  # the form of the result package: by the number of rights
FORMS = (AS_THE_ROLL_SUGGESTS, "grouped", "sums")
PREVAILING = ("online", "paper")
SAME_WITHIN = timedelta(minutes=10)  # two taps, or a try again after the connection was lost
MISSING = "没有找到这次表决。"
ONLINE = "本地规定线上表决只能通过市级统一系统进行，本系统不能组织线上表决。"


class NotConvener(NotAllowed):
    """Only the owners' committee or the preparatory group runs a poll."""


class ConflictingRole(NotAllowed):
    """Who works for the property company runs no poll, whatever else they are."""


class RollPublished(Conflict):
    """From the publication of the roll on, the poll stays as it is."""


class CitySystemOnly(Conflict):
    """Online votes are only for the city's own system here."""

    rule = "地方规定（例如《北京市物业管理条例》第三十五条，2024）"


@dataclass(frozen=True, slots=True)
class PollFacts:
    """What the poll is about, whom to call, and the matter that it decides, if it decides one."""

    title: str
    summary: str
    contact: str
    matter: UUID | None = None


@dataclass(frozen=True, slots=True)
class PollRules:
    """What holds for this vote where the rules of the assembly 议事规则 leave a choice."""

    changes_allowed: int
    parking_counts: bool
    invalid_takes_part: bool
    package_form: str = AS_THE_ROLL_SUGGESTS
    prevails: str = "online"  # who voted online and on paper: online, paper


async def periods(estate: Place, at: datetime | None = None) -> Days:
    """The periods that the settings give polls of this estate."""
    return Days(
        roll_check=await whole_setting("roll_check_days", estate, at),
        notice=await whole_setting("notice_days", estate, at),
        voting_least=await whole_setting("voting_days_least", estate, at),
        voting_most=await whole_setting("voting_days_most", estate, at),
        objection=await whole_setting("objection_days", estate, at),
    )


async def draft_poll(
    asker: Asker,
    estate: Place,
    body: UUID,
    facts: PollFacts,
    at: datetime,
    *,
    reissues: UUID | None = None,
    second_round_of: UUID | None = None,
    once: bool = False,
) -> Poll:
    """Begin a poll in the name of `body`, with times and rules as the settings suggest. `once`: the
    same words again within minutes are the same draft, as when a form is sent by two taps.

    NotConvener, ConflictingRole, CitySystemOnly, Invalid.
    """
    async with transaction():
        _seat(asker, estate, body)
        if await choice_setting("online_vote", estate) == "city_system_only":
            raise CitySystemOnly(ONLINE + "纸质表决可以用“计票”工具计票。")
        if once and (same := await _just_drafted(asker, estate, body, facts, at)):
            return same
        days = await periods(estate, at)
        checked_at = objection_ends(at, days.roll_check, await working_days())
        opens_at, closes_at = timetable(days, at, checked_at).suggested()
        poll = Poll(
            id=uuid4(), estate=estate.id, convener=body, title=facts.title, summary=facts.summary,
            contact=facts.contact, drafted_by=asker.id, drafted_at=at, opens_at=opens_at,
            closes_at=closes_at, roll_check_days=days.roll_check, notice_days=days.notice,
            objection_days=days.objection,
            changes_allowed=await setting("changes_allowed", estate, at),
            parking_counts=await yes_no_setting("parking_counts", estate, at),
            invalid_takes_part=await yes_no_setting("invalid_takes_part", estate, at),
            prevails=await choice_setting("prevails", estate),
            package_form=AS_THE_ROLL_SUGGESTS, reissues=reissues, second_round_of=second_round_of,
            matter=await _matter_in(estate, facts.matter),
        )  # fmt: skip
        await poll.save()
        await take_step(poll.id, Step.DRAFTED, asker, at)
        return poll


async def change_facts(asker: Asker, poll_id: UUID, facts: PollFacts, at: datetime) -> None:
    """Write title, summary, contact and matter anew.

    NotFound, NotConvener, RollPublished, Invalid.
    """
    async with transaction():
        poll, _ = await editable(asker, poll_id)
        poll.title, poll.summary, poll.contact = facts.title, facts.summary, facts.contact
        poll.matter = await _matter_in(await estate_of(poll), facts.matter)
        await poll.save([Poll.title, Poll.summary, Poll.contact, Poll.matter])
        await audit.record(asker, "change_poll_facts", poll, at=at, place=poll.estate)


async def change_rules(asker: Asker, poll_id: UUID, rules: PollRules, at: datetime) -> None:
    """Choose what the assembly's rules leave open.

    NotFound, NotConvener, RollPublished, Invalid.
    """
    if rules.changes_allowed not in (0, 1):
        raise Invalid("请选择能否更改。", changes_allowed="请选择 0 次或 1 次。")
    if rules.package_form not in FORMS:
        raise Invalid("请选择结果怎样公布。", package_form="请选择其中一种。")
    if rules.prevails not in PREVAILING:
        raise Invalid("请选择以哪一份为准。", prevails="请选择其中一种。")
    async with transaction():
        poll, _ = await editable(asker, poll_id)
        poll.changes_allowed = rules.changes_allowed
        poll.parking_counts = rules.parking_counts
        poll.invalid_takes_part = rules.invalid_takes_part
        poll.package_form = rules.package_form
        poll.prevails = rules.prevails
        await poll.save(
            [
                Poll.changes_allowed, Poll.parking_counts, Poll.invalid_takes_part,
                Poll.package_form, Poll.prevails,
            ]
        )  # fmt: skip
        await audit.record(asker, "change_poll_rules", poll, at=at, place=poll.estate)


async def change_times(
    asker: Asker, poll_id: UUID, opens_at: datetime, closes_at: datetime, at: datetime
) -> None:
    """Set opening and close; possible until the notice is proposed.

    NotFound, NotConvener, RollPublished, TooEarly, Invalid.
    """
    async with transaction():
        poll, state = await convened(asker, poll_id)
        if not state.times_are_editable:
            raise RollPublished("投票公告已经提交确认或者发布，投票时间不能再改。")
        estate = await estate_of(poll)
        days = await periods(estate, at)
        checked_at = await check_ends(state, days.roll_check, at)
        candidates_at = await candidates_ready(poll_id, estate, at)
        table = timetable(days, at, checked_at, state, candidates_at)
        check_times(opens_at, closes_at, table)
        poll.opens_at, poll.closes_at = opens_at, closes_at
        await poll.save([Poll.opens_at, Poll.closes_at])
        await audit.record(asker, "change_poll_times", poll, at=at, place=poll.estate)


async def explain_gaps(asker: Asker, poll_id: UUID, reason: str, at: datetime) -> None:
    """Say why units without area or owner stay out; the notice lists them with it.

    NotFound, NotConvener, RollPublished.
    """
    async with transaction():
        poll, state = await convened(asker, poll_id)
        if state.roll_is_frozen or state.has_ended_early:
            raise RollPublished("名册已经锁定，不能再改缺项说明。")
        poll.gaps_reason = reason.strip() or None
        await poll.save([Poll.gaps_reason])
        await audit.record(asker, "explain_gaps", poll, at=at, place=poll.estate)


async def convened(asker: Asker, poll_id: UUID) -> tuple[Poll, PollState]:
    """The poll, locked, for a member of the body that convenes it. NotFound, NotConvener."""
    poll, state = await lock_poll(poll_id)
    estate = await estate_of(poll)
    if not may_see(asker, estate, poll, state):
        raise NotFound(MISSING)
    if not convenes(asker, estate, poll):
        raise stranger(asker, estate)
    return poll, state


def stranger(asker: Asker, estate: Place) -> NotAllowed:
    """Why the asker convenes nothing here: NotConvener, or ConflictingRole."""
    if has_conflicting_role(asker, estate) and asker.holds(estate, *CONVENERS):
        return ConflictingRole("您同时在物业服务企业任职，按回避要求不能组织业主表决。")
    return NotConvener(
        "业主大会的表决由业主委员会或筹备组的成员组织，这一步由召集这次表决的成员办理。"
    )


async def editable(asker: Asker, poll_id: UUID) -> tuple[Poll, PollState]:
    """As `convened`, while everything may still change. RollPublished besides."""
    poll, state = await convened(asker, poll_id)
    if not state.is_editable:
        raise RollPublished(
            "名册已经公布，表决内容不能再改。确需修改的，请撤回这次表决，说明原因后重新起草。"
        )
    return poll, state


async def _just_drafted(
    asker: Asker, estate: Place, body: UUID, facts: PollFacts, at: datetime
) -> Poll | None:
    # One at a time for each person, or two sent at once would become two drafts.
    await value("select pg_advisory_xact_lock(hashtext($1))", f"draft {asker.id}")
    found = await value(
        """select id from poll p where drafted_by = $1 and estate = $2 and convener = $3
             and title = $4 and summary = $5 and drafted_at > $6 and drafted_at < $7
             and not exists (select from poll_step s where s.poll = p.id and s.step = any($8))""",
        asker.id, estate.id, body, facts.title, facts.summary,
        at - SAME_WITHIN, at + SAME_WITHIN,  # of two taps the later may come first
        [step.value for step in ENDED_EARLY],
    )  # fmt: skip
    return await load_poll(found) if found else None


async def _matter_in(estate: Place, matter: UUID | None) -> UUID | None:
    """The matter, if it is one of this estate. Invalid."""
    if matter and matter not in {found for found, _ in await open_matters(estate)}:
        raise Invalid("没有找到这个事项。", matter="请从本小区尚未办结的事项中选择，或者不选。")
    return matter


def _seat(asker: Asker, estate: Place, body: UUID) -> HeldRole:
    """The asker's role in `body` here. NotConvener, ConflictingRole."""
    if may_draft(asker, estate):
        for role in asker.roles:
            if role.kind in CONVENERS and role.body == body and role.covers(estate):
                return role
    raise stranger(asker, estate)
