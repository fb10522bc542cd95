"""Reading a board from outside, over HTTP alone: for witnesses and for whoever follows it.

Nothing here trusts the server: it says what it likes, and every answer is checked by the caller
against keys and checkpoints that were kept.
"""

import json
import re
import socket
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from coordination.ballots.board import canonical

BOARD = re.compile(
    r"(https?://[^/?#]+(?:/[^?#]*?)??)/(?:api/v1/polls|ballots)/([0-9a-f-]{36})(?:/board)?/?"
)
SECONDS = 30.0  # an answer that takes longer is none
LARGEST = 64 * 2**20
AWAY: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "找不到这个网址"),
    (ConnectionRefusedError, "没有服务在这个网址应答"),
    (TimeoutError, "等不到应答"),
    (ssl.SSLError, "安全连接不成立，可能是证书或 https 有误"),
)


class Unreachable(Exception):  # noqa: N818 - named by what is so
    """The board gave no answer, or none that can be read. Says which, in Chinese."""


class Refused(Exception):  # noqa: N818 - named by what is so
    """The service did not take what was sent, and said why."""


@dataclass(frozen=True, slots=True)
class BoardClient:
    """The board of one poll, at one service."""

    service: str
    poll: str

    @classmethod
    def at(cls, url: str) -> "BoardClient":
        """Of the page's address, as a browser shows it. ValueError: it is none of a board."""
        found = BOARD.fullmatch(url.strip())
        if not found:
            raise ValueError("网址应是公示票箱的页面，例如 https://…/ballots/…/board")
        return cls(found[1], found[2])

    def checkpoint(self, size: int | None = None) -> str:
        """The note with its cosignatures: the latest, or of `size`."""
        return self._text("checkpoint" if size is None else f"checkpoint?size={size}")

    def keys(self) -> dict[str, Any]:
        return self._json("keys")

    def duties(self) -> dict[str, Any]:
        return self._json("duties")

    def entry_zero(self) -> bytes:
        return self._get("entry-zero")

    def consistency(self, old: int, new: int) -> list[bytes]:
        """What the service says leads from `old` to `new`. Unreachable: it is no proof."""
        said = self._json(f"consistency?old={old}&new={new}")
        try:
            return [bytes.fromhex(step) for step in said["proof"]]
        except (KeyError, TypeError, ValueError) as broken:
            raise Unreachable("服务给出的一致性证明读不了") from broken

    def cosignatures(self) -> list[dict[str, Any]]:
        """What the service says the witnesses sent: size, line, received_at of each."""
        said = self._json("cosignatures").get("cosignatures")
        if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
            raise Unreachable("服务给出的见证签名读不了")
        return said

    def cosign(self, size: int, line: str) -> None:
        """Send one signature line. Refused, Unreachable."""
        sent = urllib.request.Request(  # noqa: S310 - `at` took http and https alone
            self._address("cosignatures"),
            data=canonical({"size": size, "line": line}),
            headers={"content-type": "application/json"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(sent, timeout=SECONDS):  # noqa: S310
                return
        except urllib.error.HTTPError as refused:
            raise Refused(_detail(refused)) from refused
        except (OSError, HTTPException) as broken:
            raise self._away(broken) from broken

    def _away(self, broken: Exception) -> Unreachable:
        reason = getattr(broken, "reason", broken)
        why = next((words for kind, words in AWAY if isinstance(reason, kind)), "连接中断")
        return Unreachable(f"连不上 {self.service}，请检查网址和网络（{why}）")

    def _address(self, what: str) -> str:
        return f"{self.service}/api/v1/polls/{self.poll}/board/{what}"

    def _get(self, what: str) -> bytes:
        try:
            with urllib.request.urlopen(self._address(what), timeout=SECONDS) as answer:  # noqa: S310
                data = answer.read(LARGEST + 1)
        except urllib.error.HTTPError as refused:
            raise Unreachable(f"服务没有给出 {what}：{_detail(refused)}") from refused
        except (OSError, HTTPException) as broken:
            raise self._away(broken) from broken
        if len(data) > LARGEST:
            raise Unreachable(f"{what} 的回答太大")
        return data

    def _text(self, what: str) -> str:
        try:
            return self._get(what).decode()
        except UnicodeDecodeError as broken:
            raise Unreachable(f"{what} 的回答不是文字") from broken

    def _json(self, what: str) -> dict[str, Any]:
        try:
            said = json.loads(self._text(what))
        except (ValueError, RecursionError) as broken:
            raise Unreachable(f"{what} 的回答不是 JSON") from broken
        if not isinstance(said, dict):
            raise Unreachable(f"{what} 的回答不是 JSON 对象")
        return said


def _detail(refused: urllib.error.HTTPError) -> str:
    try:
        said = json.loads(refused.read(LARGEST))
        return str(said.get("detail") or f"错误 {refused.code}")
    except (ValueError, AttributeError, OSError):
        return f"错误 {refused.code}"
