"""Result packages for tests, made from short descriptions of who voted what."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

from coordination.ballots.board import Leaf, digest, draw_nonce
from coordination.ballots.commitments import FrozenRight, freeze_right
from coordination.ballots.package import PollFacts, Publication, QuestionFacts, build
from coordination.ballots.package_board import BoardFacts
from coordination.ballots.package_figures import CountingRules
from coordination.ballots.package_lines import CountedBallot
from coordination.law.classes import MatterClass

POLL = PollFacts(
    id="poll-1",
    title="更换 3 号楼电梯",
    estate="梧桐苑",
    convener="梧桐苑业主委员会",
    contact="王主任 010-12345678",
    notice_number="梧桐苑表决〔2026〕1 号",
    notice_code="K7M2P9QX",
    notice_on=date(2026, 3, 1),
    opens_at=datetime(2026, 3, 17, 1, tzinfo=UTC),
    closes_at=datetime(2026, 4, 1, 10, tzinfo=UTC),
)
PRELIMINARY = Publication(
    stage="preliminary",
    counted_at=datetime(2026, 4, 1, 10, 2, tzinfo=UTC),
    objections_from=date(2026, 4, 2),
    objections_until=date(2026, 4, 7),
    objections="书面交业主委员会，或在本页提出",
)

# One right: its area in cm², then every choice it made, the last of which counts.
Vote = tuple[int, *tuple[str, ...]]


def the_rights(votes: Sequence[Vote]) -> list[FrozenRight]:
    return [freeze_right(1001 + place, vote[0]) for place, vote in enumerate(votes)]


def a_question(
    votes: Sequence[Vote],
    rules: CountingRules | None = None,
    matter: MatterClass = MatterClass.SPEND_FUND,
    position: int = 1,
    channels: Sequence[str] = ("online", "paper"),
    undelivered: int = 0,
) -> QuestionFacts:
    """A question voted on so; of those who never voted the last `undelivered` were not reached."""
    rights, question = the_rights(votes), f"question-{position}"
    ballots = [
        a_ballot(right, question, ordinal, choice, channels[place % len(channels)])
        for place, (right, vote) in enumerate(zip(rights, votes, strict=True))
        for ordinal, choice in enumerate(vote[1:], 1)
    ]
    silent = [right.right for right, vote in zip(rights, votes, strict=True) if not vote[1:]]
    missed = set(silent[len(silent) - undelivered :])
    return QuestionFacts(
        id=question,
        position=position,
        title="使用维修资金更换电梯",
        scope="全体业主",
        matter=matter,
        class_reason="从维修资金列支",
        rules=rules or CountingRules(),
        changes_allowed=1,
        frozen_on=date(2026, 2, 25),
        rooms_hash="ab" * 32,
        rights=rights,
        ballots=ballots,
        delivered={right.right: "door" for right in rights if right.right not in missed},
    )


def a_ballot(
    right: FrozenRight, question: str, ordinal: int, choice: str, channel: str = "online"
) -> CountedBallot:
    nonce = draw_nonce()
    leaf = Leaf(POLL.id, question, ordinal, right.who, right.weight, choice, nonce)
    return CountedBallot(right.right, ordinal, choice, nonce, leaf.tracker, channel)


def a_package(
    *questions: QuestionFacts,
    form: str | None = None,
    board: BoardFacts | None = None,
    auditor: bool = False,
) -> dict:
    return build(POLL, questions, PRELIMINARY, form, board, auditor=auditor)


def copy_of(package: dict) -> dict:
    return json.loads(json.dumps(package))


def signed_again(package: dict) -> dict:
    """A liar prints a fresh hash too."""
    return {**package, "sha256": digest(package)}


def forty(**made: int) -> list[Vote]:
    """Forty rights of different areas; `made` says how many made each choice."""
    votes: list[Vote] = []
    for choice, times in made.items():
        votes += [(800_000 + 137 * (len(votes) + place), choice) for place in range(times)]
    return votes + [(800_000 + 137 * place,) for place in range(len(votes), 40)]
