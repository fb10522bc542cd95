"""The gateway may tell later what became of an SMS; nobody else may."""

from uuid import uuid4

import pytest

from coordination import db
from coordination.people import sending, sms_api
from coordination.people.channels import Handed
from coordination.people.outbox import tell_address
from coordination.people.sending import send_due
from coordination.people.tables import Channel
from coordination.settings import read
from tests.builders import DURING
from tests.people.accounts import PHONE

PATH = "/api/v1/sms-reports"
TOKEN = {"Authorization": "Bearer the-token"}


class Taking:
    async def send(self, parcel):
        return Handed(proof="sms-1")


@pytest.fixture
async def sent(app, monkeypatch):
    monkeypatch.setattr(sending, "carriers", lambda: {Channel.SMS: Taking()})
    monkeypatch.setattr(sms_api, "settings", lambda: read({"COORDINATION_SMS_TOKEN": "the-token"}))
    message = await tell_address(PHONE, "e", "t", "x", at=DURING)
    await send_due(DURING)
    return str(message)


async def outcome() -> tuple:
    row = await db.row("select delivered_at, failed_at, failure from message")
    assert row
    return tuple(row)


async def test_what_arrived_is_noted_once(browser, sent):
    said = {"reference": sent, "status": "delivered"}
    answers = [await browser.client.post(PATH, json=said, headers=TOKEN) for _ in range(2)]
    late = {"reference": sent, "status": "failed", "reason": "off"}
    await browser.client.post(PATH, json=late, headers=TOKEN)

    assert [answer.status_code for answer in answers] == [204, 204]
    assert await outcome() == (DURING, None, None)


async def test_what_did_not_arrive_is_noted_with_its_reason(browser, sent):
    said = {"reference": sent, "status": "failed", "reason": "号码停机"}

    await browser.client.post(PATH, json=said, headers=TOKEN)

    assert await outcome() == (None, DURING, "号码停机")


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}]
)
async def test_without_the_token_nothing_is_noted(browser, sent, headers):
    said = {"reference": sent, "status": "delivered"}

    answer = await browser.client.post(PATH, json=said, headers=headers)

    assert answer.status_code in (401, 403)
    assert answer.headers["content-type"] == "application/problem+json"
    assert await outcome() == (None, None, None)


async def test_where_no_gateway_is_set_no_token_opens(browser, sent, monkeypatch):
    monkeypatch.setattr(sms_api, "settings", lambda: read({}))

    for headers in ({"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
        said = {"reference": sent, "status": "delivered"}
        assert (await browser.client.post(PATH, json=said, headers=headers)).status_code == 401


UNREADABLE = [
    {}, [], "x",
    {"reference": "x", "status": "delivered"},
    {"reference": str(uuid4()), "status": 1},
]  # fmt: skip


@pytest.mark.parametrize("said", UNREADABLE)
async def test_what_cannot_be_read_is_a_bad_request(browser, sent, said):
    answer = await browser.client.post(PATH, json=said, headers=TOKEN)

    assert 400 <= answer.status_code < 500
