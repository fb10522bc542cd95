"""Casting ballots 投票: many submissions, one commit, one answer each.

Who calls with which rights is looked up first; then one transaction: the SQL function
`cast_ballots` locks, checks and writes, and `grow_board` gives each ballot its leaf under one
signed checkpoint. What must hold whatever happens here (one ordinal once, one submission once,
nothing after the close, no ballot without its leaf) the function and the constraints hold.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from coordination import db
from coordination.ballots.board import Leaf, draw_nonce
from coordination.ballots.casting.papers import Paper
from coordination.ballots.casting.queries import Caller, HeldRight, PollCard, callers, poll_card
from coordination.ballots.receipts import Cast, Inclusion, Receipt
from coordination.ballots.seal import Slot, open_choice, seal_choice
from coordination.ballots.sequencing.appending import grow_board, read_frontier
from coordination.ballots.sequencing.queries import inclusions_of
from coordination.clock import SHANGHAI
from coordination.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Refusal
from coordination.people.askers import STEP_UP_LASTS

GRACE = timedelta(seconds=60)
CAST = "select * from cast_ballots($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
TRIES = 4  # another submission of the same owner may come first, each time


class NotOpen(Conflict):
    """Before the vote opens, or not announced."""


class Closed(Conflict):
    """After the close; a page opened before it has a minute more."""


class AlreadyFinal(Conflict):
    """Cast, and changed as often as this vote allows."""


class SentBefore(Conflict):
    """A paper that was cast came back with other choices, as by the back button."""


class StepUpNeeded(NotAllowed):
    """The last fresh proof of who is asking is over ten minutes old."""


class HeldByAnother(NotAllowed):
    """A co-owner votes on this right."""


class AlreadyCast(Conflict):
    """A ballot is there: an agent votes once, and changes nothing."""


class NoProxy(NotAllowed):
    """Who works for the property company here votes for no other owner."""

    rule = "物业服务人员不得接受委托代业主投票（参照《舟山市物业管理条例》第十七条）"


class PaperPrevails(Conflict):
    """A sheet of paper of this right was written down, and by this vote's rule it counts."""


class UnknownChoice(Invalid):
    """Not on the paper."""


REFUSALS: dict[str, Refusal] = {
    "not-open": NotOpen("这次表决还没有开始，请在公告的时间内投票。"),
    "closed": Closed("表决已经截止，没有计入您的这次提交。之前投出的票仍然有效。"),
    "spent": AlreadyCast(
        "您受托的表决权里有的已经投过票，受托人不能更改。请重新打开投票页面，投其余的票。"
    ),
    "barred": NoProxy(
        "您在本小区的物业服务企业任职，不能代其他业主投票。请委托人另行委托或自己投票。"
    ),
    "duplicate": PaperPrevails(
        "这一表决权的纸质票已经登记，按本次表决公告以纸质票为准，没有计入您的这次提交。"
    ),
    "final": AlreadyFinal("您已经投过票，可更改的次数已用完，以最后一次投出的为准。"),
}


@dataclass(frozen=True, slots=True)
class Submission:
    """A paper as it came in at the door. `token_hash` is of the sender's session."""

    token_hash: bytes
    paper: Paper


@dataclass(frozen=True, slots=True)
class Drawn:
    """A ballot made ready: what the database gets, and what the voter gets."""

    id: UUID
    right: HeldRight
    leaf: Leaf
    sealed: bytes
    tracker: bytes

    def receipt(self, at: datetime, board: Inclusion) -> Receipt:
        day = at.astimezone(SHANGHAI).date().isoformat()
        cast = Cast(self.leaf.ordinal, self.leaf.nonce, self.tracker, day)
        return Receipt(self.leaf.poll, self.leaf.question, self.right.frozen, cast, board)


Answer = list[Receipt] | Refusal
Cards = dict[UUID, PollCard | None]
Turn = AbstractAsyncContextManager[Any]
FREE: Turn = nullcontext()  # nobody else of this process writes


async def cast_ballots(
    submissions: Sequence[Submission], at: datetime, turn: Turn = FREE
) -> list[Answer]:
    """Cast each submission, all in one transaction; a refused one sinks no other.

    A submission that was cast before is answered with the same receipts again. `turn` is held
    while writing: a batch beside this one is looked up and sealed meanwhile.
    """
    answers: list[Answer | None] = [None] * len(submissions)
    cards = {poll: await poll_card(poll) for poll in {s.paper.poll for s in submissions}}
    for _ in range(TRIES):
        waiting = [n for n, answer in enumerate(answers) if answer is None]
        if not waiting:
            break
        batch = [submissions[n] for n in waiting]
        for n, answer in zip(waiting, await _cast_once(batch, cards, at, turn), strict=True):
            answers[n] = answer
    return [answer or Closed("同时有另一次提交，请刷新后再试。") for answer in answers]


async def _cast_once(
    batch: Sequence[Submission], cards: Cards, at: datetime, turn: Turn
) -> list[Answer | None]:
    """One try at each; None: another came first, look again."""
    who = await callers([(s.token_hash, s.paper.poll) for s in batch], at)
    answers: list[Answer | None] = [None] * len(batch)
    ready: dict[int, list[Drawn]] = {}
    for n, (submission, caller) in enumerate(zip(batch, who, strict=True)):
        try:
            card = cards[submission.paper.poll]
            ready[n] = _draw(submission.paper, _admitted(caller, at), card)
        except Refusal as refusal:
            answers[n] = refusal
    said, placed = [], {}
    if ready:
        async with turn:
            said, placed = await _write(batch, who, ready, cards, at)
    for (n, drawn), word in zip(ready.items(), said, strict=True):
        if word == "cast":
            answers[n] = [ballot.receipt(at, placed[ballot.tracker]) for ballot in drawn]
        elif word == "again":
            answers[n] = await _receipts_again(batch[n].paper, drawn, cards)
        elif word != "moved":
            answers[n] = REFUSALS[word]
    return answers


def _admitted(caller: Caller | None, at: datetime) -> Caller:
    """NotSignedIn, StepUpNeeded."""
    if caller is None:
        raise NotSignedIn("登录已过期，请重新登录。您已选的内容会保留。")
    if caller.stepped_up_at is None or at - caller.stepped_up_at > STEP_UP_LASTS:
        raise StepUpNeeded("投票前请再验证一次身份。您已选的内容会保留。")
    return caller


def _draw(paper: Paper, caller: Caller, card: PollCard | None) -> list[Drawn]:
    """The paper's ballots, sealed. NotFound, HeldByAnother, UnknownChoice."""
    if card is None or not caller.rights:
        raise NotFound("没有找到由您表决的事项。")
    if not paper.choices:
        raise UnknownChoice("请先选择您的意见。")
    drawn = []
    for right_id, choice in sorted(paper.choices.items()):
        right = caller.rights.get(right_id)
        if right is None:
            raise NotFound(
                "表决票上有不由您表决的房屋，可能已经过户，或者委托已经撤回。请重新打开投票页面。"
            )
        if right.is_held_back_from(caller.person):
            raise HeldByAnother("这一表决权由共有人共同享有，请先确认由您代表投票。")
        offer = card.choices[right.question]
        if not offer.accepts(choice):
            raise UnknownChoice(offer.why_not(choice))
        drawn.append(_seal_one(card, right, choice))
    return drawn


def _seal_one(card: PollCard, right: HeldRight, choice: str) -> Drawn:
    poll, question, ordinal = str(card.id), str(right.question), right.cast + 1
    leaf = Leaf(
        poll, question, ordinal, right.frozen.who, right.frozen.weight, choice, draw_nonce()
    )
    slot = Slot(poll, question, str(right.id), ordinal)
    sealed = seal_choice(card.key, slot, choice, leaf.nonce, card.lengths[right.question])
    return Drawn(uuid4(), right, leaf, sealed, leaf.tracker)


async def _write(
    batch: Sequence[Submission],
    who: Sequence[Caller | None],
    ready: dict[int, list[Drawn]],
    cards: Cards,
    at: datetime,
) -> tuple[list[str], dict[bytes, Inclusion]]:
    """What `cast_ballots` says to each submission that is ready, in their order; and where on the
    board the ballots that were cast stand, by tracker."""
    papers = [batch[n].paper for n in ready]
    ballots = [(of, ballot) for of, drawn in enumerate(ready.values(), 1) for ballot in drawn]
    async with db.transaction(), db.connection() as connection:
        done = await connection.fetchrow(
            CAST, at, GRACE,
            [paper.poll for paper in papers],
            [caller.person for n in ready if (caller := who[n])],
            [paper.submission for paper in papers],
            [paper.opened_at for paper in papers],
            [of for of, _ in ballots],
            [ballot.id for _, ballot in ballots],
            [ballot.right.id for _, ballot in ballots],
            [ballot.leaf.ordinal for _, ballot in ballots],
            [ballot.sealed for _, ballot in ballots],
            [ballot.tracker for _, ballot in ballots],
        )  # fmt: skip
        assert done, "a function answers"
        said: list[str] = done["answers"]
        cast = [(papers[of - 1].poll, b.tracker) for of, b in ballots if said[of - 1] == "cast"]
        return said, await _append(connection, done, cast, cards, at)


async def _append(
    connection: asyncpg.Connection,
    locked: asyncpg.Record,
    cast: Sequence[tuple[UUID, bytes]],
    cards: Cards,
    at: datetime,
) -> dict[bytes, Inclusion]:
    """Give each tracker that was cast its leaf, poll by poll. `locked`: the boards as they are."""
    placed: dict[bytes, Inclusion] = {}
    boards = zip(locked["boards"] or (), locked["sizes"] or (), locked["frontiers"] or (),
                 strict=True)  # fmt: skip
    for poll, size, frontier in boards:
        trackers, card = [tracker for of, tracker in cast if of == poll], cards[poll]
        assert card, "what was cast was sealed with its key"
        edge = read_frontier(size, frontier)
        found = await grow_board(connection, poll, card.key, edge, trackers, at)
        placed |= zip(trackers, found, strict=True)
    assert len(placed) == len(cast), "no ballot is written without its leaf"
    return placed


async def _receipts_again(paper: Paper, drawn: Sequence[Drawn], cards: Cards) -> Answer:
    """The receipts of a submission that is already cast; SentBefore: it said otherwise then."""
    rows = await db.rows(
        """select "right", ordinal, sealed, tracker, cast_at from ballot
            where "right" = any($1::uuid[]) and submission = $2 order by "right" """,
        [ballot.right.id for ballot in drawn],
        paper.submission,
    )
    rights = {ballot.right.id: ballot.right for ballot in drawn}
    card = cards[paper.poll]
    assert card
    placed = await inclusions_of(paper.poll, [row["tracker"] for row in rows])
    opened = [open_ballot(card, rights[row["right"]], row, placed[row["tracker"]]) for row in rows]
    cast = {row["right"]: choice for row, (choice, _) in zip(rows, opened, strict=True)}
    if cast != paper.choices:
        return SentBefore("这张表决票之前已经投出。如要更改，请重新打开表决票再选。")
    return [receipt for _, receipt in opened]


def open_ballot(
    card: PollCard, right: HeldRight, row: asyncpg.Record, board: Inclusion
) -> tuple[str, Receipt]:
    """Choice and receipt of a ballot row, for its own holder alone."""
    slot = Slot(str(card.id), str(right.question), str(right.id), row["ordinal"])
    choice, nonce = open_choice(card.key, slot, row["sealed"])
    day = row["cast_at"].astimezone(SHANGHAI).date().isoformat()
    cast = Cast(row["ordinal"], nonce, row["tracker"], day)
    return choice, Receipt(str(card.id), str(right.question), right.frozen, cast, board)
