"""The house rules that a linter does not know. Each failure names the file and the rule."""

import ast
import hashlib
import importlib
import re
from pathlib import Path

import pytest
from litestar import Litestar, get

from coordination.cli import COMMANDS
from coordination.web.access import require_declarations
from tests.house import MODULES, PACKAGE, ROOT, TESTS, each, relative, tree_of

OWN_TEXTS = {".py", ".html", ".typ", ".css", ".js", ".md", ".toml", ".yaml", ".yml", ".json", ""}


@each(MODULES, TESTS)
def test_a_module_says_what_it_is_and_stays_small(path):
    assert ast.get_docstring(tree_of(path)), "says in one line what it is for"
    assert len(path.read_text("utf-8").splitlines()) <= 300, "split it by noun"
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 40, f"{node.name} fits on a screen"


LAYER_WORDS = {
    "service", "services", "manager", "managers", "helper", "helpers", "util", "utils", "base",
    "common", "schema", "schemas", "dto", "repository", "repositories", "misc",
}  # fmt: skip


@each(MODULES)
def test_nothing_is_named_after_a_layer(path):
    named = {path.stem} - {"schema"}  # coordination/schema.py: the database's own word
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ClassDef):
            named.add(re.sub(r".*(?=[A-Z])", "", node.name).lower())

    assert named & LAYER_WORDS == set()


# Who asks what time it is: pages, commands, and what runs by itself. All else is told `at`.
ASKS_THE_CLOCK = re.compile(
    r"(pages|api|access|door|command|backup|demo|worker|jobs|news|chrome|neighbourhood)\.py$"
    r"|/(web|home/demo)/\w+\.py$"
)
READS_TIME = {"now", "utcnow", "today", "time"}
SQL_TIME = re.compile(r"\b(now\(\)|current_timestamp|current_date|clock_timestamp\(\))", re.I)
REAL_TIME = {"coordination/jobs.py"}  # a worker's beat is real, also where a demo's clock is moved


@each(MODULES)
def test_only_the_clock_reads_the_time(path):
    if path.name == "clock.py":
        return
    told = {ast.get_docstring(node, clean=False) for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)}  # fmt: skip
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = ast.unparse(node.func.value)
            asked = node.func.attr in READS_TIME and of in ("datetime", "date", "time")
            assert not asked, f"line {node.lineno}: {ast.unparse(node.func)}()"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            asked = SQL_TIME.search(node.value) and node.value not in told
            assert not asked or relative(path) in REAL_TIME, f"line {node.lineno}"


@each(MODULES)
def test_what_acts_is_told_the_time(path):
    if "clock.now()" in path.read_text("utf-8"):
        assert ASKS_THE_CLOCK.search(relative(path)), "takes `at`"


@each(MODULES)
def test_only_pages_and_the_web_know_litestar(path):
    imported = {name.split(".")[0] for name in _imported(path)}
    if "litestar" in imported:
        assert re.search(
            r"(pages|api|access|door|routes|chrome|following)\.py$|/web/|/(app|server)\.py$",
            relative(path),
        )


def _imported(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@each(MODULES, TESTS)
def test_our_own_modules_are_imported_at_the_top(path):
    for outer in ast.walk(tree_of(path)):
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for node in ast.walk(outer):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    assert "coordination" not in ast.unparse(node), f"line {node.lineno}"


# What goes on after any failure, and so may catch all of them: a worker's loop, a batch of
# other people's papers, other polls' clocks.
CATCHES_ALL = {
    "coordination/worker.py",
    "coordination/ballots/casting/queue.py",
    "coordination/ballots/results/clockwork.py",
    "coordination/tickets/watching/sweeping.py",
}


@each(MODULES)
def test_nobody_swallows_what_they_do_not_know(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler) and not any(
            isinstance(inner, ast.Raise) for inner in ast.walk(node)
        ):
            caught = ast.unparse(node.type) if node.type else "everything"
            if caught in ("Exception", "BaseException", "everything"):
                assert relative(path) in CATCHES_ALL, f"line {node.lineno} catches {caught}"


@each(MODULES, TESTS)
def test_a_comment_is_finished(path):
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", path.read_text("utf-8").replace(
        "(TODO|FIXME|XXX|HACK)", ""))  # fmt: skip


def test_a_route_that_declares_no_access_stops_the_app():
    @get("/open-by-accident")
    async def forgotten() -> str:
        return ""

    with pytest.raises(RuntimeError, match="open-by-accident"):
        require_declarations(Litestar([forgotten], openapi_config=None))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_a_function_there_is(command):
    module, function = COMMANDS[command][0].split(":")

    assert callable(getattr(importlib.import_module(module), function))


LISTS = sorted((*ROOT.rglob("VENDORED.md"), PACKAGE / "web" / "fonts" / "README.md"))


@each(path for path in LISTS if ".venv" not in path.parts)
def test_a_third_party_file_is_unchanged(path):
    text = path.read_text("utf-8")
    files = [one for one in path.parent.rglob("*") if one.is_file() and one != path]

    assert files
    for one in files:
        name = one.relative_to(path.parent).as_posix()
        digest = hashlib.sha256(one.read_bytes()).hexdigest()
        listed = next((line for line in text.splitlines() if name in line and "|" in line), "")
        assert digest in listed or name == "OFL.txt", f"{name} {digest}"


NOT_OURS = {"vendor", "__pycache__", "node_modules"}
UNREAD = {"uv.lock", "package-lock.json", Path(__file__).name}  # git ignores the first two
THIS_MACHINE = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users)/[\w.]+")
REGISTRIES = re.compile(
    r"https?://[\w.-]*(pypi|pythonhosted|npmjs|registry|artifactory|mirror)[\w./-]*"
)


def _own_files():
    folders = [one for one in ROOT.iterdir() if one.is_dir() and one.name[0] != "."]
    for path in (*ROOT.glob("*"), *(ROOT / ".ci").glob("*"), *_below(folders)):
        if path.is_file() and path.suffix in OWN_TEXTS and path.name not in UNREAD:
            yield path


def _below(folders):
    for folder in folders:
        yield from (path for path in folder.rglob("*") if not NOT_OURS & set(path.parts))


def test_the_repository_knows_no_machine_and_no_registry():
    found = [
        (relative(path), match.group())
        for path in _own_files()
        for pattern in (THIS_MACHINE, REGISTRIES)
        for match in pattern.finditer(path.read_text("utf-8", errors="ignore"))
    ]

    assert found == []


def test_no_test_reads_the_shared_folder():
    assert [relative(path) for path in TESTS if re.search(r"shared/(cases|design)", path.read_text(
        "utf-8")) and path != Path(__file__)] == []  # fmt: skip


def test_tests_mirror_the_package():
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    own = {"journeys", "browser", "benchmarks", "faults", "__pycache__"}

    assert {name for name in folders - own if not (PACKAGE / name).is_dir()} == set()
