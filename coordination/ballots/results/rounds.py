"""A vote beside those it follows or that follow it: a second round 第二轮, what was held anew."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from coordination.ballots.results.announcing import OUTCOMES
from coordination.ballots.tables import Poll
from coordination.db import rows

# Those that are public; the package of each where one is published, the final before the first.
LINKED = """
select p.id, p.title, (select r.package::text from result r where r.poll = p.id
                          order by r.kind = 'final' desc limit 1) as package
  from poll p
 where (p.id in ($2, $3) or p.second_round_of = $1 or p.reissues = $1 or p.id = $1)
   and exists (select from poll_step s where s.poll = p.id and s.step = 'roll_published')
 order by p.opens_at, p.id
"""


@dataclass(frozen=True, slots=True)
class Round:
    """One of the votes that belong together. `package`: None before its result."""

    id: UUID
    title: str
    package: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A question in one round: who could vote, who took part, what came of it."""

    round: str
    persons: str
    area: str
    outcome: str


async def rounds_of(poll: Poll) -> list[Round]:
    """The votes that this one follows or that follow it, and itself, in order; [] when alone."""
    found = await rows(LINKED, poll.id, poll.second_round_of, poll.reissues)
    if len(found) < 2:
        return []
    return [
        Round(each["id"], each["title"], json.loads(each["package"]) if each["package"] else None)
        for each in found
    ]


def compared(rounds: list[Round]) -> list[tuple[str, list[Compared]]]:
    """Each question that more than one round counted, with its figures side by side."""
    by_title: dict[str, list[Compared]] = {}
    for one in rounds:
        for question in (one.package or {}).get("questions", []):
            by_title.setdefault(question["title"], []).append(_compared(one, question))
    return [(title, lines) for title, lines in by_title.items() if len(lines) > 1]


def _compared(one: Round, question: dict[str, Any]) -> Compared:
    part, roll = question["participating"], question["roll"]
    return Compared(
        one.title,
        f"{part['persons']} / {roll['persons']} 人",
        f"{part['area_m2']} / {roll['area_m2']} 平方米",
        OUTCOMES[question["outcome"]],
    )
