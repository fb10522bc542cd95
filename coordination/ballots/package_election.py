"""The figures of an election as the result package prints them.

Each candidate stands among the choices under their number, with both checks of approval; beside
that `election` says how seats were given. Ballots that name somebody are summed once as `named`:
a candidate's sums overlap, and only `named`, the standing choices, the invalid and the unreturned
add up to the roll.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from coordination.law.election import STANDING, Candidate, Election, TieRule, named_by
from coordination.law.tally import Weight

NAMED = "named"  # ballots with at least one name
NOT = "not "  # before a number: ballots with names, but not this one

TIE_WORDS = {
    TieRule.LOT: "人数与面积都相同的，按投票前公开抽签排定的次序",
    TieRule.NOMINATION: "人数与面积都相同的，报名在先的在先",
}


def candidates_of(names: Iterable[str], precedence: Iterable[int]) -> tuple[Candidate, ...]:
    """The candidates in the order of the ballot. ValueError: names and precedence differ."""
    return tuple(
        Candidate(number, name, place)
        for number, (name, place) in enumerate(zip(names, precedence, strict=True), 1)
    )


def sums_of(choice: str, candidates: int, seats: int) -> tuple[str, ...]:
    """The sums that a ballot is part of. ValueError: it may not say this."""
    numbers = named_by(choice, candidates, seats)
    return (*map(str, numbers), NAMED) if numbers else (choice,)


def sums_offered(candidates: int) -> tuple[str, ...]:
    """Every sum that is published, also at zero."""
    return (*(str(n) for n in range(1, candidates + 1)), NAMED, *map(str, STANDING))


def named_label(candidate: Candidate) -> str:
    return f"{candidate.number}号 {candidate.name}"


def with_complements(cast: Mapping[str, Weight], candidates: int) -> dict[str, Weight]:
    """What a reader of the sums can also take: who named somebody, but not this candidate."""
    numbers = [str(n) for n in range(1, candidates + 1)]
    missed = {f"{NOT}{n}": cast[NAMED] - cast[n] for n in numbers if cast[n].persons}
    return {**cast, **missed}


def election_figures(election: Election) -> dict[str, object]:
    """How the seats were given, and by which rule at a tie."""
    return {
        "seats": election.seats,
        "candidates": [
            {
                "number": one.candidate.number,
                "name": one.candidate.name,
                "precedence": one.candidate.precedence,
                "rank": one.rank,
                "elected": one.is_elected,
                "won_tie": one.won_tie,
            }
            for one in election.standings
        ],
        "elected": [one.number for one in election.elected],
        "substitutes": [one.number for one in election.substitutes],
        "empty_seats": election.empty_seats,
    }


def elected_words(question: Mapping[str, Any]) -> str | None:
    """Who was elected, who stands by and what stays empty, in a line; None: no election."""
    election = question["election"]
    if election is None:
        return None
    names = {one["number"]: f"{one['number']}号 {one['name']}" for one in election["candidates"]}
    if not election["elected"]:
        return f"没有人当选，空缺 {election['empty_seats']} 名"
    elected = [names[number] for number in election["elected"]]
    said = [f"当选 {len(elected)} 人：{'、'.join(elected)}"]
    if election["substitutes"]:
        said.append("候补（按次序）：" + "、".join(names[n] for n in election["substitutes"]))
    if election["empty_seats"]:
        said.append(f"空缺 {election['empty_seats']} 名，另行补选")
    return "；".join(said)


def standing_words(one: Mapping[str, Any], election: Mapping[str, Any]) -> str:
    """What became of one candidate: 当选, 候补 with the place, or 未当选; and if a tie decided."""
    if one["elected"]:
        said = f"当选，第 {one['rank']} 名"
    elif one["number"] in election["substitutes"]:
        said = f"候补第 {election['substitutes'].index(one['number']) + 1}"
    else:
        return "未当选"
    return said + ("（得票与他人相同，按事先公布的次序）" if one["won_tie"] else "")
