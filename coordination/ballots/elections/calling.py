"""Calling for candidates 候选人报名公告: the seats, the term, until when, who may stand."""

from datetime import datetime
from uuid import UUID, uuid4

from coordination import audit, jobs
from coordination.ballots.elections.groups import composition
from coordination.ballots.elections.tables import Election
from coordination.ballots.package_election import TIE_WORDS
from coordination.ballots.polls.drafting import convened
from coordination.ballots.polls.queries import estate_of
from coordination.ballots.tables import Poll, Question
from coordination.db import transaction, value
from coordination.errors import Conflict, Invalid, NotFound
from coordination.law.election import SOURCE, TieRule
from coordination.law.periods import day_of, first_opening_day, start_of
from coordination.law.preparing import CANDIDATE_SOURCE, GROUP_SOURCE, faults_of_group
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, Section
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.people.queries import body_of
from coordination.people.tables import BodyKind
from coordination.places.tables import Place
from coordination.places.values import whole_setting
from coordination.web.formats import local_end

TELL = "tell-of-candidates"
HOW_TO_ASK = (
    "对报名和候选人有疑问的，请联系召集人；公示期内可以对候选人提出异议，答复公开，不公布姓名。"
)


class NoElection(Conflict):
    """The question elects nobody."""


class CalledAlready(Conflict):
    """One call per election."""


class GroupNotLawful(Conflict):
    """The preparatory group is not composed as the law asks."""

    rule = GROUP_SOURCE


class RollFrozen(Conflict):
    """Candidates come before the roll is frozen."""


async def call_for_candidates(
    asker: Asker, question_id: UUID, nominate_until: datetime, at: datetime
) -> Election:
    """Publish the call. NotFound, NotConvener, NoElection, CalledAlready, RollFrozen,
    GroupNotLawful, Invalid."""
    async with transaction():
        poll, question = await _electing(asker, question_id)
        estate = await estate_of(poll)
        await _require_lawful_group(poll)
        days = await whole_setting("nomination_days", estate, at)
        _require_long_enough(nominate_until, days, at)
        id, years = uuid4(), await whole_setting("committee_years", estate, at)
        publicity = await whole_setting("candidate_days", estate, at)
        notice = await _announce(
            asker, poll, estate, question, id, nominate_until, years, publicity, at
        )
        election = Election(
            id=id, poll=poll.id, question=question.id, years=years,
            nominate_until=nominate_until, publicity_days=publicity, called_at=at,
            called_by=asker.id, notice=notice.id,
        )  # fmt: skip
        await election.save()
        await audit.record(asker, "call_for_candidates", election, at=at, place=poll.estate)
        await jobs.enqueue(TELL, notice.id)
        return election


async def _electing(asker: Asker, question_id: UUID) -> tuple[Poll, Question]:
    poll_id = await value("select poll from question where id = $1", question_id)
    if poll_id is None:
        raise NotFound("没有找到这个表决事项。")
    poll, state = await convened(asker, poll_id)
    question = await Question.objects().get(Question.id == question_id)
    assert question, "its poll is locked"
    if question.seats is None:
        raise NoElection("这个事项不是选举，不需要候选人。请先在“怎样表决”里选择选举。")
    if state.roll_is_frozen or state.has_ended_early:
        raise RollFrozen("名册已经锁定或者表决已经结束，不能再征集候选人。")
    if await Election.exists().where(Election.question == question_id):
        raise CalledAlready("候选人报名公告已经发布过了。")
    return poll, question


async def _require_lawful_group(poll: Poll) -> None:
    """Where a preparatory group convenes, it must be composed as the law asks."""
    body = await body_of(poll.convener)
    if body.kind != BodyKind.PREPARATORY_GROUP:
        return
    if faults := faults_of_group(await composition(body.id)):
        raise GroupNotLawful(
            f"{body.name}的组成还不符合规定：{''.join(faults)}请街道办事处登记筹备组成员后再发布。"
        )


def _require_long_enough(until: datetime, days: int, at: datetime) -> None:
    earliest = start_of(first_opening_day(day_of(at), days))
    if until < earliest:
        raise Invalid(
            "报名期太短。",
            nominate_until=f"报名期不少于{days}天（公告当日不计），最早到{local_end(earliest)}截止。",
        )


async def _announce(
    asker: Asker, poll: Poll, estate: Place, question: Question, election: UUID,
    until: datetime, years: int, publicity: int, at: datetime,
) -> Notice:  # fmt: skip
    """The notice with what anyone must know who would stand."""
    by_election = question.by_election_of is not None
    what = "补选" if by_election else "选举"
    lead = (
        f"本小区将{what}业主委员会委员{question.seats}人。即日起征集候选人，{local_end(until)}截止。"
        "业主可以自荐，也可以推荐其他业主；被推荐的，本人同意后才列入。"
    )
    rows = (
        ("应选人数", f"{question.seats} 人（{SOURCE}）"),
        ("任期", "至本届业主委员会届满" if by_election else f"{years} 年"),
        ("谁可以报名", "本小区业主，具有完全民事行为能力；在本小区物业服务企业任职的人不能报名"),
        ("依据", CANDIDATE_SOURCE),
        ("报名截止", local_end(until)),
        ("审核和公示", f"召集人审核后公示候选人名单，公示期 {publicity} 天，期间可以提出异议"),
        ("得票相同的", TIE_WORDS[TieRule(question.tie_rule)]),
        ("怎样报名", "登录本系统，在选举页面报名；也可以到居民委员会请工作人员帮助"),
    )
    data: dict[str, object] = {"question": str(question.id), "election": str(election)}
    return await publish_notice(
        estate, NoticeKind.CANDIDATES, f"关于征集业主委员会{what}候选人的公告", lead,
        Facts((Section("", (lead,)), Section("报名须知", rows=rows)), data), at,
        issuer=poll.convener, person=asker.id, until=until, contact=poll.contact,
        how_to_object=HOW_TO_ASK, link=f"/ballots/elections/{election}", subject=poll.id,
        matter=poll.matter,
    )  # fmt: skip
