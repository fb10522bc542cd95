"""The result package 公示包: one document from which page, print, JSON, CSV and XLSX are made.

`build` is given plain facts and returns plain JSON; `recount` checks it without any of this.
Channel is never crossed with choice. Texts, days and the figures of delivery, channels and
duplicates are statements: a recount can only check that they fit together.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from coordination.ballots.board import INVALID, canonical, digest, rights_hash, roll_hash
from coordination.ballots.commitments import FrozenRight
from coordination.ballots.package_aside import aside_figures
from coordination.ballots.package_board import BoardFacts, board_part
from coordination.ballots.package_figures import (
    CountingRules,
    count,
    figures,
    measured,
    rule_figures,
)
from coordination.ballots.package_lines import (
    CountedBallot,
    counting,
    frozen_weight,
    leaf_of,
    lines_of,
    silent_of,
    weigh,
)
from coordination.ballots.privacy import (
    PrivacyReport,
    default_form,
    form_for,
    report_count,
    sums_combine,
)
from coordination.ballots.reading import VERSION
from coordination.law.classes import MatterClass, rule_for
from coordination.law.periods import SHANGHAI
from coordination.law.silence import SilencePolicy
from coordination.law.tally import NOTHING, Weight

FORMAT = "coordination-result"
CHANNELS = ("online", "paper", "phone", "door")
BALLOT = "ballot"  # no other proof of delivery: the ballot itself came back
REACHED_BY = ("message", "online", "door", "letter", "posting", BALLOT)


@dataclass(frozen=True, slots=True)
class PollFacts:
    """What the notice of the poll says."""

    id: str
    title: str
    estate: str
    convener: str
    contact: str
    notice_number: str
    notice_code: str
    notice_on: date  # picks the law in force
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """One question with its frozen roll and all ballots, as opened after the close."""

    id: str
    position: int
    title: str
    scope: str  # in words, such as 全体业主
    matter: MatterClass
    class_reason: str
    rules: CountingRules
    changes_allowed: int
    frozen_on: date
    rooms_hash: str
    rights: Sequence[FrozenRight]
    ballots: Sequence[CountedBallot]
    delivered: Mapping[int, str]  # right number → way of the first proof; who voted was reached
    duplicates: Sequence[int] = ()  # of second ballots that do not count, their rights' numbers
    conflicts: Collection[int] = ()  # of rights whose entries contradict each other, the numbers


@dataclass(frozen=True, slots=True)
class Publication:
    """The publishing itself. `objections` says in words how and where to object."""

    stage: str  # preliminary 询异公示, final 结果公告
    counted_at: datetime
    objections_from: date
    objections_until: date
    objections: str


def build(
    poll: PollFacts,
    questions: Sequence[QuestionFacts],
    publication: Publication,
    form: str | None = None,
    board: BoardFacts | None = None,
    *,
    auditor: bool = False,
) -> dict[str, object]:
    """The package. `form`: as the poll's owner chose it; the privacy report may close it.

    ValueError: a ballot differs from its tracker, is of nobody on the roll, of no choice, or is
    not on the board.
    LookupError: no rule was in force on the day of the notice.
    """
    package: dict[str, object] = {
        "format": FORMAT,
        "v": VERSION,
        "poll": _plain(poll),
        "publication": _plain(publication),
        "questions": [
            _question(poll, question, form, auditor)
            for question in sorted(questions, key=lambda each: each.position)
        ],
        "board": board and board_part(poll.id, board, _trackers(questions)),
    }
    return {**package, "sha256": digest(package)}


def _trackers(questions: Sequence[QuestionFacts]) -> list[bytes]:
    return [ballot.tracker for question in questions for ballot in question.ballots]


def restated(package: Mapping[str, Any], stage: str) -> dict[str, object]:
    """A published package at a later stage: what it says of the count stays to the letter."""
    said = {**package, "publication": {**package["publication"], "stage": stage}}
    return {**said, "sha256": digest(said)}


def as_json(package: dict[str, object]) -> bytes:
    """The file as it is served: canonical, so that storing it in between changes no byte."""
    return canonical(package) + b"\n"


def _question(
    poll: PollFacts, facts: QuestionFacts, wanted: str | None, auditor: bool
) -> dict[str, object]:
    rights = {right.right: right for right in facts.rights}
    voted = counting(facts.ballots)
    if INVALID in facts.rules.options:
        raise ValueError("an option may not be named like an invalid ballot")
    parts = ((b.right, name) for b in voted.values() for name in facts.rules.sums_of(b.choice))
    cast = {**dict.fromkeys(facts.rules.sums, NOTHING), **weigh(rights, parts)}
    roll = frozen_weight(facts.rights)
    delivered = frozen_weight([rights[number] for number in {*facts.delivered, *voted}])
    rule = rule_for(facts.matter, poll.notice_on)
    counted = count(rule, facts.rules, roll, cast, delivered)
    report = _report(facts, cast, voted.values())
    form = form_for(report, wanted or default_form(len(rights)), auditor=auditor)
    leaves = {b.tracker: leaf_of(poll.id, facts.id, rights[b.right], b) for b in facts.ballots}
    return {
        "id": facts.id,
        "position": facts.position,
        "title": facts.title,
        "scope": facts.scope,
        "class_reason": facts.class_reason,
        "rule": rule_figures(rule),
        "options": list(facts.rules.options),
        "invalid_takes_part": facts.rules.invalid_takes_part,
        "changes_allowed": facts.changes_allowed,
        "roll": _roll(facts) | measured(roll),
        **figures(counted, facts.rules, cast, delivered),
        "delivered_by": _delivered_by(facts, voted),
        "silent": _silent(facts, rights, voted),
        "channels": _channels(rights, voted.values()),
        "superseded": len(facts.ballots) - len(voted),
        "duplicates": len(facts.duplicates),
        "conflicts": len(facts.conflicts),
        **aside_figures(form, rights, voted.values(), facts.duplicates, facts.conflicts),
        "privacy": report.as_dict(),
        **lines_of(form, rights, leaves, voted, facts.rules.sums_of),
    }


def _report(
    facts: QuestionFacts, cast: Mapping[str, Weight], voted: Collection[CountedBallot]
) -> PrivacyReport:
    """Made again after the count."""
    of = [facts.rules.sums_of(ballot.choice) for ballot in voted]
    return report_count(
        [right.area_cm2 for right in facts.rights],
        facts.rules.exposed(cast), facts.rules.returned(cast).persons,
        combined=facts.rules.seats is not None and sums_combine(of),
    )  # fmt: skip


def _silent(
    facts: QuestionFacts, rights: dict[int, FrozenRight], voted: Collection[int]
) -> dict[str, object] | None:
    """Whose silence weighs by the estate's rule; None: nobody's."""
    if facts.rules.silence is SilencePolicy.NONE:
        return None
    return silent_of(rights[number] for number in {*facts.delivered} - {*voted})


def _delivered_by(facts: QuestionFacts, voted: Collection[int]) -> list[dict[str, object]]:
    """How many were reached first by which way, each once."""
    ways = Counter({**dict.fromkeys(voted, BALLOT), **facts.delivered}.values())
    if strange := set(ways) - set(REACHED_BY):
        raise ValueError(f"unknown ways of delivery {strange}")
    return [{"channel": way, "persons": ways[way]} for way in REACHED_BY]


def _roll(facts: QuestionFacts) -> dict[str, object]:
    return {
        "frozen_on": facts.frozen_on.isoformat(),
        "roll_hash": roll_hash((right.right, right.area_cm2) for right in facts.rights),
        "rooms_hash": facts.rooms_hash,
        "rights_hash": rights_hash((right.who, right.weight) for right in facts.rights),
    }


def _channels(
    rights: dict[int, FrozenRight], voted: Collection[CountedBallot]
) -> list[dict[str, object]]:
    """What came back by which way: never which choice came by it."""
    sums = weigh(rights, ((ballot.right, ballot.channel) for ballot in voted))
    if strange := set(sums) - set(CHANNELS):
        raise ValueError(f"unknown channels {strange}")
    return [{"channel": channel, **measured(sums.get(channel, NOTHING))} for channel in CHANNELS]


def _plain(facts: PollFacts | Publication) -> dict[str, object]:
    """Days as 2026-05-01, moments in Shanghai's time."""
    return {
        name: value.astimezone(SHANGHAI).isoformat(timespec="seconds")
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for name, value in asdict(facts).items()
    }
