"""Made owners who vote on paper: their sheets printed, and written down by two of the committee."""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from PIL import Image, ImageDraw

from coordination.ballots.casting.queries import poll_card
from coordination.ballots.paper.evidence import Sent, keep_evidence
from coordination.ballots.paper.printing import Portion, request_print, run_print
from coordination.ballots.paper.queries import SheetCard, find_sheet
from coordination.ballots.paper.rules import Answer, Way
from coordination.ballots.paper.writing import Writing, write_down
from coordination.ballots.tables import Poll
from coordination.db import value
from coordination.people.askers import Asker

SERIAL = """
select s.serial from sheet s join sheet_right r on r.sheet = s.id where r."right" = $1
"""
BUILDING = """
select ru.building from right_unit ru where ru."right" = $1 order by ru.area_cm2 desc limit 1
"""
BY_PHONE = 3  # the fourth of them is asked by telephone


async def write_down_votes(
    poll: Poll,
    votes: Sequence[tuple[dict[UUID, str], datetime]],
    writers: tuple[Asker, Asker],
    until: datetime,
) -> None:
    """Print the sheets of the building of the first, then write down each vote (choices by right,
    and when it came), the first with help, the fourth by telephone."""
    for n, (choices, at) in enumerate(votes):
        right = next(iter(choices))
        if n == 0:
            portion = Portion(await value(BUILDING, right))
            await run_print(await request_print(writers[0], poll.id, portion, at), at)
        sheet = await find_sheet(poll.id, await value(SERIAL, right))
        assert {each.right for each in sheet.asked} == set(choices), "one owner, one sheet"
        way = Way.PHONE if n == BY_PHONE else Way.PAPER
        consent = "本人视力不便，当面口述，核对后签名" if n == 0 else ""
        moments = (at, min(at + timedelta(minutes=20), until))
        for asker, moment in zip(writers, moments, strict=True):
            await _write(asker, sheet, choices, way, consent, moment)


async def _write(
    asker: Asker,
    sheet: SheetCard,
    choices: dict[UUID, str],
    way: Way,
    consent: str,
    at: datetime,
) -> None:
    card = await poll_card(sheet.poll)
    assert card, "it is voted on"
    answers = {each.question: Answer(choices[each.right]) for each in sheet.asked}
    sent = Sent(photos=[_photo()]) if way is Way.PAPER else Sent(witness="黄桂兰（1栋楼组长）")
    kept = (await keep_evidence(card, sheet.id, sent, asker.id, at)).kept
    writing = Writing(uuid4(), at, way, answers, kept, consent)
    await write_down(asker, sheet.poll, sheet.serial, writing, at)


def _photo() -> bytes:
    """A sheet on a table."""
    image, out = Image.new("RGB", (360, 480), (120, 98, 76)), io.BytesIO()
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 30, 320, 450), fill=(250, 250, 246))
    for top in range(110, 400, 40):
        draw.line((60, top, 300, top), fill=(180, 180, 178), width=2)
        draw.rectangle((60, top - 22, 78, top - 4), outline=(40, 40, 40), width=2)
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
