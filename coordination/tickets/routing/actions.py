"""Keeping the table: a line is added and ended, never changed or deleted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError

from coordination import audit
from coordination.db import execute, rows, transaction, value
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.people.askers import Asker
from coordination.people.tables import Body, BodyKind
from coordination.places.queries import place_of
from coordination.places.tables import Place, PlaceKind
from coordination.tickets.routing import permits
from coordination.tickets.routing.queries import must_lead
from coordination.tickets.routing.seeds import DEPARTMENTS, category_id
from coordination.tickets.routing.tables import (
    BuildingHint,
    CommitteeDuty,
    DutyKind,
    Route,
    RouteKind,
)
from coordination.tickets.tables import Category

LONGEST_HINT = 500
NOT_YOURS = "责任表由运营方或者街道在本辖区内维护。"


class AlreadyListed(Conflict):
    """The table has that line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be added. It names a body, or a kind of body: then whichever the place has."""

    category: UUID
    kind: RouteKind
    body: UUID | None = None
    body_kind: BodyKind | None = None


async def add_route(asker: Asker, place: Place | None, line: Line, at: datetime) -> Route:
    """Add a line for a place and all in it (None: everywhere).

    NotAllowed; OnlyAssists, AlreadyListed; Invalid: no such category or body, or not just one.
    """
    if not permits.may_keep_routes(asker, place):
        raise NotAllowed(NOT_YOURS)
    try:
        async with transaction():
            kind = await _kind_of(line)
            if kind is BodyKind.RESIDENTS_COMMITTEE and line.kind is RouteKind.LEAD:
                await must_lead(line.category, "居委会", at)
            route = Route(
                id=uuid4(), category=line.category, place=place and place.id, kind=line.kind,
                body=line.body, body_kind=line.body_kind, since=at, by=asker.id,
            )  # fmt: skip
            await route.save()
            await audit.record(asker, "add_route", route, at=at, place=place)
            return route
    except UniqueViolationError as error:
        raise AlreadyListed("责任表里已经有这一行。") from error


async def _kind_of(line: Line) -> BodyKind:
    if not await Category.exists().where(Category.id == line.category):
        raise Invalid("没有这个类别。", category="请从列出的类别中选择。")
    if (line.body is None) == (line.body_kind is None):
        raise Invalid("请选择一个单位，或者一类单位。", body="两者选一个。")
    if line.body_kind:
        return line.body_kind
    body = await Body.objects().get(Body.id == line.body)
    if body is None or body.kind == BodyKind.OPERATOR:
        raise Invalid("没有这个单位。", body="请从列出的单位中选择。")
    return BodyKind(body.kind)


async def end_route(asker: Asker, route_id: UUID, at: datetime) -> None:
    """A line counts no longer. NotFound: none, or ended; NotAllowed."""
    async with transaction():
        route = await Route.objects().get((Route.id == route_id) & Route.until.is_null())
        if route is None:
            raise NotFound("没有这一行，可能已经停用。请刷新页面。")
        place = await place_of(route.place) if route.place else None
        if not permits.may_keep_routes(asker, place):
            raise NotAllowed(NOT_YOURS)
        await Route.update({Route.until: at}).where(Route.id == route_id)
        await audit.record(asker, "end_route", route, at=at, place=place)


async def set_duty(
    asker: Asker, category: UUID, kind: DutyKind | None, basis: str, at: datetime
) -> None:
    """Put a category on the 居委会's list, as its own or to assist with; None: take it off.

    NotAllowed; Invalid: no such category, or no basis.
    """
    if not permits.may_keep_duties(asker):
        raise NotAllowed("居委会职责清单由运营方维护。")
    if not await Category.exists().where(Category.id == category):
        raise Invalid("没有这个类别。", category="请从列出的类别中选择。")
    if kind and not basis.strip():
        raise Invalid("请写明依据。", basis="请写明法律法规或者清单的名称和条款。")
    async with transaction():
        await value("select pg_advisory_xact_lock(hashtext('committee duties'))")
        await execute(
            "update committee_duty set until = $2 where category = $1 and until is null",
            category, at,
        )  # fmt: skip
        if kind:
            await CommitteeDuty(
                id=uuid4(), category=category, kind=kind, basis=basis.strip()[:300], since=at,
                by=asker.id,
            ).save()  # fmt: skip
        what = await Category.objects().get(Category.id == category)
        assert what
        await audit.record(asker, "set_committee_duty", what, at=at, kind=kind or "none")


async def add_departments(asker: Asker | None, district: Place, at: datetime) -> int:
    """Enter the departments of the start with what each leads, where the district has them not
    yet; how many lines are new. `asker` None: the service. NotAllowed; Invalid: not a district."""
    if asker and not permits.may_keep_routes(asker, district):
        raise NotAllowed(NOT_YOURS)
    if district.kind not in (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT):
        raise Invalid("部门登记在区或者街道。", place="请选择区或街道。")
    async with transaction():
        await value("select pg_advisory_xact_lock(hashtext('departments'))")
        added = 0
        for name, codes in DEPARTMENTS:
            body = await _department(district, name)
            for code in codes:
                added += await _lead(district, category_id(code), body, asker, at)
        await audit.record(asker, "add_departments", district, at=at, place=district, lines=added)
        return added


async def _department(district: Place, name: str) -> UUID:
    called = f"{district.name}{name}"
    known = await value("select id from body where place = $1 and name = $2", district.id, called)
    if known is None:
        body = Body(
            id=uuid4(), kind=BodyKind.DEPARTMENT, name=called, place=district.id, phone="",
            officer="",
        )  # fmt: skip
        await body.save()
        known = body.id
    return known


async def _lead(
    district: Place, category: UUID, body: UUID, asker: Asker | None, at: datetime
) -> int:
    done = await rows(
        """insert into route (id, category, place, kind, body, since, by)
           values (gen_random_uuid(), $1, $2, 'lead', $3, $4, $5)
           on conflict do nothing returning id""",
        category, district.id, body, at, asker and asker.id,
    )  # fmt: skip
    return len(done)


async def give_hint(asker: Asker, building_id: UUID, text: str, at: datetime) -> BuildingHint:
    """Write down what a handler should know of a building. NotFound, NotAllowed; Invalid."""
    building = await place_of(building_id, PlaceKind.BUILDING)
    if not permits.may_give_hints(asker, building):
        raise NotAllowed("楼栋提示由本小区物业、社区或街道填写。")
    plain = text.strip()
    if not plain or len(plain) > LONGEST_HINT:
        raise Invalid("请写明提示。", hint=f"请填写，最多 {LONGEST_HINT} 个字。")
    async with transaction():
        hint = BuildingHint(id=uuid4(), building=building.id, text=plain, at=at, by=asker.id)
        await hint.save()
        await audit.record(asker, "give_building_hint", hint, at=at, place=building)
        return hint


async def end_hint(asker: Asker, hint_id: UUID, at: datetime) -> None:
    """It holds no longer. NotFound: none, or ended; NotAllowed."""
    async with transaction():
        hint = await BuildingHint.objects().get(
            (BuildingHint.id == hint_id) & BuildingHint.ended_at.is_null()
        )
        if hint is None:
            raise NotFound("没有这条提示，可能已经停用。")
        building = await place_of(hint.building)
        if not permits.may_give_hints(asker, building):
            raise NotAllowed("楼栋提示由本小区物业、社区或街道填写。")
        await BuildingHint.update({BuildingHint.ended_at: at}).where(BuildingHint.id == hint_id)
        await audit.record(asker, "end_building_hint", hint, at=at, place=building)
