"""/ballots/{poll}/deliveries: the board 送达台账, and the doors of a building on the carrier's
phone."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.ballots.delivery import actions
from coordination.ballots.delivery.actions import TAKEN_BY, Handing
from coordination.ballots.delivery.board import lines_of
from coordination.ballots.delivery.doors import Door, doors_in
from coordination.ballots.delivery.ledger import NOBODY, delivery_ledger
from coordination.ballots.delivery.permits import may_deliver, may_run_delivery, may_see_board
from coordination.ballots.delivery.printing import delivery_slip
from coordination.ballots.delivery.proofs import WORDS
from coordination.ballots.delivery.queries import (
    REASONS,
    assigned_to,
    assignments,
    buildings_carried,
    photo_of,
    proofs_at,
    rooms_of,
    tries_at,
)
from coordination.ballots.delivery.tables import DeliveryChannel
from coordination.ballots.polls.noticing import seen
from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import Step
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.naming import building_name
from coordination.places.queries import place_of
from coordination.places.tables import PlaceKind
from coordination.web.downloads import workbook_file
from coordination.web.formats import form_time
from coordination.web.forms import Form, Reader, form_again
from coordination.web.pdf import PDF
from coordination.web.typed import chosen_file

NO_PHOTO = "这不是能打开的照片，没有登记。请重新拍一张，或者从相册里选。"
UNSEEN = {"cache-control": "no-store"}


class DeliveryBoardPages(Controller):
    path = "/ballots/{poll_id:uuid}/deliveries"
    guards = [signed_in]

    @get()
    async def deliveries(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Response:
        """Building × way × reached; each owner counted once."""
        at = clock.now()
        poll, state, estate = await seen(asker, poll_id)
        carries = await buildings_carried(asker, poll, estate)
        sees_all = may_see_board(asker, estate, poll)
        if not (sees_all or carries):
            raise NotAllowed(NOBODY)
        until = min(at, state.closes_at)  # what reached them later counts for nothing
        lines = await lines_of(poll_id, until) if state.has(Step.NOTICED) else []
        lines = [line for line in lines if sees_all or line.building in carries]
        if not (sees_all or lines):
            raise NotAllowed(NOBODY)
        context = {
            "poll": poll,
            "state": state,
            "estate": estate,
            "lines": lines,
            "ways": list(WORDS.items()),
            "given": await assignments(poll_id),
            "runs": may_run_delivery(asker, estate, poll),
            "carries": carries,
            "waiting": sum(line.tried for line in lines),
            "sees_all": sees_all,
            "at": until,
        }
        return Template("ballots/deliveries.html", context=context, headers=UNSEEN)

    @get("/ledger.xlsx")
    async def ledger(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Response[bytes]:
        """A line for each voting right, to keep and to print."""
        poll, _, _ = await seen(asker, poll_id)
        content = await delivery_ledger(asker, poll, clock.now())
        return workbook_file(content, f"送达明细 {poll.title}")

    @get("/photos/{sha256:str}")
    async def photo(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], sha256: FromPath[str]
    ) -> Response[bytes]:
        """The photo of a delivery, for who runs it or watches over it."""
        poll, _, estate = await seen(asker, poll_id)
        if not (may_see_board(asker, estate, poll) and await photo_of(poll_id, sha256)):
            raise NotFound("没有这张照片，或者不由您查看。")
        return Response(await files.content_of(sha256), media_type=files.JPEG, headers=UNSEEN)


class DoorPages(Controller):
    """On the phone of who carries."""

    path = "/ballots/{poll_id:uuid}/deliveries/{building_id:uuid}"
    guards = [signed_in]

    @get()
    async def doors(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        building_id: FromPath[UUID],
        show: FromQuery[str] = "",
        entrance: FromQuery[str] = "",
    ) -> Template:
        """The doors where somebody has still to go; the others on asking."""
        context = await _building(asker, poll_id, building_id)
        doors: list[Door] = await doors_in(poll_id, building_id, clock.now())
        mine = [
            one.entrance
            for one in await assignments(poll_id)
            if one.building == building_id and one.person == asker.id and one.entrance
        ]
        here = [door for door in doors if not entrance or door.entrance == entrance]
        context |= {
            "entrances": sorted({door.entrance for door in doors}),
            "entrance": entrance,
            "mine": mine,
            "show": "all" if show == "all" else "",
            "doors": here,
            "open": [door for door in here if door.is_open],
        }  # fmt: skip
        return Template("ballots/doors.html", context=context, headers=UNSEEN)

    @get("/slip.pdf")
    async def slip(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], building_id: FromPath[UUID]
    ) -> Response[bytes]:
        """送达回证, to be signed at the doors."""
        here = await _building(asker, poll_id, building_id)
        doors = await doors_in(poll_id, building_id, here["at"])
        printed = await delivery_slip(here["poll"], here["state"], here["label"], doors, here["at"])
        return Response(printed, media_type=PDF, headers=UNSEEN)

    @get("/{right_id:uuid}")
    async def door(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        building_id: FromPath[UUID],
        right_id: FromPath[UUID],
    ) -> Template:
        """One door: reached, or not and why."""
        context = await _door(asker, poll_id, building_id, right_id)
        return Template("ballots/door.html", context=context | {"form": Form()}, headers=UNSEEN)

    @post("/{right_id:uuid}/deliveries", request_max_body_size=files.LARGEST_FORM)
    async def deliver(
        self,
        request: Request,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        building_id: FromPath[UUID],
        right_id: FromPath[UUID],
    ) -> Response:
        """Taken at the door, or by registered letter."""
        sent = await request.form()
        names = ("channel", "manner", "number", "on")
        said = {name: str(sent.get(name) or "") for name in names}
        try:
            handing = await _handing(asker, said, sent.get("photo") or sent.get("receipt"))
            await actions.record_delivery(asker, poll_id, right_id, handing, clock.now())
        except Invalid as refusal:
            context = await _door(asker, poll_id, building_id, right_id)
            return form_again("ballots/door.html", refusal, said, **context)
        return Redirect(f"/ballots/{poll_id}/deliveries/{building_id}", status_code=303)

    @post("/{right_id:uuid}/tries")
    async def miss(
        self,
        request: Request,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        building_id: FromPath[UUID],
        right_id: FromPath[UUID],
    ) -> Response:
        """Nobody was reached."""
        sent = await request.form()
        said = {name: str(sent.get(name) or "") for name in ("reason", "note")}
        try:
            read = Reader(said)
            note = read.text("note", "说明", longest=200, optional=True)
            read.settle()
            await actions.record_try(asker, poll_id, right_id, said["reason"], note, clock.now())
        except Invalid as refusal:
            context = await _door(asker, poll_id, building_id, right_id)
            return form_again("ballots/door.html", refusal, said, **context)
        return Redirect(f"/ballots/{poll_id}/deliveries/{building_id}", status_code=303)

    @post("/{right_id:uuid}/withdrawals")
    async def withdraw(
        self,
        request: Request,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        building_id: FromPath[UUID],
        right_id: FromPath[UUID],
    ) -> Response:
        """It was entered at the wrong door."""
        said = {"why": str((await request.form()).get("why") or "")}
        try:
            read = Reader(said)
            why = read.text("why", "撤销的原因")
            read.settle()
            await actions.withdraw_delivery(asker, poll_id, right_id, why, clock.now())
        except Invalid as refusal:
            context = await _door(asker, poll_id, building_id, right_id)
            return form_again("ballots/door.html", refusal, said, **context)
        here = f"/ballots/{poll_id}/deliveries/{building_id}/{right_id}"
        return Redirect(here, status_code=303)


async def _handing(asker: Asker, said: dict[str, str], photo: object) -> Handing:
    """What the form says. Invalid."""
    at, read = clock.now(), Reader(said)
    channel = DeliveryChannel(read.one_of("channel", "送达方式", ("door", "letter")) or "door")
    if channel is DeliveryChannel.DOOR:
        manner = read.one_of("manner", "交给了谁", TAKEN_BY)
    else:
        manner = f"挂号信 {read.text('number', '挂号信号码', longest=40)}"
    is_letter = channel is DeliveryChannel.LETTER
    on = read.moment("on", "对方签收的时间") if is_letter else at
    read.settle()
    kept = None
    if (content := await chosen_file(photo)) is not None:
        try:
            kept = await files.store(content, at=at, by=asker.id, photo=True)
        except Invalid as refusal:
            words = str(refusal) if isinstance(refusal, files.FileTooLarge) else NO_PHOTO
            raise Invalid(words, **{"receipt" if is_letter else "photo": words}) from refusal
    return Handing(channel, manner, on, kept)


def _underway(state: PollState) -> bool:
    return state.has(Step.NOTICED) and not state.has_ended_early and (
        clock.now() < state.closes_at and not state.has(Step.CLOSED)
    )  # fmt: skip


async def _may_carry(asker: Asker, poll_id: UUID, building_id: UUID) -> bool:
    poll, _, estate = await seen(asker, poll_id)
    building = await place_of(building_id, PlaceKind.BUILDING)
    return may_deliver(asker, estate, building, poll, await assigned_to(poll_id, building_id))


async def _building(asker: Asker, poll_id: UUID, building_id: UUID) -> dict[str, Any]:
    """NotFound: not a building of this estate. NotAllowed: not the asker's to go to."""
    poll, state, estate = await seen(asker, poll_id)
    building = await place_of(building_id, PlaceKind.BUILDING)
    if building.parent != estate.id:
        raise NotFound("这次表决没有这栋楼。请从这次表决的送达台账进入。")
    if not await _may_carry(asker, poll_id, building_id):
        raise NotAllowed("这栋楼不由您送达。请从送达台账进入您负责的楼栋；物业人员不能送达表决票。")
    return {
        "poll": poll,
        "state": state,
        "building": building,
        "label": building_name(building.name),
        "underway": _underway(state),
        "may_see_photos": may_see_board(asker, estate, poll),
        "at": clock.now(),
    }


async def _door(asker: Asker, poll_id: UUID, building_id: UUID, right_id: UUID) -> dict[str, Any]:
    context = await _building(asker, poll_id, building_id)
    found = [
        door for door in await doors_in(poll_id, building_id, context["at"])
        if right_id in door.rights
    ]  # fmt: skip
    if not found:
        raise NotFound("这栋楼没有这一户。请返回本楼的名单，重新选择。")
    [door] = found
    return context | {
        "door": door,
        "rooms": await rooms_of(door.rights),
        "proofs": await proofs_at(door.rights, context["at"]),
        "tries": await tries_at(door.rights),
        "taken_by": [(words, words, "") for words in TAKEN_BY],
        "reasons": [(value, words, "") for value, words in REASONS.items()],
        "today": form_time(context["at"]),
    }
