"""Messages leave by real protocols, against servers that really speak them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller

from coordination.people import carriers
from coordination.people.channels import NotNow, Parcel, SmsGateway, SmtpServer, Undeliverable
from coordination.people.tables import Channel
from coordination.settings import read
from tests.builders import DURING
from tests.ports import free_port

PARCEL = Parcel(
    uuid4(), "+8613812345678", "投票公告", "梧桐苑有一次表决。", "http://here/v/1", at=DURING
)


class Gateway:
    """An SMS gateway of its own: HTTP/1.1 over a socket, answers as it is told to."""

    def __init__(self, status: int = 200, answer: object = None) -> None:
        self.status = status
        self.answer = answer if answer is not None else {"id": "sms-1", "status": "accepted"}
        self.asked: list[tuple[dict[str, str], dict]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:-2]
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in head)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.asked.append((headers, json.loads(body)))
        text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        writer.write(
            f"HTTP/1.1 {self.status} X\r\nContent-Length: {len(text.encode())}\r\n"
            f"Connection: close\r\n\r\n{text}".encode()
        )
        await writer.drain()
        writer.close()


@asynccontextmanager
async def a_gateway(**kw) -> AsyncIterator[tuple[Gateway, str]]:
    gateway = Gateway(**kw)
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0)
    async with server:
        yield gateway, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/send"


async def test_an_sms_goes_out_signed_with_token_and_its_own_number():
    answer = {"id": "sms-7", "status": "delivered", "cost_fen": 5}
    async with a_gateway(answer=answer) as (gateway, url):
        handed = await SmsGateway(url, "secret-token", "社区协同").send(PARCEL)

    [(headers, body)] = gateway.asked
    assert headers["authorization"] == "Bearer secret-token"
    assert headers["idempotency-key"] == str(PARCEL.id)
    assert body == {
        "to": "+8613812345678", "sign": "社区协同", "text": "【社区协同】梧桐苑有一次表决。",
        "reference": str(PARCEL.id),
    }  # fmt: skip
    assert (handed.proof, handed.delivered, handed.cost_fen) == ("sms-7", True, 5)


@pytest.mark.parametrize("status", [500, 503, 429, 408])
async def test_a_busy_gateway_is_asked_again(status):
    async with a_gateway(status=status) as (_, url):
        with pytest.raises(NotNow):
            await SmsGateway(url, None, "社区").send(PARCEL)


@pytest.mark.parametrize("status", [400, 401, 404, 422])
async def test_a_refusing_gateway_is_not(status):
    async with a_gateway(status=status) as (_, url):
        with pytest.raises(Undeliverable):
            await SmsGateway(url, None, "社区").send(PARCEL)


@pytest.mark.parametrize(
    "answer", ["not json", [], {"status": "accepted"}, {"id": 1, "cost_fen": "x"}]
)
async def test_an_answer_that_cannot_be_read_is_no_proof(answer):
    async with a_gateway(answer=answer) as (_, url):
        with pytest.raises(NotNow):
            await SmsGateway(url, None, "社区").send(PARCEL)


async def test_a_gateway_that_is_away_is_asked_again():
    with pytest.raises(NotNow):
        await SmsGateway("http://127.0.0.1:9/send", None, "社区").send(PARCEL)


class Letters:
    def __init__(self) -> None:
        self.taken = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        if address.startswith("full@"):
            return "452 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append((envelope, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 queued as 42"


@pytest.fixture
def smtp():
    letters = Letters()
    port = free_port()  # the controller knocks at its own door: no port 0
    controller = Controller(letters, hostname="127.0.0.1", port=port)
    controller.start()
    yield letters, f"smtp://127.0.0.1:{port}"
    controller.stop()


async def test_a_letter_arrives_with_its_words_and_link(smtp):
    letters, url = smtp
    parcel = Parcel(PARCEL.id, "li@example.com", PARCEL.title, PARCEL.text, PARCEL.link, at=DURING)

    handed = await SmtpServer(f"{url}?from=wutong@example.com").send(parcel)

    [(envelope, letter)] = letters.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("wutong@example.com", ["li@example.com"])
    assert letter["Subject"] == "投票公告"
    assert letter["Message-ID"] == f"<{PARCEL.id}@example.com>"
    assert letter.get_content().split() == ["梧桐苑有一次表决。", "http://here/v/1"]
    assert "queued as 42" in handed.proof


async def test_a_mailbox_that_does_not_exist_is_final_and_a_full_one_is_not(smtp):
    server = SmtpServer(smtp[1])

    with pytest.raises(Undeliverable):
        await server.send(Parcel(uuid4(), "nobody@example.com", "t", "x", at=DURING))
    with pytest.raises(NotNow):
        await server.send(Parcel(uuid4(), "full@example.com", "t", "x", at=DURING))
    with pytest.raises(NotNow):
        await SmtpServer("smtp://127.0.0.1:9").send(
            Parcel(uuid4(), "a@example.com", "t", "x", at=DURING)
        )


def test_the_address_of_a_mail_server_says_all_of_it():
    server = SmtpServer("smtps://us%40er:w%3Ard@mail.example.com:465?from=a@b.example")

    assert (server.host, server.port, server.user, server.word, server.sender, server.tls) == (
        "mail.example.com", 465, "us@er", "w:rd", "a@b.example", True,
    )  # fmt: skip


def test_the_recorder_stands_in_for_what_is_not_set(monkeypatch):
    monkeypatch.setattr(carriers, "settings", lambda: read({"COORDINATION_SMS_URL": "http://x"}))

    found = carriers.carriers()

    assert type(found[Channel.SMS]).__name__ == "SmsGateway"
    assert type(found[Channel.EMAIL]).__name__ == "Recorder"
    assert type(found[Channel.WECHAT]).__name__ == "Recorder"
