"""/ballots/{poll}/silence: whether silence counts in this vote, and by which quoted rule."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock, files
from coordination.ballots.polls.desk import Desk, the_desk
from coordination.ballots.polls.document_pages import stored
from coordination.ballots.polls.draft_pages import back_to
from coordination.ballots.polls.noticing import seen
from coordination.ballots.polls.silence import (
    QuotedRule,
    choose_silence,
    end_rule,
    record_rule,
    rule_of,
    rules_of,
)
from coordination.errors import Invalid, NotFound
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again

NONE = "none"


@dataclass
class SilenceFields:
    rule: str = ""


class SilencePages(Controller):
    path = "/ballots/{poll_id:uuid}/silence"
    guards = [signed_in]

    @get()
    async def silence(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Template:
        desk = await the_desk(asker, poll_id, clock.now(), editable=True)
        form = Form({"rule": str(desk.poll.silence or NONE)})
        return Template("ballots/silence.html", context=await _around(desk) | {"form": form})

    @post()
    async def choose(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[SilenceFields],
    ) -> Response:
        desk = await the_desk(asker, poll_id, clock.now(), editable=True)
        offered = {NONE, *(str(rule.id) for rule in await rules_of(desk.estate.id))}
        try:
            read = Reader(data)
            chosen = read.one_of("rule", "不投票的怎样算", offered)
            read.settle()
            rule = None if chosen == NONE else UUID(chosen)
            await choose_silence(asker, poll_id, rule, clock.now())
        except Invalid as refusal:
            return form_again("ballots/silence.html", refusal, data, **await _around(desk))
        return back_to(poll_id)

    @get("/new")
    async def new_silence_rule(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Template:
        desk = await the_desk(asker, poll_id, clock.now(), editable=True)
        return Template("ballots/new_silence_rule.html", context=desk.context | {"form": Form()})

    @post("/new", request_max_body_size=files.LARGEST_FORM)
    async def record(
        self, request: Request, asker: NamedDependency[Asker], poll_id: FromPath[UUID]
    ) -> Response:
        at = clock.now()
        desk = await the_desk(asker, poll_id, at, editable=True)
        sent = await request.form()
        names = ("source", "text", "takes_part_words", "adopted_on")
        said = {name: str(sent.get(name) or "") for name in names}
        try:
            read = Reader(said)
            source = read.text("source", "出处", longest=100)
            text = read.text("text", "规约原文", longest=2000)
            words = read.text("takes_part_words", "原话", longest=500, optional=True)
            day = read.day("adopted_on", "通过日期")
            read.settle()
            file = await stored(sent.get("file"), asker, "file")
            rule = QuotedRule(source, text, words, day, file)
            row = await record_rule(asker, desk.estate, rule, at)
            await choose_silence(asker, poll_id, row.id, at)
        except Invalid as refusal:
            return form_again("ballots/new_silence_rule.html", refusal, said, **desk.context)
        return back_to(poll_id)

    @post("/{rule_id:uuid}/end")
    async def end(
        self, asker: NamedDependency[Asker], poll_id: FromPath[UUID], rule_id: FromPath[UUID]
    ) -> Redirect:
        await end_rule(asker, rule_id, clock.now())
        return Redirect(f"/ballots/{poll_id}/silence", status_code=303)


class SilenceRulePages(Controller):
    """The document of the rule that a poll quotes, for everybody who may see the poll."""

    path = "/ballots/{poll_id:uuid}/silence-rule"
    guards = [anyone]

    @get()
    async def silence_rule(
        self, visitor: NamedDependency[Asker | None], poll_id: FromPath[UUID]
    ) -> Response[bytes]:
        poll, _, _ = await seen(visitor, poll_id)
        rule = await rule_of(poll)
        if rule is None:
            raise NotFound("这次表决没有引用未表决票的规约。")
        content = await files.content_of(rule.document)
        kind = "application/pdf" if content.startswith(b"%PDF") else "image/jpeg"
        return Response(content, media_type=kind, headers={"content-disposition": "inline"})


async def _around(desk: Desk) -> dict[str, Any]:
    rules = await rules_of(desk.estate.id)
    return desk.context | {"rules": rules}
