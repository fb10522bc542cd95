"""The working calendar 工作日历: holidays 法定节假日 and worked weekends 调休.

Only days that are not what their weekday says are rows. A year of which nothing is known yet
(the State Council 国务院 announces the next one in autumn) is taken as Monday to Friday, and
whoever shows such a date says 暂按.
"""

from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version

from chinese_calendar.constants import holidays, workdays

from coordination.clock import SHANGHAI
from coordination.db import execute, rows
from coordination.places.tables import CalendarDay

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


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked. Called with a day, as `law.periods` does."""

    exceptions: dict[date, bool]
    years: frozenset[int]

    def __call__(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def is_provisional(self, day: date) -> bool:
        """Whether nothing is known of that year yet 暂按."""
        return day.year not in self.years


async def working_days() -> WorkingCalendar:
    """The calendar as the database has it."""
    found = await CalendarDay.select(CalendarDay.on_day, CalendarDay.working)
    exceptions = {row["on_day"]: row["working"] for row in found}
    return WorkingCalendar(exceptions, frozenset(day.year for day in exceptions))


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
