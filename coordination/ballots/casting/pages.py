"""/ballots/{poll}/vote … : the paper on its way, screen by screen, and the receipts.

One question per screen, nothing preselected, nothing pushed. What is chosen travels sealed in
the address from screen to screen (`papers`), so back, refresh and a sign-in in between lose
nothing. The paper itself is taken at the door (`door`), or by `confirm` together with the proof.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.ballots.casting.papers import Paper, fresh_paper, open_paper
from coordination.ballots.casting.representing import represent_co_owners
from coordination.ballots.casting.rights import MyRight, rights_to_vote
from coordination.ballots.casting.ticks import choice_of, said_of_candidates, ticks_of
from coordination.ballots.casting.viewing import note_view
from coordination.ballots.polls.queries import load_poll, state_of
from coordination.ballots.seal import PageExpired
from coordination.errors import Invalid, NotFound
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.people.second_factor import ways_of
from coordination.web.forms import Form, form_again

SAID = {  # what the door refused, in the words of the check page
    "not-open": "表决还没有开始，请在公告的时间内提交。",
    "closed": "表决已经截止，这次提交没有计入。之前投出的票仍然有效。",
    "already-final": "您已经投过票，可更改的次数已用完，以最后一次投出的为准。",
    "sent-before": "这张表决票之前已经投出。如要更改，请从头打开表决票再选。",
    "already-cast": "您受托的房屋里有的已经投过票，受托人不能更改。请从头打开表决票，投其余的票。",
    "no-proxy": "您在本小区的物业服务企业任职，不能代其他业主投票。请委托人另行委托或自己投票。",
    "not-found": "表决票上有不由您表决的房屋，可能已过户或者委托已撤回。请从头打开表决票再选。",
    "held-by-another": "这一表决权由共有人共同享有，请先确认由您代表投票。",
    "unknown-choice": "请先选择您的意见。",
    "page-expired": "页面打开的时间太久了，请重新选择。",
    "unavailable": "系统刚才没有写入成功。您的选择还在，请再按一次提交，不会重复投票。",
    "stale-page": "页面已经过期，请再按一次提交。您的选择还在。",
    "foreign-page": "请求不是从本网站发出的，没有投票。请再按一次提交。",
}


@dataclass
class ChoiceForm:
    paper: str = ""
    at: int = 1
    choice: list[str] | str = ""  # several boxes of an election

    @property
    def ticked(self) -> list[str]:
        said = [self.choice] if isinstance(self.choice, str) else self.choice
        return [one for one in said if one]


def _castable(rights: list[MyRight]) -> list[MyRight]:
    return [right for right in rights if right.is_castable]


class VotePages(Controller):
    path = "/ballots/{poll_id:uuid}"
    guards = [signed_in]

    @get("/vote")
    async def vote(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        refused: FromQuery[str | None] = None,
    ) -> Template:
        """What is decided, for which of my rights, until when; where one begins."""
        at = clock.now()
        rights = await rights_to_vote(asker.id, poll_id)
        poll = await load_poll(poll_id)
        state = await state_of(poll)
        await note_view(asker.id, poll, state, at)
        context = {
            "poll": poll,
            "state": state,
            "rights": rights,
            "castable": _castable(rights),
            "at": at,
            "paper": fresh_paper(poll_id, at).sealed(),
            "refused": SAID.get(refused or ""),
        }
        return Template("ballots/vote.html", context=context)

    @post("/representatives")
    async def represent(self, asker: NamedDependency[Asker], poll_id: FromPath[UUID]) -> Redirect:
        await represent_co_owners(asker, poll_id, clock.now())
        return Redirect(f"/ballots/{poll_id}/vote", status_code=303)

    @get("/paper")
    async def paper(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        paper: FromQuery[str] = "",
        at: FromQuery[int] = 1,
    ) -> Response:
        """The question on screen `at`."""
        try:
            opened = open_paper(poll_id, paper, clock.now())
        except PageExpired as refusal:
            return Redirect(f"/ballots/{poll_id}/vote?refused={refusal.code}", status_code=303)
        return await self._screen(asker, poll_id, opened, at)

    @post("/paper")
    async def choose(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        data: URLEncodedBody[ChoiceForm],
    ) -> Response:
        """Keep the choice of this screen and go on to the next."""
        paper = open_paper(poll_id, data.paper, clock.now())
        rights = _castable(await rights_to_vote(asker.id, poll_id))
        if not 1 <= data.at <= len(rights):
            raise NotFound("没有找到由您表决的事项。")
        right = rights[data.at - 1]
        try:
            choice = choice_of(right.offer, data.ticked)
        except Invalid as wrong:
            return await self._screen(asker, poll_id, paper, data.at, wrong, data.ticked)
        sealed = paper.choosing({right.id: choice}).sealed()
        step = f"paper?at={data.at + 1}&" if data.at < len(rights) else "check?"
        return Redirect(f"/ballots/{poll_id}/{step}paper={sealed}", status_code=303)

    async def _screen(
        self,
        asker: Asker,
        poll_id: UUID,
        paper: Paper,
        at: int,
        wrong: Invalid | None = None,
        ticked: Sequence[str] = (),
    ) -> Response:
        """`wrong`: what is, with the boxes as they were `ticked`."""
        rights = _castable(await rights_to_vote(asker.id, poll_id))
        if not 1 <= at <= len(rights):
            raise NotFound("没有找到由您表决的事项。")
        right = rights[at - 1]
        values = {"choice": ticked if wrong else ticks_of(paper.choices.get(right.id, ""))}
        context = {
            "poll": await load_poll(poll_id),
            "right": right,
            "paper": paper.sealed(),
            "position": at,
            "count": len(rights),
            "notes": await said_of_candidates(right.question) if right.seats else {},
            "several": sum(other.question == right.question for other in rights) > 1,
        }
        if wrong:
            return form_again("ballots/paper.html", wrong, values, **context)
        return Template("ballots/paper.html", context={**context, "form": Form(values)})

    @get("/check")
    async def check(
        self,
        asker: NamedDependency[Asker],
        poll_id: FromPath[UUID],
        paper: FromQuery[str] = "",
        refused: FromQuery[str | None] = None,
    ) -> Response:
        """The answers once more, and the button that sends them."""
        at = clock.now()
        try:
            opened = open_paper(poll_id, paper, at)
        except PageExpired as refusal:
            return Redirect(f"/ballots/{poll_id}/vote?refused={refusal.code}", status_code=303)
        rights = _castable(await rights_to_vote(asker.id, poll_id))
        if not rights:
            return Redirect(f"/ballots/{poll_id}/vote", status_code=303)
        missing = [n for n, right in enumerate(rights, 1) if right.id not in opened.choices]
        if missing:
            return Redirect(
                f"/ballots/{poll_id}/paper?at={missing[0]}&paper={paper}", status_code=303
            )
        proven = asker.has_stepped_up(at)
        context = {
            "poll": await load_poll(poll_id),
            "answers": [(r, r.words_of(opened.choices[r.id])) for r in rights],
            "paper": paper,
            "ways": None if proven else await ways_of(asker, at),
            "refused": SAID.get(refused or ""),
        }
        return Template("ballots/check.html", context=context)
