"""The privacy report in a recount: what it says of the count, and, where open, of the areas."""

from typing import Any

from coordination.ballots.findings import Findings
from coordination.ballots.privacy import SMALL_GROUP, report_areas, sums_combine
from coordination.ballots.recount_lines import Rebuilt, counting_lines

COMBINED = "combination"  # needs every ballot's choice: without lines it is only said


def check_privacy(findings: Findings, question: dict[str, Any], rebuilt: Rebuilt) -> None:
    """Figures and conclusions; groups of equal area only in the form that shows areas."""
    report = question["privacy"]
    findings.same("privacy.rights", "隐私报告所载票权数", report["rights"], rebuilt.roll.persons)
    said = {each["choice"]: each["persons"] for each in report["choices"]}
    found = rebuilt.grouping.exposed(rebuilt.cast)
    findings.same("privacy.choices", "隐私报告所载各选择人数", said, found)
    findings.same(
        "privacy.choices.listed", "隐私报告列出的选择数", len(report["choices"]), len(said)
    )
    due = _reasons([persons for persons in found.values() if persons], rebuilt.returned.persons)
    due += [COMBINED] * _combined(question, rebuilt)
    findings.same("privacy.reasons", "隐私报告的结论", report["reasons"], due)
    _check_groups(findings, report)
    if question["form"] != "full":
        findings.stated("privacy.areas", "隐私报告所载面积分组", report["groups"])
        return
    areas = report_areas([right["area_cm2"] for right in question["rights"]]).as_dict()
    listed = {name: report[name] for name in areas}
    findings.same("privacy.areas", "隐私报告所载面积分组", listed, areas)


def _check_groups(findings: Findings, report: dict[str, Any]) -> None:
    """The figures of the areas follow from the groups of equal ones, which add up to the roll."""
    sizes = [each["size"] for each in report["groups"]]
    groups = {each["size"]: each["groups"] for each in report["groups"]}
    findings.same("privacy.groups", "隐私报告所载分组依次列出", sizes, sorted(groups))
    follows = {
        "rights": sum(size * times for size, times in groups.items()),
        "distinct_areas": sum(groups.values()),
        "singletons": groups.get(1, 0),
        "exposed": sum(size * times for size, times in groups.items() if size < SMALL_GROUP),
    }
    said = {name: report[name] for name in follows}
    findings.same("privacy.groups.sums", "隐私报告的数字由分组得出", said, follows)


def _reasons(made: list[int], returned: int) -> list[str]:
    small = any(persons < SMALL_GROUP for persons in made)
    return ["group_under_5"] * small + ["unanimous"] * (set(made) == {returned})


def _combined(question: dict[str, Any], rebuilt: Rebuilt) -> bool:
    """Of an election, from the lines; without lines, as said. Version 1 did not look."""
    if question["election"] is None or "set_aside" not in question:
        return False
    if question["lines"] is None:
        return COMBINED in question["privacy"]["reasons"]
    listed = {right["who"] for right in question["rights"]}
    last = counting_lines(line for line in question["lines"] if line["who"] in listed)
    return sums_combine(rebuilt.grouping.of(line["choice"]) for line in last.values())
