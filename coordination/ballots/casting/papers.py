"""The paper 表决票 on its way through the screens: sealed in the page, never in the database.

It carries when it was opened, so that a page opened before the close may be sent until a minute
after, and the choices made so far, so that none is lost when a sign-in comes in between.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination.ballots.seal import open_page, seal_page
from coordination.settings import sealing_key

LASTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Paper:
    """What one person is about to send: one submission, however often it is sent."""

    poll: UUID
    submission: UUID
    opened_at: datetime
    choices: dict[UUID, str] = field(default_factory=dict)  # by voting right

    def choosing(self, choices: dict[UUID, str]) -> "Paper":
        """The paper with these choices added to those it has."""
        return replace(self, choices=self.choices | choices)

    def sealed(self) -> str:
        """As a page may carry it: readable and alterable by nobody."""
        data: dict[str, object] = {
            "submission": str(self.submission),
            "opened_at": self.opened_at.isoformat(),
            "choices": {str(right): choice for right, choice in self.choices.items()},
        }
        return seal_page(sealing_key(), data, _context(self.poll), self.opened_at, LASTS)


def open_paper(poll: UUID, sealed: str, at: datetime) -> Paper:
    """The paper of a page. PageExpired: older than a day, altered, or of another poll."""
    data: dict = open_page(sealing_key(), sealed, _context(poll), at)
    return Paper(
        poll,
        UUID(data["submission"]),
        datetime.fromisoformat(data["opened_at"]),
        {UUID(right): choice for right, choice in data["choices"].items()},
    )


def fresh_paper(poll: UUID, at: datetime) -> Paper:
    return Paper(poll, uuid4(), at)


def _context(poll: UUID) -> bytes:
    return b"paper " + poll.bytes
