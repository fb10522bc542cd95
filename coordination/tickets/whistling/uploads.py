"""Photos as a form sends them: each is kept or refused by itself, and no word is lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from coordination import files
from coordination.errors import Invalid
from coordination.files import Photo
from coordination.tickets.whistling.slips import MOST_PHOTOS

MOST_BYTES = (MOST_PHOTOS + 1) * files.LARGEST  # of a form: six of the largest, and words


class Upload(Protocol):
    """An uploaded file, as the web gives it."""

    @property
    def filename(self) -> str: ...

    async def read(self, size: int = -1) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """The photos that were taken, with those from before; and what is said of the others."""

    kept: list[Photo]
    refused: list[str] = field(default_factory=list)


async def read_photos(
    uploads: Sequence[Upload], before: list[Photo], by: UUID, at: datetime, most: int = MOST_PHOTOS
) -> Sent:
    """Store what was uploaded, after those that are there already; the same photo once."""
    sent = Sent(list(before))
    for number, upload in enumerate(uploads, 1):
        content = await upload.read(files.LARGEST + 1)
        if not content and not upload.filename:
            continue  # the field was left empty
        if len(sent.kept) >= most:
            sent.refused.append(f"最多 {most} 张照片，从第 {number} 张起没有收。")
            break
        try:
            photo = await files.store_photo(content, at=at, by=by, waits=True)
        except Invalid as refusal:
            sent.refused.append(f"第 {number} 个文件没有收：{refusal}")
            continue
        if photo not in sent.kept:
            sent.kept.append(photo)
    return sent
