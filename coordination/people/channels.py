"""How a message leaves the house: a carrier per channel, each a real client of a real protocol.

Without a gateway the recorder takes it: the message stays in the table, and in the demo the
operator reads it there. No carrier touches the database.
"""

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import aiosmtplib
import httpx

from coordination.settings import settings

PATIENCE = 15.0  # seconds for one message
TRY_AGAIN_LATER = {408, 425, 429}


class Undeliverable(Exception):  # noqa: N818 - an answer, not an error
    """The carrier refuses this message for good; trying again is pointless."""


class NotNow(Exception):  # noqa: N818
    """The carrier cannot be reached or is busy; worth another try."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way. `id` is the same at each try, so a gateway can tell."""

    id: UUID
    address: str
    title: str
    text: str
    link: str = ""
    at: datetime = field(kw_only=True)  # when it was written


@dataclass(frozen=True, slots=True)
class Handed:
    """What the carrier answered."""

    proof: str
    delivered: bool = False
    cost_fen: int = 0


class Carrier(Protocol):
    async def send(self, parcel: Parcel) -> Handed:
        """Hand over one parcel. Undeliverable: never; NotNow: perhaps later."""
        ...


class Recorder:
    """Takes everything and keeps it where it is: for the demo, and until a gateway is set."""

    async def send(self, parcel: Parcel) -> Handed:
        return Handed(proof="recorder")


class SmsGateway:
    """An HTTP gateway: POST JSON {to, sign, text, reference}, answered by {id, status, cost_fen}.

    `reference` and the header Idempotency-Key are the message's id.
    """

    def __init__(self, url: str, token: str | None, sign: str) -> None:
        self.url, self.token, self.sign = url, token, sign

    async def send(self, parcel: Parcel) -> Handed:
        body = {
            "to": parcel.address,
            "sign": self.sign,
            "text": f"【{self.sign}】{parcel.text}",
            "reference": str(parcel.id),
        }
        headers = {"Idempotency-Key": str(parcel.id)}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            async with httpx.AsyncClient(timeout=PATIENCE) as client:
                answer = await client.post(self.url, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise NotNow(f"{type(error).__name__}") from error
        return _read_answer(answer)


def _read_answer(answer: httpx.Response) -> Handed:
    if answer.status_code >= 500 or answer.status_code in TRY_AGAIN_LATER:
        raise NotNow(f"HTTP {answer.status_code}")
    if not answer.is_success:
        raise Undeliverable(f"HTTP {answer.status_code}")
    try:
        said = answer.json()
        return Handed(
            proof=str(said["id"])[:200],
            delivered=said.get("status") == "delivered",
            cost_fen=int(said.get("cost_fen", 0)),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # Perhaps it was taken: the same id at the next try lets the gateway see that.
        raise NotNow("the gateway's answer could not be read") from error


class SmtpServer:
    """smtp://user:word@host:port?from=a@b; smtps:// speaks TLS from the first byte."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.tls = parts.scheme == "smtps"
        self.host, self.port = parts.hostname or "localhost", parts.port
        self.user = unquote(parts.username) if parts.username else None
        self.word = unquote(parts.password) if parts.password else None
        self.sender = parse_qs(parts.query).get("from", [f"noreply@{self.host}"])[0]

    async def send(self, parcel: Parcel) -> Handed:
        letter = EmailMessage()
        letter["From"], letter["To"] = self.sender, parcel.address
        letter["Subject"] = parcel.title
        letter["Message-ID"] = f"<{parcel.id}@{self.sender.rpartition('@')[2]}>"
        letter.set_content(f"{parcel.text}\n\n{parcel.link}\n" if parcel.link else parcel.text)
        try:
            _, answer = await aiosmtplib.send(
                letter, hostname=self.host, port=self.port, username=self.user,
                password=self.word, use_tls=self.tls, timeout=PATIENCE,
            )  # fmt: skip
        except aiosmtplib.SMTPRecipientsRefused as refused:
            code = refused.recipients[0].code if refused.recipients else 550
            raise (Undeliverable if code >= 500 else NotNow)(f"SMTP {code}") from refused
        except aiosmtplib.SMTPResponseException as error:
            raise (Undeliverable if error.code >= 550 else NotNow)(f"SMTP {error.code}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotNow(type(error).__name__) from error
        return Handed(proof=answer[:200])


def reaches_phones() -> bool:
    """Whether a code sent now can be read: a gateway is set, or this is the demo."""
    return bool(settings().sms_url) or settings().demo
