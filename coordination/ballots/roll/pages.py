"""/ballots/{poll}/roll: the public list of rooms and areas, its files, and the own rights."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from coordination import clock
from coordination.ballots.polls.noticing import scope_words, seen
from coordination.ballots.polls.permits import convenes
from coordination.ballots.polls.queries import freezes, questions_of
from coordination.ballots.polls.state import PollState
from coordination.ballots.roll import files_of
from coordination.ballots.roll.own import own_receipt, own_rights
from coordination.ballots.roll.queries import (
    PAGE,
    PublicList,
    objections,
    own_rooms,
    public_list,
)
from coordination.ballots.tables import Poll, Question, RollFreeze, Step
from coordination.errors import NotFound
from coordination.notices.queries import read_notice
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.tables import Place
from coordination.web.access import anyone
from coordination.web.pdf import PDF
from coordination.web.sheets.writing import CSV, XLSX

NOT_OUT = "这次表决的名册还没有公布。"


class RollPages(Controller):
    """For everybody, from the publication of the roll on."""

    path = "/ballots/{poll_id:uuid}/roll"
    guards = [anyone]

    @get()
    async def roll(
        self, visitor: NamedDependency[Asker | None], poll_id: FromPath[UUID]
    ) -> Template:
        """Per question: sums, buildings, files; the visitor's own rooms; the objections."""
        poll, state, estate = await _published(visitor, poll_id)
        parts = [await _part(poll, question) for question in await questions_of(poll_id)]
        rooms = await own_rooms(visitor.id, estate.id) if visitor else []
        context = {
            "poll": poll,
            "state": state,
            "estate": estate,
            "parts": parts,
            "objections": await objections(poll_id),
            "rooms": rooms,
            "is_checked": state.current is Step.ROLL_PUBLISHED,
            "may_object": visitor is None or bool(rooms),
            "notice": state.when(Step.ROLL_PUBLISHED),
            "convenes": convenes(visitor, estate, poll),
        }
        return Template("ballots/roll.html", context=context)

    @get("/{question_id:uuid}/buildings/{building_id:uuid}")
    async def rooms(
        self,
        visitor: NamedDependency[Asker | None],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
        building_id: FromPath[UUID],
        after: FromQuery[str] = "",
    ) -> Template:
        """The rooms of one building, a page at a time."""
        poll, _, estate = await _published(visitor, poll_id)
        question = await _question(poll_id, question_id)
        listed = await public_list(poll, question)
        buildings = {one.building: one for one in await listed.buildings()}
        if building_id not in buildings:
            raise NotFound("这个事项的名册里没有这栋楼。")
        lines = await listed.lines(building_id, after)
        mine = await own_rooms(visitor.id, estate.id) if visitor else []
        context = {
            "poll": poll,
            "question": question,
            "building": buildings[building_id],
            "lines": lines[:PAGE],
            "next": lines[PAGE - 1].cursor if len(lines) > PAGE else None,
            "first": not after,
            "own": {room.id for room in mine},
            "sources": files_of.SOURCES,
        }
        return Template("ballots/rooms.html", context=context)

    @get("/{question_id:uuid}/rooms.csv")
    async def rooms_csv(
        self,
        visitor: NamedDependency[Asker | None],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
    ) -> Response[bytes]:
        listed, facts, name = await _filed(visitor, poll_id, question_id)
        return _file(await files_of.as_csv(listed, facts), CSV, f"{name}.csv")

    @get("/{question_id:uuid}/rooms.xlsx")
    async def rooms_xlsx(
        self,
        visitor: NamedDependency[Asker | None],
        poll_id: FromPath[UUID],
        question_id: FromPath[UUID],
    ) -> Response[bytes]:
        listed, facts, name = await _filed(visitor, poll_id, question_id)
        return _file(await files_of.as_xlsx(listed, facts, clock.now()), XLSX, f"{name}.xlsx")

    @get("/print.pdf")
    async def roll_pdf(
        self, visitor: NamedDependency[Asker | None], poll_id: FromPath[UUID]
    ) -> Response[bytes]:
        """The notice of the roll with every room, to be hung up."""
        poll, state, _ = await _published(visitor, poll_id)
        published = state.when(Step.ROLL_PUBLISHED)
        assert published and published.notice, "the roll is published with a notice"
        frozen = await freezes(poll_id)
        lists = [
            (f"{question.title}：{await scope_words(question)}", _hash(frozen.get(question.id)),
             await public_list(poll, question))
            for question in await questions_of(poll_id)
        ]  # fmt: skip
        content = await files_of.as_pdf(await read_notice(published.notice), lists, clock.now())
        return _file(content, PDF, f"{poll.title}名册.pdf", inline=True)


class OwnRightPages(Controller):
    """Each owner's own rights, from the freeze on, voting or not."""

    path = "/ballots/{poll_id:uuid}/rights"
    guards = [signed_in]

    @get()
    async def rights(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        poll, state, estate = await _published(asker, poll_id)
        context = {
            "poll": poll,
            "state": state,
            "rights": await own_rights(asker.id, poll_id),
            "rooms": await own_rooms(asker.id, estate.id),
        }
        headers = {"cache-control": "no-store"}
        return Template("ballots/rights.html", context=context, headers=headers)

    @get("/{right_id:uuid}/file")
    async def right_file(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        right_id: FromPath[UUID],
    ) -> Response[bytes]:
        """The opening of an own right: number, area, salt, blinding; for `recount --receipt`."""
        receipt = await own_receipt(asker.id, poll_id, right_id)
        found = _file(receipt.as_json(), "application/json", f"right-{receipt.right.right}.json")
        found.headers["cache-control"] = "no-store"
        return found


async def _published(visitor: Asker | None, poll_id: UUID) -> tuple[Poll, PollState, Place]:
    """NotFound: no such poll, or its roll is not out."""
    poll, state, estate = await seen(visitor, poll_id)
    if not state.is_public:
        raise NotFound(NOT_OUT)
    return poll, state, estate


async def _question(poll_id: UUID, question_id: UUID) -> Question:
    for question in await questions_of(poll_id):
        if question.id == question_id:
            return question
    raise NotFound("这次表决里没有这个事项。")


async def _part(poll: Poll, question: Question) -> dict[str, Any]:
    listed = await public_list(poll, question)
    return {
        "question": question,
        "scope": await scope_words(question),
        "buildings": await listed.buildings(),
        "sums": await listed.sums(),
        "freeze": (await freezes(poll.id)).get(question.id),
    }


async def _filed(
    visitor: Asker | None, poll_id: UUID, question_id: UUID
) -> tuple[PublicList, dict, str]:
    poll, _, _ = await _published(visitor, poll_id)
    question = await _question(poll_id, question_id)
    listed = await public_list(poll, question)
    frozen = (await freezes(poll_id)).get(question_id)
    facts = files_of.facts_of(poll, question, listed.is_frozen, _hash(frozen), clock.now())
    return listed, facts, f"{poll.title}名册{question.position}"


def _hash(frozen: RollFreeze | None) -> str:
    return frozen.list_hash if frozen else ""


def _file(content: bytes, kind: str, name: str, *, inline: bool = False) -> Response[bytes]:
    how = "inline" if inline else "attachment"
    return Response(
        content,
        media_type=kind,
        headers={"content-disposition": f"{how}; filename*=UTF-8''{quote(name)}"},
    )
