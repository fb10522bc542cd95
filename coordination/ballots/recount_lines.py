"""The first half of a recount: from rights, lines and openings to persons and area per choice.

Every weight is taken from the rights list, one per `who`; of a right's ballots the one with the
highest ordinal counts. Areas come from openings, after the weights they open were added up.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from coordination.ballots.board import INVALID, Leaf, rights_hash, roll_hash, trackers_hash, who_is
from coordination.ballots.commitments import (
    NoOpening,
    NoPoint,
    Opening,
    add_weights,
    commit,
    opens,
)
from coordination.ballots.findings import Findings
from coordination.ballots.reading import Unreadable
from coordination.ballots.recount_election import ONE_NAME, Grouping
from coordination.law.areas import format_area
from coordination.law.tally import NOTHING, Choice, Weight

NEEDED = {
    "sums": {"trackers", "total"},
    "grouped": {"lines", "openings"},
    "full": {"lines", "openings"},
}
OF_A_FORM = {"lines", "openings", "trackers", "total"}
LABELS = {
    str(Choice.APPROVE): "同意",
    str(Choice.REJECT): "不同意",
    str(Choice.NONE_OF_THESE): "都不同意",
    str(Choice.ABSTAIN): "弃权",
    INVALID: "无效",
}
SECRETS = {"right", "area_cm2", "salt", "r"}


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What the package's lines come to; in the form `sums`, what it says they come to."""

    roll: Weight
    cast: dict[str, Weight]
    trackers: dict[bytes, dict[str, Any]]  # the line, where there are lines
    grouping: Grouping

    @property
    def returned(self) -> Weight:
        """Every ballot that counts, once."""
        return self.grouping.returned(self.cast)


def rebuild(findings: Findings, poll: str, question: dict[str, Any], grouping: Grouping) -> Rebuilt:
    """Persons and area of roll and choices, with every check on the way there."""
    _require_form(question)
    _check_rights(findings, question)
    if question["form"] == "full":
        _check_opened(findings, question)
    else:
        findings.stated("roll.roll_hash", "名册哈希", question["roll"]["roll_hash"])
    findings.stated("roll.rooms_hash", "房号面积清单哈希", question["roll"]["rooms_hash"])
    if question["form"] == "sums":
        return _from_sums(findings, question, grouping)
    return _from_lines(findings, poll, question, grouping)


def _require_form(question: dict[str, Any]) -> None:
    form = question["form"]
    given = {name for name in OF_A_FORM if question[name] is not None}
    if given != NEEDED[form]:
        due, have = ("、".join(sorted(names)) for names in (NEEDED[form], given))
        raise Unreadable(f"{form} 形式应有 {due}，实有 {have or '无'}")
    secrets = SECRETS if form == "full" else set()
    for place, right in enumerate(question["rights"]):
        if right.keys() & SECRETS != secrets:
            raise Unreadable(f"{form} 形式的票权清册不是这个写法", "rights", place)


def _check_rights(findings: Findings, question: dict[str, Any]) -> None:
    rights, roll = question["rights"], question["roll"]
    names = [right["who"] for right in rights]
    twice = [who for who, times in Counter(names).items() if times > 1]
    findings.clean("rights", "票权清册没有重复的 who", twice)
    findings.clean("rights.order", "票权清册按 who 排列", [b for a, b in pairwise(names) if a > b])
    hexed = ((bytes.fromhex(right["who"]), bytes.fromhex(right["weight"])) for right in rights)
    findings.same("roll.rights_hash", "票权清册哈希", roll["rights_hash"], rights_hash(hexed))
    findings.same("roll.persons", "全体业主人数", roll["persons"], len(set(names)))


def _check_opened(findings: Findings, question: dict[str, Any]) -> None:
    """The form `full`: every right is open, so the roll itself can be rebuilt."""
    rights = question["rights"]
    lines = [(right["right"], right["area_cm2"]) for right in rights]
    findings.same("roll.roll_hash", "名册哈希", question["roll"]["roll_hash"], roll_hash(lines))
    misnamed = [
        right["who"]
        for right in rights
        if who_is(bytes.fromhex(right["salt"]), right["right"]).hex() != right["who"]
    ]
    findings.clean("rights.who", "每个 who 由其票权号与盐算出", misnamed)
    findings.clean(
        "rights.weight",
        "每个承诺打开为其面积",
        [right["who"] for right in rights if not _opens_to(right)],
    )


def _opens_to(right: dict[str, Any]) -> bool:
    try:
        return commit(right["area_cm2"], bytes.fromhex(right["r"])).hex() == right["weight"]
    except NoOpening:
        return False


def _from_sums(findings: Findings, question: dict[str, Any], grouping: Grouping) -> Rebuilt:
    """No lines: the choices are taken as said, and only the roll's sum is opened."""
    weights = (bytes.fromhex(right["weight"]) for right in question["rights"])
    area = open_sum(findings, "total", "全体票权面积之和", weights, question["total"])
    said = (question["cast_only"] or question)["choices"]
    cast = {each["choice"]: weight_of(each) for each in said if each["choice"] in grouping.sums}
    cast[INVALID] = weight_of(question["invalid"])
    if question["election"]:
        cast[ONE_NAME] = weight_of(question["election"]["named"])
    cast = {name: cast.get(name, NOTHING) for name in grouping.sums}
    trackers = [bytes.fromhex(tracker) for tracker in question["trackers"]]
    _check_trackers(findings, question, trackers)
    returned = grouping.returned(cast).persons
    findings.same(
        "superseded", "被改票取代的票数", question["superseded"], len(trackers) - returned
    )
    roll = Weight(len({right["who"] for right in question["rights"]}), area)
    return Rebuilt(roll, cast, {tracker: {} for tracker in trackers}, grouping)


def _from_lines(
    findings: Findings, poll: str, question: dict[str, Any], grouping: Grouping
) -> Rebuilt:
    weights = {right["who"]: bytes.fromhex(right["weight"]) for right in question["rights"]}
    lines = question["lines"]
    _check_lines(findings, lines, weights, grouping)
    trackers = [_tracker(poll, question["id"], line) for line in lines]
    _check_trackers(findings, question, trackers)

    last = counting_lines(line for line in lines if line["who"] in weights)
    counted = len(lines) - len(last)
    findings.same("superseded", "被改票取代的票数", question["superseded"], counted)
    groups = {name: [] for name in sorted(grouping.sums)}
    for who, line in last.items():
        for name in grouping.of(line["choice"]):
            groups[name].append(weights[who])
    cast = _open_groups(findings, question, groups)
    uncast = [weight for who, weight in weights.items() if who not in last]
    rest = open_sum(findings, "uncast", "未表决者面积之和", uncast, question["uncast"])
    area = rest + grouping.returned(cast).area_cm2
    made = dict(zip(trackers, lines, strict=True))
    return Rebuilt(Weight(len(weights), area), cast, made, grouping)


def _check_lines(
    findings: Findings,
    lines: list[dict[str, Any]],
    weights: dict[str, bytes],
    grouping: Grouping,
) -> None:
    strangers = [line["who"] for line in lines if line["who"] not in weights]
    findings.clean("lines.who", "每一票的 who 都在票权清册上", strangers)
    swapped = [
        line["who"]
        for line in lines
        if line["who"] in weights and weights[line["who"]].hex() != line["weight"]
    ]
    findings.clean("lines.weight", "每一票的承诺与票权清册相同", swapped)
    unknown = [line["choice"] for line in lines if not grouping.of(line["choice"])]
    findings.clean("lines.choice", "每一票的选择都在选项之中", unknown)
    ordinals: dict[str, list[int]] = {}
    for line in lines:
        ordinals.setdefault(line["who"], []).append(line["ordinal"])
    wrong = [
        f"{who}: {sorted(found)}"
        for who, found in ordinals.items()
        if sorted(found) != list(range(1, len(found) + 1))
    ]
    findings.clean("lines.ordinal", "同一票权的票依次编号，没有重号和缺号", wrong)


def _tracker(poll: str, question: str, line: dict[str, Any]) -> bytes:
    who, weight, nonce = (bytes.fromhex(line[name]) for name in ("who", "weight", "nonce"))
    return Leaf(poll, question, line["ordinal"], who, weight, line["choice"], nonce).tracker


def _check_trackers(findings: Findings, question: dict[str, Any], trackers: list[bytes]) -> None:
    twice = [tracker.hex() for tracker, times in Counter(trackers).items() if times > 1]
    findings.clean("trackers", "没有重复的追踪号", twice)
    disordered = [b.hex() for a, b in pairwise(trackers) if a > b]
    findings.clean("trackers.order", "票按追踪号排列，不按时间或房号", disordered)
    found = trackers_hash(trackers)
    findings.same("trackers_hash", "全部追踪号的哈希", question["trackers_hash"], found)


def counting_lines(lines: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By `who`, the line that counts: the highest ordinal."""
    last: dict[str, dict[str, Any]] = {}
    for line in lines:
        if line["who"] not in last or line["ordinal"] > last[line["who"]]["ordinal"]:
            last[line["who"]] = line
    return last


def _open_groups(
    findings: Findings, question: dict[str, Any], groups: dict[str, list[bytes]]
) -> dict[str, Weight]:
    said = {opening["choice"]: opening for opening in question["openings"]}
    made = [choice for choice in groups if groups[choice]]
    listed = [opening["choice"] for opening in question["openings"]]
    findings.same("openings", "有票的选择各有一个打开值", listed, made)
    cast = {}
    for choice, weights in groups.items():
        what = f"选择“{LABELS.get(choice, choice)}”的面积之和"
        area = open_sum(findings, f"openings.{choice}", what, weights, said.get(choice))
        cast[choice] = Weight(len(weights), area)
    return cast


def open_sum(
    findings: Findings,
    name: str,
    what: str,
    weights: Iterable[bytes],
    said: dict[str, Any] | None,
) -> int:
    """The area that the weights' sum was shown to hide; as said, where the showing fails."""
    opening = Opening(said["area_cm2"], bytes.fromhex(said["r"])) if said else None
    try:
        total = add_weights(weights)
    except NoPoint:
        total = bytes(32)
    if total is None and opening is None:
        return 0
    holds = total is not None and opening is not None and opens(total, opening)
    area = opening.area_cm2 if opening else 0
    found = format_area(area) if holds else "承诺之和打不开为这个面积"
    findings.fits(name, what, format_area(area) if opening else None, found, holds)
    return area


def weight_of(measured: dict[str, Any]) -> Weight:
    """The weight that a package prints."""
    return Weight(measured["persons"], int(measured["area_m2"].replace(".", "")))
