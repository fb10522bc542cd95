"""Who takes part in a journey: people with their windows, and what they know of one another."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pyotp
from bs4 import BeautifulSoup

from coordination import clock, db
from coordination.clock import SHANGHAI
from coordination.people.tables import Person
from coordination.places.moving_clock import NAME
from coordination.web.formats import local_time
from tests.browser.screens import Screen, Windows
from tests.browser.services import Service
from tests.conftest import Browser
from tests.journeys.the_roll import Unit, the_roll
from tests.waiting import until

MINUTE = timedelta(minutes=1)
PASSWORD = "会唱歌的梧桐树下"
AHEAD = "select value::text::bigint from setting where name = $1 order by rank desc limit 1"


@dataclass
class Town:
    """The service, and what has come to stand in it."""

    service: Service
    windows: Windows
    folder: Path
    units: list[Unit] = field(default_factory=the_roll)
    screens: dict[str, Screen] = field(default_factory=dict)
    estate: str = ""  # its id
    poll: str = ""  # its path
    codes: dict[str, str] = field(default_factory=dict)  # of the letters, by door

    async def desk(self, who: str) -> Screen:
        """The window of somebody who works at a desk."""
        if who not in self.screens:
            self.screens[who] = await self.windows.desk()
        return self.screens[who]

    async def phone(self, who: str) -> Screen:
        """The phone of somebody."""
        if who not in self.screens:
            self.screens[who] = await self.windows.phone()
        return self.screens[who]

    async def browser(self) -> Browser:
        """A quick one, over HTTP as well, for what many people do."""
        return Browser(httpx.AsyncClient(base_url=self.service.address, trust_env=False))

    async def code_sent_to(self, phone: str) -> str:
        """The digits that were sent to a phone, as the operator of a demo reads them."""
        desk = await self.desk("operator")
        answer = await desk.context.request.get(f"{self.service.address}/outbox")
        for row in BeautifulSoup(await answer.text(), "html.parser").select("tbody tr"):
            if phone in row.text and (digits := re.search(r"(?<!\d)\d{6}(?!\d)", row.text)):
                return digits.group()
        raise AssertionError(f"nothing was sent to {phone}")

    async def put_clock_to(self, moment: datetime) -> None:
        """By the operator's page; this process's clock goes along."""
        desk = await self.desk("operator")
        await desk.open("/clock")
        until = moment.astimezone(SHANGHAI) + timedelta(seconds=59)
        await desk.fill(until=until.strftime("%Y-%m-%dT%H:%M"))
        await desk.press("拨到这个时间")
        clock.move_by(timedelta(seconds=await db.value(AHEAD, NAME)))
        await self.clock_has_moved()

    async def clock_has_moved(self) -> None:
        """The pages go by this process's time; every process looks at it once a second."""
        async with httpx.AsyncClient(trust_env=False) as client:

            async def has_moved() -> bool:
                page = (await client.get(f"{self.service.address}/sign-in")).text
                moments = (clock.now(), clock.now() - MINUTE)
                return any(f"演示时间 {local_time(moment)}" in page for moment in moments)

            await until(has_moved, "the service has moved its clock", pause=0.1)

    async def put_clock_forward(self, days: int) -> None:
        await self.put_clock_to(clock.now() + timedelta(days=days))


async def sign_in_with_code(town: Town, screen: Screen, phone: str) -> None:
    await screen.open("/sign-in/code")
    await screen.fill(phone=phone)
    await screen.press("发送验证码")
    await screen.fill(code=await town.code_sent_to(phone))
    await screen.press("登录")
    if "/consent" in screen.path:
        await screen.press("我已阅读并同意")


async def set_up_second_factor(screen: Screen) -> None:
    """Scan the code with an authenticator, and type what it shows."""
    if "/step-up" in screen.path:
        await screen.fill(password=PASSWORD)
        await screen.press("用密码确认")
    secret = await screen.page.locator("main code").first.inner_text()
    secret = secret.replace("-", "")
    await screen.fill(code=pyotp.TOTP(secret).now())
    await screen.press("完成设置")


async def prove(town: Town, screen: Screen, phone: str) -> None:
    """Say once more who one is, by a code to the phone."""
    await screen.press("验证身份")
    await screen.press(re.compile("发送验证码"))
    await (
        screen.page.locator("form", has=screen.page.locator("[name=code_id]"))
        .locator("[name=code]")
        .fill(await town.code_sent_to(phone))
    )
    await screen.press("确认")


async def person_named(name: str) -> Person:
    found = await Person.objects().where(Person.name == name).first()
    assert found, name
    return found
