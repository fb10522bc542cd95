"""Lies about lines, rights and openings, each with the check by which a recount names it.

Whoever tells one also prints fresh hashes where it helps.
"""

from coordination.ballots.board import Leaf, rights_hash, trackers_hash
from coordination.ballots.commitments import draw_r, freeze_right
from tests.ballots.packages import POLL

Question = dict


def one_that_counts(question: Question, choice: str) -> dict:
    """A ballot for `choice` that no later one replaced."""
    changed = {each["who"] for each in question["lines"] if each["ordinal"] > 1}
    lines = (each for each in question["lines"] if each["who"] not in changed)
    return next(each for each in lines if each["choice"] == choice)


def hash_trackers_again(question: Question) -> None:
    def tracker(line: dict) -> bytes:
        who, weight, nonce = (bytes.fromhex(line[name]) for name in ("who", "weight", "nonce"))
        ordinal, choice = line["ordinal"], line["choice"]
        return Leaf(POLL.id, question["id"], ordinal, who, weight, choice, nonce).tracker

    question["lines"].sort(key=tracker)
    question["trackers_hash"] = trackers_hash(map(tracker, question["lines"]))


def hash_rights_again(question: Question) -> None:
    question["roll"]["rights_hash"] = rights_hash(
        (bytes.fromhex(right["who"]), bytes.fromhex(right["weight"]))
        for right in question["rights"]
    )


def drop_a_ballot(question: Question) -> None:
    question["lines"].remove(next(each for each in question["lines"] if each["ordinal"] == 1))


def drop_the_ballot_that_counts(question: Question) -> None:
    question["lines"] = [each for each in question["lines"] if each["ordinal"] == 1]


def add_a_ballot_for_one_who_did_not_vote(question: Question) -> None:
    voted = {line["who"] for line in question["lines"]}
    silent = next(right for right in question["rights"] if right["who"] not in voted)
    line = {"ordinal": 1, "who": silent["who"], "weight": silent["weight"]}
    question["lines"].append({**line, "choice": "approve", "nonce": "00" * 32})
    hash_trackers_again(question)


def add_a_ballot_of_nobody(question: Question) -> None:
    stranger = freeze_right(7, 900_000)
    line = {"ordinal": 1, "who": stranger.who.hex(), "weight": stranger.weight.hex()}
    question["lines"].append({**line, "choice": "approve", "nonce": "00" * 32})
    hash_trackers_again(question)


def add_a_further_ordinal(question: Question) -> None:
    line = one_that_counts(question, "reject")
    question["lines"].append({**line, "ordinal": 2, "choice": "approve"})
    hash_trackers_again(question)


def duplicate_a_ballot(question: Question) -> None:
    question["lines"].insert(0, question["lines"][0])


def alter_a_choice(question: Question) -> None:
    one_that_counts(question, "reject")["choice"] = "approve"


def alter_a_choice_and_all_figures_of_persons(question: Question) -> None:
    one_that_counts(question, "reject")["choice"] = "approve"
    approve, reject, _ = question["choices"]
    approve["persons"], reject["persons"] = approve["persons"] + 1, reject["persons"] - 1
    hash_trackers_again(question)


def make_up_a_choice(question: Question) -> None:
    question["lines"][0]["choice"] = "maybe"


def change_a_nonce(question: Question) -> None:
    question["lines"][0]["nonce"] = "0" * 64


def change_an_ordinal(question: Question) -> None:
    next(each for each in question["lines"] if each["ordinal"] == 1)["ordinal"] = 3


def swap_the_order_of_votes(question: Question) -> None:
    twice = next(each["who"] for each in question["lines"] if each["ordinal"] == 2)
    for line in question["lines"]:
        if line["who"] == twice:
            line["ordinal"] = 3 - line["ordinal"]


def reorder_the_lines(question: Question) -> None:
    question["lines"].reverse()


def swap_the_weights_of_two_ballots(question: Question) -> None:
    one, two = question["lines"][:2]
    one["weight"], two["weight"] = two["weight"], one["weight"]


def swap_a_commitment_on_the_roll(question: Question) -> None:
    heavier = freeze_right(1, 5_000_000).weight.hex()
    line = next(each for each in question["lines"] if each["choice"] == "approve")
    right = next(each for each in question["rights"] if each["who"] == line["who"])
    right["weight"] = line["weight"] = heavier
    hash_rights_again(question)


def swap_a_commitment_on_the_roll_alone(question: Question) -> None:
    line = next(each for each in question["lines"] if each["choice"] == "approve")
    right = next(each for each in question["rights"] if each["who"] == line["who"])
    right["weight"] = freeze_right(1, 5_000_000).weight.hex()
    hash_rights_again(question)


def strike_a_right_from_the_roll(question: Question) -> None:
    voted = {line["who"] for line in question["lines"]}
    question["rights"] = [right for right in question["rights"] if right["who"] in voted]
    question["roll"]["persons"] = len(question["rights"])
    question["uncast"] = None
    hash_rights_again(question)


def list_a_right_twice(question: Question) -> None:
    question["rights"].insert(0, question["rights"][0])


def reorder_the_roll(question: Question) -> None:
    question["rights"].reverse()


def change_the_rights_hash(question: Question) -> None:
    question["roll"]["rights_hash"] = "0" * 64


def change_the_trackers_hash(question: Question) -> None:
    question["trackers_hash"] = "0" * 64


def change_an_opened_area(question: Question) -> None:
    question["openings"][1]["area_cm2"] += 1


def move_area_between_two_choices(question: Question) -> None:
    for opening, by in zip(question["openings"], (-1000, 1000), strict=False):
        opening["area_cm2"] += by


def change_a_blinding(question: Question) -> None:
    question["openings"][0]["r"] = draw_r().hex()


def open_a_choice_nobody_made(question: Question) -> None:
    question["openings"].append({**question["openings"][0], "choice": "invalid"})


def hide_an_opening(question: Question) -> None:
    del question["openings"][0]


def change_the_rest(question: Question) -> None:
    question["uncast"]["area_cm2"] -= 1


LIES_IN_LINES = {
    drop_a_ballot: "trackers_hash",
    drop_the_ballot_that_counts: "openings.approve",
    add_a_ballot_for_one_who_did_not_vote: "openings.approve",
    add_a_ballot_of_nobody: "lines.who",
    add_a_further_ordinal: "openings.approve",
    duplicate_a_ballot: "trackers",
    alter_a_choice: "openings.reject",
    alter_a_choice_and_all_figures_of_persons: "openings.approve",
    make_up_a_choice: "lines.choice",
    change_a_nonce: "trackers_hash",
    change_an_ordinal: "lines.ordinal",
    swap_the_order_of_votes: "openings.approve",
    reorder_the_lines: "trackers.order",
    swap_the_weights_of_two_ballots: "lines.weight",
    swap_a_commitment_on_the_roll: "openings.approve",
    swap_a_commitment_on_the_roll_alone: "openings.approve",
    strike_a_right_from_the_roll: "roll.area_m2",
    list_a_right_twice: "rights",
    reorder_the_roll: "rights.order",
    change_the_rights_hash: "roll.rights_hash",
    change_the_trackers_hash: "trackers_hash",
    change_an_opened_area: "openings.approve",
    move_area_between_two_choices: "openings.abstain",
    change_a_blinding: "openings.abstain",
    open_a_choice_nobody_made: "openings",
    hide_an_opening: "openings.abstain",
    change_the_rest: "uncast",
}
