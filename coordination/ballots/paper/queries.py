"""Reads of sheets: one as it is written down, and how many have come how far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination import db
from coordination.ballots.casting.rights import WORDS
from coordination.ballots.offers import Offer, offer_of
from coordination.ballots.paper.rules import CHANGE_SHEETS, Outcome, Way, printed, read_serial
from coordination.ballots.polls.state import ENDED_EARLY, LABELS
from coordination.ballots.tables import Step
from coordination.errors import Conflict, NotFound
from coordination.places.naming import unit_name

FOUND = """
select s.id, s.poll, s.serial, p.title,
       (select step from poll_step t where t.poll = p.id order by t.number desc limit 1) as step
  from sheet s join poll p on p.id = s.poll where s.serial = $1
"""
ASKED = """
select r.id as "right", q.id as question, q.position, q.title, q.text, q.seats, r.area_cm2,
       array(select jsonb_array_elements_text(q.options)) as options
  from sheet_right s join voting_right r on r.id = s."right" join question q on q.id = r.question
 where s.sheet = $1 order by q.position, r.number
"""
ROOMS = """
select distinct p.name as building, u.entrance, u.room, p.sort, u.sort
  from sheet_right s join right_unit ru on ru."right" = s."right"
  join unit u on u.id = ru.unit join place p on p.id = u.building
 where s.sheet = $1 order by p.sort, u.sort
"""
WROTE = """
select id, number, channel, sealed, consent, at, by from sheet_entry where sheet = $1
 order by number
"""
OUTCOME = """
select (select outcome from sheet_outcome where sheet = $1) as outcome,
       exists (select from sheet_mismatch where sheet = $1) as differs
"""
COUNTS = """
with each as (
  select s.id, (select count(*) from sheet_entry e where e.sheet = s.id) as entries,
         exists (select from printed_sheet x where x.sheet = s.id) as printed,
         exists (select from sheet_mismatch m where m.sheet = s.id) as differs, o.outcome
    from sheet s left join sheet_outcome o on o.sheet = s.id where s.poll = $1
)
select count(*) as made, count(*) filter (where printed) as printed,
       count(*) filter (where entries >= 1) as entered,
       count(*) filter (where entries = 1 and outcome is null) as once,
       count(*) filter (where entries >= 2) as twice,
       count(*) filter (where differs and outcome is null) as differing,
       count(*) filter (where outcome in ('agreed', 'settled')) as counted,
       count(*) filter (where outcome = 'lapsed') as lapsed,
       (select count(*) from duplicate_ballot d join voting_right r on r.id = d."right"
         join question q on q.id = r.question where q.poll = $1) as duplicates
  from each
"""
WAITING = """
select s.id, s.serial,
       (select array_agg(e.by order by e.number) from sheet_entry e where e.sheet = s.id) as wrote,
       exists (select from sheet_mismatch m where m.sheet = s.id) as differs
  from sheet s
 where s.poll = $1 and exists (select from sheet_entry e where e.sheet = s.id)
   and not exists (select from sheet_outcome o where o.sheet = s.id)
 order by s.serial
"""


class UnknownSerial(NotFound):
    """No sheet has this serial."""


class OfAnotherPoll(Conflict):
    """The sheet is one of another vote."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a sheet, and the right that answers it."""

    right: UUID
    question: UUID
    position: int
    title: str
    text: str
    area_cm2: int
    offer: Offer

    @property
    def boxes(self) -> list[tuple[str, str]]:
        """(value, words) of each box, in the order of the sheet."""
        return [(value, box_words(self.offer, value)) for value in self.offer.choices]


@dataclass(frozen=True, slots=True)
class Wrote:
    """An entry: who wrote, when; what, only sealed."""

    id: UUID
    number: int
    channel: str
    sealed: bytes
    consent: str
    at: datetime
    by: UUID


@dataclass(frozen=True, slots=True)
class SheetCard:
    """A sheet as it stands."""

    id: UUID
    poll: UUID
    serial: str
    asked: tuple[Asked, ...]
    rooms: tuple[str, ...]
    wrote: tuple[Wrote, ...]
    differs: bool
    outcome: Outcome | None

    @property
    def printed(self) -> str:
        return printed(self.serial)

    @property
    def way(self) -> Way | None:
        """As the first entry says; None before it."""
        return Way(self.wrote[0].channel) if self.wrote else None

    @property
    def writers(self) -> tuple[UUID, ...]:
        return tuple(each.by for each in self.wrote)


@dataclass(frozen=True, slots=True)
class Counts:
    """How far the sheets of a poll have come. Never which choice; `lapsed`: not settled in time;
    `duplicates`: ballots."""

    made: int
    printed: int
    entered: int
    once: int
    twice: int
    differing: int
    counted: int
    lapsed: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sheet that was written down and has not come to an end."""

    id: UUID
    serial: str
    wrote: list[UUID]
    differs: bool

    @property
    def printed(self) -> str:
        return printed(self.serial)


def box_words(offer: Offer, value: str) -> str:
    """What stands beside a box; of an election the number and the name."""
    if value in WORDS or offer.seats is None:
        return WORDS.get(value, value)
    return f"{value}号 {offer.options[int(value) - 1]}"


async def find_sheet(poll: UUID, text: str) -> SheetCard:
    """The sheet of this serial, as typed or scanned. UnknownSerial, OfAnotherPoll."""
    serial = read_serial(text)
    if not text.strip():
        raise UnknownSerial("请扫描二维码，或者输入二维码下面的 9 位编号。")
    if serial is None:
        raise UnknownSerial(
            f"“{text.strip()[:20]}”不是表决票的编号。"
            "编号是二维码下面的 9 位字母和数字，请重新扫描或输入。"
        )
    found = await db.row(FOUND, serial)
    if found is None:
        raise UnknownSerial(f"没有编号为 {printed(serial)} 的表决票。请核对编号，再输一次。")
    if found["poll"] != poll:
        what = f"{printed(serial)} 是另一次表决“{found['title']}”的票"
        if (step := Step(found["step"])) in ENDED_EARLY:
            ended = f"{what}，那次表决{LABELS[step]}，票已经作废，不能登记。"
            raise OfAnotherPoll(f"{ended}{CHANGE_SHEETS}")
        raise OfAnotherPoll(f"{what}，不能在这里登记。请放回那次表决的票里。")
    return await read_sheet(found["id"], poll, serial)


async def read_sheet(sheet: UUID, poll: UUID, serial: str) -> SheetCard:
    """The sheet as it stands now."""
    asked = [
        Asked(
            row["right"], row["question"], row["position"], row["title"], row["text"],
            row["area_cm2"], offer_of(row["options"], row["seats"]),
        )
        for row in await db.rows(ASKED, sheet)
    ]  # fmt: skip
    rooms = await db.rows(ROOMS, sheet)
    end = await db.row(OUTCOME, sheet)
    assert end, "it is one row always"
    return SheetCard(
        sheet, poll, serial, tuple(asked),
        tuple(unit_name(row["building"], row["entrance"], row["room"]) for row in rooms),
        tuple(await wrote_of(sheet)), end["differs"],
        Outcome(end["outcome"]) if end["outcome"] else None,
    )  # fmt: skip


async def wrote_of(sheet: UUID) -> list[Wrote]:
    """The entries of a sheet, in order."""
    return [Wrote(**row) for row in await db.rows(WROTE, sheet)]


async def counts_of(poll: UUID) -> Counts:
    found = await db.row(COUNTS, poll)
    assert found, "it is one row always"
    return Counts(**found)


async def waiting_sheets(poll: UUID) -> list[Waiting]:
    """Those that were written down once, or differently by two: the count waits for them."""
    return [Waiting(**row) for row in await db.rows(WAITING, poll)]


async def set_aside(question: UUID) -> tuple[list[int], set[int]]:
    """Ballots of a question that came and do not count, by the numbers of their rights: of each
    duplicate; and of those whose entries contradict each other."""
    duplicates = await db.rows(
        """select r.number from duplicate_ballot d join voting_right r on r.id = d."right"
            where r.question = $1""",
        question,
    )
    conflicts = await db.rows(
        """select r.number from sheet_conflict c join voting_right r on r.id = c."right"
            where r.question = $1""",
        question,
    )
    return [row["number"] for row in duplicates], {row["number"] for row in conflicts}


def numbered(asked: Sequence[Asked]) -> dict[str, Asked]:
    """By the name of their field in the form."""
    return {f"q{each.position}": each for each in asked}
