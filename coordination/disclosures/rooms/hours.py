"""When a room is open, and what may be asked of it; pure. Days and hours are the community's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coordination.clock import SHANGHAI
from coordination.disclosures.rooms.tables import RoomState, Use

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
SPAN = re.compile(r"(\d{1,2})[:：](\d{2}) *[-–—~至到] *(\d{1,2})[:：](\d{2})")
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=8)
AHEAD = timedelta(days=60)
STEP = 15  # minutes: a quarter of an hour is the smallest part of a calendar
DAY_MINUTES = 24 * 60
USES = {
    Use.CULTURE: "文体活动", Use.WELFARE: "公益服务", Use.MEETING: "居民会议",
    Use.LESSON: "培训讲座", Use.FAMILY: "家庭聚会", Use.OTHER: "其他用途",
}  # fmt: skip
STATES = {
    RoomState.ASKED: "等待答复", RoomState.GRANTED: "已同意", RoomState.REFUSED: "未同意",
    RoomState.CANCELLED: "已取消",
}  # fmt: skip
TONES = {
    RoomState.ASKED: "wait", RoomState.GRANTED: "done", RoomState.REFUSED: "bad",
    RoomState.CANCELLED: "",
}  # fmt: skip

LAPSED = "没有答复，已作废"  # its time came, and nobody had answered

Open = tuple[int, int] | None  # minutes of a day; None: closed on it


def read_span(text: str) -> Open:
    """9:00-21:00 → (540, 1260); nothing typed is closed. ValueError, in words."""
    plain = text.strip()
    if not plain or plain in ("关", "不开放", "休息"):
        return None
    found = SPAN.fullmatch(plain)
    if not found:
        raise ValueError("要写成 9:00-21:00 这样，不开放就空着")
    hour, minute, to_hour, to_minute = map(int, found.groups())
    since, until = hour * 60 + minute, to_hour * 60 + to_minute
    if minute > 59 or to_minute > 59 or not 0 <= since < until <= DAY_MINUTES:
        raise ValueError("开始要早于结束，都在 0:00 到 24:00 之间")
    return since, until


def span_words(span: Open) -> str:
    """(540, 1260) → 9:00–21:00."""
    return f"{clock_words(span[0])}–{clock_words(span[1])}" if span else "不开放"


def week_words(hours: Sequence[Open]) -> list[tuple[str, str]]:
    """(周一至周五, 9:00–21:00) and so on: days that follow one another with one span are one."""
    runs: list[tuple[int, int, Open]] = []
    for day, span in enumerate(hours):
        if runs and runs[-1][2] == span:
            runs[-1] = (runs[-1][0], day, span)
        else:
            runs.append((day, day, span))
    if len(runs) == 1:
        return [("每天", span_words(hours[0]))]
    return [
        (WEEKDAYS[a] if a == b else f"{WEEKDAYS[a]}至{WEEKDAYS[b]}", span_words(span))
        for a, b, span in runs
    ]


def clock_words(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def minute_of(at: datetime) -> int:
    """Minutes since midnight there."""
    there = at.astimezone(SHANGHAI)
    return there.hour * 60 + there.minute


def day_there(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def wrong_times(
    hours: Sequence[Open], starts_at: datetime, ends_at: datetime, at: datetime
) -> dict[str, str]:
    """What is wrong with a wish, by field; empty: nothing."""
    on = day_there(starts_at)
    if starts_at <= at:
        return {"starts": "开始时间已经过去。"}
    if starts_at - at > AHEAD:
        return {"on": f"最多提前 {AHEAD.days} 天申请。"}
    if minute_of(starts_at) % STEP or minute_of(ends_at) % STEP:
        return {"starts": f"时间按 {STEP} 分钟一格，例如 14:00、14:15。"}
    if not SHORTEST <= ends_at - starts_at <= LONGEST:
        return {"ends": "一次最短 30 分钟，最长 8 小时，不能过夜。"}
    span = hours[on.weekday()]
    if span is None:
        return {"on": f"{WEEKDAYS[on.weekday()]}不开放，请换一天。"}
    begin = minute_of(starts_at)
    if begin < span[0] or begin + (ends_at - starts_at) // timedelta(minutes=1) > span[1]:
        return {"starts": f"{WEEKDAYS[on.weekday()]}的开放时间是 {span_words(span)}。"}
    return {}


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a day in the drawing, in parts of what is shown."""

    left: str
    width: str
    words: str
    granted: bool


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """One line of the drawing: what is open, and what is taken."""

    on: date
    open: Block | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class DrawnWeek:
    """Seven days, all from the same hour to the same hour."""

    days: tuple[DrawnDay, ...]
    ticks: tuple[tuple[str, str], ...]  # where, which hour


Taken = tuple[datetime, datetime, str, bool]  # from, to, words, granted


def draw_week(hours: Sequence[Open], first: date, taken: Sequence[Taken]) -> DrawnWeek:
    """Seven days from `first` on; the earliest opening and the latest closing are its edges."""
    spans = [span for span in hours if span] or [(8 * 60, 20 * 60)]
    begins = min(span[0] for span in spans) // 60 * 60
    ends = -(-max(span[1] for span in spans) // 60) * 60
    days = []
    for number in range(7):
        on = first + timedelta(days=number)
        span = hours[on.weekday()]
        blocks = tuple(
            _block(minute_of(since), _end_minute(since, until), (begins, ends), words, granted)
            for since, until, words, granted in taken
            if day_there(since) == on
        )
        shown = span and _block(*span, (begins, ends), span_words(span), True)
        days.append(DrawnDay(on, shown, blocks))
    every = 60 * -(-(ends - begins) // 60 // 6)  # six marks at most: a phone is narrow
    ticks = tuple(
        (_part(minute - begins, ends - begins), f"{minute // 60}点")
        for minute in range(begins, ends - every // 2, every)
    )
    return DrawnWeek(tuple(days), ticks)


def _end_minute(since: datetime, until: datetime) -> int:
    return minute_of(since) + (until - since) // timedelta(minutes=1)


def _block(since: int, until: int, edges: tuple[int, int], words: str, granted: bool) -> Block:
    begins, ends = edges
    return Block(
        _part(since - begins, ends - begins), _part(until - since, ends - begins), words, granted
    )


def _part(minutes: int, whole: int) -> str:
    """As a length: in hundredths of a percent, by whole numbers."""
    hundredths = max(0, min(minutes, whole)) * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
