"""What holds for every template: where it stands, and what it may not say."""

import ast
import re
from functools import cache

from litestar.routes import HTTPRoute

from coordination.app import create_app
from coordination.settings import TEMPLATES
from tests.house import MODULES, PACKAGE, PAGES, each, tree_of
from tests.program import litestar_in

NAME = re.compile(r"(?:\w+/)*\w+\.html")


def _said(path):
    """The templates that a module or a template names; `{}` stands for any word."""
    if path.suffix == ".html":
        return set(re.findall(r"[\"']((?:\w+/)*\w+\.html)[\"']", path.read_text("utf-8")))
    said = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.JoinedStr):
            said.add("".join(p.value if isinstance(p, ast.Constant) else "{}" for p in node.values))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            said.add(node.value)
    return {one for one in said if NAME.fullmatch(one.replace("{}", "x"))}


def test_templates_and_their_names_agree():
    said = {name for path in [*MODULES, *PAGES] for name in _said(path)} - {".html"}
    named, patterns = {n for n in said if "{}" not in n}, {n for n in said if "{}" in n}
    present = {path.relative_to(TEMPLATES).as_posix() for path in PAGES}
    meant = {
        name
        for name in present
        if any(re.fullmatch(re.escape(p).replace(r"\{\}", r"\w+"), name) for p in patterns)
    }

    assert named - present == set(), "not there"
    assert present - named - meant == set(), "nobody's"


def test_a_template_folder_belongs_to_a_slice_of_the_same_name():
    folders = {path.name for path in TEMPLATES.iterdir() if path.is_dir()} - {"errors", "print"}

    assert {name for name in folders if not (PACKAGE / name).is_dir()} == set()


@each(PAGES)
def test_a_template_says_first_where_it_stands_and_what_it_needs(path):
    assert path.read_text("utf-8").startswith("{#")


@cache
def _routes():
    return {
        _shape(route.path)
        for route in litestar_in(create_app()).routes
        if isinstance(route, HTTPRoute)
    }


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


@each(path for path in PAGES if path.parent.name not in ("errors", "templates"))
def test_the_route_that_a_template_names_is_one(path):
    comment = path.read_text("utf-8").partition("#}")[0]
    named = re.findall(r"(?:GET|POST) (/[\w/{}.-]*)", comment)

    assert named or path.name.startswith("_"), "names its route"
    assert {_shape(one.rstrip(".")) for one in named} - _routes() == set()


@each(PAGES)
def test_nothing_is_written_into_a_page_that_the_policy_forbids(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.S)

    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|javascript:", text, re.I)
    assert not re.search(r"<\w[^>]*\son[a-z]+=", text, re.I)
    assert not re.search(r"(?:src|href|action)=[\"']?(?:https?:)?//", text), "an external host"


@each(PAGES)
def test_every_form_that_changes_something_carries_the_token(path):
    for form in re.findall(r"<form\b.*?</form>", path.read_text("utf-8"), re.S):
        if re.search(r"method=[\"']?post", form, re.I):
            assert "csrf_input | safe" in form, form[:120]
