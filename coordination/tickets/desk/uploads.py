"""Photos and documents that came with a form: kept at once, and carried by the page that comes
back when something else was wrong, so that nothing is sent twice.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from nacl.exceptions import CryptoError

from coordination import files
from coordination.errors import Invalid
from coordination.people.secrecy import open_sealed, seal
from coordination.tickets.kinds import PhotoKind

FIELDS = {
    "before": PhotoKind.BEFORE,
    "after": PhotoKind.AFTER,
    "document": PhotoKind.DOCUMENT,
    "photos": PhotoKind.WHISTLE,
}
MOST = 6
MOST_BYTES = (MOST + 1) * files.LARGEST  # of a form: six of the largest, and words


@runtime_checkable
class Upload(Protocol):
    """An uploaded file, as the web gives it."""

    async def read(self, size: int = -1) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store and what it shows; `small` is the copy for lists, of a photo."""

    kind: PhotoKind
    sha256: str
    small: str | None


async def kept_files(
    sent: Iterable[tuple[str, object]], carried: str, asker: UUID, at: datetime
) -> tuple[list[Kept], dict[str, str]]:
    """What the form brought and what its page carried; by field, what could not be kept."""
    kept, wrong = opened(carried, asker), dict[str, str]()
    for name, given in sent:
        if name not in FIELDS or not isinstance(given, Upload):
            continue
        content = await given.read(files.LARGEST + 1)
        if not content:
            continue
        if len(kept) >= MOST:
            wrong[name] = f"一次最多 {MOST} 个文件，前 {MOST} 个已经保留。"
            continue
        try:
            kept.append(await _keep(FIELDS[name], content, asker, at))
        except Invalid as refusal:
            wrong[name] = str(refusal)
    return kept, wrong


async def _keep(kind: PhotoKind, content: bytes, asker: UUID, at: datetime) -> Kept:
    if kind is PhotoKind.DOCUMENT and content.startswith(b"%PDF-"):
        return Kept(kind, await files.store(content, at=at, by=asker, waits=True), None)
    photo = await files.store_photo(content, at=at, by=asker, waits=True)
    return Kept(kind, photo.sha256, photo.small)


def sealed(kept: Iterable[Kept], asker: UUID) -> str:
    """What the page carries; of no use to anybody else."""
    raw = json.dumps([asker.hex, *([k.kind, k.sha256, k.small] for k in kept)])
    return urlsafe_b64encode(seal(raw, "desk-files")).decode()


def opened(carried: str, asker: UUID) -> list[Kept]:
    """What a page carried; nothing, of a page that is another's or was altered."""
    if not carried:
        return []
    try:
        owner, *found = json.loads(open_sealed(urlsafe_b64decode(carried), "desk-files"))
    except (ValueError, CryptoError):
        return []
    return [Kept(PhotoKind(k), s, small) for k, s, small in found] if owner == asker.hex else []
