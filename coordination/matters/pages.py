"""/matters: one matter for everybody, what residents and staff do with it, the screening inbox."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.law.classes import MatterClass
from coordination.matters.advancing import (
    LEAVES,
    Finding,
    NotReady,
    OutOfOrder,
    ReservedToOwners,
    advance_matter,
)
from coordination.matters.evaluating import evaluate_matter
from coordination.matters.list_pages import MatterListPages
from coordination.matters.page_facts import GRADE_WORDS, shown
from coordination.matters.raise_pages import RaisePages
from coordination.matters.raising import support_matter
from coordination.matters.reading import inbox, matter_shown
from coordination.matters.screening import (
    DECISIONS,
    adopt_matter,
    answer_matter,
    screen_matter,
)
from coordination.matters.state import ROAD
from coordination.matters.tables import Grade, Stage, StepKind, Way
from coordination.people.access import signed_in, staff
from coordination.people.askers import Asker
from coordination.people.tables import RoleKind
from coordination.registry.rules import ticked
from coordination.web.access import anyone
from coordination.web.forms import Reader, form_again

NOT_DONE = "not_resolved"  # 议决不办, among the ways to leave 决事


@dataclass
class ScreenFields:
    decision: str = ""
    reserved: str = ""
    words: str = ""


@dataclass
class AdvanceFields:
    words: str = ""
    parties: list[str] | str = field(default_factory=list)
    way: str = ""
    carried: str = "yes"
    holder: str = ""


@dataclass
class EvaluationFields:
    grade: str = ""
    words: str = ""


class MatterPages(Controller):
    path = "/matters/{matter_id:uuid}"
    guards = [anyone]

    @get()
    async def matter(
        self,
        visitor: NamedDependency[Asker | None],
        matter_id: FromPath[UUID],
        before: FromQuery[str] = "",
    ) -> Template:
        """One problem: who has it now, where it stands, all that happened."""
        context = await shown(matter_id, visitor, clock.now(), before=before)
        return Template("matters/matter.html", context=context)


class MatterActionPages(Controller):
    """What residents and staff do with a matter."""

    path = "/matters/{matter_id:uuid}"
    guards = [signed_in]

    @post("/supports")
    async def support(self, asker: NamedDependency[Asker], matter_id: FromPath[UUID]) -> Redirect:
        """附议."""
        await support_matter(asker, matter_id, clock.now())
        return _back(matter_id)

    @post("/evaluations")
    async def evaluate(
        self,
        asker: NamedDependency[Asker],
        matter_id: FromPath[UUID],
        data: URLEncodedBody[EvaluationFields],
    ) -> Response:
        read = Reader(data)
        grade = read.one_of("grade", "评价", list(GRADE_WORDS))
        return await _done(asker, matter_id, data, read, lambda: evaluate_matter(
            asker, matter_id, Grade(grade), data.words, clock.now()))  # fmt: skip

    @post("/adoptions")
    async def adopt(
        self,
        asker: NamedDependency[Asker],
        matter_id: FromPath[UUID],
        data: URLEncodedBody[ScreenFields],
    ) -> Response:
        """采纳."""
        return await _done(asker, matter_id, data, None, lambda: adopt_matter(
            asker, matter_id, data.words, clock.now()))  # fmt: skip

    @post("/answers")
    async def answer(
        self,
        asker: NamedDependency[Asker],
        matter_id: FromPath[UUID],
        data: URLEncodedBody[ScreenFields],
    ) -> Response:
        """答复, with which it ends."""
        return await _done(asker, matter_id, data, None, lambda: answer_matter(
            asker, matter_id, data.words, clock.now()))  # fmt: skip

    @post("/screenings")
    async def screen(
        self,
        asker: NamedDependency[Asker],
        matter_id: FromPath[UUID],
        data: URLEncodedBody[ScreenFields],
    ) -> Response:
        """提事: 列入, 转表决, 转工单, 不列入."""
        read = Reader(data)
        decision = read.one_of("decision", "怎样答复", [one.value for one in DECISIONS])
        known = [one.value for one in MatterClass]
        reserved = read.one_of("reserved", "属于哪一项", known) if data.reserved else ""
        return await _done(asker, matter_id, data, read, lambda: screen_matter(
            asker, matter_id, StepKind(decision), data.words, clock.now(),
            reserved=MatterClass(reserved) if reserved else None))  # fmt: skip

    @post("/advances")
    async def advance(
        self,
        asker: NamedDependency[Asker],
        matter_id: FromPath[UUID],
        data: URLEncodedBody[AdvanceFields],
    ) -> Response:
        """议事, 决事, 办事 are done; what is missing is said above the form, the words stay."""
        stage = (await matter_shown(matter_id)).stage
        if stage not in LEAVES:
            raise OutOfOrder("这个事项现在不能这样推进。请刷新页面再看。")
        read = Reader(data)
        ways = [way.value for way in Way]
        way = read.one_of("way", "怎样决定的", ways) if stage is Stage.DECIDED else ""
        finding = Finding(
            data.words, _ids(read, "parties", ticked(data.parties)), Way(way) if way in ways
            else None, holder=next(iter(_ids(read, "holder", ticked(data.holder))), None),
        )  # fmt: skip
        refused = stage is Stage.DECIDED and data.carried == NOT_DONE
        to = None if refused else ROAD[stage][LEAVES[stage]]
        return await _done(asker, matter_id, data, read, lambda: advance_matter(
            asker, matter_id, to, finding, clock.now()))  # fmt: skip


class MatterDeskPages(Controller):
    """What waits for the office: topics to answer and to screen, matters to move on."""

    path = "/desk/matters"
    guards = [
        staff(
            RoleKind.COMMUNITY_WORKER,
            RoleKind.COMMITTEE_MEMBER,
            RoleKind.PREPARATORY_MEMBER,
            RoleKind.SUBDISTRICT_OFFICER,
        )
    ]

    @get()
    async def desk(self, asker: NamedDependency[Asker]) -> Template:
        paths = [role.place_path for role in asker.roles if role.place_path is not None]
        context = {
            "screening": await inbox(paths, (Stage.RAISED, Stage.SCREENED)),
            "moving": await inbox(paths, (Stage.DISCUSSED, Stage.DECIDED, Stage.DONE)),
            "judged": await inbox(paths, (Stage.EVALUATED,)),
            "at": clock.now(),
        }
        return Template("matters/desk.html", context=context)


def _ids(read: Reader, name: str, sent: list[str]) -> list[UUID]:
    """The ids that were chosen."""
    found = []
    for text in sent:
        try:
            found.append(UUID(text))
        except ValueError:
            read.wrong(name, "请重新选择。")
    return found


def _back(matter_id: UUID) -> Redirect:
    return Redirect(f"/matters/{matter_id}", status_code=303)


async def _done(
    asker: Asker,
    matter_id: UUID,
    data: object,
    read: Reader | None,
    act: Callable[[], Awaitable[object]],
) -> Response:
    """Back to the matter once it is done; refused for what is missing, the page with its words."""
    try:
        if read:
            read.settle()
        await act()
    except (NotReady, ReservedToOwners) as refusal:
        return await _again(asker, matter_id, Invalid(str(refusal)), data)
    except Invalid as refusal:
        return await _again(asker, matter_id, refusal, data)
    return _back(matter_id)


async def _again(asker: Asker, matter_id: UUID, refusal: Invalid, data: object) -> Template:
    context = await shown(matter_id, asker, clock.now(), form=False)
    return form_again("matters/matter.html", refusal, data, **context)


PAGES = [MatterListPages, RaisePages, MatterPages, MatterActionPages, MatterDeskPages]
