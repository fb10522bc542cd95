"""What a key looks like, what it may be for, and who is calling with one. Pure."""

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

PREFIX = "ck_"  # so that a key that leaked into a text is found there
PER_MINUTE, MOST_PER_MINUTE = 120, 6_000


class Scope(StrEnum):
    READ = "tickets:read"  # 读工单
    WRITE = "tickets:write"  # 提交工单
    WEBHOOKS = "webhooks"  # 登记回调地址


SCOPE_WORDS = {
    Scope.READ: ("读工单", "列表、状态、经过；不含诉求人"),
    Scope.WRITE: ("提交工单", "也用于 Open311"),
    Scope.WEBHOOKS: ("登记回调地址", "工单有进展时通知对方系统"),
}


def a_key() -> str:
    """A fresh key: 256 bits that nobody can guess."""
    return PREFIX + secrets.token_urlsafe(32)


def key_hash(key: str) -> bytes:
    """By which a key is known; what is not guessed needs no slow hash."""
    return hashlib.sha256(key.encode()).digest()


@dataclass(frozen=True, slots=True)
class Caller:
    """A program that showed its key."""

    key: UUID
    name: str
    body: UUID
    place: UUID
    path: str  # of the place
    scopes: frozenset[str]
    per_minute: int

    def reaches(self, path: str) -> bool:
        """Whether what lies at `path` is within the key's place."""
        return path.startswith(self.path)
