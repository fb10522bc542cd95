"""What the house tests look at."""

import ast
from functools import cache
from pathlib import Path

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
    """The test of every file, as one: a thousand files times a dozen rules would be most of the
    run by number. Every file that fails is named with what it fails by."""
    files = [one for some in paths for one in some]

    def of_all(rule):
        def every():
            found = [f"{relative(path)}: {why}" for path in files if (why := _why(rule, path))]
            assert not found, "\n".join(found)

        every.__name__, every.__doc__, every.__module__ = (
            rule.__name__,
            rule.__doc__,
            rule.__module__,
        )
        return every

    return of_all


def _why(rule, path: Path) -> str:
    """What the file breaks; "" where it keeps the rule."""
    try:
        rule(path)
    except AssertionError as broken:
        return str(broken)
    return ""
