"""/ballots/{poll}/confirm and …/receipts: the fresh proof that casts, and what one keeps.

A receipt's nonce can be tried against the choices, so receipts are shown to their holder alone,
after a fresh proof, and never cached.
"""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.casting.actions import StepUpNeeded, Submission
from coordination.ballots.casting.papers import open_paper
from coordination.ballots.casting.queue import CastQueue
from coordination.ballots.casting.receipts_of import KeptReceipt, receipts_of
from coordination.ballots.casting.rights import rights_to_vote
from coordination.ballots.polls.queries import load_poll, state_of
from coordination.ballots.sequencing.queries import board_of, vkey_of
from coordination.errors import Invalid, NotFound
from coordination.people.access import signed_in
from coordination.people.askers import Asker, ProveFirst
from coordination.people.second_factor import (
    ask_step_up_code,
    step_up_with_code,
    step_up_with_password,
    ways_of,
)
from coordination.people.sessions import COOKIE, token_hash
from coordination.people.sign_in_actions import Visit
from coordination.web.assets import assets
from coordination.web.forms import Form, form_again

UNSEEN = {"cache-control": "no-store"}


@dataclass
class ProofForm:
    paper: str = ""
    code: str = ""  # the id of the code that was sent; "": by password
    proof: str = ""


class ReceiptPages(Controller):
    path = "/ballots/{poll_id:uuid}"
    guards = [signed_in]

    @get("/confirm")
    async def confirm(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        paper: FromQuery[str] = "",
        code: FromQuery[str] = "",
    ) -> Template:
        """A fresh proof of who is voting: the password, or a code to the phone."""
        context = await _proving(asker, poll_id)
        form = Form({"paper": paper, "code": code})
        return Template("ballots/confirm.html", context=context | {"form": form})

    @post("/codes")
    async def send_code(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[ProofForm],
    ) -> Redirect:
        """Send a code to the phone instead."""
        code = await ask_step_up_code(asker, clock.now())
        back = f"/ballots/{poll_id}/confirm?code={code}&paper={data.paper}"
        return Redirect(back, status_code=303)

    @post("/confirm")
    async def prove_and_cast(
        self,
        request: Request,
        asker: NamedDependency[Asker],
        visit: NamedDependency[Visit],
        casting: NamedDependency[CastQueue],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[ProofForm],
    ) -> Response:
        """Take the proof and the paper in one go."""
        at = clock.now()
        try:
            if data.code:
                await step_up_with_code(asker, _id(data.code), data.proof.strip(), at)
            else:
                await step_up_with_password(asker, data.proof, visit, at)
        except Invalid as wrong:
            context = await _proving(asker, poll_id)
            return form_again("ballots/confirm.html", wrong, data, **context)
        session = token_hash(request.cookies[COOKIE])
        await casting.cast(Submission(session, open_paper(poll_id, data.paper, at)), at)
        return Redirect(f"/ballots/{poll_id}/receipts?fresh=1", status_code=303)

    @get("/receipts")
    async def receipts(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        fresh: FromQuery[str] = "",
    ) -> Template:
        """What I cast in this poll, when, and its codes; the latest counts."""
        rights = await rights_to_vote(asker.id, poll_id)
        _prove_first(asker)
        poll = await load_poll(poll_id)
        state = await state_of(poll)
        context = {
            "poll": poll,
            "rights": rights,
            "receipts": await proven_receipts(asker, poll_id),
            "vkey": vkey_of(await board_of(poll_id)),
            "changeable": any(r.is_castable for r in rights) and state.is_open(clock.now()),
            "state": state,
            "fresh": bool(fresh),
        }
        return Template("ballots/receipts.html", context=context, headers=UNSEEN)

    @get("/receipts/{right_id:uuid}/file")
    async def receipt_file(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        right_id: FromPath[UUID],
    ) -> Response[bytes]:
        """The file that `coordination recount --receipt` reads; the latest ballot's."""
        await rights_to_vote(asker.id, poll_id)
        _prove_first(asker)
        kept = [k for k in await proven_receipts(asker, poll_id) if k.right == right_id]
        if not kept:
            raise NotFound("没有找到这张回执。")
        last = max(kept, key=lambda one: one.ordinal)
        name = f'attachment; filename="receipt-{last.code}.json"'
        return Response(
            last.receipt.as_json(),
            media_type="application/json",
            headers={**UNSEEN, "content-disposition": name},
        )

    @get("/receipts/checker")
    async def receipt_check(
        self, request: Request, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Response[str]:
        """A page to keep: it checks receipts on any device, without any network."""
        await rights_to_vote(asker.id, poll_id)
        engine = request.app.template_engine
        assert engine, "pages have templates"
        page = engine.get_template("ballots/receipt_check.html").render(
            poll=await load_poll(poll_id), vkey=vkey_of(await board_of(poll_id))
        )
        script = assets()["receipt.js"].body.decode()
        return Response(
            page.replace('<script src="receipt.js">', f"<script>{script}"),
            media_type="text/html",
            headers={**UNSEEN, "content-disposition": 'attachment; filename="receipt-check.html"'},
        )


def _prove_first(asker: Asker) -> None:
    """ProveFirst: leads over the proof and back here."""
    if not asker.has_stepped_up(clock.now()):
        raise ProveFirst("查看回执前请再验证一次身份。")


async def _proving(asker: Asker, poll_id: UUID) -> dict[str, object]:
    await rights_to_vote(asker.id, poll_id)
    return {"poll": await load_poll(poll_id), "ways": await ways_of(asker, clock.now())}


async def proven_receipts(asker: Asker, poll_id: UUID) -> list[KeptReceipt]:
    """StepUpNeeded: receipts open after a fresh proof only."""
    if not asker.has_stepped_up(clock.now()):
        raise StepUpNeeded("查看回执前请再验证一次身份。")
    return await receipts_of(asker.id, poll_id)


def _id(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as broken:
        raise Invalid("验证码已失效，请重新获取。", proof="请重新获取验证码。") from broken
