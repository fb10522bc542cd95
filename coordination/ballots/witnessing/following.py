"""Following a board 跟踪: what was seen last is kept, and what comes must extend it.

Pure but for the client it is given. Monitor and cosigner stand on the same step: neither takes a
checkpoint that unsays what it saw before.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from coordination.ballots.board import canonical
from coordination.ballots.checkpoints import (
    SIGNED,
    Checkpoint,
    Note,
    board_origin,
    read_note,
    read_verifier_key,
)
from coordination.ballots.tree import check_consistency


class Board(Protocol):
    """What is asked of a board, whoever gives it."""

    @property
    def poll(self) -> str: ...
    def checkpoint(self, size: int | None = None) -> str: ...
    def keys(self) -> dict[str, Any]: ...
    def entry_zero(self) -> bytes: ...
    def duties(self) -> dict[str, Any]: ...
    def cosignatures(self) -> list[dict[str, Any]]: ...
    def consistency(self, old: int, new: int) -> list[bytes]: ...


class Alarm(Exception):  # noqa: N818 - named by what is so
    """The board is not what it was. `kind`: signature, rollback, fork, key, origin."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Seen:
    """What is kept between two looks: the board's key, and its largest checkpoint so far."""

    vkey: str
    size: int
    root: bytes
    note: str

    def as_json(self) -> bytes:
        said = {"v": 1, "vkey": self.vkey, "size": self.size, "root": self.root, "note": self.note}
        return canonical(said) + b"\n"

    @classmethod
    def of(cls, text: str) -> "Seen":
        """What `as_json` wrote. ValueError: it is not that."""
        try:
            said = json.loads(text)
            note = read_note(said["note"]).checkpoint
            seen = cls(said["vkey"], said["size"], bytes.fromhex(said["root"]), said["note"])
        except (KeyError, TypeError, ValueError, RecursionError) as broken:
            raise ValueError("不是上次留下的记录") from broken
        if (note.size, note.root) != (seen.size, seen.root):
            raise ValueError("记录里的检查点与大小对不上")
        return seen


def look(board: Board, last: Seen | None) -> tuple[Seen, Note]:
    """The latest checkpoint, if it is the board's own and extends the `last` one seen.

    Alarm: it does not. ValueError: it cannot be read. The key is learnt at the first look and
    must be compared with the printed notice; another one later is an alarm.
    """
    text = board.checkpoint()
    vkey = last.vkey if last else str(board.keys().get("vkey"))
    try:
        note = read_note(text)
        require_own(note, vkey, board_origin(board.poll))
    except ValueError as broken:
        raise ValueError(f"检查点或票箱公钥读不懂（{broken}）") from broken
    head = note.checkpoint
    if last:
        require_extends(head, last, board)
    return Seen(vkey, head.size, head.root, text), note


def require_own(note: Note, vkey: str, origin: str) -> None:
    """Alarm: the checkpoint is of another board, or not signed with this one's key."""
    if note.checkpoint.origin != origin:
        raise Alarm("origin", f"检查点属于另一个票箱：{note.checkpoint.origin}")
    if read_verifier_key(vkey, SIGNED).name != origin:
        raise Alarm("key", "公示票箱的公钥不属于这次表决")
    if not note.signed_by(vkey):
        raise Alarm("signature", "检查点的签名不是公示票箱的钥匙签的")


def require_extends(head: Checkpoint, last: Seen, board: Board) -> None:
    """Alarm: what was on the board when it was last seen is no longer there."""
    if head.size < last.size:
        raise Alarm("rollback", f"票箱变小了：上次 {last.size}，现在 {head.size}")
    if head.size == last.size:
        if head.root != last.root:
            raise Alarm("fork", f"大小同为 {head.size}，内容却与上次不同")
        return
    proof = board.consistency(last.size, head.size)
    if not check_consistency(last.size, last.root, head.size, head.root, proof):
        raise Alarm("fork", f"大小 {head.size} 的票箱里，前 {last.size} 条与上次不同")


def read_seen(path: Path) -> Seen | None:
    """What is kept in `path`; None: nothing yet. ValueError: something else is."""
    try:
        return Seen.of(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as broken:
        raise ValueError("不是上次留下的记录") from broken


def keep_seen(path: Path, seen: Seen) -> None:
    """What `read_seen` reads again."""
    keep(path, seen.as_json())


def keep(path: Path, record: bytes) -> None:
    """Written aside and moved into place, so that a power cut loses no record."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        file.write(record)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
