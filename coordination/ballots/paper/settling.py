"""What the count waits for 待复核, and until when.

Between the close and the count, sheets that were written down once or differently by two may still
be settled; the poll stands still meanwhile, in public. At the deadline what two wrote alike counts,
and the rest is a conflict: not counted, published as a number.
"""

from datetime import datetime
from uuid import UUID

from coordination import audit, db
from coordination.ballots.casting.queries import PollCard, poll_card
from coordination.ballots.paper.counting_in import (
    Brought,
    count_in,
    lock_rights,
    note_duplicates,
)
from coordination.ballots.paper.queries import Waiting, waiting_sheets, wrote_of
from coordination.ballots.paper.rules import Answer, Outcome, Way, deadline
from coordination.ballots.paper.sealing import EntryPlace, open_entry
from coordination.ballots.paper.telling import tell_counted
from coordination.ballots.polls.queries import estate_of
from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Poll, Step
from coordination.places.values import whole_setting

CONFLICTS = """
insert into sheet_conflict (id, sheet, "right")
select gen_random_uuid(), $1, "right" from unnest($2::uuid[]) as t ("right")
"""


class SheetsWait(Exception):  # noqa: N818 - named by what is so
    """Sheets wait to be settled, so nothing is counted yet. No error: it is shown in public."""


async def settled_by(poll: Poll, state: PollState) -> datetime:
    """Until when the count waits."""
    noticed = state.when(Step.NOTICED)
    assert noticed, "a poll that closed was announced"
    days = await whole_setting("sheet_settling_days", await estate_of(poll), noticed.at)
    return deadline(state.closes_at, days)


async def settle_or_wait(poll: Poll, state: PollState, at: datetime) -> bool:
    """Whether the count may begin; at the deadline what waits is brought to its end. Called by the
    counter, in its transaction and under its lock."""
    waiting = await waiting_sheets(poll.id)
    if waiting and at < await settled_by(poll, state):
        return False
    if waiting:
        card = await poll_card(poll.id)
        assert card, "a poll that closed has a key"
        for sheet in waiting:
            await _lapse(poll, card, sheet, at)
        await audit.record(None, "lapse_sheets", poll, at=at, place=poll.estate, count=len(waiting))
    return True


async def _lapse(poll: Poll, card: PollCard, sheet: Waiting, at: datetime) -> None:
    rights, online = await lock_rights(poll, sheet.id)
    wrote = await wrote_of(sheet.id)
    alike = _alike(card, sheet.id, [(each.number, each.sealed) for each in wrote])
    open_rights = [row for row in rights if row["id"] not in online]
    counted = [row for row in open_rights if row["question"] in alike]
    conflicts = [row["id"] for row in open_rights if row["question"] not in alike]
    last = wrote[-1]
    assisted = any(each.consent for each in wrote)
    by = Brought(last.id, sheet.id, Way(last.channel), last.by, assisted, at)
    await count_in(card, counted, alike, by)
    await note_duplicates(online, by)
    await db.execute(CONFLICTS, sheet.id, conflicts)
    await db.execute(
        "insert into sheet_outcome values ($1, $2, $3)", sheet.id, Outcome.LAPSED.value, at
    )
    if counted:
        await tell_counted(poll, [row["id"] for row in counted], by.way, False, at)


def _alike(
    card: PollCard, sheet: UUID, entries: list[tuple[int, bytes]]
) -> dict[UUID, Answer]:  # fmt: skip
    """What two wrote alike, by question; nothing, where only one wrote."""
    if len(entries) < 2:
        return {}
    first, second = (
        open_entry(card, EntryPlace(card.id, sheet, number), sealed)
        for number, sealed in entries[:2]
    )
    return {q: each for q, each in first.items() if second[q].choice == each.choice}
