"""/i/{code}: an invitation for who has no account, and its answer; and a new link for a party."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.meetings.calling.linking import answer_by_link, invited_by, renew_link
from coordination.meetings.calling.pages import back_to
from coordination.meetings.queries import items_of
from coordination.meetings.tables import Answer, Step
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again
from coordination.web.limits import limited

ANSWERS = ((Answer.COMING.value, "参加", ""), (Answer.DECLINED.value, "不能参加", "请写原因"))


@dataclass
class LinkAnswerFields:
    answer: str = ""
    name: str = ""
    words: str = ""


class LinkPages(Controller):
    path = "/i/{code:str}"
    guards = [anyone, limited("invitation", 60, 900)]

    @get()
    async def invitation(self, code: FromPath[str]) -> Template:
        return Template("meetings/invitation.html", context=await _shown(code) | {"form": Form()})

    @post()
    async def answer(self, code: FromPath[str], data: URLEncodedBody[LinkAnswerFields]) -> Response:
        try:
            read = Reader(data)
            answer = read.one_of("answer", "能否参加", [value for value, _, _ in ANSWERS])
            name = read.text("name", "姓名", longest=60)
            words = read.text("words", "说明", longest=120, optional=True)
            read.settle()
            await answer_by_link(code, Answer(answer), name, words, clock.now())
        except Invalid as refusal:
            return form_again("meetings/invitation.html", refusal, data, **await _shown(code))
        return Redirect(f"/i/{code}", status_code=303)


class LinkRenewingPages(Controller):
    path = "/meetings/{meeting_id:uuid}/parties/{party_id:uuid}/links"
    guards = [signed_in]

    @post()
    async def renew(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        party_id: FromPath[UUID],
    ) -> Redirect:
        await renew_link(asker, meeting_id, party_id, clock.now())
        return back_to(meeting_id)


async def _shown(code: str) -> dict[str, Any]:
    found, party = await invited_by(code)
    return {
        "seen": found,
        "party": party,
        "code": code,
        "items": await items_of(found.meeting.id),
        "answers": ANSWERS,
        "may_answer": found.state.current is Step.NOTICED,
        "at": clock.now(),
    }
