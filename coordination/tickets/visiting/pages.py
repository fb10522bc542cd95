"""/r/{token}: a reply answered from the message, without signing in; and the same, signed in."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.tickets.kinds import Rating
from coordination.tickets.visiting.confirming import (
    LONGEST,
    confirm_reply,
    object_to_close,
    objection_days,
    rate,
    reject_reply,
)
from coordination.tickets.visiting.links import answer_by_link, open_link, rate_by_link
from coordination.tickets.whistling.page_facts import shown
from coordination.tickets.words import RATING_WORDS
from coordination.web.access import anyone
from coordination.web.forms import Form, Reader, form_again, form_from
from coordination.web.limits import limited

SOLVED, UNSOLVED = "solved", "unsolved"
RATINGS = [(rating.value, words, "") for rating, words in RATING_WORDS.items()]
# A link says who whistled: no cache keeps the page, and no other site hears the address.
SECRET = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


@dataclass
class AnswerFields:
    answer: str = ""
    words: str = ""


@dataclass
class RatingFields:
    rating: str = ""
    words: str = ""


class LinkPages(Controller):
    path = "/r/{token:str}"
    guards = [anyone, limited("reply-link", 60, 60)]

    @get()
    async def reply(self, token: FromPath[str]) -> Template:
        """Two big buttons; once answered, what came of it, and how it was."""
        return await _asked(token, Form())

    @post("/answers")
    async def answer(self, token: FromPath[str], data: URLEncodedBody[AnswerFields]) -> Response:
        try:
            solved, words = _read_answer(data)
        except Invalid as refusal:
            return await _asked(token, Form(vars(data), refusal.fields, str(refusal)), 422)
        await answer_by_link(token, solved, words, clock.now())
        return Redirect(f"/r/{token}", status_code=303)

    @post("/ratings")
    async def rate(self, token: FromPath[str], data: URLEncodedBody[RatingFields]) -> Response:
        try:
            rating, words = _read_rating(data)
        except Invalid as refusal:
            return await _asked(token, Form(vars(data), refusal.fields, str(refusal)), 422)
        await rate_by_link(token, rating, words, clock.now())
        return Redirect(f"/r/{token}", status_code=303)


async def _asked(token: str, form: Form, status: int = 200) -> Template:
    asking = await open_link(token, clock.now())
    days = await objection_days(asking.estate, clock.now())
    context = {"asking": asking, "token": token, "form": form, "ratings": RATINGS, "days": days}
    return Template("tickets/reply.html", context=context, status_code=status, headers=SECRET)


def _read_answer(data: AnswerFields) -> tuple[bool, str]:
    read = Reader(data)
    answer = read.one_of("answer", "解决了没有", (SOLVED, UNSOLVED))
    words = read.text("words", "想说的话", longest=LONGEST, optional=True)
    read.settle()
    return answer == SOLVED, words


def _read_rating(data: RatingFields) -> tuple[Rating, str]:
    read = Reader(data)
    rating = read.one_of("rating", "满意程度", list(Rating))
    words = read.text("words", "想说的话", longest=LONGEST, optional=True)
    read.settle()
    return Rating(rating), words


class ConfirmPages(Controller):
    """The same, for who is signed in and whistled the ticket."""

    path = "/tickets/{ticket_id:uuid}"
    guards = [signed_in]

    @post("/confirmations")
    async def answer(
        self,
        asker: NamedDependency[Asker],
        ticket_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        try:
            solved, words = _read_answer(data)
        except Invalid as refusal:
            return await _again(ticket_id, asker, refusal, data)
        say = confirm_reply if solved else reject_reply
        await say(asker, ticket_id, words, clock.now())
        return Redirect(f"/tickets/{ticket_id}", status_code=303)

    @post("/ratings")
    async def rate(
        self,
        asker: NamedDependency[Asker],
        ticket_id: FromPath[UUID],
        data: URLEncodedBody[RatingFields],
    ) -> Response:
        try:
            rating, words = _read_rating(data)
        except Invalid as refusal:
            return await _again(ticket_id, asker, refusal, data)
        await rate(asker, ticket_id, rating, words, clock.now())
        return Redirect(f"/tickets/{ticket_id}", status_code=303)

    @post("/objections")
    async def object(
        self,
        asker: NamedDependency[Asker],
        ticket_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        try:
            await object_to_close(asker, ticket_id, data.words, clock.now())
        except Invalid as refusal:
            context = await shown(ticket_id, asker, clock.now())
            context["objecting"] = form_from(refusal, data, "o")
            return Template(
                "tickets/ticket.html", context={**context, "joined": False}, status_code=422
            )
        return Redirect(f"/tickets/{ticket_id}", status_code=303)


async def _again(
    ticket_id: UUID, asker: Asker, refusal: Invalid, data: AnswerFields | RatingFields
) -> Template:
    context = await shown(ticket_id, asker, clock.now(), form=False)
    return form_again("tickets/ticket.html", refusal, data, **context, joined=False)


PAGES = [LinkPages, ConfirmPages]
