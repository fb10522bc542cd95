"""A passkey in a real browser, with an authenticator of the browser's own: made once, then a touch
instead of a code."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import be
from tests.browser.screens import Screen, Windows
from tests.browser.services import Service
from tests.builders import a_person

FINGER = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
async def phone(chromium: Browser, demo: Service, rows) -> AsyncIterator[Screen]:
    """A phone that asks for a finger, and is given the right one; the service has a name."""
    windows = Windows(chromium, demo.address.replace("127.0.0.1", "localhost"))
    screen = await windows.phone()
    session = await screen.context.new_cdp_session(screen.page)
    await session.send("WebAuthn.enable")
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})
    yield screen
    await windows.close()
    assert windows.faults.found == []


async def test_a_touch_takes_the_place_of_a_code(phone: Screen):
    person = await a_person("钱梅")
    await be(phone, person)
    await phone.open("/me/passkeys")
    await phone.fill(name="我的手机")

    page = await phone.going(phone.named("在这台设备上添加").click)

    assert "我的手机" in page.text
    await be(phone, person, stepped_up=False)
    await phone.open("/step-up?next=/me/passkeys")
    page = await phone.going(phone.named("用指纹、面容或锁屏密码确认").click)
    assert phone.path == "/me/passkeys" and "用过" in page.text
