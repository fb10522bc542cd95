"""An auditor's signed promise of secrecy 保密承诺, and the package with every right opened.

The promise is recorded by staff or by who convenes, with the signed paper; the package goes to
that one person, after a fresh proof, and each download is in the audit log.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from coordination import audit, db, files
from coordination.ballots.ballot_tables import Result
from coordination.ballots.board import digest
from coordination.ballots.openness.tables import SecrecyPromise
from coordination.ballots.package import Publication, build
from coordination.ballots.polls.permits import convenes, works_for_property
from coordination.ballots.polls.queries import estate_of, load_poll, state_of
from coordination.ballots.results.counting import all_question_facts, poll_facts
from coordination.ballots.tables import Poll
from coordination.ballots.witnessing.closing import closed_board
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound
from coordination.people.askers import Asker
from coordination.people.queries import person_named
from coordination.people.tables import RoleKind
from coordination.places.tables import Place

LISTED = """
select p.name, s.recorded_at, s.person from secrecy_promise s join person p on p.id = s.person
 where s.poll = $1 order by s.recorded_at
"""
FULL = "full"


class NotCounted(Conflict):
    """There is no result yet: before the close nobody opens anything."""


class PromisedAlready(Conflict):
    """This person's promise is recorded."""


@dataclass(frozen=True, slots=True)
class Promised:
    """An auditor, as those who recorded them see the list."""

    name: str
    recorded_at: datetime
    person: UUID


def may_record(asker: Asker, estate: Place, poll: Poll) -> bool:
    """The 居委会, and who convenes; nobody of the property company."""
    if works_for_property(asker, estate.path):
        return False
    return asker.holds(estate, RoleKind.COMMUNITY_WORKER) or convenes(asker, estate, poll)


async def record_promise(
    asker: Asker, poll_id: UUID, account: str, document: str, at: datetime
) -> None:
    """Let the person with this phone or login have the opened package. `document`: the SHA-256 of
    the signed paper. NotFound, NotAllowed, ProveFirst, Invalid, PromisedAlready."""
    async with db.transaction():
        poll = await _for_recorder(asker, poll_id)
        asker.must_have_stepped_up(at)
        person = await person_named(account)
        if person is None:
            raise Invalid("没有这个账号。", account="请填写审计人登录用的手机号，须先注册。")
        mine = SecrecyPromise.poll == poll_id, SecrecyPromise.person == person.id
        if await SecrecyPromise.exists().where(*mine):
            raise PromisedAlready("这位审计人的保密承诺已经登记。")
        promise = SecrecyPromise(
            id=uuid4(), poll=poll_id, person=person.id, document=document,
            recorded_by=asker.id, recorded_at=at,
        )  # fmt: skip
        await promise.save()
        await files.keep([document])
        await audit.record(asker, "record_secrecy_promise", promise, at=at, place=poll.estate)


async def promises_of(asker: Asker, poll_id: UUID) -> tuple[Poll, list[Promised]]:
    """For who may record them, and for the auditor. NotFound, NotAllowed."""
    poll = await load_poll(poll_id)
    found = [Promised(**row) for row in await db.rows(LISTED, poll_id)]
    if not any(one.person == asker.id for one in found):
        await _for_recorder(asker, poll_id)
    return poll, found


async def opened_package(asker: Asker, poll_id: UUID, at: datetime) -> dict[str, Any]:
    """The published result with every right opened, for the auditor alone.

    NotFound, NotAllowed, ProveFirst, NotCounted.
    """
    async with db.transaction():
        poll, promise = await load_poll(poll_id), await _promise_of(asker, poll_id)
        estate = await estate_of(poll)
        if promise is None or works_for_property(asker, estate.path):
            raise NotAllowed("只有签署了保密承诺并已登记的审计人可以下载。")
        asker.must_have_stepped_up(at)
        result = (
            await Result.objects()
            .where(Result.poll == poll_id)
            .order_by(Result.published_at, ascending=False)
            .first()
            .output(load_json=True)
        )
        if result is None:
            raise NotCounted("结果还没有公布。投票截止、计票公布以后才能下载。")
        await audit.record(asker, "download_opened_package", promise, at=at, place=poll.estate)
        return await _opened(poll, result.package)


async def _opened(poll: Poll, published: Any) -> dict[str, Any]:
    """The same result, line by line; what was published of it stays to the letter."""
    state = await state_of(poll)
    facts = await all_question_facts(poll, state)
    full = build(
        await poll_facts(poll, state), facts, _publication(published["publication"]), FULL,
        await closed_board(poll), auditor=True,
    )  # fmt: skip
    same = {**full, "board": published["board"]}
    return {**same, "sha256": digest(same)}


def _publication(said: dict[str, str]) -> Publication:
    return Publication(
        stage=said["stage"],
        counted_at=datetime.fromisoformat(said["counted_at"]),
        objections_from=date.fromisoformat(said["objections_from"]),
        objections_until=date.fromisoformat(said["objections_until"]),
        objections=said["objections"],
    )


async def _promise_of(asker: Asker, poll_id: UUID) -> SecrecyPromise | None:
    return await SecrecyPromise.objects().get(
        (SecrecyPromise.poll == poll_id) & (SecrecyPromise.person == asker.id)
    )


async def _for_recorder(asker: Asker, poll_id: UUID) -> Poll:
    poll = await load_poll(poll_id)
    estate = await estate_of(poll)
    if not any(role.covers(estate) for role in asker.roles):
        raise NotFound("没有找到这次表决。")
    if not may_record(asker, estate, poll):
        raise NotAllowed("审计人的保密承诺由居委会或者召集人登记。")
    return poll
