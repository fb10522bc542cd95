"""The receipts of one person, opened for them alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination import db
from coordination.ballots.casting.actions import open_ballot
from coordination.ballots.casting.queries import held_right, poll_card
from coordination.ballots.casting.rights import my_rights
from coordination.ballots.receipts import Receipt
from coordination.ballots.sequencing.queries import inclusions_of


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """A receipt with what the page says beside it."""

    right: UUID
    question: str
    rooms: list[str]
    cast_at: datetime
    counts: bool  # the latest of its right; earlier ones were replaced. An agent is not told
    by_proxy: bool
    receipt: Receipt

    @property
    def ordinal(self) -> int:
        return self.receipt.cast.ordinal if self.receipt.cast else 0

    @property
    def code(self) -> str:
        return self.receipt.cast.code if self.receipt.cast else ""

    @property
    def file(self) -> str:
        """The receipt as its file has it."""
        return self.receipt.as_json().decode()

    @property
    def tracker(self) -> str:
        return self.receipt.cast.tracker.hex() if self.receipt.cast else ""


async def receipts_of(person: UUID, poll: UUID) -> list[KeptReceipt]:
    """Every ballot of the rights that `person` holds or acts for, question by question; of others'
    rights only what `person` cast by proxy."""
    card = await poll_card(poll)
    rights = {right.id: right for right in await my_rights(person, poll)}
    if card is None:
        return []
    cast = await db.rows(
        """select "right", ordinal, sealed, tracker, cast_at from ballot
            where "right" = any($1::uuid[]) or "right" = any($2::uuid[]) and cast_by = $3""",
        [right.id for right in rights.values() if not right.by_proxy],
        [right.id for right in rights.values() if right.by_proxy],
        person,
    )
    placed = await inclusions_of(poll, [row["tracker"] for row in cast])
    kept = []
    for row in cast:
        right = rights[row["right"]]
        _, receipt = open_ballot(card, held_right(right.row), row, placed[row["tracker"]])
        kept.append(
            KeptReceipt(
                right.id,
                right.title,
                [right.behalf] if right.by_proxy else right.rooms,
                row["cast_at"],
                right.by_proxy or row["ordinal"] == right.cast,
                right.by_proxy,
                receipt,
            )
        )
    order = {right: n for n, right in enumerate(rights)}
    return sorted(kept, key=lambda one: (order[one.right], one.ordinal))
