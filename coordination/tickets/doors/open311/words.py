"""Open311 GeoReport v2 as data: services, requests, errors, and both of its formats. Pure.

Source: wiki.open311.org/GeoReport_v2. XML is required by the text, JSON is what everybody reads;
both are made from the same lists. Times are ISO 8601 with a zone.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from xml.etree import ElementTree

from coordination.clock import SHANGHAI
from coordination.tickets.kinds import DONE, State
from coordination.tickets.words import OUTCOME_WORDS, STATE_WORDS

OPEN, CLOSED = "open", "closed"
# To a text's type Litestar adds the charset.
FORMATS = {"json": "application/json; charset=utf-8", "xml": "text/xml"}
SPOT = "spot"  # the one attribute that our services ask for
LISTS = {"services": "service", "service_requests": "request", "errors": "error",
         "attributes": "attribute", "values": "value", "endpoints": "endpoint",
         "formats": "format"}  # fmt: skip


class Row(Protocol):
    """What a query found, by name."""

    def __getitem__(self, name: str, /) -> Any: ...


def rendered(root: str, said: Any, form: str) -> bytes:
    """What is said as the format's bytes; a list stands in XML under `root`."""
    if form == "json":
        return json.dumps(said, ensure_ascii=False).encode()
    return ElementTree.tostring(_element(root, said), encoding="utf-8", xml_declaration=True)


def _element(name: str, said: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(said, Mapping):
        element.extend(_element(each, value) for each, value in said.items())
    elif isinstance(said, list | tuple):
        element.extend(_element(LISTS.get(name, "item"), value) for value in said)
    elif said is not None:
        element.text = _plain(str(said).lower() if isinstance(said, bool) else str(said))
    return element


def _plain(text: str) -> str:
    """Without the control characters that XML 1.0 has no way to write."""
    return "".join(c for c in text if c >= " " or c in "\t\n\r")


def error(code: int, description: str) -> list[dict[str, object]]:
    return [{"code": code, "description": description}]


def service(category: Row) -> dict[str, object]:
    return {
        "service_code": category["code"],
        "service_name": category["name"],
        "description": category["tags"] or category["name"],
        "metadata": True,
        "type": "realtime",
        "keywords": ",".join(category["tags"].split()),
        "group": category["group_name"],
    }


def definition(category: Row) -> dict[str, object]:
    """What a report about this may say besides: where exactly."""
    spot = {
        "variable": True,
        "code": SPOT,
        "datatype": "string",
        "required": False,
        "datatype_description": "最多 100 个字",
        "order": 1,
        "description": "具体位置，例如：3单元电梯、东门岗亭",
        "values": [],
    }
    return {"service_code": category["code"], "attributes": [spot]}


def request(found: Row) -> dict[str, object]:
    """A ticket as the world sees it."""
    state = State(found["state"])
    notes = STATE_WORDS[state]
    if found["outcome"]:
        notes = f"{notes}：{OUTCOME_WORDS[found['outcome']]}"
    return {
        "service_request_id": str(found["number"]),
        "status": CLOSED if state in DONE else OPEN,
        "status_notes": f"{notes}。{found['blocker']}" if found["blocker"] else notes,
        "service_name": found["category_name"],
        "service_code": found["category"],
        "description": found["text"],
        "agency_responsible": found["holder_name"],
        "service_notice": "",
        "requested_datetime": _moment(found["whistled_at"]),
        "updated_datetime": _moment(found["changed_at"]),
        "expected_datetime": _moment(found["close_due_at"]),
        "address": " ".join(filter(None, (found["estate_name"], found["building_name"],
                                          found["spot"]))),
        "address_id": str(found["building"] or found["estate"]),
        "zipcode": "",
        "lat": None,
        "long": None,
        "media_url": "",
    }  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at and at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def discovery(address: str, changed: str, contact: str) -> dict[str, object]:
    """Where the interface is, and in which formats."""
    return {
        "changeset": changed,
        "contact": contact,
        "key_service": "向小区所属社区或运营方申请 API 密钥（权限“提交工单”）",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": f"{address}/open311/v2",
                "changeset": changed,
                "type": "production",
                "formats": [kind.partition(";")[0] for kind in FORMATS.values()],
            }
        ],
    }


def split_form(name: str) -> tuple[str, str] | None:
    """ "1024.json" → "1024", "json"; None: a format that we do not speak."""
    stem, _, form = name.rpartition(".")
    return (stem, form) if form in FORMATS else None


def numbers(said: str) -> Sequence[int]:
    """The request ids of a list; what is no number is nobody's."""
    parts = [part.strip() for part in said.split(",")]
    return [int(part) for part in parts if part.isdecimal() and part.isascii() and len(part) < 19]
