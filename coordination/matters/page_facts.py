"""What the page of a matter is drawn from: the matter, its road and lines, what one may do."""

from datetime import datetime
from uuid import UUID

from coordination.law.classes import ITEMS
from coordination.law.periods import day_of
from coordination.matters import permits
from coordination.matters.evaluating import has_evaluated
from coordination.matters.permits import Reach
from coordination.matters.queries import bodies_for, is_neighbour, open_duties, supports
from coordination.matters.reading import (
    LINES,
    Road,
    Shown,
    judgements,
    matter_shown,
    road_of,
    timeline,
)
from coordination.matters.state import NAMES, WAY_WORDS
from coordination.matters.steps import OWN_DUTIES
from coordination.matters.tables import Grade, Stage, StepKind
from coordination.people.askers import Asker
from coordination.web.forms import Form

GRADE_WORDS = {Grade.GOOD: "满意", Grade.FAIR: "基本满意", Grade.POOR: "不满意"}
DECISION_OPTIONS = [
    (StepKind.LISTED.value, "列入", "列入联席会议或议事会的议题"),
    (StepKind.TO_BALLOT.value, "转表决", "由业主共同决定，要选属于哪一类"),
    (StepKind.TO_TICKET.value, "转工单", "有人负责就能办，另开工单并归入这里"),
    (StepKind.DECLINED.value, "不列入", "要写明理由"),
]
CLASS_OPTIONS = [(one.value, f"第{item}项　{wording}") for item, one, wording, _ in ITEMS]
CLASS_WORDS = {one.value: f"第{item}项：{wording}" for item, one, wording, _ in ITEMS}
MOVED_ON = (Stage.DISCUSSED, Stage.DECIDED, Stage.DONE)


async def shown(
    matter_id: UUID, visitor: Asker | None, at: datetime, *, before: str = "", form: bool = True
) -> dict[str, object]:
    """The context of matters/matter.html; `form` False: the caller brings the one that failed."""
    matter = await matter_shown(matter_id)
    road = await road_of(matter)
    found = await timeline(matter_id, before)
    grades, written = await judgements(matter_id, road.standing.round)
    may = await _may(matter, road, visitor, at)
    context: dict[str, object] = {
        "matter": matter,
        "road": road,
        "lines": found[:LINES],
        "next": _more(matter_id, found[LINES - 1].cursor) if len(found) > LINES else None,
        "first": f"/matters/{matter_id}#lines" if before else None,
        "waits": await _waits(matter),
        "grades": grades,
        "written": written,
        "may": may,
        "visitor": visitor,
        "at": at,
        **await _choices(matter, may, at),
    }
    return context | ({"form": Form()} if form else {})


async def _waits(matter: Shown) -> list[str]:
    """What its stage waits for besides the step that it asks for itself."""
    found = await open_duties(matter.id, matter.stage)
    return [one for one in found if one not in OWN_DUTIES]


def _more(matter_id: UUID, cursor: str) -> str:
    return f"/matters/{matter_id}?before={cursor.replace('+', '%2B')}#lines"


async def _choices(matter: Shown, may: frozenset[str], at: datetime) -> dict[str, object]:
    """What the forms offer."""
    asked = "advance" in may
    return {
        "decisions": DECISION_OPTIONS,
        "classes": CLASS_OPTIONS,
        "class_words": CLASS_WORDS,
        "ways": [(way.value, words, "") for way, words in WAY_WORDS.items()],
        "grade_words": GRADE_WORDS,
        "stage_names": NAMES,
        "bodies": await bodies_for(matter.path, day_of(at)) if asked else [],
    }


async def _may(matter: Shown, road: Road, visitor: Asker | None, at: datetime) -> frozenset[str]:
    """What this visitor may do here; the actions ask once more."""
    if visitor is None or matter.is_over:
        return frozenset()
    reach = Reach(matter.path, matter.opened_by, matter.opened_for, matter.holder)
    neighbour = await is_neighbour(visitor.id, matter.path, at)
    found = set()
    if matter.stage is Stage.RAISED and permits.may_support(visitor, reach, is_neighbour=neighbour):
        found.add("supported" if await supports(visitor.id, matter.id) else "support")
    if matter.stage in (Stage.RAISED, Stage.SCREENED) and permits.may_screen(visitor, reach):
        found.add("answer" if matter.stage is Stage.RAISED else "screen")
    if matter.stage in MOVED_ON and permits.may_advance(visitor, reach):
        found.add("advance")
    if _is_judged(matter, at) and permits.may_evaluate(visitor, reach, is_neighbour=neighbour):
        judged = await has_evaluated(visitor.id, matter.id, road.standing.round)
        found.add("evaluated" if judged else "evaluate")
    return frozenset(found)


def _is_judged(matter: Shown, at: datetime) -> bool:
    ends = matter.evaluation_ends
    return matter.stage is Stage.EVALUATED and ends is not None and at < ends
