"""Turnout 参与率 while a vote runs: persons exact, area in whole percent, in steps.

A right counts in the building of its largest unit. Choices are nowhere near these queries.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination import db
from coordination.ballots.ballot_tables import TurnoutFigure
from coordination.ballots.polls.queries import estate_of, load_poll, questions_of
from coordination.ballots.results.turnout_rules import Cadence, Cell, grouped, too_close
from coordination.ballots.sequencing.showing import begin_showing, move_shown
from coordination.places.values import whole_setting
from coordination.web import live

COUNTS = """
with homes as (
  select distinct on (ru."right") ru."right", ru.building
    from right_unit ru join voting_right r on r.id = ru."right" join place b on b.id = ru.building
   where r.question = $1 order by ru."right", ru.area_cm2 desc, b.sort, ru.building
)
select p.id as building, p.name, count(*) as rights,
       count(*) filter (where voted) as persons,
       sum(area_cm2)::bigint as area, coalesce(sum(area_cm2) filter (where voted), 0)::bigint
         as voted_area
  from (select r.id, r.area_cm2, homes.building,
               exists(select 1 from ballot b where b."right" = r.id) as voted
          from voting_right r join homes on homes."right" = r.id where r.question = $1) as rights
  join place p on p.id = rights.building
 group by p.id, p.name, p.sort order by p.sort
"""
# Owners with a right in both questions, by the building that each right counts in.
COMMON = """
with homes as (
  select distinct on (ru."right") ru."right", r.question, ru.building,
         (select array_agg(h.owner order by h.owner) from right_holder h
           where h."right" = r.id and h.until is null) as owners
    from right_unit ru join voting_right r on r.id = ru."right" join place b on b.id = ru.building
   where r.question in ($1, $2) order by ru."right", ru.area_cm2 desc, b.sort, ru.building
)
select a.building as mine, b.building as theirs, count(*) as rights
  from homes a join homes b on b.owners = a.owners
 where a.question = $1 and b.question = $2 group by a.building, b.building
"""
RUNNING = """
select p.id from poll p
 where exists(select 1 from poll_step s where s.poll = p.id and s.step = 'opened')
   and not exists(select 1 from poll_step s where s.poll = p.id
                  and s.step in ('counted', 'revoked', 'reissued'))
"""
SHOWN = """
select q.id from question q where q.poll = $1
   and exists(select from turnout_figure t where t.question = q.id) order by q.position
"""
MERGED = "其余楼栋"
WHOLE = "全体"


@dataclass(frozen=True, slots=True)
class Count:
    """A building, several, or the whole electorate, as of now."""

    buildings: frozenset[UUID]
    label: str
    rights: int
    persons: int
    area: int
    voted_area: int

    @property
    def building(self) -> UUID | None:
        """The one that it is about, if it is about one alone."""
        return next(iter(self.buildings)) if self.label not in (WHOLE, MERGED) else None

    @property
    def area_percent(self) -> int:
        """Whole percent, rounded down: 100 only when all have voted."""
        return self.voted_area * 100 // self.area


async def move_turnout(at: datetime) -> int:
    """Move every figure that may move; how many polls were looked at. For the sweep."""
    running = await db.rows(RUNNING)
    for poll in running:
        async with db.transaction():
            await db.execute(
                "select pg_advisory_xact_lock(hashtextextended($1, 279))", str(poll["id"])
            )
            if await _move_poll(poll["id"], at):
                await live.tell("turnout", poll["id"])
    return len(running)


async def _move_poll(poll: UUID, at: datetime) -> bool:
    """Whether any figure that is shown has changed, or the board."""
    shown = [row["id"] for row in await db.rows(SHOWN, poll)]
    if not shown:
        await _begin(poll, at)
        await begin_showing(poll, at)
        return False
    cadence = await _cadence(poll)
    moved = [await _move(question, cadence, at) for question in shown]
    return any([*moved, await move_shown(poll, cadence.pause, cadence.step, at)])


async def _begin(poll: UUID, at: datetime) -> None:
    """The first figures: of the largest electorate, and of each that cannot be taken from a larger
    one to learn of a few. The others have none while the vote runs."""
    told: list[tuple[UUID, list[Cell]]] = []
    for question, counts in await _by_size(poll):
        cells = [Cell(count.buildings, count.rights) for count in counts]
        if not any([await _too_close(question, cells, *each) for each in told]):
            told.append((question, cells))
            await _first_figures(question, counts, at)


async def _by_size(poll: UUID) -> list[tuple[UUID, list["Count"]]]:
    found = [(one.id, await counts_of(one.id)) for one in await questions_of(poll)]
    return sorted(found, key=lambda each: -each[1][0].rights)


async def _too_close(question: UUID, cells: list[Cell], other: UUID, others: list[Cell]) -> bool:
    rows = await db.rows(COMMON, question, other)
    common = {(row["mine"], row["theirs"]): row["rights"] for row in rows}
    return too_close(cells, others, common)


async def _move(question: UUID, cadence: Cadence, at: datetime) -> bool:
    """Whether any figure that is shown has changed."""
    shown = {
        row.label: row
        for row in await TurnoutFigure.objects().where(TurnoutFigure.question == question)
    }
    whole, *parts = await counts_of(question)
    due = [
        count
        for count in parts or [whole]
        if cadence.moves(shown[count.label].persons, count.persons, shown[count.label].moved_at, at)
    ]
    for count in due:
        await _show(shown[count.label], count.persons, count.area_percent, at)
    if due and parts:  # the whole says no more than its parts: else one would take them from it
        figures = [(count.area, shown[count.label]) for count in parts]
        area = sum(area * figure.area_percent for area, figure in figures) // whole.area
        persons = sum(figure.persons for _, figure in figures)
        await _show(shown[WHOLE], persons, area, at)
    return bool(due)


async def _first_figures(question: UUID, counts: list[Count], at: datetime) -> None:
    for count in counts:
        await TurnoutFigure(
            id=uuid4(), question=question, building=count.building, label=count.label,
            rights=count.rights, persons=0, area_percent=0, moved_at=at,
        ).save()  # fmt: skip


async def _show(figure: TurnoutFigure, persons: int, area_percent: int, at: datetime) -> None:
    figure.persons, figure.area_percent, figure.moved_at = persons, area_percent, at
    await figure.save()


async def counts_of(question: UUID) -> list[Count]:
    """The exact counts, the whole first. Never shown as they are while the vote runs."""
    rows = {row["building"]: row for row in await db.rows(COUNTS, question)}
    shown = [_sum([rows[b] for b in group]) for group in grouped(_rights(rows))]
    return [_sum(list(rows.values()), WHOLE), *shown]


def _rights(rows: dict) -> dict:
    return {building: row["rights"] for building, row in rows.items()}


def _sum(rows: list, label: str | None = None) -> Count:
    total: dict[str, int] = defaultdict(int)
    for row in rows:
        for name in ("rights", "persons", "area", "voted_area"):
            total[name] += row[name]
    alone = label is None and len(rows) == 1
    return Count(
        frozenset(row["building"] for row in rows),
        label or (rows[0]["name"] if alone else MERGED),
        total["rights"],
        total["persons"],
        total["area"],
        total["voted_area"],
    )


async def figures_of(question: UUID) -> list[TurnoutFigure]:
    """As shown to everybody: the whole first, then by building."""
    order = await db.rows(
        """select t.id from turnout_figure t left join place p on p.id = t.building
            where t.question = $1 order by t.label <> $2, t.label = $3, p.sort""",
        question,
        WHOLE,
        MERGED,
    )
    figures = await TurnoutFigure.objects().where(TurnoutFigure.question == question)
    by_id = {figure.id: figure for figure in figures}
    return [by_id[row["id"]] for row in order]


async def _cadence(poll: UUID) -> Cadence:
    estate = await estate_of(await load_poll(poll))
    minutes = await whole_setting("turnout_minutes", estate)
    return Cadence(timedelta(minutes=minutes), await whole_setting("turnout_step", estate))
