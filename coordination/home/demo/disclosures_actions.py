"""A year of disclosures for each made estate: most in time, some late, some still missing."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from coordination import files
from coordination.db import execute, rows, transaction, value
from coordination.disclosures.actions import publish_disclosure
from coordination.disclosures.opening import open_disclosures
from coordination.disclosures.permits import ANSWERING
from coordination.disclosures.queries import Shown, accounts_before, disclosure_shown
from coordination.home.demo.disclosures_words import made_document, made_sheet
from coordination.home.demo.people_actions import asking
from coordination.law.periods import day_of, start_of
from coordination.people.tables import BodyKind
from coordination.places.tables import Place

BACK = timedelta(days=370)  # when the estate began to disclose
LATELY = timedelta(days=20)
NOON = timedelta(hours=12)
LATE, MISSING = 0.15, 0.35  # of what is due: published late at last, and still missing
RECENT = timedelta(days=130)  # what was due longer ago is published by now


@dataclass(frozen=True, slots=True)
class Coming:
    """A disclosure that is published at a moment of the past."""

    at: datetime
    id: UUID
    code: str
    answers: BodyKind


async def load_disclosures(estate: Place, at: datetime) -> None:
    """What the bodies of an estate owed, and most of it published. For a loading step."""
    async with transaction():
        for moment in _moments(at):
            await open_disclosures(moment, estate)
        await _add_local_item()
        await open_disclosures(at - LATELY, estate)
        for one in await _coming(estate, at):
            await _publish(one, estate)


async def _add_local_item() -> None:
    """One more than the service came with, so that on any day there is something still due."""
    await execute(
        """insert into disclosure_item (id, code, sort, shelf, title, says, answers, rhythm, days,
             in_working_days, basis, columns, balanced)
           select gen_random_uuid(), 'charging', 100, 'property', '电动自行车充电收费',
             '充电桩的位置、电价和服务费', 'property_company', 'once', 30, false,
             '社区联席会议决定（演示）', '[]', false
           on conflict (code) do nothing"""
    )


def _moments(at: datetime) -> list[datetime]:
    """A look at the calendar in each week since the beginning, and now."""
    back = range(BACK.days, 0, -7)
    return [*(at - timedelta(days=days) for days in back), at]


async def _coming(estate: Place, at: datetime) -> list[Coming]:
    """What is published, and when, by the time it happened; nobody's body, nobody's task."""
    found = await rows(
        """select d.id, d.period, d.last_on, d.due_on, d.opened_at, i.code, i.answers
             from disclosure d join disclosure_item i on i.id = d.item
            where d.estate = $1 and d.published_at is null order by d.due_on, i.sort""",
        estate.id,
    )
    coming = []
    for one in found:
        drawn = random.Random(f"{estate.name} {one['code']} {one['period']}")
        moment = _when(drawn, one["last_on"], one["due_on"], at)
        # What was late when the estate began was published soon after.
        moment = moment and max(moment, one["opened_at"] + timedelta(days=1))
        if moment and moment <= at:
            coming.append(Coming(moment, one["id"], one["code"], BodyKind(one["answers"])))
    return sorted(coming, key=lambda one: (one.at, one.code))


def _when(drawn: random.Random, last: date, due: date, at: datetime) -> datetime | None:
    """In time, late, or not yet."""
    chance, days = drawn.random(), max(1, (due - last).days)
    if due > day_of(at) or chance < MISSING and due > day_of(at) - RECENT:
        return None
    if chance > 1 - LATE:
        return start_of(due + timedelta(days=drawn.randint(1, 20))) + NOON
    return start_of(due - timedelta(days=drawn.randrange(min(days, 12)))) + NOON


async def _publish(coming: Coming, estate: Place) -> None:
    person = await value(
        """select r.person from role r join body b on b.id = r.body join place p on p.id = r.place
            where r.kind = $1 and b.kind = $2 and starts_with($3, p.path) and r.since <= $4
              and (r.until is null or r.until > $4) order by r.since, r.person limit 1""",
        ANSWERING[coming.answers].value, coming.answers.value, estate.path, coming.at,
    )  # fmt: skip
    if person is None:
        return
    asker = await asking(person, coming.at)
    shown = await disclosure_shown(coming.id, coming.at)
    drawn = random.Random(f"{estate.name} {shown.name} figures")
    sheet = made_sheet(coming.code, shown.heads, drawn)
    if shown.balanced:
        before = await accounts_before(shown, 1)
        closed = before[0][1].closing if before else None
        sheet = replace(
            sheet, opening=drawn.randint(8_000, 20_000) * 100 if closed is None else closed
        )
    document = None if sheet.rows else await _document(shown, person, coming.at)
    await publish_disclosure(asker, coming.id, "", document, sheet, coming.at)


async def _document(shown: Shown, person: UUID, at: datetime) -> str:
    content = made_document(shown.name, shown.says, f"{shown.estate_name} {shown.who}", at)
    return await files.store(content, at=at, by=person)
