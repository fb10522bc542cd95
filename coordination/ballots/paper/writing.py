"""Writing down 登记 what a sheet, a call or a visit said: two people, each alone; a third settles.

Everything happens under the sheet's lock: who comes second, whether the two agree, and what then
counts. What was written is compared here and nowhere kept in the open; that two differ is told,
never in what.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from coordination import audit, db, files
from coordination.ballots.casting.queries import PollCard, poll_card
from coordination.ballots.paper.counting_in import (
    Brought,
    count_in,
    lock_rights,
    note_duplicates,
)
from coordination.ballots.paper.evidence import Kept, require_evidence
from coordination.ballots.paper.permits import may_settle, may_write_down
from coordination.ballots.paper.queries import SheetCard, Wrote, find_sheet, read_sheet
from coordination.ballots.paper.rules import (
    Answer,
    NotOpenForSheets,
    Outcome,
    Way,
    require_all,
    require_first_in_time,
    require_second_in_time,
    require_settling,
)
from coordination.ballots.paper.sealing import EntryPlace, open_entry, seal_entry
from coordination.ballots.paper.telling import tell_counted, tell_duplicate
from coordination.ballots.polls.noticing import seen
from coordination.ballots.polls.permits import works_for_property
from coordination.ballots.polls.queries import estate_of, load_poll, state_of
from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Poll
from coordination.errors import Conflict, Invalid, NotAllowed
from coordination.people.askers import Asker
from coordination.places.tables import Place

# Casting takes it shared as well; counting takes it alone, and so waits for us.
LOCK_POLL = "select pg_advisory_xact_lock_shared(hashtextextended($1, 278))"
LOCK_SHEET = "select id from sheet where id = $1 for no key update"


class NotYours(NotAllowed):
    """Only those who convene and the 居委会 write down sheets; the property company never."""


class WroteBefore(Conflict):
    """Nobody writes down a sheet twice."""


class AlreadyCounted(Conflict):
    """The sheet has come to its end."""


class WrittenAnotherWay(Conflict):
    """Somebody has written it down as a call or a visit meanwhile."""


class Said(StrEnum):
    """What became of what was written down."""

    FIRST = "first"
    AGREED = "agreed"
    DIFFERS = "differs"
    DUPLICATE = "duplicate"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Writing:
    """What one person sends. `id`: of this submit, so that a retry finds it; `consent`: of an
    assisted vote, how the owner agreed."""

    id: UUID
    opened_at: datetime
    way: Way
    answers: dict[UUID, Answer]  # by question
    kept: tuple[Kept, ...] = ()  # what it rests on
    consent: str = ""


async def poll_for_sheets(asker: Asker, poll_id: UUID) -> tuple[Poll, PollState, Place]:
    """The poll, for who may write down its sheets. NotFound, NotYours."""
    poll, state, estate = await seen(asker, poll_id)
    if may_write_down(asker, estate, poll):
        return poll, state, estate
    if works_for_property(asker, estate.path):
        raise NotYours("您在物业服务企业任职，按回避要求不能打印、登记或者复核表决票。")
    raise NotYours("表决票由召集人（业委会或筹备组）和社区居委会的工作人员登记。")


async def write_down(
    asker: Asker, poll_id: UUID, serial: str, writing: Writing, at: datetime
) -> Said:
    """Write a sheet down: as first, as second, or as the third who settles.

    NotFound, NotYours, UnknownSerial, OfAnotherPoll, NotOpenForSheets, WroteBefore, AlreadyCounted,
    WrittenAnotherWay, Invalid.
    """
    await poll_for_sheets(asker, poll_id)
    sheet = await find_sheet(poll_id, serial)
    if writing.id in {each.id for each in sheet.wrote}:
        return _said(sheet)
    require_unwritten(asker, sheet)
    require_all([each.question for each in sheet.asked], writing.answers)
    card = await poll_card(poll_id)
    if card is None:
        raise NotOpenForSheets("名册还没有锁定，现在没有票可以登记。")
    if not sheet.wrote:
        require_evidence(writing.way, writing.kept)
    async with db.transaction():
        await db.execute(LOCK_POLL, str(poll_id))
        await db.execute(LOCK_SHEET, sheet.id)
        locked = await read_sheet(sheet.id, poll_id, sheet.serial)
        if writing.id in {each.id for each in locked.wrote}:
            return _said(locked)
        require_unwritten(asker, locked)
        desk = _Desk(asker, card, locked, writing, at)
        return await desk.write()


def require_in_time(
    asker: Asker,
    running: tuple[Poll, PollState, Place],
    sheet: SheetCard,
    opened: datetime,
    at: datetime,
) -> None:
    """NotOpenForSheets: not now, first, second or third as it comes. NotYours: one of the two."""
    poll, state, estate = running
    if not sheet.wrote:
        require_first_in_time(state, opened, at)
    elif len(sheet.wrote) == 1:
        require_second_in_time(state, at)
    else:
        if not may_settle(asker, estate, poll, sheet.writers):
            raise NotYours("复核由两位登记人以外的第三人进行。")
        require_settling(state, at)


def require_unwritten(asker: Asker, sheet: SheetCard) -> None:
    """WroteBefore, AlreadyCounted: there is nothing left for this person to write down."""
    code = sheet.printed
    if sheet.outcome is Outcome.DUPLICATE:
        raise AlreadyCounted(f"{code} 已登记为重复票：业主已在线投票，以线上投票为准，不计入。")
    if sheet.outcome:
        raise AlreadyCounted(f"{code} 已经登记完，不用再登记。再扫一次不会重复计票。")
    if asker.id in sheet.writers and sheet.differs:
        raise WroteBefore(f"{code} 您登记过，与另一人的登记不一致，截止后由第三人复核。")
    if asker.id in sheet.writers:
        raise WroteBefore(f"{code} 您已经登记过，要由另一个人再登记一次，然后才计入。")


def _said(sheet: SheetCard) -> Said:
    """What the sheet has come to, for who sent the same again."""
    ends = {
        Outcome.AGREED: Said.AGREED, Outcome.SETTLED: Said.SETTLED, Outcome.LAPSED: Said.DIFFERS,
        Outcome.DUPLICATE: Said.DUPLICATE,
    }  # fmt: skip
    if sheet.outcome:
        return ends[sheet.outcome]
    return Said.DIFFERS if sheet.differs else Said.FIRST


@dataclass(frozen=True, slots=True)
class _Desk:
    """One sheet, locked, and who writes it down."""

    asker: Asker
    card: PollCard
    sheet: SheetCard
    writing: Writing
    at: datetime

    async def write(self) -> Said:
        poll = await load_poll(self.card.id)
        running = (poll, await state_of(poll), await estate_of(poll))
        require_in_time(self.asker, running, self.sheet, self.writing.opened_at, self.at)
        if self.sheet.way and self.sheet.way is not self.writing.way:
            raise WrittenAnotherWay("这张票刚刚由另一人按另一种方式登记，请刷新页面后再登记。")
        await self._keep()
        await audit.record(self.asker, "write_down_sheet", poll, at=self.at, place=poll.estate)
        if self.number == 1:
            return await self._first(poll)
        if self.number == 3:
            await self._end(poll, Outcome.SETTLED)
            return Said.SETTLED
        if self._agrees_with(self.sheet.wrote[0]):
            return await self._end(poll, Outcome.AGREED)
        await db.execute("insert into sheet_mismatch values ($1, $2)", self.sheet.id, self.at)
        return Said.DIFFERS

    @property
    def number(self) -> int:
        return len(self.sheet.wrote) + 1

    async def _keep(self) -> None:
        """The entry, sealed, and what it rests on."""
        place = EntryPlace(self.card.id, self.sheet.id, self.number)
        await db.execute(
            """insert into sheet_entry (id, sheet, number, channel, sealed, consent, at, by)
               values ($1, $2, $3, $4, $5, $6, $7, $8)""",
            self.writing.id, self.sheet.id, self.number, self.writing.way.value,
            seal_entry(self.card, place, self.writing.answers), self.writing.consent, self.at,
            self.asker.id,
        )  # fmt: skip
        await files.keep(each.file for each in self.writing.kept if each.file)
        for each in self.writing.kept:
            await db.execute(
                """insert into sheet_evidence (id, entry, kind, file, media, witness)
                   values ($1, $2, $3, $4, $5, $6)""",
                each.id, self.writing.id, each.kind.value, each.file, each.media, each.witness,
            )  # fmt: skip

    async def _first(self, poll: Poll) -> Said:
        """Where every right of the sheet has its ballot online, and that one counts, it ends."""
        rights, online = await lock_rights(poll, self.sheet.id)
        if len(online) < len(rights):
            return Said.FIRST
        return await self._end(poll, Outcome.DUPLICATE)

    def _agrees_with(self, first: Wrote) -> bool:
        place = EntryPlace(self.card.id, self.sheet.id, first.number)
        said = open_entry(self.card, place, first.sealed)
        return all(said[q].choice == each.choice for q, each in self.writing.answers.items())

    async def _end(self, poll: Poll, outcome: Outcome) -> Said:
        """Count in what counts, list what does not, tell the owners."""
        rights, online = await lock_rights(poll, self.sheet.id)
        counted = [row for row in rights if row["id"] not in online]
        by = Brought(
            self.writing.id, self.sheet.id, self.writing.way, self.asker.id, self._assisted, self.at
        )
        await count_in(self.card, counted, self.writing.answers, by)
        await note_duplicates(online, by)
        if not counted:
            outcome = Outcome.DUPLICATE
        await db.execute(
            "insert into sheet_outcome values ($1, $2, $3)", self.sheet.id, outcome.value, self.at
        )
        if counted:
            ids = [row["id"] for row in counted]
            await tell_counted(poll, ids, self.writing.way, self._assisted, self.at)
        if online:
            await tell_duplicate(poll, online, self.writing.way, self.at)
        return Said.AGREED if counted else Said.DUPLICATE

    @property
    def _assisted(self) -> bool:
        """Whether anyone who wrote it down helped the owner to choose."""
        return bool(self.writing.consent or any(each.consent for each in self.sheet.wrote))


def checked_consent(text: str, assisted: bool, longest: int) -> str:
    """How the owner agreed to be helped; "": nobody helped. Invalid: not said."""
    said = text.strip()
    if assisted and not said:
        raise Invalid(
            "请写明业主怎样同意由他人协助。", consent="请写明，例如：业主本人到场，当面同意并签名"
        )
    if len(said) > longest:
        raise Invalid("说明太长了。", consent=f"最多 {longest} 个字。")
    return said if assisted else ""
