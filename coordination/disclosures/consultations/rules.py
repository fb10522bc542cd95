"""What keeps a consultation apart from a poll of the owners' assembly; pure."""

from coordination.disclosures.consultations.tables import Side

BANNER = "意见征询，不是业主大会表决，不产生决定"
# Words of the ballot: a title or a choice that says them could be taken for one.
BALLOT_WORDS = ("表决", "投票", "选票", "同意", "赞成", "反对", "弃权", "通过", "选举", "票决")
LEAST_CHOICES, MOST_CHOICES, LONGEST_CHOICE = 2, 8, 60
LEAST_DAYS, MOST_DAYS = 1, 60
SIDES = {Side.OWNER: "业主", Side.RESIDENT: "居民（租户、家人）"}


def ballot_word(text: str) -> str | None:
    """The first word of the ballot that is in it."""
    return next((word for word in BALLOT_WORDS if word in text), None)


def read_choices(text: str) -> list[str]:
    """One a line, each once. ValueError, in words."""
    found = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not LEAST_CHOICES <= len(found) <= MOST_CHOICES:
        raise ValueError(f"写 {LEAST_CHOICES} 到 {MOST_CHOICES} 个选项，每行一个，不要重复")
    if any(len(choice) > LONGEST_CHOICE for choice in found):
        raise ValueError(f"每个选项最多 {LONGEST_CHOICE} 个字")
    if word := next((word for choice in found if (word := ballot_word(choice))), None):
        raise ValueError(f"选项里有“{word}”，像是表决。请写成做法，例如“先试一个月”“维持现状”")
    return found
