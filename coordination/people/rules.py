"""Our own rules about people, without I/O: passwords, codes, devices, quiet hours."""

import re
import secrets
import unicodedata
from datetime import datetime
from functools import cache
from pathlib import Path

from coordination.clock import SHANGHAI
from coordination.people.tables import RoleKind

PASSWORD_LENGTH = 8
PASSWORD_LONGEST = 200  # hashing a novel would be a way to keep us busy
COMMON = Path(__file__).with_name("common_passwords.txt")

# A volunteer who carries notices holds no more than a resident does; all else is an office.
NEEDS_SECOND_FACTOR = frozenset(RoleKind) - {RoleKind.BUILDING_LEAD}

SMS_LONGEST = 70


def weakness(password: str, *about: str) -> str | None:
    """Why `password` is too easily guessed by someone who knows `about`; None: it is not."""
    plain = unicodedata.normalize("NFKC", password).lower()
    if len(plain) < PASSWORD_LENGTH:
        return f"密码至少要{PASSWORD_LENGTH}个字符。可以用一句自己记得住的话。"
    if len(plain) > PASSWORD_LONGEST:
        return f"密码最多{PASSWORD_LONGEST}个字符。"
    if plain in _common() or len(set(plain)) < 4 or _is_a_run(plain):
        return "这个密码太常见，别人容易猜到，请换一个。"
    if any(len(word) >= 4 and word.lower() in plain for word in about if word):
        return "密码里不要包含您的手机号或登录名。"
    return None


def _is_a_run(plain: str) -> bool:
    """12345678, hgfedcba, and the like."""
    steps = {ord(b) - ord(a) for a, b in zip(plain, plain[1:], strict=False)}
    return steps in ({1}, {-1}, {0})


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text().split())


def read_login(text: str) -> str | None:
    """A name to sign in with, as it is compared; None: not one."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return plain if re.fullmatch(r"[\w.\-]{2,60}", plain) and not plain.isdigit() else None


def looks_like_email(text: str) -> bool:
    """Whether a letter could be sent there; a code sent to it says the rest."""
    return (
        len(text) <= 200
        and re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+", text) is not None
    )


def a_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def read_code(text: str) -> str:
    """A code as typed: width, case, spaces and dashes do not matter."""
    return re.sub(r"[\s\-—–]", "", unicodedata.normalize("NFKC", text)).upper()


DEVICES = (
    ("MicroMessenger", "微信"), ("Edg/", "Edge"), ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("Android", "安卓"), ("iPhone", "苹果手机"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "苹果电脑"), ("Linux", "Linux"),
)  # fmt: skip


def device_in_words(user_agent: str) -> str:
    """微信 · 安卓: enough to recognise one's own, not to follow anybody."""
    browser = next((word for mark, word in DEVICES if mark in user_agent), "浏览器")
    system = next((word for mark, word in SYSTEMS if mark in user_agent), "")
    return f"{browser} · {system}" if system else browser


def is_quiet(at: datetime, quiet_from: int, quiet_until: int) -> bool:
    """Whether `at` falls into the quiet hours 静默时段 of Shanghai, as 22 and 7 o'clock."""
    hour = at.astimezone(SHANGHAI).hour
    return hour >= quiet_from or hour < quiet_until


def fits_sms(text: str, sign: str) -> bool:
    """Whether 【sign】text is one message: at most 70 characters."""
    return len(f"【{sign}】{text}") <= SMS_LONGEST
