"""Reading JSON from strangers: strictly, within limits, in the published form or not at all.

The form is `package.schema.json`; packages published before keep to `package-v1.schema.json`. This
knows the part of JSON Schema that the files use, so that a recount needs no library; a keyword it
does not know is a mistake of ours.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

LIMIT = 256 * 2**20  # bytes; two questions to 100,000 rights are about a third of it
VALUES = 10_000_000  # more commas and brackets than that fill a memory, not a result
DIGITS = 16  # no figure of ours has more
SCHEMA = Path(__file__).with_name("package.schema.json")
EARLIER = {1: Path(__file__).with_name("package-v1.schema.json")}
VERSION = 2
KEYWORDS = {
    *("$ref", "anyOf", "const", "enum", "type", "pattern", "minimum", "maximum", "maxLength"),
    *("items", "minItems", "maxItems", "properties", "required", "additionalProperties"),
    *("$schema", "$id", "$defs", "title"),
}
TYPES: dict[str, tuple[type, str]] = {
    "object": (dict, "应为对象 {…}"),
    "array": (list, "应为数组 […]"),
    "string": (str, "应为文字"),
    "integer": (int, "应为整数"),
    "boolean": (bool, "应为 true 或 false"),
    "null": (type(None), "应为 null"),
}

Fits = Callable[[Any], None]


class Unreadable(Exception):  # noqa: N818 - named by what is so
    """A file that cannot be taken as what it should be. Says where and why, in Chinese."""

    def __init__(self, reason: str, *where: str | int) -> None:
        super().__init__(reason)
        self.reason, self.where = reason, where

    def within(self, *where: str | int) -> "Unreadable":
        return Unreadable(self.reason, *where, *self.where)

    def __str__(self) -> str:
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.where)
        place = "".join(steps).lstrip(".")
        return f"{place}：{self.reason}" if place else self.reason


def read_file(path: Path, limit: int = LIMIT) -> bytes:
    """At most `limit` bytes. Unreadable: not there, not a file, too large."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size  # 0 of what is no file of a disk
            data = b"" if size > limit else file.read(limit + 1)
    except OSError as broken:
        raise Unreadable(f"打不开文件 {path}（{why_not(broken)}）") from broken
    if max(size, len(data)) > limit:
        raise Unreadable(f"文件 {path} 超过 {limit // 2**20} MB，不是本服务发布的文件")
    return data


def why_not(broken: OSError) -> str:
    """Why a file of this machine cannot be read or written."""
    reasons = {
        FileNotFoundError: "没有这个文件或文件夹",
        PermissionError: "没有权限",
        IsADirectoryError: "这是文件夹",
    }
    return reasons.get(type(broken), "读写出错")


def read_json(data: bytes) -> object:
    """The document. Unreadable: no UTF-8, no JSON, a key twice, a number that is no integer."""
    if sum(map(data.count, (b",", b"[", b"{"))) > VALUES:
        raise Unreadable(f"内容超过 {VALUES} 项，不是本服务发布的文件")
    try:
        return json.loads(
            data.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except UnicodeDecodeError as broken:
        raise Unreadable("文件不是 UTF-8 编码") from broken
    except json.JSONDecodeError as broken:
        place = f"第 {broken.lineno} 行第 {broken.colno} 个字符"
        raise Unreadable(f"不是完整的 JSON（{place}）") from broken
    except (RecursionError, MemoryError) as broken:
        raise Unreadable("JSON 层次太深或内容太大") from broken


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise Unreadable(f"同一个对象里 {shown(twice)} 出现了两次")
    return found


def _integer(digits: str) -> int:
    if len(digits) > DIGITS:
        raise Unreadable(f"数字 {digits[:20]}… 太大")
    if digits == "-0":
        raise Unreadable("数字 -0 应写成 0")
    return int(digits)


def _no_number(written: str) -> object:
    raise Unreadable(f"数字 {shown(written)} 应写成整数，不能用小数、指数或 NaN")


def shown(value: object) -> str:
    """`value` for a message: short and printable."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    text = json.dumps(value, ensure_ascii=False)
    return printable(text if len(text) <= 100 else f"{text[:100]}…")


def printable(text: str) -> str:
    """`text` with nothing in it that a terminal would obey."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def package_form(package: object) -> Fits:
    """What accepts packages of this one's version. Unreadable: of a version nobody knows."""
    version = package.get("v", VERSION) if isinstance(package, dict) else VERSION
    try:
        _one_of([*EARLIER, VERSION])(version)
    except Unreadable as unreadable:
        raise unreadable.within("v") from None
    return form(path=EARLIER.get(version, SCHEMA))


@cache
def form(definition: str | None = None, path: Path = SCHEMA) -> Fits:
    """What accepts a package, or one `definition` of the schema, or raises Unreadable."""
    schema = json.loads(path.read_text())
    return _compile(schema["$defs"][definition] if definition else schema, schema["$defs"], {})


def _compile(node: dict, named: dict, known: dict[str, Fits]) -> Fits:
    if strange := node.keys() - KEYWORDS:
        raise ValueError(f"the schema uses {strange}, which is not read here")
    if "$ref" in node:
        name = node["$ref"].removeprefix("#/$defs/")
        if name not in known:
            known[name] = _compile(named[name], named, known)
        return known[name]
    if "anyOf" in node:
        return _any_of([_compile(each, named, known) for each in node["anyOf"]])
    if "const" in node or "enum" in node:
        return _one_of(node.get("enum", [node.get("const")]))
    kinds: dict[str, Callable[[], Fits]] = {
        "object": lambda: _fields(node, named, known),
        "array": lambda: _items(node, _compile(node["items"], named, known)),
        "string": lambda: _text(node),
        "integer": lambda: _whole(node),
    }
    inner = kinds.get(node["type"], lambda: _nothing_more)()
    wanted, reason = TYPES[node["type"]]

    def fits(value: Any) -> None:
        if type(value) is not wanted:  # exactly: for Python a bool is an int
            raise Unreadable(f"{reason}，读到 {shown(value)}")
        inner(value)

    return fits


def _nothing_more(_: Any) -> None:
    """The type alone says it."""


def _any_of(alternatives: list[Fits]) -> Fits:
    def fits(value: Any) -> None:
        for alternative in alternatives[:-1]:
            try:
                return alternative(value)
            except Unreadable:
                continue
        return alternatives[-1](value)

    return fits


def _one_of(allowed: list) -> Fits:
    def fits(value: Any) -> None:
        if not any(value == each and type(value) is type(each) for each in allowed):
            raise Unreadable(f"应为 {'、'.join(map(shown, allowed))} 之一，读到 {shown(value)}")

    return fits


def _text(node: dict) -> Fits:
    pattern, longest = re.compile(node.get("pattern", "(?s:.*)")), node.get("maxLength")

    def fits(value: str) -> None:
        if longest is not None and len(value) > longest:
            raise Unreadable(f"文字超过 {longest} 个字")
        if not pattern.fullmatch(value) or not (value.isascii() or _is_unicode(value)):
            raise Unreadable(f"写法不对：{shown(value)}")

    return fits


def _is_unicode(value: str) -> bool:
    """JSON can spell half a surrogate pair; no UTF-8 can."""
    return not any("\ud800" <= sign <= "\udfff" for sign in value)


def _whole(node: dict) -> Fits:
    low, high = node["minimum"], node["maximum"]

    def fits(value: int) -> None:
        if not low <= value <= high:
            raise Unreadable(f"应在 {low} 到 {high} 之间，读到 {value}")

    return fits


def _items(node: dict, item: Fits) -> Fits:
    fewest, most = node.get("minItems", 0), node.get("maxItems")

    def fits(value: list) -> None:
        if len(value) < fewest or (most is not None and len(value) > most):
            raise Unreadable(f"有 {len(value)} 项，数目不对")
        for place, each in enumerate(value):
            try:
                item(each)
            except Unreadable as unreadable:
                raise unreadable.within(place) from None

    return fits


def _fields(node: dict, named: dict, known: dict[str, Fits]) -> Fits:
    fields = {name: _compile(each, named, known) for name, each in node["properties"].items()}
    required = set(node["required"])

    def fits(value: dict) -> None:
        if missing := required - value.keys():
            raise Unreadable(f"缺少 {shown(min(missing))}")
        for name, each in value.items():
            if name not in fields:
                raise Unreadable(f"有本版本不认识的 {shown(name)}")
            try:
                fields[name](each)
            except Unreadable as unreadable:
                raise unreadable.within(name) from None

    return fits
