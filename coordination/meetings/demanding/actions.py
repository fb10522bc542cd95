"""A third of the members demand a session of the owners' committee 提议召开业委会会议.

指导规则 art. 37 has it called within seven days, art. 39 its agenda announced seven days before:
both hold when the notice goes out within the seven days. The whole committee owes the call.
"""

from datetime import datetime
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError

from coordination import audit
from coordination.db import row, rows, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.law.committee import call_by, must_be_called
from coordination.law.periods import DAY, day_of, start_of
from coordination.matters.rules import quotes_a_person
from coordination.meetings.calling.actions import MeetingFacts, plan_meeting
from coordination.meetings.calling.agenda import add_topic
from coordination.meetings.demand_tables import SessionDemand, SessionDemander
from coordination.meetings.queries import people_of
from coordination.meetings.room.quorum import members_of
from coordination.meetings.tables import Meeting
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.people.tables import BodyKind, RoleKind
from coordination.places.tables import Place
from coordination.web.formats import local_day

MISSING = "没有找到这份提议。"


class NotMember(NotAllowed):
    """Only a member of that committee demands its session."""


class AlreadyDemanded(Conflict):
    """One member asks once."""


class TooFewMembers(Conflict):
    """Less than a third of the members ask for it."""


class AlreadyCalled(Conflict):
    """The session has been called."""


async def begin_demand(
    asker: Asker, place: Place, title: str, text: str, at: datetime
) -> SessionDemand:
    """Ask for a session; whoever begins asks first. NotMember, Invalid."""
    _check(title, text)
    async with transaction():
        committee = await _committee(asker, place)
        demand = SessionDemand(
            id=uuid4(), committee=committee, place=place.id, title=title.strip(),
            text=text.strip(), begun_by=asker.id, begun_at=at,
        )  # fmt: skip
        await demand.save()
        await audit.record(asker, "begin_demand", demand, at=at, place=place)
        await _join(asker, demand, at)
        await tell(
            [one for one in await members_of(committee, at) if one != asker.id], "session-demand",
            "有委员提议召开业委会会议",
            f"“{demand.title}”。三分之一以上委员提议的，7 日内应当召集。",
            at=at, link=f"/meetings/demands/{demand.id}",
        )  # fmt: skip
        return demand


async def join_demand(asker: Asker, demand_id: UUID, at: datetime) -> None:
    """Ask for it as well; the one who makes a third starts the days. NotFound, NotMember,
    AlreadyDemanded, AlreadyCalled."""
    async with transaction():
        demand = await _locked(demand_id)
        if asker.id not in await members_of(demand.committee, at):
            raise NotMember("只有本业委会的委员可以提议召开业委会会议。")
        if demand.called_at is not None:
            raise AlreadyCalled("这次会议已经召集，不用再提议。")
        await _join(asker, demand, at)


async def call_session(asker: Asker, demand_id: UUID, facts: MeetingFacts, at: datetime) -> Meeting:
    """Plan the session that was demanded, with its topic. NotFound; TooFewMembers,
    AlreadyCalled; NotCaller, Invalid."""
    async with transaction():
        demand = await _locked(demand_id)
        place = await Place.objects().get(Place.id == demand.place)
        assert place, "the foreign key says so"
        if demand.reached_at is None:
            asked = len(await demanders_of(demand_id))
            members = len(await members_of(demand.committee, at))
            raise TooFewMembers(
                f"提议的委员 {asked} 人，全体委员 {members} 人，还不到三分之一，不能按提议召集。"
            )
        if demand.meeting is not None:
            raise AlreadyCalled("这次会议已经在安排，请打开会议查看。")
        meeting = await plan_meeting(asker, place, "committee", facts, at)
        await add_topic(asker, meeting.id, demand.title, demand.text, None, at)
        demand.meeting = meeting.id
        await demand.save([SessionDemand.meeting])
        return meeting


async def _join(asker: Asker, demand: SessionDemand, at: datetime) -> None:
    try:
        async with transaction():
            await SessionDemander(id=uuid4(), demand=demand.id, person=asker.id, at=at).save()
    except UniqueViolationError as twice:
        raise AlreadyDemanded("您已经提议过了。") from twice
    await audit.record(asker, "join_demand", demand, at=at, place=demand.place)
    members = await members_of(demand.committee, at)  # pyright: ignore[reportArgumentType]
    asked = members & set(await demanders_of(demand.id))
    if demand.reached_at is None and must_be_called(len(asked), len(members)):
        due = start_of(call_by(day_of(at)) + DAY)
        demand.reached_at, demand.members, demand.due_at = at, len(members), due
        await demand.save(
            [SessionDemand.reached_at, SessionDemand.members, SessionDemand.due_at]
        )  # fmt: skip
        await tell(
            await people_of([demand.committee], at), "session-demand",  # pyright: ignore
            "三分之一以上委员提议召开会议",
            f"“{demand.title}”：请在{local_day(due - DAY)}前发出会议通知。",
            at=at, link=f"/meetings/demands/{demand.id}",
        )  # fmt: skip


async def _committee(asker: Asker, place: Place) -> UUID:
    for role in asker.roles:
        if role.kind is RoleKind.COMMITTEE_MEMBER and role.covers(place):
            kind = await value("select kind from body where id = $1", role.body)
            if kind == BodyKind.OWNERS_COMMITTEE.value:
                return role.body
    raise NotMember("只有本小区业委会的委员可以提议召开业委会会议。")


async def _locked(demand_id: UUID) -> SessionDemand:
    await row("select id from session_demand where id = $1 for no key update", demand_id)
    demand = await SessionDemand.objects().get(SessionDemand.id == demand_id)
    if demand is None:
        raise NotFound(MISSING)
    return demand


async def demanders_of(demand: UUID) -> list[UUID]:
    """Who asks for it; for the members of the committee alone."""
    found = await rows(
        "select person from session_demander where demand = $1 order by at, id", demand
    )
    return [one["person"] for one in found]


def _check(title: str, text: str) -> None:
    wrong = {}
    if not 2 <= len(title.strip()) <= 100:
        wrong["title"] = "请写议题，最多 100 个字。"
    if not text.strip():
        wrong["text"] = "请写明为什么要开会、要决定什么。"
    for name, words in (("title", title), ("text", text)):
        if quotes_a_person(words):
            wrong[name] = "公众会看到，请去掉手机号和身份证号。"
    if wrong:
        raise Invalid("提议还没有写完整。", **wrong)
