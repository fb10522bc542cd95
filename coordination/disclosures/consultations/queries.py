"""Consultations as pages read them: while one is open only how many answered, then the counts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from asyncpg import Record

from coordination.db import row, rows
from coordination.disclosures.consultations.rules import SIDES
from coordination.disclosures.consultations.tables import Side
from coordination.errors import NotFound
from coordination.law.periods import DAY, day_of
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind

SHOWN = 60


@dataclass(frozen=True, slots=True)
class SideCount:
    """What one side answered: (choice, answers) in their order."""

    name: str
    answers: int
    by_choice: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class ConsultationRead:
    """One consultation. `counted`: none before it was counted."""

    id: UUID
    estate: Place
    body: UUID
    body_name: str
    title: str
    text: str
    choices: list[str]
    opened_at: datetime
    closes_at: datetime
    reserved_hint: str
    reserved_reason: str
    answered: int
    counted: dict[str, list[int]] | None

    def is_open(self, at: datetime) -> bool:
        return at < self.closes_at

    @property
    def last_on(self) -> date:
        """The last day on which it is answered."""
        return day_of(self.closes_at) - DAY

    @property
    def sides(self) -> list[SideCount]:
        """Owners and residents, never added to one another."""
        counted = self.counted or {}
        return [
            SideCount(name, sum(counts), list(zip(self.choices, counts, strict=True)))
            for side, name in SIDES.items()
            if (counts := counted.get(side.value, [0] * len(self.choices)))
        ]


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """What one has answered oneself."""

    choice: int
    words: str
    side: Side
    at: datetime


async def consultation_of(consultation_id: UUID) -> ConsultationRead:
    """NotFound."""
    found = await row(
        """select c.id, c.estate, c.body, b.name as body_name, c.title, c.text,
                  c.choices::text as choices, c.opened_at, c.closes_at, c.reserved_hint,
                  c.reserved_reason, c.counted::text as counted,
                  (select count(*) from consultation_answer a where a.consultation = c.id)
                    as answered
             from consultation c join body b on b.id = c.body where c.id = $1""",
        consultation_id,
    )
    if found is None:
        raise NotFound("没有找到这次意见征询。")
    return ConsultationRead(
        found["id"], await place_of(found["estate"], PlaceKind.ESTATE), found["body"],
        found["body_name"], found["title"], found["text"], json.loads(found["choices"]),
        found["opened_at"], found["closes_at"], found["reserved_hint"], found["reserved_reason"],
        found["answered"], json.loads(found["counted"]) if found["counted"] else None,
    )  # fmt: skip


async def consultations_of(estate: UUID) -> list[Record]:
    """The newest first."""
    return await rows(
        """select c.id, c.title, c.opened_at, c.closes_at, b.name as body_name,
                  (select count(*) from consultation_answer a where a.consultation = c.id)
                    as answered
             from consultation c join body b on b.id = c.body
            where c.estate = $1 order by c.opened_at desc, c.id limit $2""",
        estate, SHOWN,
    )  # fmt: skip


async def own_answer(consultation_id: UUID, person: UUID) -> OwnAnswer | None:
    """None: one has not answered."""
    found = await row(
        """select choice, words, side, at from consultation_answer
            where consultation = $1 and person = $2""",
        consultation_id, person,
    )  # fmt: skip
    if found is None:
        return None
    return OwnAnswer(found["choice"], found["words"], Side(found["side"]), found["at"])


async def words_beside(consultation_id: UUID) -> Sequence[str]:
    """What was written beside the answers, in an order that tells nothing of who or when."""
    found = await rows(
        """select words from consultation_answer where consultation = $1 and words <> ''
            order by md5(id::text) limit 500""",
        consultation_id,
    )
    return [one["words"] for one in found]
