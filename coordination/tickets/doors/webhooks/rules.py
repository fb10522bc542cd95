"""What a webhook says and how it is signed. Pure.

The receiver computes HMAC-SHA256 of "<t>.<body>" with its secret and compares it with v1; a t that
lies far back is a replay. A delivery that is tried again has the same id and the same body.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

SIGNATURE, EVENT, DELIVERY = "Coordination-Signature", "Coordination-Event", "Coordination-Delivery"
TRIES = 8
MINUTE = timedelta(minutes=1)
WAITS = tuple(MINUTE * n for n in (0.25, 1, 5, 20, 60, 240, 720))  # after the 1st … 7th try


def a_secret() -> str:
    return "whs_" + secrets.token_urlsafe(32)


def signature(secret: str, at: datetime, body: bytes) -> str:
    """The header's value: t=…,v1=…"""
    t = int(at.timestamp())
    signed = hmac.digest(secret.encode(), f"{t}.".encode() + body, "sha256").hex()
    return f"t={t},v1={signed}"


def payload(ticket: Mapping[str, Any], kind: str, ordinal: int, at: datetime) -> str:
    """What happened to which ticket, and how it stands. Nobody's name, nobody's words."""
    said = {
        "event": f"ticket.{kind}",
        "ordinal": ordinal,
        "at": at.isoformat(),
        "ticket": {
            name: str(value) if isinstance(value, UUID) else value for name, value in ticket.items()
        },
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def next_try(tries: int, at: datetime) -> datetime | None:
    """When to try again after so many tries; None: given up."""
    return at + WAITS[tries - 1] if tries < TRIES else None
