"""Reading how open a poll's lines may be."""

from uuid import UUID

from coordination.ballots.openness.tables import OpenRule


async def open_rule_of(poll: UUID) -> str | None:
    """The quoted rule by which choices are published; None: there is none."""
    found = await OpenRule.objects().get(OpenRule.poll == poll)
    return found and found.text
