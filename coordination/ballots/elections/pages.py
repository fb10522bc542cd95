"""/ballots/elections/{election}: what everybody reads of an election, and how owners stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.elections import nominating
from coordination.ballots.elections.objections import object_to_candidate
from coordination.ballots.elections.permits import may_nominate_on_paper, may_seat
from coordination.ballots.elections.queries import (
    Held,
    candidacies,
    held,
    objections_to,
    own_owners,
    owner_named,
    standing,
)
from coordination.ballots.elections.tables import Candidacy
from coordination.ballots.package_election import TIE_WORDS
from coordination.ballots.tables import Step
from coordination.errors import Conflict, Invalid, NotFound
from coordination.law.election import TieRule
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again
from coordination.web.limits import hit

LOOKED_UP = 10  # names an owner may look up in an hour


@dataclass
class NominationFields:
    whom: str = ""
    room: str = ""
    name: str = ""
    about: str = ""


@dataclass
class ObjectionFields:
    text: str = ""


class ElectionPages(Controller):
    path = "/ballots/elections/{election_id:uuid}"
    guards = [anyone]

    @get()
    async def election(
        self, visitor: NamedDependency[Asker | None], election_id: FromPath[UUID]
    ) -> Template:
        """The call, the list, objections with their answers; and my own candidacy."""
        found = await held(election_id)
        listed = await candidacies(election_id)
        at = clock.now()
        mine = await _mine(visitor, listed, found)
        context = _around(found) | {
            "candidates": standing(listed) if found.listed else [],
            "waiting": sum(one.withdrawn_at is None for one in listed),
            "objections": await objections_to(election_id) if found.listed else [],
            "names": {one.id: one.name for one in listed},
            "mine": mine,
            "stage": _stage(found, at),
            "office": _office(visitor, found),
            "open": found.takes_nominations(at),
            "objectable": found.takes_objections(at),
        }
        return Template("ballots/election.html", context=context)


class StandingPages(Controller):
    path = "/ballots/elections/{election_id:uuid}"
    guards = [signed_in]

    @get("/nomination")
    async def nomination(
        self, asker: NamedDependency[Asker], election_id: FromPath[UUID]
    ) -> Template:
        asker.must_have_stepped_up(clock.now())
        context = await _nominating(asker, await held(election_id))
        return Template("ballots/nomination.html", context=context | {"form": Form()})

    @post("/nomination")
    async def nominate(
        self,
        asker: NamedDependency[Asker],
        election_id: FromPath[UUID],
        data: URLEncodedBody[NominationFields],
    ) -> Response:
        at = clock.now()
        found = await held(election_id)
        context = await _nominating(asker, found)
        try:
            owner, about = await _read(asker, found, data)
            await nominating.nominate(asker, election_id, owner, about, at)
        except Invalid as refusal:
            return form_again("ballots/nomination.html", refusal, data, **context)
        except (nominating.CannotStand, nominating.NominatedAlready) as refusal:
            wrong = Invalid(str(refusal), whom=str(refusal))
            return form_again("ballots/nomination.html", wrong, data, **context)
        return _back(election_id)

    @post("/candidacies/{candidacy_id:uuid}/consent")
    async def consent(
        self,
        asker: NamedDependency[Asker],
        election_id: FromPath[UUID],
        candidacy_id: FromPath[UUID],
    ) -> Redirect:
        await nominating.consent(asker, candidacy_id, clock.now())
        return _back(election_id)

    @post("/candidacies/{candidacy_id:uuid}/withdrawal")
    async def withdraw(
        self,
        asker: NamedDependency[Asker],
        election_id: FromPath[UUID],
        candidacy_id: FromPath[UUID],
    ) -> Redirect:
        await nominating.withdraw(asker, candidacy_id, clock.now())
        return _back(election_id)

    @get("/candidacies/{candidacy_id:uuid}/objection")
    async def candidate_objection(
        self,
        asker: NamedDependency[Asker],
        election_id: FromPath[UUID],
        candidacy_id: FromPath[UUID],
    ) -> Template:
        context = await _objecting(election_id, candidacy_id)
        return Template("ballots/candidate_objection.html", context=context | {"form": Form()})

    @post("/candidacies/{candidacy_id:uuid}/objection")
    async def object(
        self,
        asker: NamedDependency[Asker],
        election_id: FromPath[UUID],
        candidacy_id: FromPath[UUID],
        data: URLEncodedBody[ObjectionFields],
    ) -> Response:
        context = await _objecting(election_id, candidacy_id)
        try:
            await object_to_candidate(asker, candidacy_id, data.text, clock.now())
        except Invalid as refusal:
            return form_again("ballots/candidate_objection.html", refusal, data, **context)
        return _back(election_id)


async def _read(asker: Asker, found: Held, data: NominationFields) -> tuple[UUID, str]:
    """Whom the form puts forward, and what it says of them. Invalid, TooMany."""
    mine = {str(one.id): one.id for one in await own_owners(asker.id, found.estate.id)}
    read = Reader(data)
    whom = read.one_of("whom", "推荐谁", {*mine, "other"})
    about = read.text("about", "介绍", longest=nominating.LONGEST_ABOUT)
    if whom != "other":
        read.settle()
        return mine[whom], about
    room, name = read.text("room", "房号", longest=40), read.text("name", "姓名", longest=40)
    read.settle()
    await hit(f"nominate:{asker.id}", LOOKED_UP, 3600, clock.now())
    owner = await owner_named(found.estate.id, room, name)
    if owner is None:
        told = "登记中没有这个房号的这位业主。候选人应当是本小区业主，请核对房号和姓名。"
        raise Invalid("没有查到这位业主。", name=told)
    return owner.id, about


async def _nominating(asker: Asker, found: Held) -> dict[str, Any]:
    """Conflict: the nomination is over."""
    if not found.takes_nominations(clock.now()):
        raise nominating.NominationOver("报名已经截止，不能再报名。")
    mine = await own_owners(asker.id, found.estate.id)
    if not mine and not may_nominate_on_paper(asker, found.estate):
        raise nominating.NotOwner("候选人由本小区业主推荐或自荐，请先在“我的”里绑定房屋。")
    options = [(str(one.id), f"我自己（{one.name}）", one.building) for one in mine]
    options.append(("other", "推荐其他业主", "要写他的房号和姓名，本人同意后才列入"))
    return _around(found) | {"options": options}


async def _objecting(election_id: UUID, candidacy_id: UUID) -> dict[str, Any]:
    found = await held(election_id)
    listed = standing(await candidacies(election_id))
    candidate = next((one for one in listed if one.id == candidacy_id), None)
    if candidate is None or found.listed is None:
        raise NotFound("没有找到这名候选人。")
    if not found.takes_objections(clock.now()):
        raise Conflict(f"现在不在候选人公示期内。有疑问请联系：{found.poll.contact}")
    return _around(found) | {"candidate": candidate}


def _stage(found: Held, at: datetime) -> str:
    """Where the vote is that these candidates stand in: "" before it opens, voting, counting,
    result, ended."""
    if found.state.has_ended_early:
        return "ended"
    if found.state.has(Step.PRELIMINARY):
        return "result"
    if found.state.is_open(at):
        return "voting"
    return "counting" if found.state.has(Step.OPENED) else ""


def _office(visitor: Asker | None, found: Held) -> str | None:
    """Where who may enter the elected into office does so; None: nobody is elected yet, or the
    visitor has no part in it."""
    is_final = found.state.has(Step.FINAL) and not found.state.has_ended_early
    if not is_final or visitor is None or not may_seat(visitor, found.estate, found.poll, ()):
        return None
    return f"/ballots/{found.poll.id}/questions/{found.question.id}/office"


async def _mine(visitor: Asker | None, listed: list[Candidacy], found: Held) -> list[Candidacy]:
    if visitor is None:
        return []
    owners = {one.id for one in await own_owners(visitor.id, found.estate.id)}
    return [one for one in listed if one.owner in owners]


def _around(found: Held) -> dict[str, Any]:
    return {
        "election": found.election,
        "poll": found.poll,
        "question": found.question,
        "estate": found.estate,
        "listed": found.listed,
        "draw": found.draw,
        "is_public": found.state.is_public,
        "opens_at": found.state.opens_at,
        "closes_at": found.state.closes_at,
        "tie_words": TIE_WORDS[TieRule(found.question.tie_rule)],
    }


def _back(election_id: UUID) -> Redirect:
    return Redirect(f"/ballots/elections/{election_id}", status_code=303)
