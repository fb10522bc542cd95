"""Notice, publicity and objection periods 通知、公示、异议期: which days they hold.

Source: Civil Code 民法典. Art. 201 ¶1: "按照年、月、日计算期间的，开始的当日不计入，自下一日开始
计算". Art. 203: "期间的最后一日是法定休假日的，以法定休假日结束的次日为期间的最后一日" and "期间的
最后一日的截止时间为二十四时". Which days are holidays is data that the caller brings; days are
those of Asia/Shanghai. Notice of 15 days: 物业管理条例 art. 14.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
LONGEST_HOLIDAY = 60  # a calendar with a longer run of days off is corrupt

WorkingDays = Callable[[date], bool]  # whether that day is worked


def day_of(at: datetime) -> date:
    """The day in Shanghai at the moment `at`. ValueError: `at` has no time zone."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone has no day")
    return at.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The first moment of `day`, which is also 24:00 of the day before."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def first_opening_day(notice_on: date, notice_days: int) -> date:
    """The first day on which voting may open: the full notice lies between it and the posting."""
    return notice_on + _full(notice_days) + DAY


def objection_ends(posted_at: datetime, days: int, is_working_day: WorkingDays) -> datetime:
    """When objections close: 24:00 of the last day, and of a working day."""
    last = day_of(posted_at) + _full(days)
    return start_of(working_day_from(last, is_working_day) + DAY)


def publicity_ends(posted_at: datetime, days: int) -> datetime:
    """When a posting has hung for its full number of days; it needs no working day to end."""
    return start_of(day_of(posted_at) + _full(days) + DAY)


def working_day_from(day: date, is_working_day: WorkingDays) -> date:
    """`day` itself where it is worked, else the next that is.

    ValueError: the calendar knows none for two months.
    """
    for ahead in range(LONGEST_HOLIDAY):
        if is_working_day(day + ahead * DAY):
            return day + ahead * DAY
    raise ValueError(f"no working day within {LONGEST_HOLIDAY} days of {day}")


def working_days_after(day: date, days: int, is_working_day: WorkingDays) -> date:
    """The last of `days` working days, of which the first comes after `day`."""
    if days < 0:
        raise ValueError("a period of less than no days")
    for _ in range(days):
        day = working_day_from(day + DAY, is_working_day)
    return day


def _full(days: int) -> timedelta:
    if days < 0:
        raise ValueError("a period of less than no days")
    return days * DAY
