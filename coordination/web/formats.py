"""How values read on a page. Each is a Jinja filter under its own name (`FILTERS`).

Counts stay whole numbers to the last step: a percentage is rounded half up from the fraction by
whole-number arithmetic, and the fraction always stands beside it.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from markupsafe import Markup

from coordination.clock import SHANGHAI

WEEKDAYS = "一二三四五六日"
NONE = "—"
PHONE = re.compile(
    r"(?<![\d-])(?:(?:\+?86[ -]?)?1\d{2}[ -]?\d{4}[ -]?\d{4}"  # mobile
    r"|0\d{2,3}[ -]?\d{7,8}"  # landline with its area code
    r"|400-?\d{3}-?\d{4})(?![\d-])"  # service number
)


def local_time(at: datetime) -> str:
    """2026年3月1日 09:00, in the time of the community, whatever the server's."""
    there = at.astimezone(SHANGHAI)
    return f"{there.year}年{there.month}月{there.day}日 {there:%H:%M}"


def local_end(at: datetime) -> str:
    """The moment before which something must be done; midnight is the end of the day before:
    2026年3月1日 24:00."""
    there = at.astimezone(SHANGHAI)
    if there.hour or there.minute:
        return local_time(at)
    return f"{local_day(at - timedelta(minutes=1))} 24:00"


def last_day(due: datetime) -> str:
    """The last day on which it may still be done: of midnight, the day that ends with it."""
    return local_day(due - timedelta(microseconds=1))


def local_day(on: date | datetime) -> str:
    """2026年3月1日; a moment is first taken to the community's calendar."""
    there = _day(on)
    return f"{there.year}年{there.month}月{there.day}日"


def local_weekday(on: date | datetime) -> str:
    """3月1日 星期日, for what is near."""
    there = _day(on)
    return f"{there.month}月{there.day}日 星期{WEEKDAYS[there.weekday()]}"


def leaf(on: date | datetime) -> tuple[int, int]:
    """Month and day, for the leaf of a calendar that is drawn."""
    there = _day(on)
    return there.month, there.day


def iso(at: date | datetime) -> str:
    """For <time datetime="…">."""
    return at.isoformat()


def form_time(at: datetime) -> str:
    """For <input type="datetime-local">: 2026-03-01T09:00, in the time of the community."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def duration(length: timedelta) -> str:
    """The two largest parts: 3天4小时, 1小时30分钟, 20秒; never negative."""
    seconds = max(0, int(length.total_seconds()))
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    parts = [(days, "天"), (hours, "小时"), (minutes, "分钟")]
    while parts and not parts[0][0]:
        parts.pop(0)
    if not parts:
        return f"{rest}秒"
    return "".join(f"{count}{unit}" for count, unit in parts[:2] if count)


def seconds(length: int) -> str:
    """A duration in whole seconds, in words: 183600 → "2天3小时"."""
    return duration(timedelta(seconds=length))


def ratio(part: int, whole: int) -> str:
    """Half up to two decimals: 5 of 3 → "1.67"; of nothing: "—"."""
    if not whole:
        return NONE
    hundredths = (part * 200 + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def time_left(due: datetime, at: datetime) -> str:
    """还剩3天4小时, or 已过2小时 once the moment has come."""
    return f"还剩{duration(due - at)}" if due > at else f"已过{duration(at - due)}"


def grouped(number: int) -> str:
    """12,345"""
    return f"{number:,}"


def square_metres(area_cm2: int) -> str:
    """An area in cm² as the register prints it: 895000 → "89.50 平方米", no digit lost."""
    whole, part = divmod(area_cm2, 10_000)
    digits = f"{part:04d}"
    return f"{whole:,}.{digits[:2]}{digits[2:].rstrip('0')} 平方米"


def plain_area(square: str) -> str:
    """An area as a package writes it, to be read: "7719.3400" → "7,719.34", no digit lost."""
    whole, _, part = square.partition(".")
    return f"{int(whole):,}.{part[:2]}{part[2:].rstrip('0')}"


def plain_day(iso_day: str) -> str:
    """A day as a package writes it, to be read: "2026-03-01" → 2026年3月1日."""
    return local_day(date.fromisoformat(iso_day))


def yuan(fen: int) -> str:
    """123456 → "1,234.56 元"."""
    sign = "-" if fen < 0 else ""
    whole, part = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{part:02d} 元"


def percent(part: int, whole: int) -> str:
    """Half up to two decimals: 1360 of 1505 → "90.37%"; of nothing: "—"."""
    if not whole:
        return NONE
    hundredths = (part * 20_000 + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def whole_percent(part: int, whole: int) -> str:
    """Half up to a whole per cent, where more would tell too much."""
    return f"{(part * 200 + whole) // (2 * whole)}%" if whole else NONE


def bar_width(part: int, whole: int) -> str:
    """The same as a length for a chart, cut at the full width: "66.666%"."""
    thousandths = min(part, whole) * 100_000 // whole if whole and part > 0 else 0
    return f"{thousandths // 1000}.{thousandths % 1000:03d}%"


def masked_phone(phone: str) -> str:
    """138****5678; of a shorter number only the last two digits stay."""
    if len(phone) >= 8:
        return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"
    return "*" * max(0, len(phone) - 2) + phone[-2:]


def tel(phone: str) -> str:
    """For href="tel:…": digits and a leading plus, of the first number if there are several."""
    first = phone.replace("、", "/").replace("，", "/").replace(",", "/").split("/")[0]
    return "".join(c for i, c in enumerate(first.strip()) if c.isdigit() or (c == "+" and i == 0))


def to_call(words: str) -> Markup:
    """The words with each phone number in them made a link that dials it."""
    said, end = Markup(), 0
    for found in PHONE.finditer(words):
        link = Markup('<a class="tel" href="tel:{}">{}</a>').format(tel(found[0]), found[0])
        said, end = said + words[end : found.start()] + link, found.end()
    return said + words[end:]


def spaced(code: str) -> str:
    """A code in fours, to be read out or compared: "K7Q29F3M" → "K7Q2 9F3M"."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def file_size(size: int) -> str:
    """A file's size in bytes as people say it: 512 B, 14.2 KB, 3.1 MB."""
    if size < 1024:
        return f"{size} B"
    tenths, unit = (size * 10 // 1024, "KB") if size < 1024**2 else (size * 10 // 1024**2, "MB")
    return f"{tenths // 10}.{tenths % 10} {unit}"


def _day(on: date | datetime) -> date:
    return on.astimezone(SHANGHAI).date() if isinstance(on, datetime) else on


FILTERS: dict[str, Callable[..., object]] = {
    filter_.__name__: filter_
    for filter_ in (
        local_time, local_end, last_day, local_day, local_weekday, leaf, iso, form_time, duration,
        seconds, ratio, time_left, grouped, square_metres, plain_area, plain_day, yuan,
        percent, whole_percent, bar_width, masked_phone, tel, to_call, spaced, file_size,
    )
}  # fmt: skip
