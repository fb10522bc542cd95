"""What the house tests look at."""

import ast
from functools import cache
from pathlib import Path

import pytest

from coordination.settings import TEMPLATES

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "coordination"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.stat().st_size)
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if path.stat().st_size)
PAGES = sorted(TEMPLATES.rglob("*.html"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def each(*paths):
    """The test once for each file, named by it."""
    return pytest.mark.parametrize("path", [one for some in paths for one in some], ids=relative)
