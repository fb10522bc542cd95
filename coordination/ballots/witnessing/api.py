"""/api/v1/polls/{poll}/board: the board for programs, as far as everybody may see it.

All of it moves at the cadence of the turnout, so that no cast can be joined to a line.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from coordination import clock
from coordination.ballots.sequencing.queries import board_of, consistency_of
from coordination.ballots.sequencing.showing import shown_board
from coordination.ballots.tables import Question
from coordination.ballots.witnessing.cosigning import take_cosignature
from coordination.ballots.witnessing.queries import (
    KnownKey,
    Party,
    cosignatures_of,
    cosigned_note,
    inclusion_at,
    known_keys,
    leaves_between,
    parties_of,
    poll_with_board,
    rights_list,
    timetable_of,
)
from coordination.ballots.witnessing.rules import Duty, Timetable
from coordination.errors import Invalid, NotFound
from coordination.web.access import anyone
from coordination.web.api import answers
from coordination.web.limits import hit

AT_ONCE = 10_000  # leaves in one answer
LARGEST = 2**53
Place = Annotated[int, QueryParameter(ge=0, le=LARGEST)]  # of an entry
Size = Annotated[int, QueryParameter(ge=1, le=LARGEST)]


class WitnessSaid(Struct, frozen=True):
    """A key that counts on this board; `vkey` as C2SP writes it. `bound`: entry 0 lays it down;
    null: this board's entry 0 lays down none."""

    name: str
    party: str
    vkey: str
    bound: bool | None
    since: datetime
    ended_at: datetime | None
    end_reason: str | None


class Keys(Struct, frozen=True):
    """The board's own key, and those of its witnesses."""

    origin: str
    vkey: str
    witnesses: list[WitnessSaid]


class Leaves(Struct, frozen=True):
    """Trackers by index, from `start` on; entry 0 is no leaf. `size`: as far as is shown."""

    size: int
    start: int
    leaves: list[str]


class Consistency(Struct, frozen=True):
    """RFC 6962: the board of `new` entries begins with the one of `old`."""

    old: int
    new: int
    proof: list[str]


class InclusionSaid(Struct, frozen=True):
    """RFC 6962: the entry at `index` is in the board of `size` entries."""

    index: int
    size: int
    proof: list[str]


class DutySaid(Struct, frozen=True):
    """A cosignature that a party owes or gave, of `least` entries or more. `done_at` null: not
    yet; `signed`: of how many entries; `behind`: the largest that came in its time and is too
    small."""

    kind: str
    since: datetime
    due: datetime
    least: int
    done_at: datetime | None
    signed: int | None
    behind: int | None
    overdue: bool


class PartySaid(Struct, frozen=True):
    party: str
    vkey: str | None
    duties: list[DutySaid]


class ShownSaid(Struct, frozen=True):
    """From then on everybody could see so many entries."""

    since: datetime
    size: int


class TimetableSaid(Struct, frozen=True):
    """What the duties are measured by. `counted_at` null: ballots may still come."""

    made_at: datetime
    opens_at: datetime
    closes_at: datetime
    counted_at: datetime | None
    shown: list[ShownSaid]


class Duties(Struct, frozen=True):
    """`timetable` null: the vote ended another way, and nothing is owed any more."""

    at: datetime
    timetable: TimetableSaid | None
    parties: list[PartySaid]


class LineSaid(Struct, frozen=True):
    """A cosignature of the checkpoint at `size`, a C2SP signature line."""

    size: int
    line: str
    received_at: datetime


class Lines(Struct, frozen=True):
    """Of each key, size and day of Shanghai the first that came."""

    cosignatures: list[LineSaid]


class CosignatureSent(Struct, frozen=True):
    """One C2SP signature line under the checkpoint at `size`."""

    size: Annotated[int, Meta(ge=1, le=LARGEST)]
    line: Annotated[str, Meta(min_length=1, max_length=500)]


class RightSaid(Struct, frozen=True):
    who: str
    weight: str


class RightsList(Struct, frozen=True):
    """Every (who, weight) of a question by who, as at the freeze; its hash is in the notice."""

    question: UUID
    rights_hash: str
    rights: list[RightSaid]


class BoardApi(Controller):
    path = "/polls/{poll_id:uuid}/board"
    guards = [anyone]
    tags = ["board"]

    @get("/checkpoint", media_type="text/plain", responses=answers(404, 422))
    async def read_checkpoint(
        self,
        poll_id: FromPath[UUID],
        size: Annotated[int | None, QueryParameter(ge=1, le=LARGEST)] = None,
    ) -> str:
        """A C2SP checkpoint with the cosignatures that have come: the latest, or of `size`."""
        shown = await shown_board(poll_id)
        if size is not None and size > shown.size:
            raise NotFound("没有这个大小的检查点。")
        return await cosigned_note(poll_id, size or shown.size)

    @get("/entry-zero", media_type="application/json", responses=answers(404))
    async def read_entry_zero(self, poll_id: FromPath[UUID]) -> Response[dict[str, Any]]:
        """Entry 0, byte for byte: what was laid down before the opening."""
        entry = (await board_of(poll_id)).entry_zero
        return Response(bytes(entry), media_type="application/json")  # pyright: ignore

    @get("/keys", responses=answers(404))
    async def read_keys(self, poll_id: FromPath[UUID]) -> Keys:
        """Public keys; compare the board's with the printed notice, a party's with the party."""
        shown = await shown_board(poll_id)
        poll, estate = await poll_with_board(poll_id)
        known = [_key(each) for each in await known_keys(poll.id, estate)]
        return Keys(shown.origin, shown.vkey, known)

    @get("/leaves", responses=answers(404, 422))
    async def list_leaves(self, poll_id: FromPath[UUID], start: Size = 1) -> Leaves:
        """Up to 10,000 trackers in the order of the board."""
        shown = await shown_board(poll_id)
        end = min(shown.size, start + AT_ONCE)
        found = await leaves_between(poll_id, start, end) if start < end else []
        return Leaves(shown.size, start, [tracker.hex() for tracker in found])

    @get("/consistency", responses=answers(404, 422))
    async def prove_consistency(self, poll_id: FromPath[UUID], old: Size, new: Size) -> Consistency:
        """That nothing was unsaid between two sizes."""
        shown = await shown_board(poll_id)
        if not 0 < old <= new <= shown.size:
            raise Invalid("没有这样两个大小。", old=f"1 到 new（{new}）", new=f"到 {shown.size}")
        proof = await consistency_of(poll_id, old, new)
        return Consistency(old, new, [step.hex() for step in proof])

    @get("/inclusion", responses=answers(404, 422))
    async def prove_inclusion(
        self, poll_id: FromPath[UUID], index: Place, size: Size
    ) -> InclusionSaid:
        """That an entry is on the board of this size."""
        shown = await shown_board(poll_id)
        if not 0 <= index < size <= shown.size:
            raise Invalid("没有这样的位置。", index="小于 size", size=f"到 {shown.size}")
        proof = await inclusion_at(poll_id, index, size)
        return InclusionSaid(index, size, [step.hex() for step in proof])

    @get("/rights/{question_id:uuid}", responses=answers(404))
    async def read_rights(self, poll_id: FromPath[UUID], question_id: FromPath[UUID]) -> RightsList:
        """The rights list of a question, published since the roll was frozen."""
        question = await Question.objects().get(
            (Question.id == question_id) & (Question.poll == poll_id)
        )
        if question is None:
            raise NotFound("这次表决没有这个事项。")
        found = await rights_list(question_id)
        said = [RightSaid(who.hex(), weight.hex()) for who, weight in found.rights]
        return RightsList(question_id, found.rights_hash, said)

    @get("/duties", responses=answers(404))
    async def list_duties(self, poll_id: FromPath[UUID]) -> Duties:
        """Who has witnessed when, and who is late."""
        poll, _ = await poll_with_board(poll_id)
        at, times = clock.now(), await timetable_of(poll)
        parties = [_said(each, at) for each in await parties_of(poll, at)]
        return Duties(at, times and _timetable(times), parties)

    @get("/cosignatures", responses=answers(404))
    async def list_cosignatures(self, poll_id: FromPath[UUID]) -> Lines:
        """What the witnesses sent, for who sees for themselves which days were kept."""
        await poll_with_board(poll_id)
        found = await cosignatures_of(poll_id)
        return Lines([LineSaid(one.size, one.line, one.received_at) for one in found])

    @post("/cosignatures", status_code=204, opt={"no_session": True},
          responses=answers(403, 404, 409, 422, 429))  # fmt: skip
    async def send_cosignature(
        self, poll_id: FromPath[UUID], data: JSONBody[CosignatureSent]
    ) -> None:
        """Cosign a checkpoint; the signature says by whom. The same one again changes nothing."""
        at = clock.now()
        await hit(f"cosign {poll_id}", 600, 60, at)
        await take_cosignature(poll_id, data.size, data.line, at)


def _key(key: KnownKey) -> WitnessSaid:
    return WitnessSaid(
        **key.witness.as_dict(),
        bound=key.is_bound,
        since=key.since,
        ended_at=key.ended_at,
        end_reason=key.end_reason,
    )


def _said(party: Party, at: datetime) -> PartySaid:
    return PartySaid(party.name, party.vkey, [_duty(duty, at) for duty in party.duties])


def _duty(duty: Duty, at: datetime) -> DutySaid:
    return DutySaid(
        duty.kind.value, duty.since, duty.due, duty.least, duty.done_at,
        duty.done and duty.done.size, duty.behind, duty.is_overdue(at),
    )  # fmt: skip


def _timetable(times: Timetable) -> TimetableSaid:
    shown = [ShownSaid(since, size) for since, size in times.shown]
    return TimetableSaid(times.made_at, times.opens_at, times.closes_at, times.counted_at, shown)
