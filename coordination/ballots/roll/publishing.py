"""Publishing the roll 业主名册公示: rooms and areas for everybody to check, no names.

With it the content of the poll is fixed; what follows are objections, then the freeze.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination import jobs
from coordination.ballots.polls.drafting import editable, periods
from coordination.ballots.polls.queries import estate_of, place_names, questions_of
from coordination.ballots.polls.questions import missing
from coordination.ballots.polls.scopes import Scope, words
from coordination.ballots.polls.steps import take_step
from coordination.ballots.polls.timetable import check_times, timetable
from coordination.ballots.roll.electorate import Electorate, electorate_of
from coordination.ballots.tables import Poll, Question, Step
from coordination.db import transaction
from coordination.errors import Conflict
from coordination.law.periods import objection_ends
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts, Section
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.askers import Asker
from coordination.places.calendar import working_days
from coordination.places.tables import Place
from coordination.web.formats import grouped, local_end, square_metres

TELL_OF_ROLL = "tell-of-roll"
HOW_TO_OBJECT = (
    "房号、面积有误或者有遗漏的，请在核对期内登录本系统，在名册页面提出异议，"
    "也可以到居民委员会当面提出。每一条异议都会公开答复，不公布姓名。"
)


class Unfinished(Conflict):
    """Something is still missing; the message says what."""


class EmptyElectorate(Conflict):
    """Nobody could vote on a question."""


@dataclass(frozen=True, slots=True)
class Eligible:
    """A question with the rights it has now, and its scope in words."""

    question: Question
    scope: Scope
    scope_words: str
    electorate: Electorate


async def eligible(poll: Poll) -> list[Eligible]:
    """Each question of the poll whose scope is chosen, with its electorate as of now."""
    found = []
    for question in await questions_of(poll.id):
        scope = Scope.of(question)
        if scope is not None:
            names = await place_names(scope)
            electorate = await electorate_of(poll, scope)
            found.append(Eligible(question, scope, words(scope, names), electorate))
    return found


async def publish_roll(asker: Asker, poll_id: UUID, at: datetime) -> Notice:
    """Publish the roll with its own notice; the check period begins.

    NotFound, NotConvener, RollPublished, Unfinished, EmptyElectorate, TooEarly, Invalid.
    """
    async with transaction():
        poll, _ = await editable(asker, poll_id)
        estate = await estate_of(poll)
        await _take_periods(poll, estate, at)
        if lacking := missing(await questions_of(poll_id)):
            raise Unfinished("还不能公布名册：" + "".join(lacking))
        parts = await eligible(poll)
        for part in parts:
            require_electorate(part.question, part.electorate)
        notice = await _announce(asker, poll, estate, parts, at)
        await take_step(poll.id, Step.ROLL_PUBLISHED, asker, at, notice=notice.id)
        await jobs.enqueue(TELL_OF_ROLL, notice.id)
        return notice


def require_electorate(question: Question, electorate: Electorate) -> None:
    """EmptyElectorate: the scope holds nobody who could vote."""
    if not electorate.rights:
        raise EmptyElectorate(
            f"“{question.title}”的表决范围内没有可以投票的业主。"
            "请修改表决范围，或者请居民委员会先补录这些专有部分的业主和面积。"
        )


async def _take_periods(poll: Poll, estate: Place, at: datetime) -> None:
    """The settings in force today, not those of the day the draft was begun."""
    days = await periods(estate, at)
    checked_at = objection_ends(at, days.roll_check, await working_days())
    check_times(poll.opens_at, poll.closes_at, timetable(days, at, checked_at))
    poll.roll_check_days, poll.notice_days = days.roll_check, days.notice
    poll.objection_days = days.objection
    await poll.save([Poll.roll_check_days, Poll.notice_days, Poll.objection_days])


async def _announce(
    asker: Asker, poll: Poll, estate: Place, parts: Sequence[Eligible], at: datetime
) -> Notice:
    until = objection_ends(at, poll.roll_check_days, await working_days())
    lead = (
        f"为组织“{poll.title}”，现公示有权表决的专有部分的房号和面积，请全体业主核对。"
        f"核对期{poll.roll_check_days}天，到{local_end(until)}为止。名册只列房号和面积，不列姓名。"
    )
    sections = (Section("", (lead,)), *(_section(n, part) for n, part in enumerate(parts, 1)))
    data: Mapping[str, object] = {
        "poll": str(poll.id),
        "questions": [
            {
                "question": str(part.question.id),
                "persons": part.electorate.persons,
                "area_cm2": part.electorate.area_cm2,
                "units": len(part.electorate.units),
                "list_hash": part.electorate.list_hash,
            }
            for part in parts
        ],
    }
    return await publish_notice(
        estate, NoticeKind.ROLL, f"关于“{poll.title}”业主名册的公示", lead,
        Facts(sections, dict(data)), at, issuer=poll.convener, person=asker.id, until=until,
        contact=poll.contact, how_to_object=HOW_TO_OBJECT, link=f"/ballots/{poll.id}/roll",
        subject=poll.id, matter=poll.matter,
    )  # fmt: skip


def _section(number: int, part: Eligible) -> Section:
    electorate = part.electorate
    rows = [
        ("表决范围", part.scope_words),
        ("有权表决的业主", f"{grouped(electorate.persons)} 人"),
        ("专有部分面积合计", square_metres(electorate.area_cm2)),
        ("专有部分", f"{grouped(len(electorate.units))} 个"),
    ]
    if electorate.gaps:
        rows.append(("待核实", f"{grouped(len(electorate.gaps))} 个专有部分缺面积或者业主"))
    rows.append(("公示清单校验值", electorate.list_hash))
    return Section(f"事项{number}：{part.question.title}", rows=tuple(rows))
