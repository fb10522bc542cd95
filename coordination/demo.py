"""`coordination demo`: the service with made data, and how to sign in to it in each role."""

import asyncio
import json
import os
import unicodedata

from coordination import clock
from coordination.database import Addresses, served
from coordination.errors import Refusal
from coordination.home.demo import load
from coordination.launcher import launch, serving_parser
from coordination.people.second_factor import current_code
from coordination.places.moving_clock import read_clock
from coordination.processes import CannotServeError
from coordination.settings import settings

HEADINGS = ("角色", "姓名", "手机号", "密码", "验证码")


def main(argv: list[str]) -> int:
    """Run until told to stop."""
    parser = serving_parser("demo")
    parser.add_argument("--json", action="store_true", help="只输出一行 {url, people}，供脚本使用")
    asked = parser.parse_args(argv)
    os.environ["COORDINATION_DEMO"] = "1"
    settings.cache_clear()
    people: list[dict] = []

    def prepare(addresses: Addresses) -> None:
        try:
            people.extend(asyncio.run(_load(addresses.app)))
        except Refusal as refusal:
            raise CannotServeError(str(refusal)) from refusal

    def announce(addresses: Addresses, address: str) -> None:
        if asked.json:
            print(json.dumps({"url": address, "people": people}, ensure_ascii=False), flush=True)
        else:
            print(f"{address}\n\n{table(people)}", flush=True)

    return launch(asked, announce, prepare)


async def _load(address: str) -> list[dict]:
    async with served(address):
        await read_clock()
        return await load()


def table(people: list[dict]) -> str:
    """Who can sign in, in columns; the code is that of this moment."""
    at = clock.now()
    rows: list[tuple[str, ...]] = [HEADINGS]
    for person in people:
        secret = person["totp_secret"]
        code = current_code(secret, at) if secret else ""
        rows.append((*(person[key] for key in ("role", "name", "phone", "password")), code))
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        for row in rows
    )


def _width(text: str) -> int:
    """In columns of a terminal: a 汉字 takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
