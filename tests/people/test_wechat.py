"""Messages by WeChat: to whom bound it, once, in the fields of the account's own template."""

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from coordination import db
from coordination.people import carriers, wechat_actions
from coordination.people.channels import NotNow, Parcel, Undeliverable
from coordination.people.outbox import tell
from coordination.people.sending import send_due
from coordination.people.wechat import OfficialAccount
from coordination.settings import read
from tests.builders import DURING  # 2026, 09:00 in Shanghai
from tests.people.accounts import an_account

OPENID = "oNanNan_0123456789abcdefghij"
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"}
LONG = "梧桐苑关于选聘物业服务企业的表决公告，请在截止前投票"


class Platform:
    """What stands behind api.weixin.qq.com, as its documents say: tokens, messages, codes."""

    def __init__(self) -> None:
        self.tokens, self.codes = 0, {"good-code": OPENID}
        self.messages: list[dict] = []
        self.answers: list[dict] = []  # what to say to the next messages, before `ok`
        self.secret = "the-secret"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        target = urlsplit(head.split(" ", 2)[1])
        length = [
            line[16:] for line in head.split("\r\n") if line.lower()[:15] == "content-length:"
        ]
        body = await reader.readexactly(int(length[0])) if length else b""
        asked = {name: values[0] for name, values in parse_qs(target.query).items()}
        text = json.dumps(self.answer(target.path, asked, json.loads(body or b"{}")))
        writer.write(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(text), text.encode())
        )
        await writer.drain()
        writer.close()

    def answer(self, path: str, asked: dict, said: dict) -> dict:
        match path:
            case "/cgi-bin/stable_token" if said["secret"] != self.secret:
                return {"errcode": 40125, "errmsg": "invalid appsecret"}
            case "/cgi-bin/stable_token":
                self.tokens += 1
                return {"access_token": f"token-{self.tokens}", "expires_in": 7200}
            case "/cgi-bin/message/template/send" if (
                asked["access_token"] != f"token-{self.tokens}"
            ):
                return {"errcode": 42001, "errmsg": "access_token expired"}
            case "/cgi-bin/message/template/send" if self.answers:
                return self.answers.pop(0)
            case "/cgi-bin/message/template/send":
                self.messages.append(said)
                return {"errcode": 0, "errmsg": "ok", "msgid": 200228332}
            case "/sns/oauth2/access_token" if asked["code"] in self.codes:
                return {"openid": self.codes.pop(asked["code"]), "scope": "snsapi_base"}
            case "/sns/oauth2/access_token":
                return {"errcode": 40029, "errmsg": "invalid code"}
        return {"errcode": 40066, "errmsg": "invalid url"}


@pytest.fixture
async def platform() -> AsyncIterator[tuple[Platform, str]]:
    platform = Platform()
    server = await asyncio.start_server(platform.serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        fields = "template=T-1&title=thing1&text=thing2&time=time3"
        yield platform, f"http://wx123:the-secret@127.0.0.1:{port}?{fields}"


@pytest.fixture
def bound_to(platform, monkeypatch) -> Platform:
    """This deployment has an official account."""
    held = read({"COORDINATION_WECHAT_URL": platform[1]})
    for place in (carriers, wechat_actions):
        monkeypatch.setattr(place, "settings", lambda: held)
    return platform[0]


def a_parcel(text: str = "请看公告") -> Parcel:
    return Parcel(uuid4(), OPENID, "投票公告", text, "https://here/v/1", at=DURING)


async def test_a_message_fits_the_template_and_carries_its_link(platform):
    wechat, parcel = OfficialAccount(platform[1]), a_parcel(LONG)

    handed = [await wechat.send(one) for one in (parcel, a_parcel())]

    first, second = platform[0].messages
    assert (first["touser"], first["template_id"], first["url"]) == (OPENID, "T-1", parcel.link)
    assert first["client_msg_id"] == parcel.id.hex != second["client_msg_id"]
    said = {name: field["value"] for name, field in first["data"].items()}
    assert said["thing1"] == "投票公告" and said["time3"].endswith("日 09:00")
    assert len(said["thing2"]) == 20 and said["thing2"].endswith("…")
    assert handed[0].proof == "200228332"
    assert platform[0].tokens == 1


async def test_a_token_that_was_ended_meanwhile_is_fetched_again(platform):
    wechat = OfficialAccount(platform[1])
    await wechat.send(a_parcel())
    platform[0].tokens += 1

    await wechat.send(a_parcel())

    assert len(platform[0].messages) == 2


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ({"errcode": 43004, "errmsg": "require subscribe"}, Undeliverable),
        ({"errcode": 40003, "errmsg": "invalid openid"}, Undeliverable),
        ({"errcode": 47003, "errmsg": "argument invalid!"}, Undeliverable),
        ({"errcode": -1, "errmsg": "system error"}, NotNow),
        ({"errcode": 45009, "errmsg": "reach max api daily quota limit"}, NotNow),
        ([], NotNow),
    ],
)
async def test_a_refusal_is_final_and_a_busy_platform_is_not(platform, answer, meant):
    platform[0].answers.append(answer)

    with pytest.raises(meant):
        await OfficialAccount(platform[1]).send(a_parcel())


async def test_a_wrong_secret_is_told_without_it_and_tried_again(platform):
    platform[0].secret = "another"

    with pytest.raises(NotNow) as told:
        await OfficialAccount(platform[1]).send(a_parcel())
    with pytest.raises(NotNow) as unreached:
        await OfficialAccount("http://wx123:the-secret@127.0.0.1:9").openid_of("c")

    assert "40125" in str(told.value)
    assert "the-secret" not in f"{told.value} {unreached.value}"


async def test_who_binds_their_wechat_is_told_there_until_they_stop_it(bound_to, browser):
    person = await an_account()
    await browser.sign_in(person)
    browser.client.headers.update(PHONE)
    page = await browser.open("/me/wechat")

    away = page.select_one("a[href='/me/wechat/authorisation']")
    assert away
    await browser.open(away["href"], expect=303, follow=False)
    asked = parse_qs(urlsplit(browser.response.headers["location"]).query)
    assert list(asked) == ["appid", "redirect_uri", "response_type", "scope", "state"]
    back = urlsplit(asked["redirect_uri"][0]).path
    page = await browser.open(f"{back}?code=good-code&state={asked['state'][0]}")
    assert "已绑定微信" in page.text
    await tell(person.id, "e", "投票公告", "请看公告", at=DURING, link="/notices/1")
    await send_due(DURING)

    [message] = bound_to.messages
    assert message["touser"] == OPENID and message["url"].endswith("/notices/1")
    await browser.open("/me/wechat")
    await browser.send("/me/wechat/removal")
    await tell(person.id, "e", "投票公告", "再看公告", at=DURING)
    await send_due(DURING)
    assert len(bound_to.messages) == 1


async def test_nobody_is_bound_by_anothers_link_or_a_code_used_before(bound_to, browser):
    await browser.sign_in(await an_account(phone=None, login="thief"))
    await browser.open("/me/wechat/authorisation", expect=303, follow=False)
    theirs = parse_qs(urlsplit(browser.response.headers["location"]).query)["state"][0]
    await browser.sign_in(await an_account())
    await browser.open("/me/wechat/authorisation", expect=303, follow=False)
    mine = parse_qs(urlsplit(browser.response.headers["location"]).query)["state"][0]

    await browser.open(f"/me/wechat/answer?code=good-code&state={theirs}", expect=409)
    await browser.open(f"/me/wechat/answer?code=used-code&state={mine}", expect=409)

    assert await db.value("select count(*) from person where wechat_sealed is not null") == 0


async def test_where_no_account_is_set_nothing_speaks_of_it(browser):
    await browser.sign_in(await an_account())

    page = await browser.open("/me/security")

    assert "微信" not in page.select_one("main").text
    await browser.open("/me/wechat", expect=404)
