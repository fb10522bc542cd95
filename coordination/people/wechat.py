"""WeChat 微信: messages through the deployment's official account 服务号, and who has which openid.

Two protocols of https://developers.weixin.qq.com/doc/service/: template messages 模板消息
(`cgi-bin/stable_token`, `cgi-bin/message/template/send`) and web authorisation 网页授权
(`connect/oauth2/authorize`, `sns/oauth2/access_token`). Four requests with httpx: wechatpy is
synchronous, and its last release is from 2022.
"""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import httpx

from coordination.clock import SHANGHAI
from coordination.people.channels import PATIENCE, Handed, NotNow, Parcel, Undeliverable

AUTHORIZE = "https://open.weixin.qq.com/connect/oauth2/authorize"
REFRESHED_BEFORE = 300.0  # seconds before a token ends
STALE_TOKEN = {40001, 40014, 42001}
BUSY = {-1, 45009, 45011}  # the system; the day's or the minute's calls are used up
CHARACTERS = {"thing": 20, "short_thing": 5, "phrase": 5, "const": 20}  # by kind of field


@dataclass(frozen=True, slots=True)
class Fields:
    """The names that the chosen template gives its fields; "": it has none such."""

    title: str
    text: str
    time: str


class OfficialAccount:
    """https://APPID:SECRET@api.weixin.qq.com?template=ID&title=thing1&text=thing2&time=time3

    `template` and its fields are those of the template that the account's operator chose;
    `authorize` names another page than WeChat's own, where a relay stands in between.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or "api.weixin.qq.com"
        self.base = f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
        self.app, self.secret = unquote(parts.username or ""), unquote(parts.password or "")
        said = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self.template = said.get("template", "")
        self.fields = Fields(said.get("title", ""), said.get("text", ""), said.get("time", ""))
        self.authorize = said.get("authorize", AUTHORIZE)
        self._token, self._ends = "", 0.0

    async def send(self, parcel: Parcel) -> Handed:
        """To the openid that `parcel.address` is. Undeliverable: not followed, or refused there."""
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer = await self._send(client, parcel, await self._current(client))
            if answer.get("errcode") in STALE_TOKEN:  # another process or the platform ended it
                answer = await self._send(client, parcel, await self._fresh(client))
        code = answer.get("errcode", 0)
        if code in BUSY or code in STALE_TOKEN:
            raise NotNow(_told(answer))
        if code:
            raise Undeliverable(_told(answer))
        return Handed(proof=str(answer.get("msgid", ""))[:200])

    def way_in(self, back: str, state: str) -> str:
        """Where a browser within WeChat goes to say who it is; it comes back to `back` with a code.

        The order of the parameters is WeChat's: it takes no other.
        """
        asked = {
            "appid": self.app, "redirect_uri": back, "response_type": "code",
            "scope": "snsapi_base", "state": state,
        }  # fmt: skip
        return f"{self.authorize}?{urlencode(asked)}#wechat_redirect"

    async def openid_of(self, code: str) -> str:
        """Whose browser came back with `code`. NotNow; Undeliverable: the code is no good."""
        asked = {
            "appid": self.app, "secret": self.secret, "code": code,
            "grant_type": "authorization_code",
        }  # fmt: skip
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer = await _ask(client, "GET", f"{self.base}/sns/oauth2/access_token", params=asked)
        openid = answer.get("openid")
        if isinstance(openid, str) and openid:
            return openid
        raise (NotNow if answer.get("errcode") in BUSY else Undeliverable)(_told(answer))

    async def _send(self, client: httpx.AsyncClient, parcel: Parcel, token: str) -> dict[str, Any]:
        body = {
            "touser": parcel.address,
            "template_id": self.template,
            "url": parcel.link,
            "client_msg_id": parcel.id.hex,  # the same at each try: it is shown once
            "data": self._said(parcel),
        }
        address = f"{self.base}/cgi-bin/message/template/send"
        return await _ask(client, "POST", address, params={"access_token": token}, json=body)

    def _said(self, parcel: Parcel) -> dict[str, dict[str, str]]:
        at = parcel.at.astimezone(SHANGHAI)
        said = {
            self.fields.title: parcel.title,
            self.fields.text: parcel.text,
            self.fields.time: f"{at:%Y}年{at.month}月{at.day}日 {at:%H:%M}",
        }
        return {name: {"value": _within(name, text)} for name, text in said.items() if name}

    async def _current(self, client: httpx.AsyncClient) -> str:
        return self._token if time.monotonic() < self._ends else await self._fresh(client)

    async def _fresh(self, client: httpx.AsyncClient) -> str:
        """A token that other processes of ours may be given as well: the stable kind."""
        asked = {"grant_type": "client_credential", "appid": self.app, "secret": self.secret}
        answer = await _ask(client, "POST", f"{self.base}/cgi-bin/stable_token", json=asked)
        token, lasts = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(lasts, int):
            raise NotNow(_told(answer))  # a wrong secret too: the operator can set it right
        self._token, self._ends = token, time.monotonic() + lasts - REFRESHED_BEFORE
        return token


@lru_cache(maxsize=1)
def account_at(url: str) -> OfficialAccount:
    """One per process: it keeps its token."""
    return OfficialAccount(url)


async def _ask(client: httpx.AsyncClient, method: str, address: str, **sent: Any) -> dict[str, Any]:
    """NotNow: not reached, or no JSON object came back."""
    try:
        answer = await client.request(method, address, **sent)
        said = answer.json()
    except httpx.HTTPError as error:
        raise NotNow(type(error).__name__) from error  # its text holds the secret
    except ValueError as error:
        raise NotNow("the answer could not be read") from error
    if not isinstance(said, dict):
        raise NotNow("the answer could not be read")
    return said


def _within(name: str, text: str) -> str:
    """As much of `text` as a field of this kind takes: thing1 takes 20 characters."""
    line = " ".join(text.split())
    most = CHARACTERS.get(name.rstrip("0123456789"))
    return line if most is None or len(line) <= most else line[: most - 1] + "…"


def _told(answer: dict[str, Any]) -> str:
    return f"WeChat {answer.get('errcode')}: {str(answer.get('errmsg', ''))[:120]}"
