"""/api/v1/polls/{poll}/paper, …/casts, …/receipts: an owner's vote, for a program of theirs.

The same queue takes these papers as takes those of the pages.
"""

import json
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct, convert

from coordination import clock
from coordination.ballots.casting.actions import Submission
from coordination.ballots.casting.papers import fresh_paper, open_paper
from coordination.ballots.casting.queue import CastQueue
from coordination.ballots.casting.receipt_pages import proven_receipts
from coordination.ballots.casting.representing import represent_co_owners
from coordination.ballots.casting.rights import MyRight, rights_to_vote
from coordination.ballots.polls.queries import load_poll, state_of
from coordination.ballots.receipts import Receipt
from coordination.errors import NotFound
from coordination.law.areas import format_area
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.people.sessions import COOKIE, token_hash
from coordination.web.api import SESSION, SESSION_AND_TOKEN, UNSEEN, answers
from coordination.web.csrf import holder, issue_token

Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class ChoiceOffered(Struct, frozen=True):
    """What can be chosen: `choice` is sent, `label` is shown."""

    choice: str
    label: str


class RightSaid(Struct, frozen=True):
    """A voting right 表决权 of mine. `cast`: how often it was used; `casts_left`: how often it
    may still be. `needs_agreement`: shared, and nobody has said yet that the others agree;
    `is_anothers`: shared, and a co-owner votes on it. `seats`: an election; send up
    to so many candidates' numbers, ascending, as "1,4,7", or one of the other choices alone."""

    right: UUID
    question: UUID
    title: str
    choices: list[ChoiceOffered]
    seats: int | None
    rooms: list[str]
    area_m2: str
    cast: int
    casts_left: int
    needs_agreement: bool
    is_anothers: bool

    @classmethod
    def of(cls, right: MyRight) -> "RightSaid":
        return cls(
            right.id,
            right.question,
            right.title,
            [ChoiceOffered(choice, label) for choice, label in right.choices],
            right.seats,
            right.rooms,
            format_area(right.area_cm2),
            right.cast,
            right.casts_left,
            right.needs_agreement,
            right.is_anothers,
        )


class PaperSaid(Struct, frozen=True):
    """A fresh paper 表决票: good for a day, for one submission, however often it is sent."""

    paper: str
    token: str
    is_open: bool
    closes_at: datetime
    rights: list[RightSaid]


class PaperSent(Struct, frozen=True):
    """The paper as it was given, and the choice by right, on all rights at once or on some."""

    paper: Annotated[str, Meta(min_length=1, max_length=40_000)]
    choices: dict[str, str]


class CastSaid(Struct, frozen=True):
    """The ballot's part of a receipt."""

    ordinal: int
    nonce: Hex32
    tracker: Hex32
    cast_on: str
    code: str


class InclusionSaid(Struct, frozen=True):
    """The board's part of a receipt: entry `index` of the tree of `size` that the checkpoint (a
    C2SP signed note) is under, and its RFC 6962 inclusion proof."""

    index: int
    size: int
    proof: list[Hex32]
    checkpoint: str


class ReceiptSaid(Struct, frozen=True):
    """A receipt 回执 as `coordination recount --receipt` reads it. With its nonce the choice can
    be tried out: show it to nobody."""

    v: Literal[2]
    poll: UUID
    question: UUID
    right: int
    area_cm2: int
    salt: Hex32
    r: Hex32
    who: Hex32
    weight: Hex32
    cast: CastSaid | None
    board: InclusionSaid | None

    @classmethod
    def of(cls, receipt: Receipt) -> "ReceiptSaid":
        return convert(json.loads(receipt.as_json()), cls)


class CastTaken(Struct, frozen=True):
    """Committed: one receipt per right."""

    receipts: list[ReceiptSaid]


class KeptSaid(Struct, frozen=True):
    """A ballot of mine. `counts`: the latest on its right."""

    right: UUID
    question_title: str
    rooms: list[str]
    cast_at: datetime
    counts: bool
    receipt: ReceiptSaid


class Kept(Struct, frozen=True):
    receipts: list[KeptSaid]


class CastApi(Controller):
    path = "/polls/{poll_id:uuid}"
    guards = [signed_in]
    tags = ["casting"]
    response_headers = UNSEEN

    @get("/paper", security=SESSION, responses=answers(401, 404))
    async def read_paper(
        self, request: Request, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> PaperSaid:
        """A fresh paper, my rights in this poll, and the token that sends it."""
        at = clock.now()
        rights = await rights_to_vote(asker.id, poll_id)
        poll = await load_poll(poll_id)
        state = await state_of(poll)
        return PaperSaid(
            fresh_paper(poll_id, at).sealed(),
            issue_token(holder(request.cookies)),
            state.is_open(at),
            state.closes_at,
            [RightSaid.of(right) for right in rights],
        )

    @post("/representatives", security=SESSION_AND_TOKEN, responses=answers(401, 403, 404, 409))
    async def represent(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> list[RightSaid]:
        """Say that my co-owners agree that I vote on what we share; they are told."""
        await represent_co_owners(asker, poll_id, clock.now())
        rights = await rights_to_vote(asker.id, poll_id)
        return [RightSaid.of(right) for right in rights]

    @post(
        "/casts",
        security=SESSION_AND_TOKEN,
        responses=answers(400, 401, 403, 404, 409, 422, 503),
    )
    async def cast(
        self,
        request: Request,
        casting: NamedDependency[CastQueue],
        poll_id: FromPath[UUID],
        data: JSONBody[PaperSent],
    ) -> CastTaken:
        """Cast. Sent again, the same paper is answered with the same receipts."""
        at = clock.now()
        paper = open_paper(poll_id, data.paper, at).choosing(_by_right(data.choices))
        session = token_hash(request.cookies[COOKIE])
        receipts = await casting.cast(Submission(session, paper), at)
        return CastTaken([ReceiptSaid.of(receipt) for receipt in receipts])

    @get("/receipts", security=SESSION, responses=answers(401, 403, 404))
    async def read_receipts(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Kept:
        """Every ballot of mine in this poll, after a fresh proof."""
        await rights_to_vote(asker.id, poll_id)
        kept = [
            KeptSaid(
                one.right, one.question, one.rooms, one.cast_at, one.counts,
                ReceiptSaid.of(one.receipt),
            )
            for one in await proven_receipts(asker, poll_id)
        ]  # fmt: skip
        return Kept(kept)


def _by_right(choices: dict[str, str]) -> dict[UUID, str]:
    """NotFound: a key is no right's id."""
    try:
        return {UUID(right): choice for right, choice in choices.items()}
    except ValueError as broken:
        raise NotFound("没有找到由您表决的事项。") from broken
