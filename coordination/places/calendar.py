"""The working calendar 工作日历: holidays 法定节假日 and worked weekends 调休.

Only days that are not what their weekday says are rows. A year of which nothing is known yet
(the State Council 国务院 announces the next one in autumn) is taken as Monday to Friday, and
whoever shows such a date says 暂按. The hours of work are settings of the deployment.
"""

from datetime import date, datetime, time
from importlib.metadata import version

from chinese_calendar.constants import holidays, workdays

from coordination.clock import SHANGHAI
from coordination.db import execute, rows, value
from coordination.law.workdays import WorkingCalendar
from coordination.places.tables import CalendarDay
from coordination.places.values import settings_in_force

SATURDAY = 5
WARNS_FROM_MONTH = 12
NOTE_LENGTH = 60
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利 70 周年",
}


# Which days are what they are, and which hours are worked, in one word.
FINGERPRINT = """(
  select (select coalesce(sum(hashtextextended(on_day::text || working::text, 0)), 0)::text
            from calendar_day)
    || ' ' || hashtextextended(coalesce(string_agg(name || value, ' ' order by name), ''), 0)::text
  from (select distinct on (name) name, value::text as value from setting
         where place is null and name in ('morning_from', 'morning_until', 'afternoon_from',
                                          'afternoon_until')
         order by name, rank desc) as hours)"""
HOURS = ("morning_from", "morning_until", "afternoon_from", "afternoon_until")
MOST_KEPT = 8
_kept: dict[str, WorkingCalendar] = {}


async def working_days(*, fingerprint: str | None = None) -> WorkingCalendar:
    """The calendar as the database has it; `fingerprint`: as `FINGERPRINT` just said, if asked.

    It is kept in the process by what it says, not by when it was read: whether it is still the
    same is one look at a few hundred rows.
    """
    known = fingerprint or await value(f"select {FINGERPRINT}")
    if known not in _kept:
        found = await CalendarDay.select(CalendarDay.on_day, CalendarDay.working)
        exceptions = {row["on_day"]: row["working"] for row in found}
        years = frozenset(day.year for day in exceptions)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[known] = WorkingCalendar(exceptions, years, await office_hours())
    return _kept[known]


async def office_hours() -> tuple[tuple[time, time], ...]:
    """When work begins and ends, before and after noon 工作时间."""
    held = await settings_in_force(None, *HOURS)
    begin, noon, again, end = (time.fromisoformat(str(held[name].value)) for name in HOURS)
    return ((begin, noon), (again, end))


async def seed_calendar() -> int:
    """Enter the days that the library knows and the calendar does not; how many were new.

    What somebody wrote about a day stays: the announcement may have come after the library.
    """
    known = _known()
    source = f"国务院办公厅放假通知（chinesecalendar {version('chinesecalendar')}）"
    done = await execute(
        """insert into calendar_day (id, on_day, working, note, source)
           select gen_random_uuid(), day, working, note, $4
           from unnest($1::date[], $2::bool[], $3::text[]) as given (day, working, note)
           on conflict (on_day) do nothing""",
        [day for day, _, _ in known],
        [working for _, working, _ in known],
        [note for _, _, note in known],
        source,
    )
    return int(done.split()[-1])


def _known() -> list[tuple[date, bool, str]]:
    off = [(day, False, _name(name)) for day, name in holidays.items() if day.weekday() < SATURDAY]
    on = [(d, True, f"{_name(n)}调休上班") for d, n in workdays.items() if d.weekday() >= SATURDAY]
    return sorted(off + on)


def _name(name: str) -> str:
    return NAMES.get(name, name)[:NOTE_LENGTH]


async def days_of(year: int) -> list[CalendarDay]:
    """What is written about the days of a year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return await (
        CalendarDay.objects()
        .where(CalendarDay.on_day >= first, CalendarDay.on_day <= last)
        .order_by(CalendarDay.on_day)
    )


async def missing_years(at: datetime) -> list[int]:
    """Years that should be in the calendar by now and are not: this one, from December the next."""
    today = at.astimezone(SHANGHAI).date()
    expected = [today.year] + [today.year + 1] * (today.month >= WARNS_FROM_MONTH)
    found = await rows("select distinct extract(year from on_day)::int as year from calendar_day")
    return [year for year in expected if year not in {row["year"] for row in found}]
