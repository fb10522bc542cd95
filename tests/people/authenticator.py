"""A device that holds passkeys, as software: it makes keys and signs challenges (WebAuthn)."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


class Device:
    """One passkey for `host`. `verifies`: it asks its holder for finger, face or screen lock."""

    def __init__(self, host: str, origin: str = "", *, verifies: bool = True) -> None:
        self.host, self.origin = host, origin or f"https://{host}"
        self.flags = PRESENT | (VERIFIED if verifies else 0)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.count = secrets.token_bytes(16), 0

    def create(self, challenge: str) -> str:
        """What the browser sends after `navigator.credentials.create`."""
        point = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        held = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(key)
        data = self._data(self.flags | WITH_KEY) + held
        made = {"fmt": "none", "attStmt": {}, "authData": data}
        said = self._said("webauthn.create", challenge)
        return self._answer(
            {"clientDataJSON": text(said), "attestationObject": text(cbor2.dumps(made))}
        )

    def get(self, challenge: str) -> str:
        """What the browser sends after `navigator.credentials.get`."""
        self.count += 1
        data, said = self._data(self.flags), self._said("webauthn.get", challenge)
        signature = self.key.sign(data + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer({
            "clientDataJSON": text(said), "authenticatorData": text(data),
            "signature": text(signature),
        })  # fmt: skip

    def _data(self, flags: int) -> bytes:
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _said(self, kind: str, challenge: str) -> bytes:
        """Challenges are taken as the page gives them: base64url."""
        urlsafe_b64decode(challenge + "==")
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        ).encode()

    def _answer(self, response: dict[str, str]) -> str:
        name = text(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response,
                           "clientExtensionResults": {}})  # fmt: skip


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
