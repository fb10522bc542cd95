"""The clocks in figures: working time in working days, all other time in days and hours."""

from datetime import datetime, time, timedelta

import pytest

from coordination.law.policies import DEFAULT_POLICY, Clock
from coordination.law.workdays import WorkingCalendar
from coordination.tickets.desk.bars import bars_of
from coordination.tickets.dues import readings_of
from coordination.tickets.kinds import EventKind
from coordination.tickets.standings import Happened
from tests.tickets.a_ticket import WHISTLED

SEVEN = WorkingCalendar({}, frozenset({2026}))
EIGHT = WorkingCalendar({}, frozenset({2026}), ((time(9), time(17)),))


def numbers(priority: str, at: datetime, calendar: WorkingCalendar) -> str:
    """What the page says of the clock of the first reply."""
    facts = {"priority": priority, "policy": 1, "holder": "0" * 32}
    told = [Happened(EventKind.WHISTLE, WHISTLED, 1, facts=facts)]
    readings = readings_of(told, {1: DEFAULT_POLICY}, calendar, at)
    [bar] = bars_of({"first_reply": readings[Clock.FIRST_REPLY]}, "物业", at)
    return bar.numbers.partition("，")[0]


@pytest.mark.parametrize(
    ("at", "calendar", "words"),
    [
        ("2026-03-02T16:00", SEVEN, "已用 0秒 / 3 个工作日"),
        ("2026-03-03T10:30", SEVEN, "已用 1小时30分钟 / 3 个工作日"),
        ("2026-03-03T18:00", SEVEN, "已用 1 个工作日 / 3 个工作日"),
        ("2026-03-05T11:00", SEVEN, "已用 2 个工作日 2小时 / 3 个工作日"),
        ("2026-03-09T18:00", SEVEN, "已用 5 个工作日 / 3 个工作日"),
        ("2026-03-03T17:00", EIGHT, "已用 1 个工作日 / 3 个工作日"),
    ],
)
def test_working_time_is_said_in_working_days_of_the_calendar(at, calendar, words):
    assert numbers("p2", datetime.fromisoformat(f"{at}+08:00"), calendar) == words


def test_time_by_day_and_night_is_said_in_days_of_24_hours():
    assert numbers("p1", WHISTLED + timedelta(hours=35), SEVEN) == "已用 1天11小时 / 1天"
