"""What one cell says: clean text, and the keys by which two spellings are the same."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal

# Full-width letters, digits and the signs that belong to numbers become half-width. The
# punctuation of Chinese prose （，：；？！） stays: it is part of what people wrote.
_PROSE = "！（），：；？"
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in _PROSE}
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xAD])
_CLEAN = str.maketrans({**_WIDTH, **_INVISIBLE, 0x3000: " ", 0xA0: " ", 0x0D: "\n", 0x09: " "})
_SPACES = re.compile(r" {2,}")
_BREAKS = re.compile(r" *\n[ \n]*")
_HAN = r"㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"

_WHOLE = re.compile(r"(?<=\d)\.0+$")
_ZEROS = re.compile(r"(?<![\d.])0+(?=\d)")
_BUILDING = re.compile(r"(?:号楼|#楼|号|幢|栋|座|楼|#)+$")
_ENTRANCE = re.compile(r"(?:单元|号门|号|门|梯|#)+$")
_ROOM = re.compile(r"(?:号房|室|房|号|户|#)+$")
_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_NUMERAL = re.compile(r"[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]")

DECIMALS = 6

# Of a roll and of ballots: where a cell merged downwards says the same of every row. Not the area,
# which one would count twice, nor the choice.
SAID_ONCE = frozenset(
    {"楼栋", "单元", "业主姓名", "证件号", "性质", "联系电话", "事项", "渠道", "送达"}
)
# What offices write over the columns of a roll or of ballots. 建筑面积 is none of them: whether it
# is the area that counts is for a person to say.
COLUMN_WORDS = {
    **dict.fromkeys(["楼号", "栋号", "幢号", "楼栋号", "楼幢", "栋", "幢"], "楼栋"),
    **dict.fromkeys(["单元号", "门号"], "单元"),
    **dict.fromkeys(["房间号", "室号", "房屋号", "户号", "门牌号", "室"], "房号"),
    **dict.fromkeys(["专有面积", "专有部分建筑面积"], "专有部分面积"),
    **dict.fromkeys(["姓名", "业主", "业主名称", "产权人", "产权人姓名", "权利人"], "业主姓名"),
    **dict.fromkeys(["证件号码", "身份证", "身份证号", "身份证号码", "业主证件号"], "证件号"),
    **dict.fromkeys(["房屋性质", "房屋用途", "用途"], "性质"),
    **dict.fromkeys(["电话", "手机", "手机号", "手机号码", "电话号码", "联系方式"], "联系电话"),
    **dict.fromkeys(["表决事项", "议题"], "事项"),
    **dict.fromkeys(["表决意见", "投票意见", "意见"], "选择"),
    **dict.fromkeys(["是否送达"], "送达"),
}

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+\d{1,2}:\d{2}(?::\d{2})?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]*"
    r"(\d{1,2})[:时点](\d{1,2})分?(?::?(\d{1,2})秒?)?(?:\.\d+)?"
)
_MONTH_FIRST = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})(?: +(\d{1,2}):(\d{2})(?::(\d{2}))?(?: *([AP])M)?)?", re.IGNORECASE
)
_COMPACT_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2}) ?(\d{2})(\d{2})(\d{2})?")
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")
_SERIAL_ORIGIN = dt.date(1899, 12, 30)
_ROUNDED = re.compile(r"[+-]?\d(?:\.\d+)?[Ee]\+?\d+")
_SEVERAL = re.compile(r"[、，,；;\n]")


def clean(text: str) -> str:
    """The text a person reads in the cell: half-width, trimmed, no invisible characters."""
    if text.isascii() and text.isalnum():
        return text
    text = text.translate(_CLEAN)
    text = _BREAKS.sub("\n", _SPACES.sub(" ", text)).strip()
    # Our own exports put an apostrophe before what Excel would take for a formula.
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text


def text_of(value: object) -> str:
    """A cell of a workbook as text: whole numbers without .0, dates in ISO form."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number_text(value)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return "" if value is None else str(value)


def _number_text(value: float) -> str:
    """Excel stores binary doubles and shows 15 digits; 89.50000000000001 is 89.5.

    Beyond 15 digits (an 18-digit number typed as a number) the file has lost the digits: the
    text stays in the form 4.20101199001011E+17, which no check takes for a whole number.
    """
    text = f"{value:.15g}"
    if abs(value) >= 1e15:
        return text.upper()
    decimals = text.partition(".")[2]
    if "e" in text or len(decimals) > DECIMALS:
        text = f"{round(Decimal(text), DECIMALS):f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def is_rounded(text: str) -> bool:
    """Whether this is a long number in the form 4.2E+17, whose last digits are lost."""
    return _ROUNDED.fullmatch(text) is not None


def building_key(text: str) -> str:
    """1栋, 1幢, 1#, 1号楼, 一栋, １幢 and 01 name one building: "1"."""
    return _key(text, _BUILDING)


def entrance_key(text: str) -> str:
    """1单元, 一单元, 01 and 1 name one entrance: "1"; none is ""."""
    return _key(text, _ENTRANCE)


def room_key(text: str) -> str:
    """101, 101室, 101.0 and １０１ name one room; 0101 is another: zeros may tell floors."""
    return _without(text, _ROOM)


def _key(text: str, ending: re.Pattern[str]) -> str:
    bare = _without(text, ending)
    if _NUMERAL.fullmatch(bare):
        tens, ten, ones = bare.rpartition("十")
        return str((_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0))
    return _ZEROS.sub("", bare)


def _without(text: str, ending: re.Pattern[str]) -> str:
    whole = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    whole = _WHOLE.sub("", whole.removeprefix("第"))
    return ending.sub("", whole) or whole


def person_name(text: str) -> str:
    """A name without the spaces people set between Chinese characters: 张　三 is 张三."""
    return re.sub(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])", "", clean(text))


def several(text: str) -> list[str]:
    """The parts of a cell that holds several, set apart by 、 or a comma or a line break."""
    return [part for part in map(str.strip, _SEVERAL.split(text)) if part]


def read_date(text: str) -> dt.date:
    """The day a cell means: 2024-05-01, 2024/5/1, 2024年5月1日, 20240501 or a serial 45413.

    ValueError: it is none of these, or no such day.
    """
    found = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if found:
        return dt.date(*map(int, found.groups()))
    if _SERIAL.fullmatch(text):
        return _SERIAL_ORIGIN + dt.timedelta(days=int(text.partition(".")[0]))
    raise ValueError(text)


def read_moment(text: str) -> dt.datetime:
    """The moment a cell means, without a zone: 2024-05-01 09:30, 2024年5月1日9时30分,
    20240501093000, 05/01/2018 09:30:00 AM (month first), a serial 45413.39; a day alone begins at
    midnight.

    ValueError: it is none of these, or no such day or hour.
    """
    if found := _MOMENT.fullmatch(text) or _COMPACT_MOMENT.fullmatch(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    if found := _MONTH_FIRST.fullmatch(text):
        month, day, year, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        if half := found[7]:
            if not 1 <= hour <= 12:
                raise ValueError(text)
            hour = hour % 12 + 12 * (half in "Pp")
        return dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
    if _SERIAL.fullmatch(text):
        seconds = round(
            float(text) * 86_400
        )  # a serial is a double: whole seconds are what is left
        return dt.datetime.combine(_SERIAL_ORIGIN, dt.time()) + dt.timedelta(seconds=seconds)
    return dt.datetime.combine(read_date(text), dt.time())
