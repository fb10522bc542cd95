"""A witness's private key 见证私钥 in a file, as signed notes have it, and what proves it is held.

Pure: browser, command line and server agree by these words. The private half stays on the device
that made it.
"""

import re
from base64 import b64decode, b64encode
from uuid import UUID

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from coordination.ballots.checkpoints import (
    COSIGNED,
    VerifierKey,
    key_id,
    public_key,
    read_verifier_key,
    verifier_key,
    witness_name,
)

KEY = re.compile(r"PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)\s*")


def key_text(seed: bytes) -> str:
    """The file that its holder keeps: PRIVATE+KEY+name+id+base64 of kind and seed."""
    public = public_key(seed)
    name = witness_name(public)
    encoded = b64encode(bytes([COSIGNED]) + seed).decode()
    return f"PRIVATE+KEY+{name}+{key_id(name, COSIGNED, public).hex()}+{encoded}\n"


def read_key(text: str) -> bytes:
    """The seed of a key file. ValueError: it is none."""
    found = KEY.fullmatch(text)
    if not found:
        raise ValueError("不是私钥文件")
    raw = b64decode(found[3])
    if len(raw) != 33 or raw[0] != COSIGNED or key_text(raw[1:]).split() != text.split():
        raise ValueError("不是见证私钥，或者已经损坏")
    return raw[1:]


def witness_vkey(seed: bytes) -> str:
    """The public half, as it is registered."""
    public = public_key(seed)
    return verifier_key(witness_name(public), public, COSIGNED)


def possession(body: UUID, vkey: str) -> bytes:
    """What the holder of a key signs to register it for `body`, and for nobody else."""
    return f"coordination/witness-key/v1\n{body}\n{vkey}\n".encode()


def prove(seed: bytes, body: UUID) -> str:
    """The proof of possession that goes with the public key."""
    signature = SigningKey(seed).sign(possession(body, witness_vkey(seed))).signature
    return b64encode(signature).decode()


def proven(vkey: str, proof: str, body: UUID) -> VerifierKey:
    """The key, if whoever sends it holds its private half. ValueError: no key, or no proof."""
    known = read_verifier_key(vkey, COSIGNED)
    if known.name != witness_name(known.public):
        raise ValueError("钥匙的名称与公钥不符")
    try:
        VerifyKey(known.public).verify(possession(body, vkey), b64decode(proof, validate=True))
    except (BadSignatureError, ValueError) as broken:
        raise ValueError("证明不是这把钥匙为这个单位签的") from broken
    return known
