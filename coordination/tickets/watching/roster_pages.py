"""/desk/rosters: who is on duty 值班表, week by week; its heads add shifts and take them off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.clock import SHANGHAI
from coordination.errors import Invalid, NotFound
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.tickets.permits import WORKING
from coordination.tickets.watching.permits import may_keep_roster
from coordination.tickets.watching.roster import (
    Shift,
    members_of,
    rosters_for,
    shifts_between,
)
from coordination.tickets.watching.roster_actions import MOST_WEEKS, Wish, add_shifts, end_shift
from coordination.web.forms import Form, Reader, form_again

DAYS = 7
PAGE = "tickets/watching/roster.html"


@dataclass
class ShiftFields:
    person: str = ""
    deputy: str = ""
    day: str = ""
    begins: str = ""
    ends: str = ""
    weeks: str = "1"


@dataclass(frozen=True, slots=True)
class DayOfRoster:
    """One day of a week, with the shifts that touch it."""

    on: date
    shifts: tuple[Shift, ...]
    is_today: bool


class RosterPages(Controller):
    path = "/desk/rosters"
    guards = [staff(*WORKING)]

    @get()
    async def rosters(self, asker: NamedDependency[Asker]) -> Template | Redirect:
        """Of several bodies, which."""
        found = await rosters_for(asker, clock.now())
        if len(found) == 1:
            return Redirect(f"/desk/rosters/{found[0].body}", status_code=303)
        return Template("tickets/watching/rosters.html", context={"rosters": found})

    @get("/{body_id:uuid}")
    async def roster(
        self,
        asker: NamedDependency[Asker],
        body_id: FromPath[UUID],
        week: FromQuery[str | None] = None,
    ) -> Template:
        context = await _week(asker, body_id, week, clock.now())
        first = context["days"][0].on
        form = Form({"day": first.isoformat(), "begins": "20:00", "ends": "08:00", "weeks": "1"})
        return Template(PAGE, context={**context, "form": form})

    @post("/{body_id:uuid}")
    async def add(
        self,
        asker: NamedDependency[Asker],
        body_id: FromPath[UUID],
        data: URLEncodedBody[ShiftFields],
    ) -> Response:
        at = clock.now()
        context = await _week(asker, body_id, data.day, at)
        try:
            wish = _read(data)
            await add_shifts(asker, body_id, wish, at)
        except Invalid as refusal:
            return form_again(PAGE, refusal, data, **context)
        return Redirect(_address(body_id, wish.since.date()), status_code=303)

    @post("/{body_id:uuid}/shifts/{shift_id:uuid}/endings")
    async def end(
        self, asker: NamedDependency[Asker], body_id: FromPath[UUID], shift_id: FromPath[UUID]
    ) -> Redirect:
        body = await end_shift(asker, shift_id, clock.now())
        return Redirect(_address(body), status_code=303)


def _read(data: ShiftFields) -> Wish:
    """Invalid, with every field. What ends before it begins ends on the next day."""
    read = Reader(data)
    person = _uuid(data.person)
    if person is None:
        read.wrong("person", "请选择值班人。")
    day = read.day("day", "日期")
    begins, ends = _hour(read, "begins", "开始时间"), _hour(read, "ends", "结束时间")
    weeks = read.whole("weeks", "周数", least=1, most=MOST_WEEKS)
    read.settle()
    assert person
    since = datetime.combine(day, begins, SHANGHAI)
    until = datetime.combine(day, ends, SHANGHAI)
    if until <= since:
        until += timedelta(days=1)
    return Wish(person, _uuid(data.deputy), since, until, weeks)


def _hour(read: Reader, name: str, label: str) -> time:
    found = read.text(name, label)
    try:
        return time.fromisoformat(found) if found else time()
    except ValueError:
        read.wrong(name, f"{label}要写成 08:00 这样的时间。")
        return time()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _address(body: UUID, on: date | None = None) -> str:
    return f"/desk/rosters/{body}" + (f"?week={on.isoformat()}" if on else "")


async def _week(asker: Asker, body: UUID, week: str | None, at: datetime) -> dict[str, Any]:
    """NotFound: no such body, or none whose roster they may read."""
    found = await rosters_for(asker, at, body)
    if not found:
        raise NotFound("没有找到这个单位的值班表，或者它不在您的职责范围内。")
    roster = found[0]
    today = at.astimezone(SHANGHAI).date()
    monday = _monday(week, today)
    since = datetime.combine(monday, time(), SHANGHAI)
    shifts = await shifts_between(body, since, since + timedelta(days=DAYS))
    return {
        "roster": roster,
        "days": [_day(monday + timedelta(days=n), shifts, today) for n in range(DAYS)],
        "before": _address(body, monday - timedelta(days=DAYS)),
        "after": _address(body, monday + timedelta(days=DAYS)),
        "members": [(one.person, one.name) for one in await members_of(body, at)],
        "may_keep": may_keep_roster(asker, body, roster.kind),
        "most_weeks": MOST_WEEKS,
        "at": at,
    }


def _monday(week: str | None, today: date) -> date:
    try:
        day = date.fromisoformat(week) if week else today
    except ValueError:
        day = today
    if not 2000 <= day.year <= 2100:
        day = today
    return day - timedelta(days=day.weekday())


def _day(on: date, shifts: Sequence[Shift], today: date) -> DayOfRoster:
    """A shift stands on the day on which it begins, one from before the week on its first."""
    monday = on - timedelta(days=on.weekday())
    of_day = (one for one in shifts if max(one.since.astimezone(SHANGHAI).date(), monday) == on)
    return DayOfRoster(on, tuple(of_day), on == today)
