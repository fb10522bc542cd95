"""Entry 0 of the board 公示票箱第零条: what is decided, by which bars, when, by which roll. Pure.

It is signed before the first ballot and cosigned before the vote opens; the recount compares it
with the published result. `closes_at` is that of the notice: an extension is announced by itself.
`witnesses`: who was to watch, with the keys in force then, so that nobody is given another later.
"""

from datetime import datetime
from typing import Any

from coordination.ballots.board import canonical
from coordination.ballots.polls.wording import Announcement, Asked
from coordination.ballots.silence_tables import SilenceRule
from coordination.ballots.tables import Poll
from coordination.clock import SHANGHAI
from coordination.law.classes import Bar
from coordination.law.silence import SilencePolicy

VERSION = 2  # 1: without witnesses
NO_SILENCE = {
    "policy": str(SilencePolicy.NONE),
    "rule": None,
    "source": None,
    "takes_part": False,
}


def first_entry(said: Announcement, silence: SilenceRule | None, at: datetime) -> bytes:
    """Its canonical JSON, for the notice issued `at`."""
    poll = said.poll
    return canonical(
        {
            "v": VERSION,
            "poll": str(poll.id),
            "title": poll.title,
            "opens_at": _moment(poll.opens_at),
            "closes_at": _moment(poll.closes_at),
            "questions": [_question(each, poll, silence, at) for each in said.asked],
            "witnesses": [each.as_dict() for each in said.witnesses],
        }
    )


def _question(
    each: Asked, poll: Poll, silence: SilenceRule | None, at: datetime
) -> dict[str, object]:
    question, freeze, rule = each.question, each.freeze, each.rule(at)
    options: Any = question.options
    return {
        "id": str(question.id),
        "position": question.position,
        "title": question.title,
        "class": str(question.matter_class),
        "quorum": _share(rule.quorum),
        "approval": _share(rule.approval),
        "options": list(options),
        "seats": question.seats,
        "tie_rule": question.tie_rule and str(question.tie_rule),
        "precedence": question.precedence,
        "changes_allowed": poll.changes_allowed,
        "invalid_takes_part": poll.invalid_takes_part,
        "silence": _silence(silence) if silence and question.seats is None else NO_SILENCE,
        "roll_hash": freeze.roll_hash,
        "rights_hash": freeze.rights_hash,
        "rooms_hash": freeze.list_hash,
    }


def _silence(rule: SilenceRule) -> dict[str, object]:
    return {
        "policy": str(SilencePolicy.DELIVERED_JOINS_MAJORITY),
        "rule": rule.text,
        "source": rule.source,
        "takes_part": rule.takes_part_words is not None,
    }


def _share(bar: Bar) -> str:
    return f"{bar.share.numerator}/{bar.share.denominator}"


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
