"""A recount as tests run it, and the packages that most of them start from."""

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

from coordination.ballots.board import canonical
from coordination.ballots.package import as_json
from coordination.ballots.package_figures import CountingRules
from coordination.ballots.recount import main, read_package, recount
from coordination.law.silence import SilencePolicy
from tests.ballots.boards import a_board
from tests.ballots.packages import a_package, a_question, forty

SILENT = CountingRules(
    silence=SilencePolicy.DELIVERED_JOINS_MAJORITY,
    silence_rule="已送达未表决的，计入多数意见。",
    silence_source="议事规则第二十条",
)
VOTES = [*forty(approve=20, reject=8, abstain=5), (850_000, "reject", "approve")]
FACTS = a_question(VOTES)
BOARD = a_board(FACTS)
HONEST = a_package(FACTS, board=BOARD)
CLOSED = a_package(FACTS, form="sums", board=BOARD)
OPENED = a_package(FACTS, form="full", board=BOARD, auditor=True)
BOARDLESS = a_package(FACTS)
SILENCED = a_package(a_question(VOTES, SILENT))

TORN = a_question([*forty(approve=18, reject=6, abstain=5, invalid=10), (850_000,)])
ASIDE = replace(  # six sheets too many, of five owners; one that two read differently
    TORN,
    ballots=[
        replace(each, why="two_boxes" if number % 2 else "torn")
        for number, each in enumerate(TORN.ballots)
    ],
    duplicates=[1001, 1001, 1002, 1003, 1004, 1005],
    conflicts={1041},
)

Write = Callable[..., Path]


def wrong(package: dict) -> set[str]:
    """The names of the checks that fail, of the first question without its path."""
    checks = recount(read_package(as_json(package)))
    return {check.name.removeprefix("questions[0].") for check in checks if check.holds is False}


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """The command: exit code, stdout, stderr."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return code, out.getvalue(), err.getvalue()


def writer(folder: Path) -> Write:
    """What writes a document, or bytes as they are, into a file of `folder`."""

    def write(document: object, name: str = "package.json") -> Path:
        path = folder / name
        path.write_bytes(document if isinstance(document, bytes) else canonical(document))
        return path

    return write


def at(document: dict, path: str) -> tuple[dict | list, str | int]:
    """What holds the value at `path`, such as "choices.0.persons", and its key there."""
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        document = document[step]
    return document, last


def figures_of(measured: dict) -> tuple[int, str]:
    """Persons and area as printed."""
    return measured["persons"], measured["area_m2"]
