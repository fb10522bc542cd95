"""Action items as pages and the register show them; nobody's name is in the public ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import rows, value
from coordination.errors import NotFound
from coordination.meetings.action_tables import ActionState, ActionStepKind
from coordination.meetings.doing.actions import MISSING
from coordination.meetings.doing.rules import OPEN, STATE_WORDS, STEP_WORDS

LINES = """
select a.id, a.number, a.text, a.body, b.name as body_name, a.due_at, a.state, a.evidence,
       a.meeting, m.title as meeting_title, m.convener, a.matter, a.ticket, p.name as place_name,
       (select s.at from action_step s where s.action = a.id and s.step = 'given') as given_at,
       (select s.words from action_step s where s.action = a.id and s.step = 'reported'
         order by s.ordinal desc limit 1) as result
  from action_item a join body b on b.id = a.body join meeting m on m.id = a.meeting
  join place p on p.id = a.place
"""
ORDER = """
 order by a.state in ('verified', 'cancelled'),
          a.due_at <= $1 and a.state in ('to_do', 'underway') desc, a.due_at, a.number
 limit 300
"""


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action in a list."""

    id: UUID
    number: int
    text: str
    body: UUID
    body_name: str
    due_at: datetime
    state: ActionState
    evidence: str
    meeting: UUID
    meeting_title: str
    convener: UUID
    matter: UUID | None
    ticket: UUID | None
    place_name: str
    given_at: datetime
    result: str | None

    @property
    def label(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_late(self, at: datetime) -> bool:
        """Past its day and not reported as done: what waits for a check is the convener's."""
        return at >= self.due_at and self.state in (ActionState.TO_DO, ActionState.UNDERWAY)


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of an action, as everybody reads it."""

    label: str
    at: datetime
    body_name: str
    words: str
    due_at: datetime | None
    photos: list[tuple[str, str]]  # (SHA-256, of its small copy)


def _line(each: dict) -> ActionLine:
    return ActionLine(**{**each, "state": ActionState(each["state"])})


async def actions_at(path: str | None, at: datetime) -> list[ActionLine]:
    """Of a place and all in it (None: everywhere), the overdue first, what is done last."""
    where = " where ($2::text is null or starts_with(p.path, $2))"
    return [_line(dict(each)) for each in await rows(LINES + where + ORDER, at, path)]


async def actions_for(bodies: Sequence[UUID], at: datetime) -> list[ActionLine]:
    """What waits for these bodies: to be done by them, or to be checked by them."""
    where = """ where (a.body = any($2) and a.state in ('to_do', 'underway'))
                   or (m.convener = any($2) and a.state = 'reported')"""
    return [_line(dict(each)) for each in await rows(LINES + where + ORDER, at, list(bodies))]


async def action_line(action_id: UUID) -> ActionLine:
    """NotFound."""
    found = await rows(LINES + " where a.id = $1", action_id)
    if not found:
        raise NotFound(MISSING)
    return _line(dict(found[0]))


async def steps_of_action(action_id: UUID) -> list[StepLine]:
    """The oldest first."""
    found = await rows(
        """select s.step, s.at, coalesce(b.name, '') as body_name, s.words, s.due_at,
                  array(select array[p.sha256, p.small] from action_photo p
                         where p.step = s.id order by p.sort) as photos
             from action_step s left join body b on b.id = s.body
            where s.action = $1 order by s.ordinal""",
        action_id,
    )
    return [
        StepLine(STEP_WORDS[ActionStepKind(each["step"])], each["at"], each["body_name"],
                 each["words"], each["due_at"], [(one, small) for one, small in each["photos"]])
        for each in found
    ]  # fmt: skip


async def is_photo_of(action_id: UUID, name: str) -> bool:
    """Whether a file is a photo of this action, or its small copy."""
    return await value(
        """select exists (select from action_photo p join action_step s on s.id = p.step
            where s.action = $1 and $2 in (p.sha256, p.small))""",
        action_id, name,
    )  # fmt: skip
