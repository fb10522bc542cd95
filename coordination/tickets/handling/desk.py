"""A ticket in the hands of someone who acts on it: locked, with what the permits ask about."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.db import row
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.law.periods import SHANGHAI, day_of, working_days_after
from coordination.people.askers import Asker, HeldRole
from coordination.people.tables import BodyKind
from coordination.places.queries import place_of
from coordination.places.values import whole_setting
from coordination.tickets.calendar import calendar_of
from coordination.tickets.events import Actor
from coordination.tickets.kinds import State
from coordination.tickets.permits import WORKING, Reach, holding_role, may_work_on

HOLDERS_DO = "这一步由责任单位的人办理。"
LONGEST = 2_000  # characters of a reason, a note, a reply

AT_DESK = """
select t.id, t.number, t.estate, t.building, t.category, t.state, t.priority, t.policy, t.matter,
       t.holder, b.kind as holder_kind, b.name as holder_name, b.phone as holder_phone,
       coalesce(h.path, e.path) as path, e.path as estate_path,
       array(select s.body from sub_task s where s.ticket = t.id) as parts
from ticket t join place e on e.id = t.estate left join place h on h.id = t.building
join body b on b.id = t.holder
where t.id = $1 for no key update of t
"""


class NotYours(NotAllowed):
    """Another body is responsible, or stands above; the message says which."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The locked ticket, and who acts on it."""

    asker: Asker
    id: UUID
    number: int
    estate: UUID
    building: UUID | None
    category: UUID
    state: State
    priority: str
    policy: int
    holder_name: str
    holder_phone: str
    estate_path: str
    reach: Reach

    @property
    def actor(self) -> Actor:
        """For the body that holds it, if they are of it; else in the role nearest to the work."""
        role = holding_role(self.asker, self.reach) or self._other_role()
        return self.acting(role)

    def acting(self, role: HeldRole | None) -> Actor:
        return Actor(self.asker.id, role and role.kind, role and role.body)

    def _other_role(self) -> HeldRole | None:
        held = (one for one in self.asker.roles if one.kind in WORKING)
        return next((one for one in held if one.covers_path(self.reach.path)), None)

    async def setting(self, name: str, at: datetime) -> int:
        """A number that holds for its estate."""
        return await whole_setting(name, await place_of(self.estate), at)

    def must(self, permitted: object, words: str) -> None:
        """NotYours: not permitted; who is responsible is said behind `words`."""
        if not permitted:
            phone = f"，电话 {self.holder_phone}" if self.holder_phone else ""
            raise NotYours(f"{words}这件工单现在由{self.holder_name}负责{phone}。")


async def desk_of(asker: Asker, ticket: UUID) -> Desk:
    """Lock the ticket, in the caller's transaction. NotFound: there is none, or none of theirs."""
    found = await row(AT_DESK, ticket)
    if found is None:
        raise NotFound("没有找到这件工单。请核对工单编号。")
    reach = Reach(
        found["path"], found["holder"], BodyKind(found["holder_kind"]), frozenset(found["parts"])
    )
    bodies = {reach.holder, *reach.parts}
    if not any(
        role.kind in WORKING and (role.body in bodies or role.covers_path(reach.path))
        for role in asker.roles
    ):
        raise NotFound("没有找到这件工单，或者它不在您的职责范围内。")
    names = (
        "id", "number", "estate", "building", "category", "state", "priority", "policy",
        "holder_name", "holder_phone", "estate_path",
    )  # fmt: skip
    return Desk(asker=asker, reach=reach, **{name: found[name] for name in names})


async def held_desk(asker: Asker, ticket: UUID) -> Desk:
    """`desk_of`, of one who works for the holder. NotFound, NotYours."""
    desk = await desk_of(asker, ticket)
    desk.must(may_work_on(asker, desk.reach), HOLDERS_DO)
    return desk


async def end_of_working_day(at: datetime, days: int) -> datetime:
    """When work ends on the last of so many working days after that of `at`."""
    calendar = await calendar_of()
    last = working_days_after(day_of(at), days, calendar)
    return datetime.combine(last, calendar.hours[-1][1], SHANGHAI)


def said(words: str, ask: str, field: str = "words") -> str:
    """What was written, without blanks around it. Invalid: nothing, or too much."""
    plain = words.strip()
    if not plain:
        raise Invalid(ask, **{field: ask})
    if len(plain) > LONGEST:
        most = f"最多写 {LONGEST} 个字，现在有 {len(plain)} 个字。"
        raise Invalid(most, **{field: most})
    return plain
