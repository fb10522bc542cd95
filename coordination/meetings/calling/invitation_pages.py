"""/meetings: what everybody may read of a meeting, and the answer of who is invited."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from coordination import clock
from coordination.errors import Invalid
from coordination.meetings.calling.actions import answer_invitation
from coordination.meetings.calling.invitation_file import disposition, invitation
from coordination.meetings.calling.noticing import notices_of
from coordination.meetings.kinds import VOTES_WORDS
from coordination.meetings.labels import labels_of
from coordination.meetings.minutes.duties import DutyLine, duties_of
from coordination.meetings.permits import runs
from coordination.meetings.queries import PAGE, Seen, grouped_lines, items_of, meetings_at, seen
from coordination.meetings.room.quorum import stays_of
from coordination.meetings.state import HELD
from coordination.meetings.tables import Answer, Step
from coordination.people.access import signed_in
from coordination.people.askers import Asker
from coordination.places.queries import place_of
from coordination.settings import settings
from coordination.web.access import anyone
from coordination.web.calendar_file import CALENDAR
from coordination.web.forms import Form, Reader, form_from

ANSWERS = (
    (Answer.COMING.value, "参加", ""),
    (Answer.REPRESENTED.value, "派代表参加", "请在下面写代表的姓名"),
    (Answer.DECLINED.value, "不能参加", "请在下面写原因"),
)
ANSWER_WORDS = {value: label for value, label, _ in ANSWERS}


@dataclass
class AnswerFields:
    answer: str = ""
    words: str = ""


class MeetingPages(Controller):
    path = "/meetings"
    guards = [anyone]

    @get()
    async def meetings(
        self,
        visitor: NamedDependency[Asker | None],
        estate: FromQuery[UUID | None] = None,
        after: FromQuery[UUID | None] = None,
    ) -> Template:
        """Meetings of a place, the latest first."""
        place = await place_of(estate) if estate else None
        own = [role.body for role in visitor.roles] if visitor else []
        last = (await seen(visitor, after)).meeting if after else None
        cursor = (last.starts_at, last.id) if last else None
        at = clock.now()
        found = await meetings_at(place.path if place else None, at, own, cursor, PAGE + 1)
        context = {
            "groups": grouped_lines(found[:PAGE]),
            "next": found[PAGE - 1].id if len(found) > PAGE else None,
            "first": after is not None,
            "place": place,
            "may_call": bool(visitor and visitor.roles),
            "at": at,
        }
        return Template("meetings/meetings.html", context=context)

    @get("/{meeting_id:uuid}")
    async def meeting(
        self, visitor: NamedDependency[Asker | None], meeting_id: FromPath[UUID]
    ) -> Template:
        found = await seen(visitor, meeting_id)
        return Template("meetings/meeting.html", context=await _shown(found, visitor, Form()))

    @get("/{meeting_id:uuid}/invitation.ics")
    async def invitation(
        self, visitor: NamedDependency[Asker | None], meeting_id: FromPath[UUID]
    ) -> Response[bytes]:
        """The meeting for a calendar: nobody's name is in it."""
        found = await seen(visitor, meeting_id)
        agenda = [item.title for item in await items_of(meeting_id)]
        address = f"{settings().public_url}/meetings/{meeting_id}"
        return Response(
            invitation(found.meeting, address, agenda, clock.now(), found.state.times_moved),
            media_type=CALENDAR,
            headers={"Content-Disposition": disposition(found.meeting.title)},
        )


class AnsweringPages(Controller):
    path = "/meetings"
    guards = [signed_in]

    @post("/{meeting_id:uuid}/answers")
    async def answer(
        self,
        asker: NamedDependency[Asker],
        meeting_id: FromPath[UUID],
        data: URLEncodedBody[AnswerFields],
    ) -> Response:
        found = await seen(asker, meeting_id)
        try:
            read = Reader(data)
            answer = read.one_of("answer", "能否参加", list(Answer))
            words = read.text("words", "说明", optional=True)
            read.settle()
            await answer_invitation(asker, meeting_id, Answer(answer), words, clock.now())
        except Invalid as refusal:
            context = await _shown(found, asker, form_from(refusal, data))
            return Template("meetings/meeting.html", context=context, status_code=422)
        return Redirect(f"/meetings/{meeting_id}", status_code=303)


async def _duties(found: Seen) -> list[DutyLine]:
    """As the public reads them."""
    if not await duties_of(found.meeting.id):
        return []
    return await duties_of(found.meeting.id, await labels_of(found, clock.now()))


async def _shown(found: Seen, visitor: Asker | None, form: Form) -> dict[str, object]:
    mine = found.party_of(visitor) if visitor else None
    return {
        "seen": found,
        "items": await items_of(found.meeting.id),
        "notices": await notices_of(found.meeting.id),
        "duties": await _duties(found) if found.state.has(Step.CLOSED) else [],
        "there": {stay.party for stay in await stays_of(found.meeting.id)}
        if found.state.current in HELD
        else None,
        "votes_words": VOTES_WORDS[found.kind.votes_by],
        "runs": runs(visitor, found.meeting),
        "mine": mine,
        "may_answer": mine is not None and found.state.current is Step.NOTICED,
        "answers": ANSWERS,
        "answer_words": ANSWER_WORDS,
        "form": form,
        "at": clock.now(),
    }
