"""What an entry rests on 凭据: a photo of the sheet, a recording of the call, who else was there.

A photo is drawn anew and a recording known by its content, never by its name; both are kept sealed
with the poll's key, so that neither the file folder nor a backup shows what somebody chose.
"""

from collections.abc import Collection
from dataclasses import dataclass
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
    """What was sent with the form, as it came; empty where nothing was."""

    photo: bytes = b""
    recording: bytes = b""
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece of evidence, sealed and stored where it is a file."""

    id: UUID
    kind: Kind
    file: str | None = None
    media: str | None = None
    witness: str | None = None


def require_evidence(way: Way, kept: Collection[Kept]) -> None:
    """Invalid, at its field: what this way needs is missing."""
    if not any(each.kind in NEEDED[way] for each in kept):
        raise Invalid("还缺凭据，没有登记。", **MISSING[way])


async def keep_evidence(
    card: PollCard, sheet: UUID, sent: Sent, by: UUID, at: datetime
) -> tuple[Kept, ...]:
    """Check, seal and store it: before the form is judged, so that a form that comes back has not
    lost it. Invalid, at its field: no photo, no recording, or too large."""
    kept: list[Kept] = []
    if sent.photo:
        try:
            photo = await files.clean_photo(sent.photo)
        except Invalid as refusal:
            said = "这个文件不是照片，或者不完整。请重新拍照后再保存，其他内容都还在。"
            said = str(refusal) if isinstance(refusal, files.FileTooLarge) else said
            raise Invalid(said, photo=said) from refusal
        kept.append(await _sealed(card, sheet, Kind.PHOTO, photo, files.JPEG, by, at))
    if sent.recording:
        media = media_of(sent.recording)
        kept.append(await _sealed(card, sheet, Kind.RECORDING, sent.recording, media, by, at))
    if sent.witness.strip():
        kept.append(Kept(uuid4(), Kind.WITNESS, witness=sent.witness.strip()[:60]))
    return tuple(kept)


def media_of(content: bytes) -> str:
    """What kind of recording it is, by its content. Invalid: none, or over 20 MB."""
    if len(content) > files.LARGEST:
        said = "录音超过 20 MB，请截取本次通话的部分再上传。"
        raise Invalid(said, recording=said)
    for mark, place, media in RECORDINGS:
        if content[place : place + len(mark)] == mark:
            return media
    said = "这个文件不是录音。请上传 MP3、M4A、WAV、AMR 等录音文件。"
    raise Invalid(said, recording=said)


async def _sealed(
    card: PollCard, sheet: UUID, kind: Kind, content: bytes, media: str, by: UUID, at: datetime
) -> Kept:
    id = uuid4()
    sealed = seal_file(card, sheet, id, content)
    file = await files.store_sealed(sealed, at=at, by=by, waits=True)
    return Kept(id, kind, file, media)
