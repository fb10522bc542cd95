"""Each lie in a package is named by the recount, also when a fresh hash stands under it."""

import pytest

from coordination.ballots.package import as_json
from coordination.ballots.reading import Unreadable
from coordination.ballots.recount import read_package, recount
from tests.ballots.lies import LIES_IN_LINES
from tests.ballots.packages import a_package, copy_of, signed_again
from tests.ballots.recounting import ASIDE, CLOSED, HONEST, OPENED, SILENCED, at, wrong


def str_of(lie: object) -> str:
    return getattr(lie, "__name__", str(lie))


@pytest.mark.parametrize("honest", [HONEST, OPENED], ids=["grouped", "full"])
@pytest.mark.parametrize(("lie", "named"), LIES_IN_LINES.items(), ids=str_of)
def test_a_lie_in_the_lines_is_named(lie, named, honest):
    package = copy_of(honest)
    lie(package["questions"][0])

    assert named in wrong(signed_again(package))


def test_bytes_that_are_no_point_of_the_curve_open_nothing():
    package = copy_of(HONEST)
    question = package["questions"][0]
    line = next(each for each in question["lines"] if each["choice"] == "approve")
    right = next(each for each in question["rights"] if each["who"] == line["who"])
    right["weight"] = line["weight"] = "02" + "00" * 31

    assert "openings.approve" in wrong(signed_again(package))


LIES_IN_FIGURES = [
    ("roll.persons", 99, "roll.persons"),
    ("roll.area_m2", "3500.0000", "roll.area_m2"),
    ("choices.0.persons", 22, "choices.approve.persons"),
    ("choices.1.area_m2", "1.0000", "choices.reject.area_m2"),
    ("choices.0.persons_pct", "61.77", "choices.approve.persons_pct"),
    ("choices.0.area_pct", "99.99", "choices.approve.area_pct"),
    ("choices.0.label", "不同意", "choices.approve.label"),
    ("participating.persons", 38, "participating.persons"),
    ("returned.persons", 38, "returned.persons"),
    ("consent_base.area_m2", "1.0000", "consent_base.area_m2"),
    ("invalid.persons", 3, "invalid.persons"),
    ("delivered.persons", 10, "delivered"),
    ("delivered_unreturned.persons", 0, "delivered_unreturned.persons"),
    ("undelivered.persons", 5, "undelivered.persons"),
    ("channels.0.persons", 30, "channels.sum"),
    ("delivered_by.0.persons", 1, "delivered_by.sum"),
    ("superseded", 0, "superseded"),
    ("outcome", "not_carried", "outcome"),
    ("winner", "approve", "winner"),
    ("rule.approval.share", "3/4", "rule.approval.share"),
    ("rule.approval.inclusive", True, "rule.approval.inclusive"),
    ("rule.quorum.wording", "二分之一以上", "rule.quorum.wording"),
    ("rule.source", "民法典第二百七十八条第一款第六项、第二款", "rule.source"),
    ("rule.matter", "raise_fund", "rule.approval.share"),
    ("checks.0.part", 39, "checks.quorum.persons.part"),
    ("checks.1.whole", 1, "checks.quorum.area.whole"),
    ("checks.2.bar", "1/3", "checks.approval.persons.bar"),
    ("checks.2.holds", False, "checks.approval.persons.holds"),
    ("checks.3.inclusive", True, "checks.approval.area.inclusive"),
    ("checks.3.whole_is", "全体业主专有部分面积", "checks.approval.area.whole_is"),
    ("options", ["甲", "乙"], "choices"),
    ("silence.policy", "delivered_joins_majority", "silence.rule"),
    ("silence.added_to", "approve", "silence.added_to"),
    ("silence.added.persons", 6, "silence.added.persons"),
    ("privacy.rights", 99, "privacy.rights"),
    ("privacy.choices.0.persons", 99, "privacy.choices"),
    ("privacy.reasons", ["unanimous"], "privacy.reasons"),
    ("privacy.choices", [], "privacy.choices"),
    ("privacy.singletons", 99, "privacy.groups.sums"),
    ("privacy.groups", [], "privacy.groups.sums"),
    ("roll.frozen_on", "2026-03-02", "poll.days"),  # after the notice
]


def test_a_choice_listed_twice_in_the_privacy_report_is_named():
    package = copy_of(HONEST)
    listed = package["questions"][0]["privacy"]["choices"]
    listed.append(listed[0])

    assert wrong(signed_again(package)) == {"privacy.choices.listed"}


def test_days_out_of_their_order_are_named():
    """The notice after the opening, and objections that end before they begin to be counted."""
    package = copy_of(HONEST)
    package["poll"]["notice_on"] = "2026-03-18"
    package["publication"]["objections_from"] = "2026-03-31"

    assert wrong(signed_again(package)) == {"poll.days", "publication.days"}


ONLY_SUMS = {  # where no line contradicts them, the figures no longer add up
    "choices.approve.persons": "returned.persons",
    "choices.reject.area_m2": "returned.area_m2",
    "invalid.persons": "returned.persons",
}


@pytest.mark.parametrize(("path", "lie", "named"), LIES_IN_FIGURES)
@pytest.mark.parametrize("honest", [HONEST, CLOSED], ids=["grouped", "sums"])
def test_a_lie_in_the_figures_is_named(honest, path, lie, named):
    package = copy_of(honest)
    holder, key = at(package["questions"][0], path)
    assert holder[key] != lie
    holder[key] = lie

    if honest is CLOSED:
        named = ONLY_SUMS.get(named, named)
    assert named in wrong(signed_again(package))


@pytest.mark.parametrize(
    ("path", "lie", "named"),
    [
        ("invalid_by.0.persons", 6, "invalid_by.sum"),
        ("invalid_by.0.area_m2", "480.0000", "invalid_by.area"),
        ("invalid_by.0.area_m2", None, "invalid_by.open"),
        ("invalid_by.0.reason", "torn", "invalid_by"),
        ("set_aside.duplicates.persons", 7, "duplicates"),
        ("set_aside.duplicates.persons", 0, "duplicates"),
        ("set_aside.duplicates.area_m2", "9999999.0000", "set_aside.duplicates.persons"),
        ("set_aside.duplicates.area_m2", None, "set_aside.duplicates.open"),
        ("set_aside.conflicts.persons", 2, "conflicts"),
        ("set_aside.conflicts.area_m2", "80.0000", "set_aside.conflicts.open"),
        ("duplicates", 4, "duplicates"),
        ("conflicts", 2, "conflicts"),
    ],
)
@pytest.mark.parametrize("form", [None, "sums"])
def test_a_lie_about_what_is_set_aside_is_named(path, lie, named, form):
    package = a_package(ASIDE, form=form)
    assert wrong(copy_of(package)) == set()
    holder, key = at(package["questions"][0], path)
    holder[key] = lie

    assert named in wrong(signed_again(package))


@pytest.mark.parametrize(
    ("path", "lie", "named"),
    [
        ("cast_only.choices.0.persons", 22, "cast_only.choices.approve.persons"),
        ("cast_only.outcome", "no_quorum", "cast_only.outcome"),
        ("cast_only", None, "cast_only"),
        ("silence.rule", None, "silence.rule"),
        ("silence.rule", "  ", "silence.rule"),
        ("silence.added_to", "reject", "silence.added_to"),
        ("silence.takes_part", True, "participating.persons"),
        ("checks.2.whole_is", "参与表决业主人数", "checks.approval.persons.whole_is"),
    ],
)
def test_a_lie_about_silence_is_named(path, lie, named):
    package = copy_of(SILENCED)
    holder, key = at(package["questions"][0], path)
    holder[key] = lie

    assert named in wrong(signed_again(package))


def test_silence_counted_without_any_rule_is_named():
    """The whole result is printed as if there were a rule, with all its sums."""
    package = copy_of(SILENCED)
    package["questions"][0]["silence"]["rule"] = ""

    assert wrong(signed_again(package)) == {"silence.rule"}


@pytest.mark.parametrize(
    ("path", "lie", "named"),
    [
        ("privacy.singletons", 3, "privacy.areas"),
        ("privacy.groups", [], "privacy.areas"),
        ("rights.0.area_cm2", 1, "rights.weight"),
        ("rights.0.right", 1, "rights.who"),
        ("rights.0.salt", "00" * 32, "rights.who"),
        ("rights.0.r", "00" * 32, "rights.weight"),
        ("roll.roll_hash", "00" * 32, "roll.roll_hash"),
    ],
)
def test_a_lie_in_an_opened_roll_is_named(path, lie, named):
    package = copy_of(OPENED)
    holder, key = at(package["questions"][0], path)
    holder[key] = lie

    assert named in wrong(signed_again(package))


@pytest.mark.parametrize(
    ("path", "lie"),
    [("trackers.0", "00" * 32), ("total.area_cm2", 1), ("total.r", "01" + "00" * 31)],
)
def test_a_lie_in_a_closed_form_is_named(path, lie):
    package = copy_of(CLOSED)
    holder, key = at(package["questions"][0], path)
    holder[key] = lie

    named = "trackers_hash" if path.startswith("trackers") else "total"
    assert named in wrong(signed_again(package))


STATEMENTS = {
    *("poll.estate", "poll.convener", "poll.contact"),
    *("poll.notice_number", "poll.notice_code", "poll.notice_on"),
    *("publication.objections", "publication.objections_from", "publication.objections_until"),
    *("scope", "class_reason"),
    "roll.frozen_on",
    "privacy.pairs",
    *(f"privacy.choices.{place}.sets" for place in range(4)),
    "board.witnesses.2.party",  # the others' keys are bound by entry 0
}


def leaves(document: object, path: str = "") -> list[str]:
    if isinstance(document, dict):
        return [each for key, value in document.items() for each in leaves(value, f"{path}.{key}")]
    if isinstance(document, list):
        parts = enumerate(document[:4])
        return [each for place, value in parts for each in leaves(value, f"{path}.{place}")]
    return [path.lstrip(".")]


def changed(value: object) -> object:
    """Another value of the same shape: one digit, one letter, or the opposite."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case None:
            return 7
        case str() if value[-1:].isdigit():
            return value[:-1] + str((int(value[-1]) + 1) % 10)
        case str():
            return value[:-1] + ("b" if value[-1:] == "a" else "a")
        case _:
            raise TypeError(value)


def unnoticed(honest: dict, *, sign: bool) -> set[str]:
    """Every value that can be changed and still agree, in the frame and the first question."""
    found = set()
    for path in leaves(honest):
        package = copy_of(honest)
        holder, key = at(package, path)
        holder[key] = changed(holder[key])
        package = signed_again(package) if sign and path != "sha256" else package
        if run_on(package) == 0:
            found.add(path.removeprefix("questions.0."))
    return found


def run_on(package: dict) -> int:
    try:
        checks = recount(read_package(as_json(package)))
    except Unreadable:
        return 2
    return 1 if any(check.holds is False for check in checks) else 0


def test_no_value_changed_in_one_place_goes_unnoticed():
    assert unnoticed(HONEST, sign=False) == set()


def test_against_a_fresh_hash_only_known_statements_could_be_changed():
    """What is left is what no package can prove; `sha256` on the printed notice guards it."""
    assert unnoticed(HONEST, sign=True) == STATEMENTS
