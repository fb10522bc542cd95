"""Style, script, third-party files: unchanged, kept by browsers, and few bytes."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from litestar import get
from litestar.response import Template

from coordination.settings import STATIC, TEMPLATES
from coordination.web.access import anyone
from coordination.web.assets import assets, static_url
from tests.web.conftest import a_site, visiting

LISTS = [STATIC / "vendor", Path(__file__).parents[1] / "browser" / "vendor"]
SHEET = (STATIC / "coordination.css").read_text()
OURS = ["coordination.css", "desk.css", "elder.css", "print.css"]


def listed(folder: Path) -> dict[str, str]:
    rows = re.findall(
        r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (folder / "VENDORED.md").read_text(), re.M
    )
    return dict(rows)


@pytest.mark.parametrize("folder", LISTS, ids=lambda folder: folder.parent.name)
def test_third_party_files_lie_unchanged_and_are_all_listed(folder):
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "VENDORED.md"]

    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }

    assert found and found == listed(folder)


@get("/page", guards=[anyone])
async def page() -> Template:
    return Template(
        template_str='{% extends "layout.html" %}{% block title %}页{% endblock %}'
        "{% block main %}<h1>页</h1>{% endblock %}"
    )


async def test_an_address_with_its_hash_is_kept_for_a_year():
    async with visiting(a_site()) as visitor:
        kept = await visitor.get(static_url("coordination.css"))
        asked = await visitor.get("/static/coordination.css")

    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asked.headers["cache-control"] == "no-cache"
    assert kept.text == asked.text == SHEET
    assert kept.headers["content-type"] == "text/css; charset=utf-8"


async def test_a_file_that_did_not_change_is_not_sent_again():
    async with visiting(a_site()) as visitor:
        first = await visitor.get("/static/coordination.css")
        again = await visitor.get("/static/coordination.css", If_None_Match=first.headers["etag"])

    assert (again.status_code, again.content) == (304, b"")


async def test_a_browser_without_gzip_gets_the_plain_file():
    async with visiting(a_site()) as visitor:
        plain = await visitor.get("/static/coordination.css", Accept_Encoding="identity")
        small = await visitor.get("/static/coordination.css", Accept_Encoding="gzip")

    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(plain.content) / 2


@pytest.mark.parametrize(
    "path",
    ["../settings.py", "..%2fsettings.py", "vendor/VENDORED.md", "vendor", "", "nothing.css"],
)
async def test_nothing_else_is_served(path):
    async with visiting(a_site()) as visitor:
        response = await visitor.get(f"/static/{path}")

    assert response.status_code == 404
    assert "COORDINATION" not in response.text


def test_a_page_cannot_link_to_a_file_that_is_not_there():
    with pytest.raises(KeyError):
        static_url("forgotten.css")


async def test_a_resident_page_stays_far_below_sixty_kilobytes():
    async with visiting(a_site(page)) as visitor:
        soup = await visitor.page("/page")
        wire = [
            int((await visitor.get(str(tag.get("href") or tag["src"]))).headers["content-length"])
            for tag in soup.select("link[rel=stylesheet], link[rel=icon], script[src]")
        ]

    assert len(wire) == 7
    # What is left, 14 KB, is for the page itself: some 60 KB of text before compression.
    assert sum(wire) <= 46 * 1024


@pytest.mark.parametrize("name", OURS)
def test_a_sheet_of_our_own_is_small_and_asks_no_other_host(name):
    sheet = (STATIC / name).read_text()
    assert len(sheet.encode()) <= 12 * 1024
    assert "http" not in sheet and "@import" not in sheet and "url(" not in sheet


def test_no_template_asks_another_host_or_writes_into_the_page():
    for path in [*TEMPLATES.rglob("*.html"), STATIC / "coordination.js"]:
        text = path.read_text()
        assert not re.search(r"(src|href)=[\"']?(https?:)?//", text), path
        assert not re.search(r"\sstyle=|\son[a-z]+=[\"']|<style|javascript:|innerHTML =", text), (
            path
        )


def token(name: str) -> str:
    found = re.search(rf"--{name}:#([0-9a-f]{{3,6}})", SHEET)
    assert found, name
    digits = found[1]
    return "".join(c * 2 for c in digits) if len(digits) == 3 else digits


def brightness(colour: str) -> float:
    """Relative luminance, WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("words", "ground"),
    [
        *[(words, "paper") for words in ("ink", "soft", "pine", "seal", "amber", "link")],
        *[(words, "card") for words in ("ink", "soft", "pine", "seal", "amber", "link")],
        ("card", "pine"), ("card", "seal"), ("pine", "pine-soft"), ("seal", "seal-soft"),
        ("amber", "amber-soft"), ("ink", "amber-soft"), ("ink", "seal-soft"), ("soft", "pine-soft"),
    ],
)  # fmt: skip
def test_words_stand_out_from_their_ground(words, ground):
    light, dark = sorted([brightness(token(words)), brightness(token(ground))], reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_elder_mode_raises_text_to_24_px_and_targets_to_60():
    [elder] = re.findall(r"^\[data-elder\]\{(--text[^}]*)\}", SHEET, re.M)

    sizes = dict(re.findall(r"--(\w+):(\d+)px", elder))

    assert min(int(sizes[name]) for name in ("text", "small", "tiny", "h1", "h2")) >= 24
    assert int(sizes["touch"]) >= 60


def test_what_is_compressed_is_what_is_sent():
    for name, asset in assets().items():
        assert gzip.decompress(asset.squeezed) == asset.body == (STATIC / name).read_bytes()
