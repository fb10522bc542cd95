"""Prints: A4 PDF from a Typst template under templates/print/ and plain data.

Data reaches a template as JSON and is set as text, never read as markup. Fonts are our own; the
machine's are not looked at. What a template needs stands in its first comment.
"""

import asyncio
import json
import re
import struct
from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from unicodedata import category

import typst

from coordination.errors import Conflict
from coordination.settings import PACKAGE, TEMPLATES
from coordination.web.codes import qr_svg

FONTS = PACKAGE / "web" / "fonts"
PRINTS = TEMPLATES / "print"
PDF = "application/pdf"
PICTURE = "〔表情〕"
_PICTURES = frozenset(map(chr, range(0x1F000, 0x1FB00)))
# They choose how the character before them is drawn: as emoji, in a circle, in an older form.
_VARIANTS = frozenset(map(chr, (*range(0xFE00, 0xFE10), 0x20E3, *range(0xE0100, 0xE01F0))))


class MissingGlyph(Conflict):
    """The font of the prints lacks a character; printing a box in a name would be worse."""


async def render(template: str, data: Mapping[str, object], at: datetime) -> bytes:
    """The PDF of `template` (such as "notice") with `data`, dated `at`. MissingGlyph."""
    return await asyncio.to_thread(compose, template, data, at)


def compose(template: str, data: Mapping[str, object], at: datetime) -> bytes:
    """As `render`, in this thread. MissingGlyph: the text holds what the font does not."""
    text = in_print(json.dumps(_with_qr(data), ensure_ascii=False))
    _require_glyphs(text)
    printed = typst.compile(
        PRINTS / f"{template}.typ",
        root=PRINTS,
        font_paths=_fonts(),
        sys_inputs={"data": text},
        timestamp=int(at.timestamp()),
        # A long roll is 25 times as large with tags; whoever listens has the page.
        pdf_tags=False,
    )
    assert isinstance(printed, bytes)
    return printed


def missing_glyphs(text: str) -> list[str]:
    """The characters of `text` that the font of the prints lacks, in order, each once."""
    starts, ends = _coverage(FONTS / "NotoSansCJKsc-Regular.otf")
    lacking = []
    for character in sorted(set(text)):
        place = bisect_right(starts, ord(character)) - 1
        if place < 0 or ord(character) > ends[place]:
            lacking.append(character)
    return lacking


def in_print(text: str) -> str:
    """`text` without what shows on screens alone: emoji are named, signs nobody sees are left out.
    A picture in one resident's words must not stop the print; a rare character must."""
    lacking = missing_glyphs(text)
    unseen = {ord(each): None for each in lacking if category(each) == "Cf" or each in _VARIANTS}
    drawn = "".join(each for each in lacking if each in _PICTURES or category(each) == "So")
    seen = text.translate(unseen)
    return re.sub(f"[{re.escape(drawn)}]+", PICTURE, seen) if drawn else seen


def _require_glyphs(text: str) -> None:
    lacking = missing_glyphs(text)
    if lacking:
        named = "、".join(f"“{each}”（U+{ord(each):04X}）" for each in lacking[:5])
        raise MissingGlyph(
            f"打印字库里没有这些字：{named}，所以没有打印。"
            "请核对是否录错；确是生僻字的，请改用同音字加注或联系运维人员补字。"
        )


def _with_qr(value: object) -> object:
    """The data with `qr`, an SVG, beside every `link`."""
    if isinstance(value, Mapping):
        filled = {name: _with_qr(each) for name, each in value.items()}
        return filled | {"qr": qr_svg(str(value["link"]))} if value.get("link") else filled
    if isinstance(value, list | tuple):
        return [_with_qr(each) for each in value]
    return value


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


@lru_cache(maxsize=1)
def _coverage(font: Path) -> tuple[list[int], list[int]]:
    """First and last code points of the runs in the font's character map (cmap format 12)."""
    content = font.read_bytes()
    tables = struct.unpack_from(">H", content, 4)[0]
    entries = (struct.unpack_from(">4sLLL", content, 12 + 16 * i) for i in range(tables))
    cmap = next(offset for tag, _, offset, _ in entries if tag == b"cmap")
    maps = struct.unpack_from(">H", content, cmap + 2)[0]
    for i in range(maps):
        table = cmap + struct.unpack_from(">HHL", content, cmap + 4 + 8 * i)[2]
        if struct.unpack_from(">H", content, table)[0] == 12:
            count = struct.unpack_from(">L", content, table + 12)[0]
            runs = [struct.unpack_from(">LL", content, table + 16 + 12 * i) for i in range(count)]
            return [first for first, _ in runs], [last for _, last in runs]
    raise LookupError(f"{font.name} has no character map of format 12")
