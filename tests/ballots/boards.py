"""Boards for packages in tests: as the service would have kept them, with three witnesses."""

from collections.abc import Sequence
from datetime import timedelta

from coordination.ballots.board import canonical, rights_hash, roll_hash
from coordination.ballots.checkpoints import (
    Checkpoint,
    board_origin,
    cosignature,
    public_key,
    sign_checkpoint,
    with_cosignatures,
    witness_name,
)
from coordination.ballots.package import PollFacts, QuestionFacts
from coordination.ballots.package_board import BoardFacts, Witness
from coordination.ballots.tree import root_of
from coordination.law.classes import rule_for
from coordination.law.periods import SHANGHAI
from tests.ballots.packages import POLL

SEED = bytes(range(32))
PARTIES = ("梧桐苑业主委员会", "梧桐苑社区居民委员会", "青山街道办事处")
WITNESS_SEEDS = tuple(bytes([number]) * 32 for number in (1, 2, 3))
STRANGER = bytes([9]) * 32
EARLIER = 5  # the size of the checkpoint that was cosigned during the vote


def the_witnesses() -> list[Witness]:
    publics = map(public_key, WITNESS_SEEDS)
    return [
        Witness(witness_name(public), party, public)
        for public, party in zip(publics, PARTIES, strict=True)
    ]


def an_entry_zero(*questions: QuestionFacts, poll: PollFacts = POLL) -> bytes:
    """What was laid down before the opening: the keys of the witnesses too, but of the last, which
    came later."""
    return canonical(
        {
            "v": 2,
            "poll": poll.id,
            "title": poll.title,
            "opens_at": poll.opens_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "closes_at": poll.closes_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "questions": [_laid_down(poll, question) for question in questions],
            "witnesses": [
                *(
                    {"party": one.party, "vkey": one.as_dict()["vkey"]}
                    for one in the_witnesses()[:2]
                ),
                {"party": PARTIES[2], "vkey": None},
            ],
        }
    )


def _laid_down(poll: PollFacts, facts: QuestionFacts) -> dict[str, object]:
    rule, rules = rule_for(facts.matter, poll.notice_on), facts.rules
    return {
        "id": facts.id,
        "position": facts.position,
        "title": facts.title,
        "class": str(facts.matter),
        "quorum": str(rule.quorum.share),
        "approval": str(rule.approval.share),
        "options": list(rules.options),
        "seats": rules.seats,
        "tie_rule": rules.tie_rule and str(rules.tie_rule),
        "precedence": list(rules.precedence) or None,
        "changes_allowed": facts.changes_allowed,
        "invalid_takes_part": rules.invalid_takes_part,
        "silence": {
            "policy": str(rules.silence),
            "rule": rules.silence_rule,
            "source": rules.silence_source,
            "takes_part": rules.silence_takes_part,
        },
        "roll_hash": roll_hash((right.right, right.area_cm2) for right in facts.rights),
        "rights_hash": rights_hash((right.who, right.weight) for right in facts.rights),
        "rooms_hash": facts.rooms_hash,
    }


def a_note(
    entries: Sequence[bytes], size: int, at: int, signers: Sequence[bytes] = WITNESS_SEEDS,
    poll: str = POLL.id, seed: bytes = SEED,
) -> str:  # fmt: skip
    """A checkpoint of the first `size` entries, signed, and cosigned by `signers` at `at`."""
    head = Checkpoint(board_origin(poll), size, root_of(entries[:size]))
    lines = [cosignature(head.body, witness_name(public_key(key)), key, at) for key in signers]
    return with_cosignatures(sign_checkpoint(head, seed), lines)


def a_board(*questions: QuestionFacts, poll: PollFacts = POLL) -> BoardFacts:
    """Closed and cosigned: before the opening, once during the vote, and at the close by two."""
    zero = an_entry_zero(*questions, poll=poll)
    leaves = [ballot.tracker for question in questions for ballot in question.ballots]
    entries = [zero, *leaves]
    opened, closed = int(poll.opens_at.timestamp()), int(poll.closes_at.timestamp())
    day = int(timedelta(days=1).total_seconds())
    return BoardFacts(
        public=public_key(SEED),
        entry_zero=zero,
        leaves=leaves,
        checkpoint=a_note(entries, len(entries), closed + 60, WITNESS_SEEDS[:2], poll.id),
        witnesses=the_witnesses(),
        earlier=[
            a_note(entries, 1, opened - day, poll=poll.id),
            a_note(entries, min(EARLIER, len(entries)), opened + day, poll=poll.id),
        ],
    )
