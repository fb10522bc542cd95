"""What a year's ratings come to; pure, in whole numbers."""

from collections.abc import Sequence
from datetime import timedelta

from coordination.people.tables import BodyKind

RATED_FOR = timedelta(days=30)
LEAST = 20  # households below which no mean is shown
GRADES = {5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}
REPORTING = (
    BodyKind.OWNERS_COMMITTEE, BodyKind.PROPERTY_COMPANY, BodyKind.RESIDENTS_COMMITTEE,
)  # fmt: skip


def mean(counts: Sequence[tuple[int, int]]) -> str | None:
    """Of (points, households): half up to hundredths, "4.35"; None: too few households."""
    households = sum(number for _, number in counts)
    if households < LEAST:
        return None
    total = sum(points * number for points, number in counts)
    hundredths = (200 * total + households) // (2 * households)
    return f"{hundredths // 100}.{hundredths % 100:02d}"
