"""What an entry rests on 凭据: photos of the sheet, a recording of the call, who else was there.

Front, back and envelope are photos of one sheet. A photo is drawn anew and a recording known by its
content, never by its name; all are kept sealed with the poll's key, so that neither the file folder
nor a backup shows what somebody chose.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from coordination import files
from coordination.ballots.casting.queries import PollCard
from coordination.ballots.paper.rules import Way
from coordination.ballots.paper.sealing import seal_file
from coordination.errors import Invalid

RECORDINGS = (
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"\xff\xf3", 0, "audio/mpeg"),
    (b"\xff\xf1", 0, "audio/aac"),
    (b"\xff\xf9", 0, "audio/aac"),
    (b"ftyp", 4, "audio/mp4"),
    (b"#!AMR", 0, "audio/amr"),
    (b"OggS", 0, "audio/ogg"),
    (b"WAVE", 8, "audio/wav"),
    (b"\x1aE\xdf\xa3", 0, "audio/webm"),
    (b"fLaC", 0, "audio/flac"),
)
MOST_PHOTOS = 4
LONGEST_WITNESS = 60
ENDINGS = {files.JPEG: "jpg", "audio/mpeg": "mp3", "audio/mp4": "m4a"}


class Kind(StrEnum):
    PHOTO = "photo"
    RECORDING = "recording"
    WITNESS = "witness"


NEEDED: dict[Way, tuple[Kind, ...]] = {  # any one of them
    Way.PAPER: (Kind.PHOTO,),
    Way.PHONE: (Kind.RECORDING, Kind.WITNESS),
    Way.DOOR: (Kind.PHOTO, Kind.WITNESS),
}
MISSING = {
    Way.PAPER: {"photo": "请拍下整张票，登记时随票保存。"},
    Way.PHONE: {
        "recording": "请上传通话录音，或者写明一同在场听电话的人。",
        "witness": "没有录音的，请写一同在场听电话的人的姓名。",
    },
    Way.DOOR: {
        "photo": "请拍下签了名的票，或者写明一同上门的人。",
        "witness": "没有照片的，请写一同上门的人的姓名。",
    },
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent with the form, as it came: each photo, also one of no bytes; the recording,
    or None."""

    photos: Sequence[bytes] = ()
    recording: bytes | None = None
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece of evidence, sealed and stored where it is a file."""

    id: UUID
    kind: Kind
    file: str | None = None
    media: str | None = None
    witness: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is kept, that of before among it; and what is said of the rest, by field."""

    kept: tuple[Kept, ...]
    wrong: Mapping[str, str]


def require_evidence(way: Way, kept: Collection[Kept]) -> None:
    """Invalid, at its field: what this way needs is missing."""
    if not any(each.kind in NEEDED[way] for each in kept):
        raise Invalid("还缺凭据，没有登记。", **MISSING[way])


async def keep_evidence(
    card: PollCard,
    sheet: UUID,
    sent: Sent,
    by: UUID,
    at: datetime,
    before: Collection[Kept] = (),
) -> Evidence:
    """Check, seal and store what was sent, each piece by itself: before the form is judged, so that
    a form that comes back has lost nothing. Photos are added, the rest takes the place of what was
    `before`."""
    store = _Store(card, sheet, by, at)
    photos, refused = await _photos(
        store, sent.photos, [each for each in before if each.kind is Kind.PHOTO]
    )
    wrong = {"photo": refused} if refused else {}
    recordings = [each for each in before if each.kind is Kind.RECORDING]
    if sent.recording is not None:
        try:
            piece = Kept(uuid4(), Kind.RECORDING, media=media_of(sent.recording))
            recordings = [await store.keep(piece, sent.recording)]
        except Invalid as refusal:
            wrong["recording"] = str(refusal)
    witnesses, name = [], sent.witness.strip()
    if len(name) > LONGEST_WITNESS:
        wrong["witness"] = f"最多 {LONGEST_WITNESS} 个字，现在有 {len(name)} 个字。"
    elif name:
        witnesses = [Kept(uuid4(), Kind.WITNESS, witness=name)]
    return Evidence((*photos, *recordings, *witnesses), wrong)


@dataclass(frozen=True, slots=True)
class _Store:
    """Where pieces go: sealed for this sheet, by whom and when."""

    card: PollCard
    sheet: UUID
    by: UUID
    at: datetime

    async def keep(self, piece: Kept, content: bytes) -> Kept:
        sealed = seal_file(self.card, self.sheet, piece.id, content)
        return replace(
            piece, file=await files.store_sealed(sealed, at=self.at, by=self.by, waits=True)
        )


async def _photos(
    store: _Store, contents: Sequence[bytes], before: Collection[Kept]
) -> tuple[list[Kept], str]:
    """Those of before and those taken; and what is said of the others."""
    photos, refused = list(before), []
    # By their ids they are shown: the front before the back.
    ids = sorted(uuid4() for _ in contents)
    for number, content in enumerate(contents, 1):
        if len(photos) == MOST_PHOTOS:
            refused.append(f"最多 {MOST_PHOTOS} 张照片，从第 {number} 张起没有收。")
            break
        try:
            drawn = await _photo(content)
        except Invalid as refusal:
            which = f"第 {number} 个文件：" if len(contents) > 1 else ""
            refused.append(f"{which}{refusal}")
            continue
        piece = Kept(ids[number - 1], Kind.PHOTO, media=files.JPEG)
        photos.append(await store.keep(piece, drawn))
    return photos, "".join(refused)


async def _photo(content: bytes) -> bytes:
    """Drawn anew. Invalid, in words for who took it."""
    if not content:
        raise Invalid("文件是空的，照片没有传上来，请重新拍或者重新选。")
    if len(content) > files.LARGEST:
        raise Invalid("照片超过 20 MB，请重新拍，或者打开照片截屏，上传截屏。")
    try:
        return await files.clean_photo(content)
    except files.FileNotTaken as refusal:
        if type(refusal) is not files.FileNotTaken:
            raise
        raise Invalid("这个文件不是照片，或者不完整，请重新拍照后再保存。") from refusal


def media_of(content: bytes) -> str:
    """What kind of recording it is, by its content. Invalid: none, empty, or over 20 MB."""
    if not content:
        raise Invalid("文件是空的，录音没有传上来，请重新选。")
    if len(content) > files.LARGEST:
        raise Invalid("录音超过 20 MB，请截取本次通话的部分再上传。")
    for mark, place, media in RECORDINGS:
        if content[place : place + len(mark)] == mark:
            return media
    raise Invalid("这个文件不是录音。请上传 MP3、M4A、WAV、AMR 等录音文件。")
