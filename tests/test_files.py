"""Files: kept once, whole, and without what a photo tells about its taker."""

import asyncio
import hashlib
import io
from datetime import timedelta

import pytest
from PIL import Image

from coordination import db, files
from tests.builders import DURING

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
GPS, MAKE = 0x8825, 0x010F


def a_photo(size: tuple[int, int] = (40, 20), kind: str = "JPEG", **saving) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **saving)
    return out.getvalue()


def a_photo_with_a_place() -> bytes:
    exif = Image.Exif()
    exif[MAKE] = "Secretphone"
    exif[0x0112] = 6  # to be turned by 90°
    exif.get_ifd(GPS)[1] = "N"
    return a_photo(exif=exif)


async def kept() -> list[tuple]:
    return [tuple(row) for row in await db.rows("select sha256, kind, size from stored_file")]


async def test_a_document_is_kept_as_it_is_and_found_by_its_content(database):
    name = await files.store(PDF, at=DURING, by=None)

    assert name == hashlib.sha256(PDF).hexdigest()
    assert await files.content_of(name) == PDF
    assert await kept() == [(name, "application/pdf", len(PDF))]


async def test_the_same_content_twice_is_one_file(database):
    first, second = [await files.store(PDF, at=DURING, by=None) for _ in range(2)]

    assert first == second
    assert len(await kept()) == 1


async def test_a_photo_loses_where_and_with_what_it_was_taken_and_stands_upright(database):
    name = await files.store(a_photo_with_a_place(), at=DURING, by=None, photo=True)

    content = await files.content_of(name)
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (20, 40), {})
    assert b"Secretphone" not in content


async def test_a_large_photo_is_made_small(database):
    name = await files.store(a_photo((6000, 3000)), at=DURING, by=None)

    assert Image.open(io.BytesIO(await files.content_of(name))).size == (2560, 1280)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
async def test_photos_of_other_kinds_are_taken_as_well(database, kind):
    await files.store(a_photo(kind=kind), at=DURING, by=None, photo=True)

    assert [row[1] for row in await kept()] == ["image/jpeg"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"PK\x03\x04 a zip",
        a_photo(kind="GIF"),
        a_photo(kind="TIFF"),
        a_photo()[:300],
        PDF[:20],
        b"<!-- %PDF-1.7 -->",
    ],
    ids=["empty", "page", "program", "zip", "gif", "tiff", "half a photo", "half a pdf", "fake"],
)
async def test_anything_else_is_refused_and_nothing_is_kept(database, content):
    with pytest.raises(files.FileNotTaken):
        await files.store(content, at=DURING, by=None)

    assert await kept() == []


async def test_a_document_is_no_photo(database):
    with pytest.raises(files.FileNotTaken):
        await files.store(PDF, at=DURING, by=None, photo=True)


@pytest.mark.parametrize(
    "content",
    [PDF + b" " * files.LARGEST, a_photo((9000, 6000), "PNG")],
    ids=["bytes", "pixels"],
)
async def test_what_is_too_large_is_refused(database, content):
    with pytest.raises(files.FileTooLarge):
        await files.store(content, at=DURING, by=None)


def noise(side: int) -> bytes:
    """What no codec makes small."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 120).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


@pytest.mark.parametrize("content", [a_photo((3000, 2000)), noise(1500)], ids=["plain", "noise"])
async def test_a_photo_for_lists_has_a_copy_of_at_most_15_kb(database, content):
    photo = await files.store_photo(content, at=DURING, by=None)

    large, small = [await files.content_of(name) for name in (photo.sha256, photo.small)]
    assert len(small) <= 15 * 1024
    assert max(Image.open(io.BytesIO(small)).size) <= 360
    assert max(Image.open(io.BytesIO(large)).size) >= 1500
    assert {row[0] for row in await kept()} == {photo.sha256, photo.small}


async def test_a_clear_picture_stands_on_white(database):
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")

    photo = await files.store_photo(out.getvalue(), at=DURING, by=None)

    drawn = Image.open(io.BytesIO(await files.content_of(photo.sha256))).convert("RGB")
    assert drawn.getpixel((5, 5)) == (255, 255, 255)


async def test_what_hides_behind_a_photo_does_not_come_along(database):
    hidden = b"<script>alert(1)</script>PK\x03\x04%PDF-1.7 %%EOF"

    photo = await files.store_photo(a_photo() + hidden, at=DURING, by=None)

    assert b"script" not in await files.content_of(photo.sha256)


async def test_a_file_that_was_changed_on_disk_is_not_handed_out(database):
    name = await files.store(PDF, at=DURING, by=None)
    files.path_of(name).write_bytes(PDF.replace(b"1.7", b"1.4"))

    with pytest.raises(LookupError, match="changed"):
        await files.content_of(name)
    files.path_of(name).unlink()


@pytest.mark.parametrize("name", ["../key", "a" * 63, "A" * 64, ""])
async def test_only_a_file_s_own_name_leads_to_it(name):
    with pytest.raises(LookupError):
        await files.content_of(name)


async def test_what_nobody_came_to_need_goes_and_what_is_needed_stays(database):
    sent, unsent, needed_elsewhere = [
        await files.store_photo(a_photo((40, side)), at=DURING, by=None, waits=True)
        for side in (20, 30, 40)
    ]
    await files.keep([sent.sha256, sent.small])
    await files.store_photo(a_photo((40, 40)), at=DURING, by=None)
    again = await files.store_photo(a_photo((40, 20)), at=DURING, by=None, waits=True)
    assert again == sent

    assert await files.forget_waiting(DURING + timedelta(days=7)) == 0
    await files.forget_waiting(DURING + timedelta(days=9))

    for photo in (sent, needed_elsewhere):
        assert await files.content_of(photo.sha256) and await files.content_of(photo.small)
    with pytest.raises(LookupError):
        await files.content_of(unsent.sha256)
    assert len(await kept()) == len({sent.sha256, sent.small, needed_elsewhere.sha256,
                                     needed_elsewhere.small})  # fmt: skip
    assert await db.value("select count(*) from waiting_file") == 0


async def test_content_that_comes_again_while_it_is_forgotten_is_there_afterwards(database):
    photo = a_photo()
    await files.store(photo, at=DURING, by=None, waits=True)

    _, name = await asyncio.gather(
        files.forget_waiting(DURING + timedelta(days=9)), files.store(photo, at=DURING, by=None)
    )

    assert await files.content_of(name)
