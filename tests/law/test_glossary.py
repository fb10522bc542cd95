"""The glossary is what the code says: no synonym stands where its word should."""

import ast
import re
from pathlib import Path

import pytest

LAW = Path(__file__).parents[2] / "coordination" / "law"
README = (LAW / "README.md").read_text("utf-8")


def rows_under(heading):
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in cells[2:]]


SAID = {word for say, *_ in rows_under("Glossary 词汇表") for word in re.split(r"; ?", say)}
NOT_SAID = {
    word: say
    for say, _, column in rows_under("Do not say 不这样说")
    for word in re.findall("`([a-z_]+)`", column)
}


def identifiers(path):
    """Every name that a module makes: classes, functions, arguments, variables."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def words(identifier):
    """ "VotingRight" and "voting_right" as "_voting_right_"."""
    return f"_{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', identifier).lower()}_"


def test_both_tables_can_be_read():
    assert NOT_SAID["conference"] == "owners' assembly"
    assert {"owner", "voting right", "ballot", "carried"} <= SAID


def test_no_word_is_both_said_and_not_said():
    assert {word.replace("'", "").replace(" ", "_") for word in SAID} & set(NOT_SAID) == set()


@pytest.mark.parametrize("path", sorted(LAW.glob("*.py")), ids=lambda path: path.stem)
def test_the_law_says_no_synonym(path):
    names = set(identifiers(path))

    assert [
        (name, synonym) for name in names for synonym in NOT_SAID if f"_{synonym}_" in words(name)
    ] == []


def test_every_module_is_in_the_table_of_the_folder():
    listed = set(re.findall(r"^\| `(\w+\.py)` \|", README, re.MULTILINE))

    assert listed == {path.name for path in LAW.glob("*.py")} - {"__init__.py"}
