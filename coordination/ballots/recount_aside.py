"""The recount of what is set aside: invalid by reason, duplicates and conflicts.

Which ballot was invalid for which reason is in no package, so the parts are statements; that they
add up, fit, and that no area stands where it would single somebody out, is checked. A package of
version 1 has none of these figures.
"""

from collections.abc import Sequence
from typing import Any

from coordination.ballots.board import INVALID
from coordination.ballots.findings import Findings
from coordination.ballots.privacy import FEW_RIGHTS, SMALL_GROUP
from coordination.ballots.recount_lines import Rebuilt, weight_of
from coordination.law.areas import format_area
from coordination.law.tally import Weight

REASONS = ["two_boxes", "no_box", "torn", "unclear"]


def check_aside(findings: Findings, question: dict[str, Any], rebuilt: Rebuilt) -> None:
    """Nothing to check in a package of version 1."""
    if "invalid_by" not in question:
        return
    _check_reasons(findings, question, rebuilt.cast[INVALID])
    for name, what, most in (
        ("duplicates", "重复票", rebuilt.returned),
        ("conflicts", "矛盾票", rebuilt.roll),
    ):
        said = question["set_aside"][name]
        below = findings.under(f"set_aside.{name}", what)
        _check_open(below, question, [said])
        told = "与可能有的人数或面积不符"
        below.fits("persons", "涉及的业主", said["persons"], told, _fits(said, most))
    _check_numbers(findings, question)


def _fits(said: dict[str, Any], most: Weight) -> bool:
    if said["area_m2"] is None:
        return said["persons"] <= most.persons
    part = weight_of(said)
    return part.fits_in(most) and bool(part.persons) == bool(part.area_cm2)


def _check_reasons(findings: Findings, question: dict[str, Any], invalid: Weight) -> None:
    said = question["invalid_by"]
    findings.same("invalid_by", "列出的无效原因", [each["reason"] for each in said], REASONS)
    persons = sum(each["persons"] for each in said)
    findings.same("invalid_by.sum", "各无效原因的人数之和", persons, invalid.persons)
    below = findings.under("invalid_by", "无效原因")
    _check_open(below, question, said)
    areas = [weight_of(each).area_cm2 for each in said if each["area_m2"] is not None]
    if len(areas) == len(said):
        total = format_area(sum(areas))
        below.same("area", "各无效原因的面积之和", total, format_area(invalid.area_cm2))
    for each in said:
        below.stated(each["reason"], "人数", each["persons"])


def _check_open(findings: Findings, question: dict[str, Any], parts: Sequence[dict]) -> None:
    """Areas stand beside all the parts or beside none, as the form of the package allows."""
    made = [part["persons"] for part in parts if part["persons"]]
    many = question["form"] != "full" and question["roll"]["persons"] >= FEW_RIGHTS
    due = not made or (many and min(made) >= SMALL_GROUP)
    given = [part["area_m2"] is not None for part in parts]
    findings.same("open", "是否列面积", given, [due] * len(parts))


def _check_numbers(findings: Findings, question: dict[str, Any]) -> None:
    """A conflict is one right's; of duplicates a right may have several."""
    aside = question["set_aside"]
    findings.same("conflicts", "矛盾票数", question["conflicts"], aside["conflicts"]["persons"])
    ballots, persons = question["duplicates"], aside["duplicates"]["persons"]
    holds = persons <= ballots and bool(persons) == bool(ballots)
    findings.fits("duplicates", "重复票数", ballots, f"涉及 {persons} 人", holds)
