"""Sheets for tests: made for a vote, and written down by people who may."""

import io
from datetime import datetime
from uuid import UUID, uuid4

from PIL import Image

from coordination import db
from coordination.ballots.board import INVALID
from coordination.ballots.casting.queries import poll_card
from coordination.ballots.paper.evidence import Kept, Kind, Sent, keep_evidence
from coordination.ballots.paper.making import make_sheets
from coordination.ballots.paper.queries import find_sheet
from coordination.ballots.paper.rules import Answer, Way
from coordination.ballots.paper.writing import Said, Writing, write_down
from coordination.ballots.seal import Slot, open_choice
from coordination.errors import Invalid
from coordination.law.classes import MatterClass
from coordination.people.askers import Asker
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import Person, RoleKind
from tests.ballots.a_vote import Vote, a_vote, a_voter, rights_of
from tests.builders import DURING, a_role

STAINED = Answer(INVALID, "torn")
TWO = (MatterClass.MANAGER, MatterClass.OTHER)


def a_photo(colour: str = "white") -> bytes:
    """A photo as a phone takes it, with where it was taken."""
    image, out = Image.new("RGB", (60, 40), colour), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


A_SHEET = Sent(photos=[a_photo()])


async def asker_of(person: Person, at: datetime = DURING) -> Asker:
    token = await open_session(person.id, at, stepped_up=True, second_factor=True)
    asker = await look_up(token, at)
    assert asker
    return asker


async def a_clerk(vote: Vote, at: datetime = DURING) -> Asker:
    """Somebody of the 居委会."""
    return await asker_of(await a_role(RoleKind.COMMUNITY_WORKER, vote.estate), at)


async def a_member(vote: Vote, at: datetime = DURING) -> Asker:
    """Somebody of the committee that convenes."""
    return await asker_of(await a_role(RoleKind.COMMITTEE_MEMBER, vote.estate, body=vote.body), at)


async def made(vote: Vote, at: datetime = DURING) -> None:
    async with db.transaction():
        await make_sheets(vote.poll.id, at)


async def serial_of(vote: Vote, person: Person) -> str:
    """The serial of the sheet that this owner was given."""
    [right, *_] = await rights_of(vote, person)
    return await db.value(
        """select s.serial from sheet s join sheet_right r on r.sheet = s.id
            where r."right" = $1""",
        right,
    )


def a_writing(
    vote: Vote,
    *answers: str | Answer,
    way: Way = Way.PAPER,
    opened_at: datetime = DURING,
    kept: tuple[Kept, ...] | None = None,
    consent: str = "",
) -> Writing:
    """What somebody read on a sheet, question by question."""
    said = [each if isinstance(each, Answer) else Answer(each) for each in answers]
    by_question = {q.id: each for q, each in zip(vote.questions, said, strict=False)}
    kept = (Kept(uuid4(), Kind.PHOTO, "0" * 64, "image/jpeg"),) if kept is None else kept
    return Writing(uuid4(), opened_at, way, by_question, kept, consent)


async def wrote(
    vote: Vote,
    by: Asker,
    serial: str,
    *answers: str | Answer,
    at: datetime = DURING,
    sent: Sent = A_SHEET,
    **how,
) -> Said:
    """What becomes of it when `by` writes down these answers."""
    card, sheet = await poll_card(vote.poll.id), await find_sheet(vote.poll.id, serial)
    assert card
    evidence = await keep_evidence(card, sheet.id, sent, by.id, at)
    if evidence.wrong:
        raise Invalid("as the page does", **evidence.wrong)
    writing = a_writing(vote, *answers, opened_at=min(at, DURING), kept=evidence.kept, **how)
    return await write_down(by, vote.poll.id, serial, writing, at)


async def cast_of(vote: Vote) -> list[tuple[UUID, int, str, str]]:
    """(right, ordinal, channel, choice) of every ballot, opened with the poll's key."""
    card = await poll_card(vote.poll.id)
    assert card
    found = await db.rows(
        """select b.*, r.question from ballot b join voting_right r on r.id = b."right"
             join question q on q.id = r.question where q.poll = $1
            order by q.position, r.number, b.ordinal""",
        vote.poll.id,
    )
    opened = []
    for row in found:
        slot = Slot(str(vote.poll.id), str(row["question"]), str(row["right"]), row["ordinal"])
        choice, _ = open_choice(card.key, slot, row["sealed"])
        opened.append((row["right"], row["ordinal"], row["channel"], choice))
    return opened


async def a_sheet(**of_the_vote):
    """A vote, its one owner, the serial of their sheet, and two clerks."""
    vote = await a_vote(**of_the_vote)
    owner = await a_voter(vote)
    await made(vote)
    return vote, owner, await serial_of(vote, owner), await a_clerk(vote), await a_member(vote)
