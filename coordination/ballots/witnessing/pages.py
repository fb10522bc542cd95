"""/ballots/{poll}/board: the board for everybody; …/witness: for the offices that cosign it."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.polls.queries import questions_of, state_of
from coordination.ballots.sequencing.showing import shown_board
from coordination.ballots.witnessing.cosigning import take_cosignature
from coordination.ballots.witnessing.permits import office_of
from coordination.ballots.witnessing.printing import checkpoint_pdf
from coordination.ballots.witnessing.queries import (
    Party,
    cosigned_note,
    known_keys,
    parties_of,
    poll_with_board,
)
from coordination.ballots.witnessing.rules import DutyKind
from coordination.errors import Invalid, NotAllowed
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.access import anyone
from coordination.web.forms import Form, form_again

KINDS = {DutyKind.OPENING: "开始之前", DutyKind.CLOSE: "截止之后"}


@dataclass
class LineForm:
    size: str = ""
    line: str = ""


class BoardPages(Controller):
    path = "/ballots/{poll_id:uuid}/board"
    guards = [anyone]

    @get()
    async def board(
        self, visitor: NamedDependency[Asker | None], poll_id: FromPath[UUID]
    ) -> Template:
        """What is on the board as far as it is shown, and who has witnessed it when."""
        context = await _context(poll_id)
        mine = _mine(visitor, context["parties"]) if visitor else []
        return Template("ballots/board.html", context=context | {"mine": mine})

    @get("/checkpoint.pdf")
    async def print_checkpoint(self, poll_id: FromPath[UUID]) -> Response[bytes]:
        """The latest checkpoint on A4, for the notice board."""
        poll, estate = await poll_with_board(poll_id)
        at = clock.now()
        shown = await shown_board(poll_id)
        note = await cosigned_note(poll_id, shown.size)
        content = await checkpoint_pdf(poll, estate, shown, note, await parties_of(poll, at), at)
        return Response(content, media_type="application/pdf")

    @get("/witness", guards=[signed_in])
    async def witness(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        """For an office: compare with what was signed last, and sign."""
        context = await _for_witness(asker, poll_id)
        return Template("ballots/witness.html", context=context | {"form": Form()})

    @post("/witness", guards=[signed_in])
    async def cosign(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[LineForm],
    ) -> Response:
        """Take the signature line that browser or command line made."""
        context = await _for_witness(asker, poll_id)
        try:
            if not data.size.isascii() or not data.size.isdigit() or len(data.size) > 15:
                raise Invalid("请填写检查点的大小。", size="检查点第二行的数字")
            await take_cosignature(poll_id, int(data.size), data.line, clock.now())
        except Invalid as wrong:
            return form_again("ballots/witness.html", wrong, data, **context)
        return Redirect(f"/ballots/{poll_id}/board", status_code=303)


async def _context(poll_id: UUID) -> dict:
    poll, estate = await poll_with_board(poll_id)
    at, shown = clock.now(), await shown_board(poll_id)
    parties = await parties_of(poll, at)
    return {
        "poll": poll,
        "estate": estate,
        "state": await state_of(poll),
        "shown": shown,
        "note": await cosigned_note(poll_id, shown.size),
        "parties": parties,
        # All owe the same; what each gave stands side by side, the latest first.
        "days": list(zip(*(party.duties for party in parties), strict=True))[::-1],
        "keys": await known_keys(poll_id, estate),
        "questions": await questions_of(poll_id),
        "kinds": KINDS,
        "at": at,
    }


async def _for_witness(asker: Asker, poll_id: UUID) -> dict:
    context = await _context(poll_id)
    mine = _mine(asker, context["parties"])
    if not mine:
        raise NotAllowed("见证由居委会、业委会、物业等单位的在任人员办理。")
    return context | {"mine": mine}


def _mine(asker: Asker, parties: list[Party]) -> list[Party]:
    return [party for party in parties if office_of(asker, party.body)]
