"""When a poll may open and how long it runs: the law's periods with the place's settings. Pure.

Opening is refused as too early already while drafting, so that nobody finds out at the notice.
Sources: 民法典 201, 203 (`law.periods`); 物业管理条例 14 (fifteen days' notice).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Poll, Step
from coordination.clock import SHANGHAI
from coordination.errors import Invalid
from coordination.law.periods import (
    WorkingDays,
    day_of,
    first_opening_day,
    objection_ends,
    start_of,
)
from coordination.web.formats import local_day, local_time

NOTICE_RULE = "《物业管理条例》第十四条：召开业主大会会议，应当于会议召开15日以前通知全体业主"
COUNTING_RULE = "《民法典》第二百零一条：开始的当日不计入，自下一日开始计算"
OPENS_AT, CLOSES_AT = time(9), time(20)  # what the form suggests
SUGGESTED_DAYS = 15
FARTHEST = timedelta(days=365)  # a roll drafted for longer ahead is another roll by then


@dataclass(frozen=True, slots=True)
class Days:
    """The lengths of the periods of one poll, in days."""

    roll_check: int
    notice: int
    voting_least: int
    voting_most: int
    objection: int


@dataclass(frozen=True, slots=True)
class Station:
    """A day of the timetable and why it is no earlier."""

    label: str
    day: date
    why: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """What is the earliest, seen from a moment on the poll's road."""

    roll_on: date  # published then, or on this day at the earliest
    checked_at: datetime  # the roll may be frozen
    notice_on: date
    opens_on: date
    days: Days
    candidates_at: datetime | None = None  # of an election: its list may be settled

    @property
    def stations(self) -> tuple[Station, ...]:
        """The way to the opening, each day explained."""
        days = self.days
        return (
            *self._candidates,
            Station("公布名册", self.roll_on, "随即开始核对期"),
            Station(
                "名册可以锁定",
                day_of(self.checked_at),
                f"核对期满{days.roll_check}天（公布当日不计，遇法定休假日顺延），异议都已答复",
            ),
            Station(
                "发布投票公告",
                self.notice_on,
                ("候选人确定、" if self.candidates_at else "") + "名册锁定后，由第二名成员确认",
            ),
            Station(
                "最早开始投票",
                self.opens_on,
                f"公告期满{days.notice}天（公告当日不计）。{NOTICE_RULE}；{COUNTING_RULE}",
            ),
        )

    @property
    def _candidates(self) -> tuple[Station, ...]:
        if self.candidates_at is None:
            return ()
        why = "选举先征集报名、审核、公示；可以与名册核对同时进行，名册锁定前要确定"
        return (Station("候选人名单可以确定", day_of(self.candidates_at), why),)

    def suggested(self) -> tuple[datetime, datetime]:
        """Opening and close as the form first offers them."""
        run = max(self.days.voting_least, min(SUGGESTED_DAYS, self.days.voting_most))
        return _at(self.opens_on, OPENS_AT), _at(self.opens_on + timedelta(days=run), CLOSES_AT)


def timetable(
    days: Days,
    at: datetime,
    checked_at: datetime,
    state: PollState | None = None,
    candidates_at: datetime | None = None,
) -> Timetable:
    """The earliest days from `at` on, given the steps already taken. `checked_at`: when the check
    period ends, or would if it began now; `candidates_at`: the same of an election's list."""
    published = state.when(Step.ROLL_PUBLISHED) if state else None
    roll_at = published.at if published else at
    notice_on = day_of(max(checked_at, at, candidates_at or at))
    opens_on = first_opening_day(notice_on, days.notice)
    return Timetable(day_of(roll_at), checked_at, notice_on, opens_on, days, candidates_at)


class TooEarly(Invalid):
    """Opens before check period and notice have run."""

    rule = "物业管理条例第十四条、民法典第二百零一条"


def check_times(opens_at: datetime, closes_at: datetime, table: Timetable) -> None:
    """Invalid, TooEarly: with the day from which on it works."""
    if day_of(opens_at) < table.opens_on:
        raise TooEarly(
            "开始时间太早。",
            opens_at=f"最早可以在{local_day(table.opens_on)}开始：名册核对期{table.days.roll_check}"
            f"天，投票公告{table.days.notice}天，公布和公告的当日都不计。",
        )
    if day_of(opens_at) > table.opens_on + FARTHEST:
        raise Invalid(
            "开始时间太远。",
            opens_at=f"请在{local_day(table.opens_on + FARTHEST)}以前开始，更晚的到时再起草。",
        )
    run = (day_of(closes_at) - day_of(opens_at)).days
    least, most = table.days.voting_least, table.days.voting_most
    if closes_at <= opens_at or not least <= run <= most:
        raise Invalid(
            "截止时间不合适。",
            closes_at=f"投票期应在{least}天到{most}天之间，最早{_end(opens_at, least)}、"
            f"最晚{_end(opens_at, most)}截止。",
        )


def notice_is_long_enough(notice_at: datetime, opens_at: datetime, notice_days: int) -> bool:
    """Whether the full days lie between the posting and the opening; neither is counted."""
    return day_of(opens_at) >= first_opening_day(day_of(notice_at), notice_days)


def last_notice_day(opens_at: datetime, notice_days: int) -> date:
    """The last day on which the notice may be posted for this opening."""
    return day_of(opens_at) - timedelta(days=notice_days + 1)


def last_roll_day(opens_at: datetime, days: Days, working: WorkingDays) -> date:
    """The last day on which the roll may be published for this opening."""
    notice_on = last_notice_day(opens_at, days.notice)
    day = notice_on - timedelta(days=days.roll_check + 1)
    while day_of(objection_ends(start_of(day), days.roll_check, working)) > notice_on:
        day -= timedelta(days=1)
    return day


def prospects(poll: Poll, state: PollState, working: WorkingDays) -> tuple[tuple[str, str], ...]:
    """What follows the close, as the notice announces it."""
    ends = objection_ends(state.closes_at, poll.objection_days, working)
    return (
        ("投票开始", local_time(poll.opens_at)),
        ("投票截止", local_time(state.closes_at)),
        ("初步结果公示", f"截止后{poll.objection_days}天询异期"),
        ("询异期届满", f"若截止当日公示，至{local_day(ends - timedelta(seconds=1))}24时"),
    )


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=SHANGHAI)


def _end(opens_at: datetime, days: int) -> str:
    return local_day(day_of(opens_at) + timedelta(days=days))
