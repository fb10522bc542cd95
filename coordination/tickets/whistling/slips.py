"""The slip 吹哨单 on its way through the screens: sealed in the page, never in the database.

It carries the id of the ticket that it will be, so that sending it twice whistles once; the words;
and which stored photos belong to it, so that none is uploaded again.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from nacl.exceptions import CryptoError

from coordination.errors import Conflict
from coordination.files import Photo
from coordination.people.secrecy import open_sealed, seal

LASTS = timedelta(days=7)
DOCUMENTS = "documents"  # the category of 申请公开
MOST_PHOTOS = 6
LONGEST = 1_000  # characters: sealed, it still fits into an address


class SlipGone(Conflict):
    """A page came back too late, altered, or to another person than it was given to."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is about to whistle; None and "" are not answered yet."""

    ticket: UUID
    begun_at: datetime
    danger: str = ""
    text: str = ""
    photos: tuple[Photo, ...] = ()
    estate: UUID | None = None
    building: UUID | None = None  # none: a public part
    spot: str = ""
    category: str = ""  # its code
    compared: bool = False  # has seen the similar ones

    def change(self, **fields: object) -> "Slip":
        return replace(self, **fields)  # pyright: ignore[reportArgumentType]

    def sealed(self, person: UUID) -> str:
        """As a page or an address may carry it: readable and alterable by nobody."""
        data = self._plain() | {"n": person.hex}
        raw = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(seal(raw, "slip")).decode().rstrip("=")

    def _plain(self) -> dict[str, object]:
        return {
            "t": self.ticket.hex,
            "at": self.begun_at.isoformat(),
            "d": self.danger,
            "w": self.text,
            "p": [[photo.sha256, photo.small] for photo in self.photos],
            "e": self.estate and self.estate.hex,
            "b": self.building and self.building.hex,
            "s": self.spot,
            "c": self.category,
            "x": self.compared,
        }


def fresh_slip(at: datetime, danger: str = "") -> Slip:
    return Slip(uuid4(), at, danger)


def request_slip(at: datetime, estate: UUID) -> Slip:
    """For a document 申请公开: where it is about and what kind it is are settled."""
    return Slip(uuid4(), at, estate=estate, category=DOCUMENTS)


def open_slip(sealed: str, person: UUID, at: datetime) -> Slip:
    """The slip of a page. SlipGone: older than a week, altered, or another person's."""
    try:
        data = json.loads(open_sealed(urlsafe_b64decode(sealed.encode() + b"=="), "slip"))
    except (ValueError, CryptoError) as broken:
        raise SlipGone("页面内容不完整，请从头再写一次。") from broken
    if data["n"] != person.hex:
        raise SlipGone("这是别人填写的页面，请从头再写一次。")
    slip = _read(data)
    if at - slip.begun_at > LASTS:
        raise SlipGone("页面打开的时间太久了，请从头再写一次。")
    return slip


def _read(data: dict) -> Slip:
    return Slip(
        UUID(data["t"]), datetime.fromisoformat(data["at"]), data["d"], data["w"],
        tuple(Photo(*pair) for pair in data["p"]),
        UUID(data["e"]) if data["e"] else None, UUID(data["b"]) if data["b"] else None,
        data["s"], data["c"], data["x"],
    )  # fmt: skip
