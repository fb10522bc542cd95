"""Checkpoints 检查点 and cosignatures 见证签名 in the form of C2SP, which its tools read.

signed-note v1, tlog-checkpoint v1, tlog-cosignature v1 (Ed25519). A checkpoint says "the board of
this name has so many entries and this root"; the board signs it, witnesses cosign it with the time
at which it was the largest they had seen.
"""

import unicodedata
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

SIGNED = 0x01  # Ed25519 over the note's text
COSIGNED = 0x04  # Ed25519 over the time and the text
DASH = "\N{EM DASH} "
MOST_SIGNATURES = 100  # a note may be refused beyond some number; sixteen must be accepted
LARGEST_SIZE = 2**63 - 1
ORIGIN = "coordination/board/"
WITNESS = "coordination/witness/"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree's head. `extensions`: lines that others may add; ours have none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The text that is signed, its last line feed included."""
        root = b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions))


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note. `payload` is what follows the key's number."""

    name: str
    key: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """What a vkey text says: whose public key, and for which kind of signature."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint with the signatures found below it; none of them is verified yet."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    def signed_by(self, vkey: str) -> bool:
        """Whether the key of `vkey` signed this checkpoint. ValueError: no vkey of that kind."""
        known = read_verifier_key(vkey, SIGNED)
        message = self.checkpoint.body.encode()
        return self._holds(known, lambda payload: (payload, message))

    def cosigned_by(self, vkey: str) -> list[int]:
        """When the witness of `vkey` cosigned it, in seconds since 1970, the first time first;
        empty: not, or one of its lines does not hold."""
        known = read_verifier_key(vkey, COSIGNED)
        body = self.checkpoint.body
        if not self._holds(known, lambda payload: (payload[8:], _stamped(_time(payload), body))):
            return []
        return sorted(_time(each.payload) for each in self._of(known))

    def _of(self, known: VerifierKey) -> list[Signature]:
        return [each for each in self.signatures if (each.name, each.key) == (known.name, known.id)]

    def _holds(self, known: VerifierKey, parts: Callable[[bytes], tuple[bytes, bytes]]) -> bool:
        found = self._of(known)
        return bool(found) and all(_verifies(known.public, *parts(each.payload)) for each in found)


def board_origin(poll: str) -> str:
    """The name of a poll's board, as its checkpoints and its key bear it."""
    return ORIGIN + poll


def witness_name(public: bytes) -> str:
    """The name of a witness's key. It follows from the key, so that no two names share one."""
    return WITNESS + sha256(public).hexdigest()[:16]


def public_key(seed: bytes) -> bytes:
    """The 32 public bytes of an Ed25519 seed."""
    return bytes(SigningKey(seed).verify_key)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The four bytes by which a signature line names its key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def verifier_key(name: str, public: bytes, kind: int = SIGNED) -> str:
    """A public key as C2SP writes it: name+key id+base64 of kind and key."""
    encoded = b64encode(bytes([kind]) + public).decode()
    return f"{name}+{key_id(name, kind, public).hex()}+{encoded}"


def read_verifier_key(text: str, kind: int) -> VerifierKey:
    """The key of a vkey text. ValueError: not one, of another kind, or its id is not its own."""
    name, _, rest = text.partition("+")
    number, _, encoded = rest.partition("+")
    _require_name(name)
    raw = _from_base64(encoded, "公钥")
    if len(raw) != 33 or raw[0] != kind:
        raise ValueError(f"{name} 的公钥不是这一种公钥")
    known = VerifierKey(name, kind, raw[1:])
    if number != known.id.hex():
        raise ValueError(f"{name} 的公钥与它的编号不符")
    return known


def sign_checkpoint(checkpoint: Checkpoint, seed: bytes) -> str:
    """The whole note: the checkpoint and the board's signature, whose name is the origin."""
    _require_name(checkpoint.origin)
    key = SigningKey(seed)
    body = checkpoint.body
    signature = key.sign(body.encode()).signature
    return f"{body}\n{_line(checkpoint.origin, SIGNED, bytes(key.verify_key), signature)}"


def cosignature(body: str, name: str, seed: bytes, at: int) -> str:
    """One signature line, with its line feed: a witness saw this checkpoint at `at`."""
    _require_name(name)
    key = SigningKey(seed)
    signature = key.sign(_stamped(at, body)).signature
    return _line(name, COSIGNED, bytes(key.verify_key), at.to_bytes(8) + signature)


def with_cosignatures(note: str, lines: list[str]) -> str:
    """The note with further signature lines below its own, each once."""
    return note + "".join(dict.fromkeys(line for line in lines if line not in note))


def read_note(text: str) -> Note:
    """The checkpoint and its signatures. ValueError: malformed, and in which way,
    in Chinese."""
    if any(sign < " " and sign != "\n" for sign in text):
        raise ValueError("检查点里有换行以外的控制字符")
    body, blank, below = text.rpartition("\n\n")
    if not blank:
        raise ValueError("检查点与签名之间没有空行")
    lines = below.split("\n")
    if lines.pop() != "" or not lines:
        raise ValueError("检查点末尾应是一行签名和一个换行")
    if len(lines) > MOST_SIGNATURES:
        raise ValueError(f"签名超过 {MOST_SIGNATURES} 行")
    if len(set(lines)) < len(lines):
        raise ValueError("同一行签名出现了两次")
    return Note(read_checkpoint(f"{body}\n"), tuple(map(read_signature, lines)))


def read_checkpoint(body: str) -> Checkpoint:
    """The checkpoint of a note's text. ValueError: which line is not what it should be."""
    lines = body.split("\n")
    if lines.pop() != "" or len(lines) < 3 or not all(lines):
        raise ValueError("检查点应有名称、大小、树根，各占一行")
    origin, size, root, *extensions = lines
    if not (size.isascii() and size.isdigit()) or (size != "0" and size.startswith("0")):
        raise ValueError("大小不是前面没有零的整数")
    if len(size) > 19 or int(size) > LARGEST_SIZE:
        raise ValueError("大小超过任何票箱")
    raw = _from_base64(root, "树根")
    if len(raw) != 32:
        raise ValueError("树根不是 32 字节")
    return Checkpoint(origin, int(size), raw, tuple(extensions))


def read_signature(line: str) -> Signature:
    """One signature line without its line feed. ValueError: it is none."""
    if not line.startswith(DASH):
        raise ValueError("签名行应以破折号和空格开头")
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    if not space:
        raise ValueError("签名行应有名称和签名")
    _require_name(name)
    raw = _from_base64(encoded, "签名")
    if len(raw) < 5:
        raise ValueError(f"{name} 的签名太短")
    return Signature(name, raw[:4], raw[4:])


def _line(name: str, kind: int, public: bytes, payload: bytes) -> str:
    encoded = b64encode(key_id(name, kind, public) + payload).decode()
    return f"{DASH}{name} {encoded}\n"


def _stamped(at: int, body: str) -> bytes:
    return f"cosignature/v1\ntime {at}\n{body}".encode()


def _time(payload: bytes) -> int:
    return int.from_bytes(payload[:8])


def _verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    if len(signature) != 64:
        return False
    try:
        VerifyKey(public).verify(message, signature)
    except BadSignatureError:
        return False
    return True


def _require_name(name: str) -> None:
    if not name or "+" in name or any(_parts_words(sign) for sign in name):
        raise ValueError("钥匙的名称不能为空，不能有空格和加号")


def _parts_words(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign)[0] in "CZ"


def _from_base64(text: str, what: str) -> bytes:
    """Strictly: one way of writing each value, so that nobody changes a note that stays valid."""
    try:
        raw = b64decode(text, validate=True)
    except (NotBase64, ValueError) as broken:
        raise ValueError(f"{what}不是 Base64") from broken
    if b64encode(raw).decode() != text:
        raise ValueError(f"{what}的 Base64 写法不规范")
    return raw
