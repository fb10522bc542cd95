"""Photos and documents: stored once, by content, under the data folder; a row in PostgreSQL.

What a file is, is read from its content, never from its name. A photo is drawn anew: where it was
taken, and whatever else hides in it, does not come along. Who may see a file is for the slice
that refers to it to say.

What comes with a form that is not sent yet is stored to wait (`waits`): whoever comes to refer to
it keeps it (`keep`), and what nobody does goes after some days (`forget_waiting`).
"""

import asyncio
import hashlib
import io
import os
import re
import tempfile
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from piccolo.columns import UUID, Varchar
from piccolo.constraints import Check
from piccolo.table import Table
from PIL import Image, ImageOps

from coordination.db import DB, Moment, Whole, Words, execute, rows, transaction
from coordination.errors import Invalid
from coordination.settings import settings

LARGEST = 20 * 1024 * 1024
LARGEST_FORM = 2 * LARGEST  # of a form with a file, and room to say that the file is too large
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2560
SMALL_BYTES = 15 * 1024
SMALLER = ((360, 60), (360, 40), (240, 40), (160, 30), (80, 20))  # longest side, quality
PHOTOS = ("JPEG", "PNG", "WEBP")
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}
WAITS = timedelta(days=8)  # a day longer than the page that brought it may be sent
FORGOTTEN_AT_ONCE = 500
PDF, JPEG, SEALED = "application/pdf", "image/jpeg", "application/octet-stream"


class StoredFile(Table, db=DB):
    """A file's content, known by its SHA-256; who first brought it."""

    sha256 = Varchar(length=64, primary_key=True, default=None)
    kind = Words(60, help_text="application/pdf, image/jpeg; or sealed")
    size = Whole()
    at = Moment()
    by = UUID(null=True, default=None, help_text="a person; empty: the service")

    stored_file_has_content = Check(size > 0)


class WaitingFile(Table, db=DB):
    """A file that nothing refers to yet, and until when it waits for that."""

    sha256 = Varchar(length=64, primary_key=True, default=None)
    kind = Words(60)
    size = Whole()
    at = Moment()
    by = UUID(null=True, default=None, help_text="a person; empty: the service")
    until = Moment(index=True)

    waiting_file_has_content = Check(size > 0)


class FileTooLarge(Invalid):
    """More bytes or more pixels than we take."""


class FileNotTaken(Invalid):
    """Neither a photo nor a PDF, or not a whole one."""


class PhotoOfOneMaker(FileNotTaken):
    """A photo in the form of some phones, which no browser of others shows."""


async def store(
    content: bytes,
    *,
    at: datetime,
    by: uuid.UUID | None,
    photo: bool = False,
    waits: bool = False,
) -> str:
    """Keep a photo or a PDF (only a photo, if `photo`); its SHA-256.

    FileTooLarge: over 20 MB or 50 million pixels. FileNotTaken: another kind, or broken.
    """
    kept, kind = await asyncio.to_thread(_clean, content, photo)
    [name] = await _put([kept], kind, at, by, waits)
    return name


@dataclass(frozen=True, slots=True)
class Photo:
    """A stored photo, and its copy for lists: at most 15 KB."""

    sha256: str
    small: str


async def store_photo(
    content: bytes, *, at: datetime, by: uuid.UUID | None, waits: bool = False
) -> Photo:
    """Keep a photo and its small copy. FileTooLarge, FileNotTaken: as `store`."""
    return Photo(*await _put(await asyncio.to_thread(_clean_photo, content), JPEG, at, by, waits))


async def clean_photo(content: bytes) -> bytes:
    """A photo as it would be kept: drawn anew, at most 2560 pixels wide; for who seals it first.
    FileTooLarge, FileNotTaken: as `store`."""
    return await asyncio.to_thread(lambda: _jpeg(_drawn_anew(content), 85, optimize=False))


async def store_sealed(
    sealed: bytes, *, at: datetime, by: uuid.UUID | None, waits: bool = False
) -> str:
    """Keep what only its owner can read; its SHA-256. What it holds is for them to have checked."""
    [name] = await _put([sealed], SEALED, at, by, waits)
    return name


async def _put(
    contents: list[bytes], kind: str, at: datetime, by: uuid.UUID | None, waits: bool
) -> list[str]:
    """Write contents and their rows; their names."""
    names = [hashlib.sha256(one).hexdigest() for one in contents]
    values = [names, [len(one) for one in contents], kind, at, by]
    async with transaction():
        await execute(MAY_WRITE)
        await asyncio.to_thread(_write_all, names, contents)
        if waits:
            await execute(WAIT, *values, at + WAITS)
        else:
            await execute(STORE, *values)
    return names


# Who forgets what waited takes this lock alone: no content goes while another comes to need it.
MAY_WRITE = "select pg_advisory_xact_lock_shared(hashtext('stored files'))"
MAY_FORGET = "select pg_advisory_xact_lock(hashtext('stored files'))"
ROWS = """select distinct sha256, $3, size, $4::timestamptz, $5::uuid
            from unnest($1::text[], $2::bigint[]) as t (sha256, size)"""
STORE = f"insert into stored_file (sha256, kind, size, at, by) {ROWS} on conflict do nothing"
WAIT = f"""
insert into waiting_file (sha256, kind, size, at, by, until)
select f.*, $6::timestamptz from ({ROWS}) f (sha256, kind, size, at, by)
 where not exists (select from stored_file s where s.sha256 = f.sha256)
on conflict (sha256) do update set until = excluded.until
"""


async def keep(names: Iterable[str]) -> None:
    """These are referred to from now on, in the caller's transaction; what does not wait is kept
    already."""
    await execute(
        """with kept as (delete from waiting_file where sha256 = any($1) returning *)
           insert into stored_file (sha256, kind, size, at, by)
           select sha256, kind, size, at, by from kept on conflict do nothing""",
        list(names),
    )


async def forget_waiting(at: datetime) -> int:
    """Erase what waited in vain; how many files."""
    async with transaction():
        await execute(MAY_FORGET)
        gone = await rows(
            """delete from waiting_file w where sha256 in (
                 select sha256 from waiting_file where until <= $1 order by until limit $2)
               returning sha256, exists (
                 select from stored_file s where s.sha256 = w.sha256) as is_kept""",
            at, FORGOTTEN_AT_ONCE,
        )  # fmt: skip
        names = [one["sha256"] for one in gone if not one["is_kept"]]
        await asyncio.to_thread(_erase, names)
        return len(names)


async def content_of(sha256: str) -> bytes:
    """The bytes. LookupError: they are not there, or are no longer what they were."""
    try:
        content = await asyncio.to_thread(path_of(sha256).read_bytes)
    except FileNotFoundError as error:
        raise LookupError(f"file {sha256} is not in the store") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise LookupError(f"file {sha256} was changed on disk")
    return content


def folder() -> Path:
    """Where the contents lie; a backup takes it along."""
    return settings().data / "files"


def path_of(sha256: str) -> Path:
    """Where a file's content lies. LookupError: that is not the name of a file."""
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise LookupError(f"{sha256!r} is not a SHA-256")
    return folder() / sha256[:2] / sha256


def _write(path: Path, content: bytes) -> None:
    """There as a whole or not at all, also after a power cut: the row follows the content."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _erase(names: list[str]) -> None:
    for name in names:
        path_of(name).unlink(missing_ok=True)


def _write_all(names: list[str], contents: list[bytes]) -> None:
    for name, content in zip(names, contents, strict=True):
        _write(path_of(name), content)


def _clean(content: bytes, photo: bool) -> tuple[bytes, str]:
    if content.startswith(b"%PDF-") and not photo:
        _check_size(content)
        if b"%%EOF" not in content[-2048:]:
            raise FileNotTaken("这个 PDF 不完整，请重新导出后再上传。")
        return content, PDF
    return _jpeg(_drawn_anew(content), 85), JPEG


def _clean_photo(content: bytes) -> list[bytes]:
    """The photo, and the best of its small copies that is small enough."""
    image = _drawn_anew(content)
    kept = _jpeg(image, 85, optimize=False)
    small = kept
    for side, quality in SMALLER:
        image.thumbnail((side, side))
        small = _jpeg(image, quality)
        if len(small) <= SMALL_BYTES:
            break
    return [kept, small]


def _check_size(content: bytes) -> None:
    if len(content) > LARGEST:
        raise FileTooLarge("文件超过 20 MB，请压缩或拆分后再上传。")


def _drawn_anew(content: bytes) -> Image.Image:
    _check_size(content)
    if content[4:8] == b"ftyp" and content[8:12] in HEIC:
        raise PhotoOfOneMaker(
            "这是 HEIC 格式的照片，别人的手机和电脑多半打不开，所以不能收。"
            "请在手机“设置—相机—格式”里选“兼容性最佳”后重拍，或者打开照片截屏，上传截屏。"
        )
    try:
        image = Image.open(io.BytesIO(content), formats=PHOTOS)
        if image.width * image.height > MOST_PIXELS:
            raise FileTooLarge("照片像素过大（超过 5000 万），请缩小后再上传。")
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read at no more than it needs
        ImageOps.exif_transpose(image, in_place=True)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        flat = Image.new("RGB", image.size, "white")
        if image.has_transparency_data:
            clear = image.convert("RGBA")
            flat.paste(clear, mask=clear.getchannel("A"))
        else:
            flat.paste(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FileNotTaken("只能上传照片（JPEG、PNG、WebP）或 PDF，且文件须完整。") from error
    return flat


def _jpeg(image: Image.Image, quality: int, *, optimize: bool = True) -> bytes:
    """`optimize`: a tenth smaller for twice the work."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=optimize)
    return out.getvalue()
