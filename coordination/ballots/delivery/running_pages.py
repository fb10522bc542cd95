"""/ballots/{poll}/carriers, …/posting, …/reminders: for who runs the delivery of a vote."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.delivery.actions import assign_carrier
from coordination.ballots.delivery.permits import may_remind, may_run_delivery
from coordination.ballots.delivery.posting import post_undeliverable, undeliverable
from coordination.ballots.delivery.queries import assignments, buildings_of_poll, carriers_for
from coordination.ballots.delivery.reminders import MOST, remind, reminders_of
from coordination.ballots.polls.noticing import seen
from coordination.errors import Invalid, NotAllowed
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.people.queries import person_of
from coordination.places.queries import place_of
from coordination.places.values import whole_setting
from coordination.web.forms import Form, form_again

NOT_RUN = "送达由召集人和居委会安排。物业人员不能安排送达。"


@dataclass
class CarrierFields:
    where: str = ""  # building|entrance
    person: str = ""


class CarrierPages(Controller):
    path = "/ballots/{poll_id:uuid}/carriers"
    guards = [signed_in]

    @get()
    async def carriers(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        """Who carries to which building or entrance."""
        context = await _carriers(asker, poll_id)
        return Template("ballots/carriers.html", context=context | {"form": Form()})

    @post()
    async def assign(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[CarrierFields],
    ) -> Response:
        context = await _carriers(asker, poll_id)
        try:
            building, entrance = _where(context["places"], data.where)
            person = _person(data.person)
            await assign_carrier(asker, poll_id, building, entrance, person, clock.now())
        except Invalid as refusal:
            return form_again("ballots/carriers.html", refusal, data, **context)
        return Redirect(f"/ballots/{poll_id}/carriers", status_code=303)


class PostingPages(Controller):
    path = "/ballots/{poll_id:uuid}/posting"
    guards = [signed_in]

    @get()
    async def posting(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        """Whom nobody could reach, and the notice that is published for them."""
        poll, state, estate = await seen(asker, poll_id)
        if not may_run_delivery(asker, estate, poll):
            raise NotAllowed(NOT_RUN)
        at = clock.now()
        days = await whole_setting("posting_delivery_days", estate, at)
        context = {
            "poll": poll,
            "state": state,
            "doors": await undeliverable(poll_id, at),
            "days": days,
            "left": (state.closes_at - at).days,
        }
        return Template("ballots/posting.html", context=context)

    @post()
    async def publish(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Redirect:
        notice = await post_undeliverable(asker, poll_id, clock.now())
        return Redirect(f"/notices/{notice.id}", status_code=303)


class ReminderPages(Controller):
    path = "/ballots/{poll_id:uuid}/reminders"
    guards = [signed_in]

    @get()
    async def reminders(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        """Who reminded, when; and the button while one is left."""
        poll, state, estate = await seen(asker, poll_id)
        if not (may_remind(asker, estate, poll) or may_run_delivery(asker, estate, poll)):
            raise NotAllowed("催票由召集这次表决的业主委员会或筹备组成员发出。")
        sent = await reminders_of(poll_id)
        at = clock.now()
        context = {
            "poll": poll,
            "state": state,
            "sent": [(one, (await person_of(one.by)).name) for one in sent],
            "left": MOST - len(sent),
            "may": may_remind(asker, estate, poll) and state.is_open(at),
            "at": at,
        }
        return Template("ballots/reminders.html", context=context)

    @post()
    async def send(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Redirect:
        await remind(asker, poll_id, clock.now())
        return Redirect(f"/ballots/{poll_id}/reminders", status_code=303)


async def _carriers(asker: Asker, poll_id: UUID) -> dict[str, Any]:
    poll, state, estate = await seen(asker, poll_id)
    if not may_run_delivery(asker, estate, poll):
        raise NotAllowed(NOT_RUN)
    at = clock.now()
    places, people = [], {}
    for building, name, entrances in await buildings_of_poll(poll_id):
        places.append((f"{building}|", f"{name}（整栋）"))
        if len(entrances) > 1:
            places += [(f"{building}|{one}", f"{name}{one}单元") for one in entrances]
        people |= dict(await carriers_for(await place_of(building), poll, at))
    return {
        "poll": poll,
        "state": state,
        "places": places,
        "people": [(str(person), name) for person, name in people.items()],
        "given": await assignments(poll_id),
    }


def _where(places: list[tuple[str, str]], said: str) -> tuple[UUID, str]:
    if said not in dict(places):
        raise Invalid("请选择楼栋或单元。", where="请选择楼栋或单元。")
    building, _, entrance = said.partition("|")
    return UUID(building), entrance


def _person(said: str) -> UUID | None:
    """None: nobody any more."""
    if said == "nobody":
        return None
    try:
        return UUID(said)
    except ValueError as broken:
        raise Invalid("请选择送达人。", person="请选择送达人。") from broken
