"""/calendar: which days are worked. /clock: the demo's time, which can be put forward."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.clock import SHANGHAI
from coordination.errors import Invalid, NotFound
from coordination.home.deployment.clock_actions import put_clock_forward
from coordination.home.deployment.pages import TENDING
from coordination.people.access import staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.places.actions import write_day
from coordination.places.calendar import days_of, missing_years
from coordination.places.permits import may_edit_calendar
from coordination.settings import settings
from coordination.web.forms import Form, Reader, form_again

FIRST, LAST = 2000, 2100
STEPS = {"1": "1 小时", "24": "1 天", "168": "7 天", "360": "15 天"}  # hours
WORKED = [("yes", "上班", "例如：调休上班"), ("no", "休息", "例如：法定节假日")]


@dataclass
class DayFields:
    day: str = ""
    working: str = ""
    note: str = ""


@dataclass
class ClockFields:
    hours: str = ""
    until: str = ""


class CalendarPages(Controller):
    path = "/calendar"
    guards = TENDING

    @get()
    async def calendar(
        self, asker: NamedDependency[Asker], year: FromQuery[int | None] = None
    ) -> Template:
        context = await _calendar(asker, year)
        return Template("places/calendar.html", context=context)

    @post()
    async def write(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[DayFields]
    ) -> Response:
        try:
            read = Reader(data)
            day = read.day("day", "日期")
            working = read.one_of("working", "上班或休息", ["yes", "no"]) == "yes"
            if not FIRST <= day.year <= LAST:
                read.wrong("day", f"日期要在 {FIRST} 年到 {LAST} 年之间。")
            read.settle()
            await write_day(asker, day, working, data.note, clock.now())
        except Invalid as refusal:
            context = await _calendar(asker, None)
            del context["form"]
            return form_again("places/calendar.html", refusal, data, **context)
        return Redirect(f"/calendar?year={day.year}", status_code=303)


async def years_missing() -> int:
    """For those who watch the service: years that should be in the calendar by now."""
    return len(await missing_years(clock.now()))


class ClockPages(Controller):
    """Only in the demo, only for its operator."""

    path = "/clock"
    guards = [staff(RoleKind.OPERATOR)]

    @get()
    async def clock(self) -> Template:
        _refuse_outside_demo()
        return Template("places/clock.html", context=_clock(Form()))

    @post()
    async def forward(
        self, asker: NamedDependency[Asker], data: URLEncodedBody[ClockFields]
    ) -> Response:
        _refuse_outside_demo()
        at = clock.now()
        try:
            await put_clock_forward(asker, _distance(data, at), at)
        except Invalid as refusal:
            context = _clock(Form())
            del context["form"]
            return form_again("places/clock.html", refusal, data, **context)
        return Redirect("/clock", status_code=303)


def _distance(data: ClockFields, at: datetime) -> timedelta:
    """A step that a button names, or up to a moment."""
    if data.hours in STEPS:
        return timedelta(hours=int(data.hours))
    read = Reader(data)
    until = read.moment("until", "拨到的时间")
    read.settle()
    if until <= at:
        raise Invalid("演示时间只能向前拨。", until="请选择比现在晚的时间。")
    return until - at


def _refuse_outside_demo() -> None:
    if not settings().demo:
        raise NotFound("没有这个页面。")


def _clock(form: Form) -> dict[str, object]:
    steps = list(STEPS.items())
    return {"now": clock.now(), "ahead": clock.shift, "steps": steps, "form": form}


async def _calendar(asker: Asker, year: int | None) -> dict[str, object]:
    at = clock.now()
    this_year = at.astimezone(SHANGHAI).year
    shown = year if year and FIRST <= year <= LAST else this_year
    return {
        "year": shown,
        "this_year": this_year,
        "days": await days_of(shown),
        "missing": await missing_years(at),
        "may_edit": may_edit_calendar(asker),
        "worked": WORKED,
        "form": Form(),
    }
