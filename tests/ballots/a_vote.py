"""A running vote in rows, for tests that begin where casting begins.

The road to it (draft, roll, notice) has tests of its own; here the rows are written as the
freeze and the notice write them.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from coordination.ballots.board import canonical, rights_hash, roll_hash
from coordination.ballots.commitments import freeze_right
from coordination.ballots.polls.first_entry import first_entry
from coordination.ballots.polls.noticing import announcement
from coordination.ballots.polls.queries import state_of
from coordination.ballots.privacy import report_areas
from coordination.ballots.seal import draw_poll_key, unwrap, wrap
from coordination.ballots.sequencing.opening import open_board
from coordination.ballots.sequencing.tables import Board
from coordination.ballots.tables import (
    Poll,
    PollStep,
    Question,
    RightHolder,
    RightUnit,
    RollFreeze,
    ScopeKind,
    Step,
    VotingRight,
)
from coordination.law.classes import MatterClass
from coordination.notices.actions import publish_notice
from coordination.notices.rules import Facts
from coordination.notices.tables import Notice, NoticeKind
from coordination.people.tables import Body, BodyKind, Person
from coordination.places.tables import Place, Unit
from coordination.registry.tables import Owner
from coordination.settings import sealing_key
from tests.builders import (
    CLOSING,
    OPENING,
    a_body,
    a_building,
    a_person,
    a_unit,
    an_estate,
    an_owner,
)

ANNOUNCED = (Step.ROLL_PUBLISHED, Step.NOTICED)  # here by one notice


@dataclass
class Vote:
    """A poll with its estate; `question` is its first."""

    poll: Poll
    estate: Place
    building: Place
    questions: list[Question]
    body: Body
    numbers: int = field(default=0)

    @property
    def question(self) -> Question:
        return self.questions[0]

    @property
    def path(self) -> str:
        return f"/ballots/{self.poll.id}"


async def a_vote(
    *,
    opens_at: datetime = OPENING,
    closes_at: datetime = CLOSING,
    changes_allowed: int = 1,
    classes: tuple[MatterClass, ...] = (MatterClass.MANAGER,),
    title: str = "选聘物业服务企业",
    options: tuple[str, ...] = (),
    estate: Place | None = None,
    board: bool = True,
) -> Vote:
    """A poll whose notice is out. `options`: of its last question, which is a motion otherwise.

    `board`: False where entry zero is to say what `freeze` will find, as the notice's does.
    """
    estate = estate or await an_estate()
    body = await a_body(BodyKind.OWNERS_COMMITTEE, estate, "梧桐苑业主委员会")
    drafter = await a_person("张委员")
    poll = Poll(
        id=uuid4(), estate=estate.id, convener=body.id, title=title,
        summary="现物业合同到期，由业主共同决定。", contact="业委会 027-87000000",
        drafted_by=drafter.id, drafted_at=opens_at - timedelta(days=40),
        opens_at=opens_at, closes_at=closes_at, roll_check_days=7, notice_days=15,
        objection_days=5, changes_allowed=changes_allowed, parking_counts=False,
        invalid_takes_part=False, package_form="grouped",
    )  # fmt: skip
    key = draw_poll_key()
    poll.sealed_key = wrap(sealing_key(), str(poll.id), key)
    await poll.save()
    questions = [
        await _question(poll, n, kind, options if n == len(classes) else ())
        for n, kind in enumerate(classes, 1)
    ]
    notice = await _notice_of(poll, estate)
    await _road(poll, drafter, notice)
    if board:
        entry_zero = canonical({"v": 1, "poll": str(poll.id), "title": title, "questions": []})
        await open_board(poll.id, key, entry_zero, notice.published_at)
    building = await a_building(estate, f"{estate.name[:4]}1")
    return Vote(poll, estate, building, questions, body)


async def _notice_of(poll: Poll, estate: Place) -> Notice:
    opens_at: datetime = poll.opens_at
    return await publish_notice(
        estate, NoticeKind.BALLOT, poll.title, "", Facts(()), opens_at - timedelta(days=28),
        issuer=poll.convener, person=None, link=f"/ballots/{poll.id}", subject=poll.id,
        until=opens_at - timedelta(days=21),
    )  # fmt: skip


async def _road(poll: Poll, drafter: Person, notice: Notice) -> None:
    """The steps up to the notice, two days apart."""
    members = {Step.PROPOSED: drafter.id, Step.NOTICED: (await a_person("刘委员")).id}
    for number, step in enumerate((Step.DRAFTED, Step.ROLL_PUBLISHED, Step.ROLL_FREEZING,
                                   Step.ROLL_FROZEN, Step.PROPOSED, Step.NOTICED), 1):  # fmt: skip
        await PollStep(
            id=uuid4(), poll=poll.id, number=number, step=step, ordinal=1,
            at=poll.opens_at - timedelta(days=40 - number * 2), role="", reason="",
            person=members.get(step), notice=notice.id if step in ANNOUNCED else None,
        ).save()  # fmt: skip


async def _question(
    poll: Poll, position: int, kind: MatterClass, options: tuple[str, ...]
) -> Question:
    question = Question(
        id=uuid4(), poll=poll.id, position=position, title=f"事项{position}",
        text="是否选聘阳光物业？", cost="每月每平方米 1.5 元", proposer="业主委员会",
        if_silent="不投票不计入参与表决", matter_class=kind, class_reason="选聘物业服务企业",
        scope_kind=ScopeKind.ESTATE, scope="{}", options=json.dumps(options),
    )  # fmt: skip
    await question.save()
    return question


async def a_voter(
    vote: Vote,
    *,
    area_cm2: int = 895_000,
    name: str = "李秀英",
    person: Person | None = None,
    unit: Unit | None = None,
) -> Person:
    """An owner on the roll of each question, with one unit of this area."""
    unit = unit or await a_unit(vote.building, f"{1000 + vote.numbers}", area_cm2=area_cm2)
    person = await an_owner(unit, name=name, person=person)
    await on_the_roll(vote, await owners_of(unit), unit, area_cm2)
    return person


async def owners_of(unit: Unit) -> list[UUID]:
    found = await Owner.raw(
        "select o.id from owner o join ownership w on w.owner = o.id where w.unit = {}", unit.id
    )
    return [row["id"] for row in found]


async def on_the_roll(vote: Vote, owners: list[UUID], unit: Unit, area_cm2: int) -> list[UUID]:
    """One right per question for these owners together."""
    rights = []
    for question in vote.questions:
        vote.numbers += 1
        frozen = freeze_right(vote.numbers, area_cm2)
        right = VotingRight(
            id=uuid4(), question=question.id, number=frozen.right, area_cm2=area_cm2,
            salt=frozen.salt, who=frozen.who, blinding=frozen.r, weight=frozen.weight,
            holders=len(owners),
        )  # fmt: skip
        await right.save()
        await RightUnit(
            id=uuid4(), right=right.id, unit=unit.id, building=unit.building,
            area_cm2=area_cm2, area_source="register",
        ).save()  # fmt: skip
        for owner in owners:
            await RightHolder(
                id=uuid4(), right=right.id, owner=owner, since=OPENING, reason=""
            ).save()
        rights.append(right.id)
    return rights


async def rights_of(vote: Vote, person: Person) -> list[UUID]:
    """The person's rights, question by question."""
    found = await VotingRight.raw(
        """select r.id from voting_right r join question q on q.id = r.question
             join right_holder h on h."right" = r.id join acting a on a.owner = h.owner
            where q.poll = {} and a.person = {} order by q.position""",
        vote.poll.id, person.id,
    )  # fmt: skip
    return [row["id"] for row in found]


async def freeze(vote: Vote) -> None:
    """The frozen roll's sums and hashes, once all voters are on it."""
    for question in vote.questions:
        rights = await VotingRight.objects().where(VotingRight.question == question.id)
        await RollFreeze(
            id=uuid4(), question=question.id, persons=len(rights),
            area_cm2=sum(right.area_cm2 for right in rights), units=len(rights),
            roll_hash=roll_hash((right.number, right.area_cm2) for right in rights),
            list_hash="0" * 64,
            rights_hash=rights_hash((right.who, right.weight) for right in rights),
            privacy=json.dumps(report_areas([r.area_cm2 for r in rights]).as_dict()),
            gaps="[]", frozen_at=OPENING - timedelta(days=30),
        ).save()  # fmt: skip
    if not await Board.exists().where(Board.poll == vote.poll.id):
        at = OPENING - timedelta(days=28)
        said = await announcement(vote.poll, vote.estate, await state_of(vote.poll), at)
        key = unwrap(sealing_key(), str(vote.poll.id), bytes(vote.poll.sealed_key or b""))
        await open_board(vote.poll.id, key, first_entry(said, said.silence, at), at)
