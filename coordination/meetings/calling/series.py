"""A series 例会: a rhythm in which meetings plan themselves, ahead of their notice."""

from calendar import monthrange
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import audit
from coordination.clock import SHANGHAI
from coordination.db import row, rows, transaction
from coordination.errors import Conflict, NotFound
from coordination.meetings.calling.actions import (
    MeetingFacts,
    NotCaller,
    begin_meeting,
    check_facts,
)
from coordination.meetings.kinds import KINDS, MeetingKind
from coordination.meetings.permits import calling_role, may_call
from coordination.meetings.tables import Meeting, MeetingSeries, Rhythm
from coordination.people.askers import Asker
from coordination.people.outbox import tell
from coordination.places.tables import Place
from coordination.web.formats import local_day

AHEAD = timedelta(days=10)  # beyond the days of notice: time to put topics on the agenda
LASTS = 90
MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3}


class SeriesEnded(Conflict):
    """It plans no more."""


def occurrence(first_at: datetime, rhythm: Rhythm, count: int) -> datetime:
    """The meeting that follows the first by `count`: the same day of its month, or its last."""
    if rhythm is Rhythm.WEEKLY:
        return first_at + timedelta(weeks=count)
    local = first_at.astimezone(SHANGHAI)
    months = local.year * 12 + local.month - 1 + count * MONTHS[rhythm]
    year, month = divmod(months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)


async def begin_series(
    asker: Asker, place: Place, code: str, rhythm: Rhythm, facts: MeetingFacts, at: datetime
) -> MeetingSeries:
    """Begin a rhythm; `facts.starts_at` is its first meeting. NotCaller, Invalid."""
    kind = KINDS.get(code)
    role = calling_role(asker, place, kind) if kind else None
    if kind is None or role is None or not may_call(asker, place, kind):
        raise NotCaller("您的身份不能在这里召集这类会议。请联系有权召集的单位。")
    check_facts(facts, at)
    async with transaction():
        series = MeetingSeries(
            id=uuid4(), place=place.id, kind=code, convener=role.body, venue=facts.venue,
            contact=facts.contact, rhythm=rhythm, first_at=facts.starts_at, planned_to=0,
            begun_by=asker.id, begun_at=at,
        )  # fmt: skip
        await series.save()
        await audit.record(asker, "begin_series", series, at=at, place=place)
        await _plan(series.id, at)
        return series


async def end_series(asker: Asker, series_id: UUID, at: datetime) -> None:
    """Plan no more; what is planned stays. NotFound, NotCaller, SeriesEnded."""
    async with transaction():
        await row("select id from meeting_series where id = $1 for update", series_id)
        series = await MeetingSeries.objects().get(MeetingSeries.id == series_id)
        if series is None:
            raise NotFound("没有这个例会。")
        if not any(role.body == series.convener for role in asker.roles):
            raise NotCaller("例会由召集单位结束。")
        if series.ended_at is not None:
            raise SeriesEnded("这个例会已经结束。")
        series.ended_at = at
        await series.save([MeetingSeries.ended_at])
        await audit.record(asker, "end_series", series, at=at, place=series.place)


async def plan_due(at: datetime) -> int:
    """Plan what the running series owe; how many meetings."""
    running = await rows("select id from meeting_series where ended_at is null order by id")
    return sum([await _plan(each["id"], at) for each in running])


async def _plan(series_id: UUID, at: datetime) -> int:
    """Under the series' lock: two workers plan each meeting once."""
    async with transaction():
        await row("select id from meeting_series where id = $1 for update", series_id)
        series = await MeetingSeries.objects().get(MeetingSeries.id == series_id)
        assert series
        if series.ended_at is not None:
            return 0
        kind, rhythm, planned = KINDS[series.kind], Rhythm(series.rhythm), 0
        horizon = at + timedelta(days=kind.notice_days) + AHEAD
        while (starts_at := occurrence(series.first_at, rhythm, series.planned_to)) <= horizon:
            series.planned_to += 1
            if starts_at > at:  # what a stopped service missed is not made up
                await _begin(series, kind, starts_at, at)
                planned += 1
        await series.save([MeetingSeries.planned_to])
        return planned


async def _begin(series: MeetingSeries, kind: MeetingKind, starts_at: datetime, at: datetime
                 ) -> Meeting:  # fmt: skip
    place = await Place.objects().get(Place.id == series.place)
    assert place, "the foreign key says so"
    title = kind.title(place.name, starts_at)
    if Rhythm(series.rhythm) is Rhythm.WEEKLY:
        title = f"{place.name}{kind.name}（{local_day(starts_at)}）"
    facts = MeetingFacts(title[:100], starts_at, LASTS, series.venue, series.contact)
    meeting = await begin_meeting(
        place,
        kind,
        facts,
        series.convener,
        at,
        series=series.id,  # pyright: ignore
    )
    begun_by: UUID = series.begun_by  # pyright: ignore[reportAssignmentType]
    await tell(
        begun_by, "meeting-planned", f"例会已排好：{title}"[:100],
        f"{local_day(starts_at)}，{series.venue}。请核对议程后发出通知。",
        at=at, link=f"/meetings/{meeting.id}/desk",
    )  # fmt: skip
    return meeting


async def series_of(bodies: list[UUID]) -> list[MeetingSeries]:
    """The running series of these bodies."""
    return (
        await MeetingSeries.objects()
        .where(MeetingSeries.convener.is_in(bodies) & MeetingSeries.ended_at.is_null())
        .order_by(MeetingSeries.begun_at)
        if bodies
        else []
    )
