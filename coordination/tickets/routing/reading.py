"""The table as its pages show it: every category, who leads it and who assists, from where."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from coordination.db import rows
from coordination.law.periods import day_of
from coordination.people.queries import IN_OFFICE
from coordination.people.tables import BodyKind
from coordination.people.words import BODY_WORDS
from coordination.places.tables import Place
from coordination.tickets.routing.tables import DutyKind, RouteKind
from coordination.web.formats import local_time

PART_WORDS = {RouteKind.LEAD: "主管", RouteKind.ASSIST: "协助"}
DUTY_WORDS = {DutyKind.SELF_GOVERNED: "依法自治", DutyKind.ASSISTED: "依法协助"}


@dataclass(frozen=True, slots=True)
class ListedRoute:
    """A line of the table."""

    id: UUID
    part: RouteKind
    of_kind: BodyKind | None  # it names no body, but whichever of this kind the place has
    body_name: str
    phone: str
    place_name: str
    place: UUID | None

    @property
    def part_words(self) -> str:
        return PART_WORDS[self.part]


@dataclass(frozen=True, slots=True)
class Subject:
    """A category with its lines, the nearest place first; what the 居委会 has to do with it."""

    id: UUID
    code: str
    name: str
    parent: UUID | None
    duty: DutyKind | None
    basis: str
    routes: list[ListedRoute] = field(default_factory=list)

    @property
    def duty_words(self) -> str:
        return DUTY_WORDS[self.duty] if self.duty else ""

    def named(self, part: str) -> list[ListedRoute]:
        return [route for route in self.routes if route.part == part]


SUBJECTS = """
select c.id, c.code, c.name, c.parent, d.kind as duty, coalesce(d.basis, '') as basis
from category c left join committee_duty d on d.category = c.id and d.until is null
where c.retired_at is null order by c.sort, c.code
"""
# $1: path of the place; "": only what holds everywhere.
ROUTES = """
select r.id, r.category, r.kind as part, coalesce(b.name, '') as body_name, r.body_kind,
       coalesce(b.phone, '') as phone, coalesce(p.name, '') as place_name, p.id as place
from route r left join body b on b.id = r.body left join place p on p.id = r.place
where r.until is null and starts_with($1, coalesce(p.path, ''))
order by length(coalesce(p.path, '')) desc, r.kind desc, b.name
"""


async def table_at(place: Place | None) -> list[Subject]:
    """Every category in its order, with the lines that hold at a place (None: everywhere)."""
    subjects = {
        one["id"]: Subject(
            one["id"], one["code"], one["name"], one["parent"],
            DutyKind(one["duty"]) if one["duty"] else None, one["basis"],
        )
        for one in await rows(SUBJECTS)
    }  # fmt: skip
    for one in await rows(ROUTES, place.path if place else ""):
        of_kind = BodyKind(one["body_kind"]) if one["body_kind"] else None
        name = f"本地的{BODY_WORDS[of_kind]}" if of_kind else one["body_name"]
        line = ListedRoute(
            one["id"], RouteKind(one["part"]), of_kind, name, one["phone"],
            one["place_name"] or "全部地方", one["place"],
        )  # fmt: skip
        if one["category"] in subjects:
            subjects[one["category"]].routes.append(line)
    return list(subjects.values())


@dataclass(frozen=True, slots=True)
class Office:
    """A body of the place, as it publishes itself."""

    name: str
    kind: BodyKind
    officer: str
    phone: str
    body: UUID
    duty_until: datetime | None  # somebody is on duty there now, until then
    has_deputy: bool

    @property
    def kind_words(self) -> str:
        return BODY_WORDS[self.kind]

    @property
    def duty_words(self) -> str:
        """Whether somebody is on duty, without who."""
        if self.duty_until is None:
            return ""
        return f"值班到 {local_time(self.duty_until)}" + ("，有替班" if self.has_deputy else "")


async def offices_at(place: Place, at: datetime) -> list[Office]:
    """Whom one may call about an estate, the nearest first."""
    found = await rows(
        f"""select b.id, b.name, b.kind, b.officer, b.phone, d.until as duty_until,
                  coalesce(d.deputy is not null, false) as has_deputy
             from body b join place p on p.id = b.place
             left join lateral (
               select s.until, s.deputy from duty_shift s where s.body = b.id and s.since <= $3
                  and s.until > $3 and s.ended_at is null order by s.until desc limit 1) d on true
           where starts_with($1, p.path) and b.kind in ('property_company', 'residents_committee',
               'owners_committee', 'subdistrict_office', 'department')
             and {IN_OFFICE.format(day="$2")}
           order by length(p.path) desc, b.name""",
        place.path, day_of(at), at,
    )  # fmt: skip
    return [
        Office(one["name"], BodyKind(one["kind"]), one["officer"], one["phone"], one["id"],
               one["duty_until"], one["has_deputy"])
        for one in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers for a category, in the words of its page."""

    name: str
    lead: str
    assist: str


async def answers_at(place: Place, offices: list[Office]) -> list[tuple[str, list[Answer]]]:
    """Each main category with those below it; what has no line of its own has its main one's."""
    subjects = await table_at(place)
    mains = {subject.id: subject for subject in subjects if subject.parent is None}
    found: dict[UUID, list[Answer]] = {main: [] for main in mains}
    for subject in subjects:
        if subject.parent is not None and subject.parent in mains:
            found[subject.parent].append(_answer(subject, mains[subject.parent], offices))
    return [(mains[main].name, answers) for main, answers in found.items() if answers]


def _answer(subject: Subject, main: Subject, offices: list[Office]) -> Answer:
    leads = subject.named(RouteKind.LEAD) or main.named(RouteKind.LEAD)
    known = {office.kind: office.name for office in reversed(offices)}
    assists = _names(subject.named(RouteKind.ASSIST), known)
    if DutyKind.ASSISTED in (subject.duty, main.duty):
        assists.append("居委会（依法协助）")
    own = DutyKind.SELF_GOVERNED in (subject.duty, main.duty)
    falls_to = [
        BodyKind.PROPERTY_COMPANY,
        *([BodyKind.RESIDENTS_COMMITTEE] if own else []),
        BodyKind.SUBDISTRICT_OFFICE,
    ]
    by_default = next((known[kind] for kind in falls_to if kind in known), "还没有登记负责单位")
    return Answer(subject.name, "、".join(_names(leads, known)) or by_default, "、".join(assists))


def _names(lines: list[ListedRoute], known: dict[BodyKind, str]) -> list[str]:
    """Each once; of a kind, the body of that kind which the place has."""
    names = (known.get(line.of_kind) if line.of_kind else line.body_name for line in lines)
    return list(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True, slots=True)
class Hint:
    """What a handler should know of a building."""

    id: UUID
    text: str
    at: datetime
    by_name: str


async def hints_of(building: UUID) -> list[Hint]:
    """What holds for a building, the newest first."""
    found = await rows(
        """select h.id, h.text, h.at, p.name as by_name from building_hint h
           join person p on p.id = h.by where h.building = $1 and h.ended_at is null
           order by h.at desc""",
        building,
    )
    return [Hint(**dict(one)) for one in found]
