"""Areas 面积 and shares as text, exactly: areas are integers of cm², shares are half-up.

1 cm² = 0.0001 m², the finest that registers print. No float touches a count: a percentage is
for the eye only and stands beside the raw fraction.
"""

import re
import unicodedata

CM2_PER_M2 = 10_000
DIGITS = 9  # before the point; a square kilometre is a million

_PRINTED = re.compile(r"\+?(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?(?:m2|m\^2|平方米|平米|平方)?")


def parse_area(text: str) -> int:
    """The area in cm² of `text` in m², such as "89.1234", "８９．１２" or "1,089.5㎡".

    ValueError: it is no area, not above zero, larger than any building, or has more than four
    decimals; the message says which, in Chinese.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").lower()
    if not plain:
        raise ValueError("面积为空")
    match = _PRINTED.fullmatch(plain)
    if match is None:
        raise ValueError("面积应大于零" if plain.startswith("-") else "面积应写成平方米数字")
    whole, decimals = match[1].replace(",", ""), (match[2] or "").rstrip("0")
    if len(whole.lstrip("0")) > DIGITS:
        raise ValueError("面积太大，不会是一处房屋")
    if len(decimals) > 4:
        raise ValueError("面积最多四位小数")
    area_cm2 = int(whole) * CM2_PER_M2 + int(decimals.ljust(4, "0"))
    if area_cm2 == 0:
        raise ValueError("面积应大于零")
    return area_cm2


def format_area(area_cm2: int) -> str:
    """Square metres with four decimals, such as "191619.2100"."""
    sign, size = ("-" if area_cm2 < 0 else ""), abs(area_cm2)
    return f"{sign}{size // CM2_PER_M2}.{size % CM2_PER_M2:04d}"


def percent(part: int, whole: int) -> str | None:
    """`part` of `whole` in percent, rounded half-up to two decimals; None of nothing."""
    if whole == 0:
        return None
    hundredths = (part * 20_000 + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}"
