"""Polls as pages and colleagues read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coordination.ballots.polls.scopes import Scope
from coordination.ballots.polls.state import PollState
from coordination.ballots.tables import (
    Poll,
    PollEnding,
    PollStep,
    Question,
    QuestionDocument,
    RollFreeze,
    Step,
)
from coordination.db import row, rows, value
from coordination.errors import NotFound
from coordination.files import PDF
from coordination.law.periods import (
    day_of,
    first_opening_day,
    objection_ends,
    start_of,
)
from coordination.law.tally import Outcome
from coordination.matters.tables import Stage
from coordination.people.tables import Body, BodyKind, RoleKind
from coordination.places.calendar import working_days
from coordination.places.naming import building_name, unit_name
from coordination.places.tables import Place
from coordination.places.values import whole_setting


async def load_poll(poll_id: UUID) -> Poll:
    """The poll. NotFound: there is none. Scope is the caller's to check."""
    poll = await Poll.objects().where(Poll.id == poll_id).first()
    if poll is None:
        raise NotFound("没有找到这次表决。")
    return poll


async def polls_in_order(ids: Sequence[UUID]) -> list[Poll]:
    """These polls, in the order in which they are named."""
    found = {poll.id: poll for poll in await Poll.objects().where(Poll.id.is_in(list(ids)))}
    return [found[one] for one in ids]


async def steps_of(poll_id: UUID) -> list[PollStep]:
    """The steps taken, in order."""
    return await PollStep.objects().where(PollStep.poll == poll_id).order_by(PollStep.number)


async def state_of(poll: Poll) -> PollState:
    """Where the poll stands."""
    return PollState.of(poll, await steps_of(poll.id))


async def states_of(polls: Sequence[Poll]) -> dict[UUID, PollState]:
    """Where each of these polls stands, by its id."""
    taken: dict[UUID, list[PollStep]] = {poll.id: [] for poll in polls}
    in_order = PollStep.objects().order_by(PollStep.number)
    for step in await in_order.where(PollStep.poll.is_in(list(taken))):
        taken[step.poll].append(step)  # pyright: ignore[reportArgumentType]
    return {poll.id: PollState.of(poll, taken[poll.id]) for poll in polls}


async def waiting_ending(poll_id: UUID) -> PollEnding | None:
    """The way out that was put forward and neither confirmed nor dropped."""
    return await PollEnding.objects().get(
        (PollEnding.poll == poll_id) & PollEnding.dropped_at.is_null()
    )


async def check_ends(state: PollState, days: int, at: datetime) -> datetime:
    """When the check period of the roll ends, as its notice said; before that, when it would end if
    it began now."""
    published = state.when(Step.ROLL_PUBLISHED)
    if published is None or published.notice is None:
        return objection_ends(at, days, await working_days())
    return await value("select until from notice where id = $1", published.notice)


async def questions_of(poll_id: UUID) -> list[Question]:
    """The poll's questions in printed order; JSON columns as Python values."""
    return await (
        Question.objects()
        .where(Question.poll == poll_id)
        .order_by(Question.position)
        .output(load_json=True)
    )


async def estate_of(poll: Poll) -> Place:
    """The estate whose owners vote."""
    estate = await Place.objects().get(Place.id == poll.estate)
    assert estate, "the foreign key says so"
    return estate


async def estates_of(polls: Sequence[Poll]) -> dict[UUID, Place]:
    """The estates whose owners vote, by the poll's id."""
    wanted = {poll.estate for poll in polls}
    found = {one.id: one for one in await Place.objects().where(Place.id.is_in(list(wanted)))}
    return {poll.id: found[poll.estate] for poll in polls}


async def open_matters(estate: Place) -> list[tuple[UUID, str]]:
    """(id, title) of the estate's matters that have not come to their last stage, newest first."""
    found = await rows(
        """select m.id, m.title from matter m join place p on p.id = m.place
            where starts_with(p.path, $1) and m.stage <> $2
            order by m.opened_at desc, m.id limit 200""",
        estate.path, Stage.EVALUATED.value,
    )  # fmt: skip
    return [(row["id"], row["title"]) for row in found]


async def role_holders(
    estate: Place, at: datetime, *kinds: RoleKind, body: UUID | None = None
) -> list[UUID]:
    """Who holds a role of one of these kinds (none: any) that reaches the estate, in `body`."""
    found = await rows(
        """select distinct r.person from role r left join place p on p.id = r.place
           join person on person.id = r.person and person.closed_at is null
           where r.since <= $1 and (r.until is null or r.until > $1)
             and (p.path is null or starts_with($2, p.path))
             and (cardinality($3::text[]) = 0 or r.kind = any($3))
             and ($4::uuid is null or r.body = $4)
           order by r.person""",
        at, estate.path, [kind.value for kind in kinds], body,
    )  # fmt: skip
    return [row["person"] for row in found]


async def documents_of(poll_id: UUID) -> list[QuestionDocument]:
    """The documents of all questions of a poll, by title."""
    return await (
        QuestionDocument.objects()
        .where(QuestionDocument.question.poll == poll_id)
        .order_by(QuestionDocument.title)
    )


async def without_quorum(poll_id: UUID) -> set[UUID]:
    """The questions that too few took part in, by the final result; none before it."""
    found = await rows(
        """select (q.said ->> 'id')::uuid as id
           from result r, jsonb_array_elements(r.package -> 'questions') as q (said)
           where r.poll = $1 and r.kind = 'final' and q.said ->> 'outcome' = $2""",
        poll_id, Outcome.NO_QUORUM.value,
    )  # fmt: skip
    return {row["id"] for row in found}


async def registrar_of(estate: Place) -> Body | None:
    """The 居民委员会 of the community that the estate lies in: it keeps the registry."""
    found = await row(
        """select b.id from body b join place p on p.id = b.place
           where b.kind = $2 and starts_with($1, p.path)
           order by length(p.path) desc, b.name limit 1""",
        estate.path, BodyKind.RESIDENTS_COMMITTEE.value,
    )  # fmt: skip
    return await Body.objects().get(Body.id == found["id"]) if found else None


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it is served: its poll, the stored file, what it is saved as."""

    poll: UUID
    file: str
    kind: str
    name: str


async def document_of(document_id: UUID) -> StoredDocument:
    """NotFound: there is none. Scope is the caller's to check."""
    found = await row(
        """select q.poll, d.file, f.kind, d.title from question_document d
           join question q on q.id = d.question join stored_file f on f.sha256 = d.file
           where d.id = $1""",
        document_id,
    )
    if found is None:
        raise NotFound("没有找到这个附件。")
    ending = ".pdf" if found["kind"] == PDF else ".jpg"
    return StoredDocument(found["poll"], found["file"], found["kind"], found["title"] + ending)


async def elections_of(poll_id: UUID) -> dict[UUID, UUID]:
    """By question that elects: its election, once candidates were called for."""
    found = await rows("select question, id from election where poll = $1", poll_id)
    return {each["question"]: each["id"] for each in found}


async def candidates_ready(poll_id: UUID, estate: Place, at: datetime) -> datetime | None:
    """When the poll's lists of candidates may be settled at the earliest; None: none waits."""
    found = await rows(
        """select e.nominate_until, e.publicity_days, l.until from question q
             left join election e on e.question = q.id
             left join candidate_list l on l.election = e.id
            where q.poll = $1 and q.seats is not null and l.settled_at is null""",
        poll_id,
    )
    days = await whole_setting("nomination_days", estate, at)
    publicity = await whole_setting("candidate_days", estate, at)
    working = await working_days()
    called_now = start_of(first_opening_day(day_of(at), days))
    ready = [
        one["until"]
        or objection_ends(
            max(one["nominate_until"] or called_now, at),
            one["publicity_days"] or publicity,
            working,
        )
        for one in found
    ]
    return max(ready, default=None)


async def freezes(poll_id: UUID) -> dict[UUID, RollFreeze]:
    """The frozen rolls of a poll by question; none before the freeze."""
    found = await (
        RollFreeze.objects().where(RollFreeze.question.poll == poll_id).output(load_json=True)
    )
    return {row.question: row for row in found}


async def place_names(scope: Scope) -> dict[UUID, str]:
    """The names of the buildings and units that a scope names."""
    buildings = {
        *scope.buildings, *(b for b, _ in scope.entrances), *(b for b, _ in scope.floors)
    }  # fmt: skip
    names: dict[UUID, str] = {}
    if buildings:
        for row in await rows("select id, name from place where id = any($1)", list(buildings)):
            names[row["id"]] = building_name(row["name"])
    if scope.units:
        for row in await rows(
            """select u.id, b.name as building, u.entrance, u.room
               from unit u join place b on b.id = u.building where u.id = any($1)""",
            list(scope.units),
        ):
            names[row["id"]] = unit_name(row["building"], row["entrance"], row["room"])
    return names


async def open_objections(poll_id: UUID) -> int:
    """How many wait for an answer."""
    return await value(
        "select count(*) from roll_objection where poll = $1 and answered_at is null", poll_id
    )


async def progress_of(poll_id: UUID) -> dict[str, object] | None:
    """How far the freeze has come, or why it failed; None: none runs."""
    found = await row("select * from freeze_progress where poll = $1", poll_id)
    return dict(found) if found else None
